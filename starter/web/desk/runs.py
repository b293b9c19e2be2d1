"""What runs by the clock: when each does, how the last runs went, what to do about those that failed."""

from datetime import date, timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.service import RPCError

from models.errors import Refused
from models.messages.runs import RunState
from starter import schedules
from starter.queries import runs as queries
from starter.queries.runs import Run
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit
from workflows.scheduled_run import batch_of

router = APIRouter()
A_WHILE = timedelta(minutes=30)
"""A batch that takes longer waits for a neighbour, most likely."""
NO_ANSWER = timedelta(seconds=3)
METADATA = "__temporal_workflow_metadata"


class RunForm(BaseModel):
    name: str
    day: date | None = None


@router.get("/runs")
def runs(visit: Visit = may(Do.SEE_RUNS), name: str = "") -> Response:
    return _listed(visit, name, blank(name=name))


@router.post("/runs")
def start(visit: Visit = may(Do.RUN_SCHEDULES)) -> Response:
    filled = visit.read(RunForm)
    if filled.ok:
        wanted = filled.values
        try:
            _start(visit, wanted.name, wanted.day)
        except Refused as no:
            filled.refuse(no, "day" if wanted.day else "")
        else:
            return visit.go(f"/runs?name={wanted.name}", told=f"{wanted.name} was started.")
    return _listed(visit, "", filled, 422)


@router.post("/runs/{name}/pause")
def pause(name: str, visit: Visit = may(Do.RUN_SCHEDULES)) -> Response:
    visit.ask(visit.office.runs.pause(visit.practice, name, "paused at the desk"))
    return visit.go("/runs", told=f"{name} rests until you resume it.")


@router.post("/runs/{name}/resume")
def resume(name: str, visit: Visit = may(Do.RUN_SCHEDULES)) -> Response:
    visit.ask(visit.office.runs.resume(visit.practice, name, "resumed at the desk"))
    return visit.go("/runs", told=f"{name} runs again.")


@router.get("/runs/{run_id:int}")
def one(run_id: int, visit: Visit = may(Do.SEE_RUNS)) -> Response:
    run = queries.run(visit.engine, run_id)
    known = {timed.name: timed for timed in schedules.declared(visit.practice.kind)}
    if run is None or run.name not in known:
        raise NotFound
    under_way = run.state == RunState.RUNNING
    late = under_way and visit.now - run.began_at > A_WHILE
    progress = visit.ask(_progress(visit, run)) if under_way else ""
    return visit.page("desk/runs/run.html", run=run, timed=known[run.name], progress=progress, late=late)


def _start(visit: Visit, name: str, day: date | None) -> None:
    office = visit.office.runs
    if day:
        visit.ask(office.of_day(visit.practice, name, day, visit.now))
    else:
        visit.ask(office.now(visit.practice, name, visit.now))


def _listed(visit: Visit, name: str, form: Filled[RunForm], status: int = 200) -> Response:
    kind = visit.practice.kind
    try:
        standings = visit.ask(schedules.standings(visit.office.client, kind))
    except RPCError:  # the runs of before can be read all the same
        standings = []
    known = {timed.name: timed for timed in schedules.declared(kind)}
    found = [run for run in queries.runs(visit.engine, name) if run.name in known]
    context = {
        "standings": standings,
        "latest": queries.latest(visit.engine),
        "runs": found,
        "name": name,
        "known": known,
    }
    names = [(one, one.replace("-", " ")) for one in sorted(known)]
    return visit.page("desk/runs/runs.html", status, form=form, names=names, **context)


async def _progress(visit: Visit, run: Run) -> str:
    """How far the batch says it is; nothing when nobody works on it now."""
    handle = visit.office.client.get_workflow_handle(batch_of(run.name))
    try:
        told = await handle.query(METADATA, result_type=WorkflowMetadata, rpc_timeout=NO_ANSWER)
    except (RPCError, RuntimeError):
        return ""
    return str(told.current_details)
