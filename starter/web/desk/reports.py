"""Reports: what there are, and each as a page with its picture, as CSV, PDF and SVG."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from pydantic import BaseModel

from activities.papers import card_of
from activities.reports import cells
from activities.reports.answering import Answer, answer
from activities.reports.paper import pdf_of
from activities.reports.picture import svg_of
from activities.reports.sheet import csv_of
from models.errors import Refused
from models.reports.asking import Asked, ask, groupings
from models.reports.catalog import report_named
from models.reports.catalog import reports as all_reports
from models.reports.declaration import Report, Span
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.downloads import pdf, picture, sheet
from starter.web.fields import Day
from starter.web.forms import Filled, Typed, blank, read
from starter.web.visit import NotFound, Visit

router = APIRouter()
HERE = "/reports/{name}"


class Wished(BaseModel):
    """The days and the grouping, as chosen on the page."""

    first: Day | None = None
    last: Day | None = None
    by: str = ""


@router.get("/reports")
def overview(visit: Visit = may(Do.SEE_REPORTS)) -> Response:
    there = all_reports(visit.words.therapy, visit.can(Do.SEE_MONEY_REPORTS))
    subjects = dict.fromkeys(report.subject for report in there)
    return visit.page(
        "desk/reports/list.html",
        subjects=[
            (cells.titled(subject.value, visit.words), [report for report in there if report.subject is subject])
            for subject in subjects
        ],
        cells=cells,
    )


@router.get(f"{HERE}.csv")
def as_csv(name: str, visit: Visit = may(Do.SEE_REPORTS)) -> Response:
    found = _asked(visit, name)
    return sheet(csv_of(found, visit.words), f"{name}.csv")


@router.get(f"{HERE}.pdf")
def as_pdf(name: str, visit: Visit = may(Do.SEE_REPORTS)) -> Response:
    found = _asked(visit, name)
    return pdf(pdf_of(found, card_of(visit.practice), visit.words), f"{name}.pdf")


@router.get(f"{HERE}.svg")
def as_svg(name: str, visit: Visit = may(Do.SEE_REPORTS)) -> Response:
    drawn = svg_of(_asked(visit, name), visit.words)
    if not drawn:
        raise NotFound
    return picture(drawn)


@router.get(HERE)
def one(name: str, visit: Visit = may(Do.SEE_REPORTS)) -> Response:
    report = _report(visit, name)
    form = _wished(visit)
    found = None
    try:
        found = answer(visit.engine, report, _ask(visit, report, form)) if form.ok else None
    except Refused as no:
        form.refuse(no)
    return visit.page("desk/reports/one.html", 200 if found else 422, **_shown(visit, report, form, found))


def _shown(visit: Visit, report: Report, form: Filled[Wished], found: Answer | None) -> dict[str, Any]:
    asked = found.asked if found else None
    if asked:
        form = blank(first=asked.first, last=asked.last, by=asked.grouping.name)
    return {
        "report": report,
        "form": form,
        "found": found,
        "cells": cells,
        "svg": svg_of(found, visit.words) if found else "",
        "files": _query(asked) if asked else "",
        "standing": report.span is Span.STANDING,
        "ways": [
            (grouping.name, cells.titled(grouping.title, visit.words))
            for grouping in groupings(report, visit.words.therapy)
        ],
        "days": cells.days(asked, report) if asked else "",
        "definition": cells.definition(report, visit.words),
    }


def _asked(visit: Visit, name: str) -> Answer:
    """The report as the address asks for it; Refused where that cannot be."""
    report, form = _report(visit, name), _wished(visit)
    if not form.ok:
        raise Refused("the report's days are not understood: write them as 2027-03-02")
    return answer(visit.engine, report, _ask(visit, report, form))


def _report(visit: Visit, name: str) -> Report:
    try:
        return report_named(name, visit.words.therapy, visit.can(Do.SEE_MONEY_REPORTS))
    except Refused:
        raise NotFound from None


def _wished(visit: Visit) -> Filled[Wished]:
    given = visit.request.query_params
    return read(Wished, Typed({name: [given[name]] for name in Wished.model_fields if given.get(name)}))


def _ask(visit: Visit, report: Report, form: Filled[Wished]) -> Asked:
    wished = form.values
    money = visit.can(Do.SEE_MONEY_REPORTS)
    return ask(
        report,
        visit.now,
        visit.tz,
        wished.first,
        wished.last,
        wished.by,
        clinicians=visit.whose_clients(Do.SEE_MONEY_REPORTS),
        claims=visit.words.therapy,
        money=money,
    )


def _query(asked: Asked) -> str:
    return urlencode({"first": asked.first, "last": asked.last, "by": asked.grouping.name})
