"""A client's chart at a glance, the notes that wait for their clinician, who saw what, and the whole as PDF."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Response

from activities import chart_document, charts
from models.facts import NoteFormat
from models.rules import charting
from models.rules.measures import INSTRUMENTS
from starter.queries import chart as queries
from starter.queries.chart import NoteRow
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart_frame import shown, vault_of
from starter.web.visit import NotFound, Visit, clinician_of

router = APIRouter()
WITHOUT_SESSION = (NoteFormat.INTAKE, NoteFormat.CONTACT, NoteFormat.PLAN)
"""Notes a clinician may begin without a session."""


@router.get("/notes")
def my_notes(visit: Visit = may(Do.SEE_CHARTS)) -> Response:
    """What waits for me: sessions without a note, my drafts, notes to co-sign."""
    me = clinician_of(visit)
    return visit.page(
        "desk/chart/my_notes.html",
        unwritten=queries.unwritten(visit.engine, me),
        drafts=queries.notes(visit.engine, drafts_of=me),
        to_cosign=queries.notes(visit.engine, cosigned_by=me),
        layouts=charting.LAYOUTS,
    )


@router.get("/sessions/{session_id}/note")
def note_of_session(session_id: UUID, visit: Visit = may(Do.SEE_CHARTS)) -> Response:
    """To the note of a session; of several clients one chooses whose."""
    parts = queries.parts(visit.engine, session_id)
    if not parts:
        raise NotFound
    for part in parts:
        visit.must_see_chart(part.client_id)
    if len(parts) == 1:
        return visit.go(_note_url(parts[0]))
    written = {part.client_id: _row(visit, part) for part in parts}
    urls = {part.client_id: _note_url(part) for part in parts}
    return visit.page("desk/chart/session_notes.html", parts_of=parts, written=written, urls=urls)


@router.get("/clients/{client_id}/chart")
def overview(client_id: int, visit: Visit = may(Do.SEE_CHARTS)) -> Response:
    whose = visit.must_see_chart(client_id)
    notes = queries.notes(visit.engine, client_id)
    visit.saw(client_id, "chart")
    plan = current_plan(notes) if visit.words.therapy else None
    return shown(
        visit,
        whose,
        "",
        "overview.html",
        notes=notes,
        unwritten=queries.unwritten(visit.engine, clinician_of(visit), client_id),
        layouts=charting.LAYOUTS,
        plan=plan,
        goals=charting.goals_of(charts.unsealed(vault_of(visit), plan.id, plan.words or b"")) if plan else (),
        review_due=plan is not None and charting.review_is_due(plan.review_on, visit.today),
        latest={m.kind: m for m in queries.measures(visit.engine, client_id)} if visit.words.therapy else {},
        instruments=INSTRUMENTS,
    )


@router.get("/clients/{client_id}/chart/new")
def new_note(client_id: int, format: NoteFormat, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    """A note that belongs to no session; of a plan one goes on with the version under way."""
    whose = visit.must_see_chart(client_id)
    if format not in WITHOUT_SESSION:
        raise NotFound
    drafts = queries.notes(visit.engine, client_id, drafts_of=clinician_of(visit))
    under_way = next((n for n in drafts if n.format == format == NoteFormat.PLAN), None)
    note_id = under_way.id if under_way else uuid4()
    return visit.go(f"/clients/{whose.id}/chart/notes/{note_id}?format={format.value}")


@router.get("/clients/{client_id}/chart/trail")
def trail(client_id: int, visit: Visit = may(Do.SEE_CHART_TRAIL)) -> Response:
    """Who saw and changed what; for the owner, who sees nothing else of it, too."""
    whose = visit.must_see_client(client_id)
    return shown(visit, whose, "/trail", "trail.html", trail=queries.trail(visit.engine, client_id))


@router.get("/clients/{client_id}/chart/export.pdf")
def export(client_id: int, visit: Visit = may(Do.EXPORT_CHARTS)) -> Response:
    """The whole chart on paper, without psychotherapy notes."""
    visit.must_see_chart(client_id)
    pdf = visit.write(chart_document.chart_pdf, vault_of(visit), client_id, visit.today)
    visit.saw(client_id, "chart", "printed")
    file = {"Content-Disposition": 'attachment; filename="chart.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=file)


def current_plan(notes: list[NoteRow]) -> NoteRow | None:
    """The last signed version of the plan, of a client's notes with the latest first."""
    return next((n for n in notes if n.format == NoteFormat.PLAN and n.signed_at is not None), None)


def _row(visit: Visit, part: queries.Part) -> NoteRow | None:
    return queries.note(visit.engine, part.client_id, charts.note_id(part.session_id, part.client_id))


def _note_url(part: queries.Part) -> str:
    name = charts.note_id(part.session_id, part.client_id)
    return f"/clients/{part.client_id}/chart/notes/{name}?session={part.session_id}"
