"""A client's treatment plan: the version in force, its goals, and the versions before."""

from fastapi import APIRouter, Response

from activities import charts
from models.facts import NoteFormat
from models.rules import charting
from starter.queries import chart as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart import current_plan
from starter.web.desk.chart_frame import shown, vault_of
from starter.web.visit import Visit

router = APIRouter()


@router.get("/clients/{client_id}/chart/plan")
def plan(client_id: int, visit: Visit = may(Do.KEEP_CLINICAL)) -> Response:
    whose = visit.must_see_chart(client_id)
    versions = [note for note in queries.notes(visit.engine, client_id) if note.format == NoteFormat.PLAN]
    now = current_plan(versions)
    words = charts.unsealed(vault_of(visit), now.id, now.words or b"") if now else {}
    visit.saw(client_id, "treatment plan")
    return shown(
        visit,
        whose,
        "/plan",
        "plan.html",
        versions=versions,
        plan=now,
        problem=words.get("problem", ""),
        goals=charting.goals_of(words),
        review_due=now is not None and charting.review_is_due(now.review_on, visit.today),
    )
