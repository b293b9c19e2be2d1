"""The frame of a client's record: who it is, and a tab for each part that this person may see."""

from typing import Any

from fastapi import Response

from starter.web.access.permissions import THERAPY_ONLY, Do
from starter.web.visit import Visit

TABS: tuple[tuple[str, str, Do], ...] = (
    ("Overview", "", Do.SEE_CLIENTS),
    ("Details", "/details", Do.SEE_CLIENTS),
    ("Notes", "/chart", Do.SEE_CHARTS),
    ("Coverages", "/coverages", Do.SEE_COVERAGES),
    ("Agreements", "/agreements", Do.SIGN_WITH_CLIENTS),
    ("Estimates", "/estimates", Do.GIVE_ESTIMATES),
    ("Documents", "/documents", Do.KEEP_DOCUMENTS),
    ("Money", "/money", Do.SEE_ACCOUNTS),
    ("Messages", "/messages", Do.SEE_CLIENTS),
    ("Forms", "/forms", Do.SEND_FORMS),
    ("Portal", "/access", Do.INVITE_CLIENTS),
)
"""Name, what follows /clients/{id}, and what one must be allowed to do."""


def record_page(visit: Visit, client_id: int, template: str, status: int = 200, **context: Any) -> Response:
    """A page of a client's record, under its head and tabs; `desk/clients/record.html` is its frame."""
    client = visit.must_see_client(client_id)
    return visit.page(template, status, client=client, tabs=tabs(visit, client_id), **context)


def tabs(visit: Visit, client_id: int) -> list[tuple[str, str, bool]]:
    """Name, address, and whether one is there."""
    path = visit.request.url.path
    offered = [(name, f"/clients/{client_id}{suffix}", do) for name, suffix, do in TABS]
    here = max((url for _, url, _ in offered if path == url or path.startswith(f"{url}/")), key=len)
    return [(name, url, url == here) for name, url, do in offered if _offered(visit, do)]


def _offered(visit: Visit, do: Do) -> bool:
    return visit.can(do) and (visit.words.therapy or do not in THERAPY_ONLY)
