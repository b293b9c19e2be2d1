"""Backups, exports and what is kept for its time: how the last runs went, what went and why the rest is still here."""

from fastapi import APIRouter, Response
from temporalio.service import RPCError

from activities import retention
from models.messages.runs import RunState
from starter import schedules
from starter.queries import kept
from starter.queries.kept import Held
from starter.queries.runs import last_of
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.visit import Visit

router = APIRouter()
NAMES = ("backup", "export", "retention")
LAST = 5


@router.get("/runs/upkeep")
def upkeep(visit: Visit = may(Do.RUN_SCHEDULES)) -> Response:
    kind = visit.practice.kind
    try:
        standings = {one.name: one for one in visit.ask(schedules.standings(visit.office.client, kind, NAMES))}
    except RPCError:  # what ran before can be read all the same
        standings = {}
    runs = last_of(visit.engine, NAMES, LAST)
    went = next((run for run in runs["retention"] if run.state == RunState.DONE), None)
    timed = [schedules.named(name, kind) for name in NAMES]
    held, backups = _held(visit), visit.site.backups
    return visit.page(
        "desk/runs/upkeep.html",
        timed=timed,
        standings=standings,
        runs=runs,
        went=went,
        held=held,
        backups=backups,
    )


def _held(visit: Visit) -> list[Held]:
    """Every kind; files only where this machine sees their folder."""
    keeps = visit.write(retention.kept_for)
    held = kept.held_rows(visit.engine, keeps, visit.now, visit.tz)
    if visit.site.backups is not None:
        held += kept.held_files(visit.site.backups, keeps, visit.today)
    if visit.site.home is not None:
        held.append(kept.held_logs(visit.site.home, keeps["logs"], visit.today))
    return held
