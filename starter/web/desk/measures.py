"""Measures: questionnaires answered, their scores over time as a table and a picture, and what was alarming."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from activities import measures
from models.errors import Refused
from models.facts import MeasureKind
from models.rules.measures import ANSWERS, ASKS, INSTRUMENTS, Score, score
from starter.queries import chart as queries
from starter.queries.chart import MeasureRow
from starter.web import measure_chart
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart_frame import shown
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit, clinician_of

router = APIRouter()
HERE = "/clients/{client_id}/chart/measures"


@router.get(HERE)
def overview(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    whose = visit.must_see_chart(client_id)
    taken = queries.measures(visit.engine, client_id)
    visit.saw(client_id, "measures")
    by_kind = {kind: [row for row in reversed(taken) if row.kind == kind] for kind in INSTRUMENTS}
    return shown(
        visit,
        whose,
        "/measures",
        "measures.html",
        by_kind=by_kind,
        instruments=INSTRUMENTS,
        scores={row.id: _score(row) for row in taken},
    )


@router.get(f"{HERE}/new")
def new(client_id: int, kind: MeasureKind, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    return _form(visit, client_id, kind, blank())


@router.post(f"{HERE}/new")
def record(client_id: int, kind: MeasureKind, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    visit.must_see_chart(client_id)
    names = [f"item-{number}" for number, _ in enumerate(INSTRUMENTS[kind].items, start=1)]
    given = {name: visit.typed.text(name) for name in names}
    filled = Filled[BaseModel](dict(given))
    missing = [name for name, text in given.items() if text not in ("0", "1", "2", "3")]
    for name in missing:
        filled.refuse("please choose one of the four", name)
    if missing:
        return _form(visit, client_id, kind, filled, 422)
    answers = tuple(int(given[name]) for name in names)
    found = visit.write(measures.record, client_id, kind, answers, visit.account.name, visit.now, visit.wish)
    visit.ask(visit.office.charts.changed(client_id, visit.wish))
    visit.saw(client_id, INSTRUMENTS[kind].name, "recorded")
    told = f"{INSTRUMENTS[kind].name}: {found.total} points, {found.severity}."
    return visit.go(f"/clients/{client_id}/chart/measures", told=told)


@router.get(f"{HERE}/{{kind}}.svg")
def picture(client_id: int, kind: MeasureKind, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """The scores of an instrument over time; what it shows stands in the table beside it, too."""
    visit.must_see_chart(client_id)
    taken = [row for row in queries.measures(visit.engine, client_id) if row.kind == kind]
    points = [(row.taken_at.astimezone(visit.tz).date(), row.total) for row in taken]
    svg = measure_chart.drawn(INSTRUMENTS[kind], points)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


@router.get(f"{HERE}/{{measure_id}}")
def one(client_id: int, measure_id: UUID, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """The answers one by one."""
    whose = visit.must_see_chart(client_id)
    row = _known(queries.measures(visit.engine, client_id), measure_id)
    instrument = INSTRUMENTS[MeasureKind(row.kind)]
    visit.saw(client_id, instrument.name)
    answered = [(item, ANSWERS[answer], answer) for item, answer in zip(instrument.items, row.answers, strict=True)]
    return shown(
        visit,
        whose,
        "/measures",
        "measure.html",
        row=row,
        instrument=instrument,
        answered=answered,
        score=_score(row),
    )


@router.post(f"{HERE}/{{measure_id}}/review")
def review(client_id: int, measure_id: UUID, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """What alarmed was followed up."""
    visit.must_see_chart(client_id)
    try:
        visit.write(measures.review, client_id, measure_id, clinician_of(visit), visit.now)
    except Refused:
        raise NotFound from None
    visit.ask(visit.office.charts.changed(client_id, measure_id))
    visit.saw(client_id, "an alarming answer", "followed up")
    return visit.go(f"/clients/{client_id}/chart/measures", told="Noted that you followed it up.")


def _form(visit: Visit, client_id: int, kind: MeasureKind, form: Filled[BaseModel], status: int = 200) -> Response:
    return shown(
        visit,
        visit.must_see_chart(client_id),
        "/measures",
        "measure_form.html",
        status,
        form=form,
        kind=kind,
        instrument=INSTRUMENTS[kind],
        asks=ASKS,
        answers=[(str(points), words) for points, words in enumerate(ANSWERS)],
    )


def _score(row: MeasureRow) -> Score:
    return score(MeasureKind(row.kind), tuple(row.answers))


def _known(taken: Sequence[MeasureRow], measure_id: UUID) -> MeasureRow:
    found = next((row for row in taken if row.id == measure_id), None)
    if found is None:
        raise NotFound
    return found
