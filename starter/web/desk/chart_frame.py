"""What the pages of a chart share: whose it is, who may look, its tabs."""

from fastapi import Response

from activities import diagnoses
from activities.vault import Vault
from models.tables import Client
from starter.web.access.permissions import THERAPY_ONLY, Do
from starter.web.visit import Visit

TABS = (
    ("Notes", "", Do.SEE_CHARTS),
    ("Plan", "/plan", Do.KEEP_CLINICAL),
    ("Diagnoses", "/diagnoses", Do.KEEP_CLINICAL),
    ("Measures", "/measures", Do.KEEP_CLINICAL),
    ("Psychotherapy notes", "/psychotherapy", Do.KEEP_PSYCHOTHERAPY_NOTES),
    ("Who saw it", "/trail", Do.SEE_CHART_TRAIL),
)
"""The pages of a chart: name, end of the path, and what one must be allowed to do."""


def shown(visit: Visit, whose: Client, tab: str, template: str, status: int = 200, **context: object) -> Response:
    """A page of the chart, under its tab."""
    start = f"/clients/{whose.id}/chart"
    tabs = [
        (name, start + path, path == tab)
        for name, path, do in TABS
        if visit.can(do) and (visit.words.therapy or do not in THERAPY_ONLY)
    ]
    here = {"whose": whose, "start": start, "tabs": tabs, "titled": diagnoses.named}
    return visit.page(f"desk/chart/{template}", status, **here, **context)


def vault_of(visit: Visit) -> Vault:
    """What opens the words of this practice."""
    return visit.office.line.vault
