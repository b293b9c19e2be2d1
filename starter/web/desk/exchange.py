"""Files to and from the clearinghouse: what left, what came, and by hand where no server is spoken to."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, Response

from activities import uploads
from models.errors import Refused
from starter.queries import exchange as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.visit import Visit

log = logging.getLogger("persession.web")
router = APIRouter()
PATIENCE = 20
"""Seconds for which somebody looks at a page that reads their file; a large one takes minutes."""
under_way: set[asyncio.Task[object]] = set()
"""What is read beside, held here since the loop itself holds it loosely."""


@router.get("/exchange")
def exchange(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    return _page(visit)


@router.get("/exchange/{interchange_id:int}")
def one(interchange_id: int, visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """Where a task about a file leads: the list, with that file marked."""
    return _page(visit, marked=interchange_id)


@router.post("/exchange")
def upload(visit: Visit = may(Do.WORK_CLAIMS)) -> Response:
    """An answer that came another way: kept, and read with those that wait."""
    chosen = visit.file("answer")
    if chosen is None:
        return _page(visit, 422, wrong="choose a file first")
    try:
        content, name = chosen.file.read(), chosen.filename or ""
        visit.write(uploads.keep, name, content, visit.now)
    except Refused as no:
        return _page(visit, 422, wrong=str(no))
    if visit.ask(_within(PATIENCE, visit.office.claims.read_answers(f"by-hand-{visit.wish}"))):
        return visit.go("/exchange", told="The file was read; what could not be posted is on the page Parked.")
    return visit.go("/exchange", told="The file is kept and being read; it is large: look here again in some minutes.")


async def _within(seconds: float, reading: Coroutine[Any, Any, object]) -> bool:
    """Whether it was done in that time; else it goes on beside."""
    task = asyncio.ensure_future(reading)
    under_way.add(task)
    task.add_done_callback(under_way.discard)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        await task
    else:
        task.add_done_callback(_tell_failure)
    return bool(done)


def _tell_failure(task: asyncio.Task[object]) -> None:
    """The kind of what failed beside, for its words may be of people; what is kept is read with the next that wait."""
    if not task.cancelled() and (failure := task.exception()):
        log.error("a file that somebody brought was not read to its end: %s", type(failure).__name__)


def _page(visit: Visit, status: int = 200, marked: int = 0, wrong: str = "") -> Response:
    out, came = queries.files(visit.engine, "out"), queries.files(visit.engine, "in")
    return visit.page("desk/claims/exchange.html", status, out=out, came=came, marked=marked, wrong=wrong)
