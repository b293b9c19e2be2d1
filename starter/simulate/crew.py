"""Several parts at once, each worker a process of its own: one interpreter uses one core.

A worker ends with us, however we end: it watches for our death, and its servers watch for its.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.client import RPCTimeoutOrCancelledError
from temporalio.service import RPCError

from models.errors import Refused, Unreachable, kind_and_place
from starter.sandbox.databases import template
from starter.scenarios.command import quiet
from starter.simulate.parts import run_part
from starter.simulate.practice import Practice

SPAWN = get_context("spawn")
SECONDS_TO_STOP = 30
SILENT = (RPCError, RPCTimeoutOrCancelledError, Unreachable)
"""A server or worker that did not answer, as on a machine with too much to do: such a part is tried once more."""
Told = Callable[[int, int], None]
"""Hears of a part (its number) so many things that were done; 0: the part is kept."""


@dataclass
class Worker:
    """A process and the line to it; `part` is what it works on."""

    process: BaseProcess
    line: Connection
    part: int | None = None


def run_parts(parts: Sequence[tuple[int, Practice]], folder: Path, at_once: int, told: Told) -> None:
    """Run numbered parts, so many at once, and keep each in the folder; a part that fails raises what it said."""
    waiting = list(reversed(parts))
    with _workers(min(at_once, len(parts)), folder) as workers:
        for worker in workers:
            _next(worker, waiting)
        while busy := [worker for worker in workers if worker.part is not None]:
            for line in wait([worker.line for worker in busy]):
                worker = next(each for each in busy if each.line is line)
                _heard(worker, told)
                if worker.part is None:
                    _next(worker, waiting)


def _heard(worker: Worker, told: Told) -> None:
    try:
        said: int | str = worker.line.recv()
    except EOFError:
        raise _failed("a process ended by itself") from None
    if isinstance(said, str):
        raise _failed(said)
    told(worker.part or 0, said)
    if said == 0:
        worker.part = None


def _failed(said: str) -> Refused:
    return Refused(f"a part of the run failed ({said}); parts that are kept are not lost: the same command goes on")


def _next(worker: Worker, waiting: list[tuple[int, Practice]]) -> None:
    if waiting:
        worker.part, part = waiting.pop()
        worker.line.send(part)


@contextmanager
def _workers(count: int, folder: Path) -> Iterator[list[Worker]]:
    started: list[Worker] = []
    try:
        for _ in range(count):
            ours, theirs = SPAWN.Pipe()
            process = SPAWN.Process(target=_work, args=(theirs, folder))
            process.start()
            theirs.close()
            started.append(Worker(process, ours))
        yield started
    finally:
        for worker in started:
            worker.process.terminate()
            worker.line.close()  # not before: who hears of the end by the line would be asked to end while it tidies up
        for worker in started:
            worker.process.join(SECONDS_TO_STOP)
            worker.process.kill()


def _work(line: Connection, folder: Path) -> None:
    """A worker's life: parts come, what was done goes back, until it is ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    quiet()
    logging.getLogger("temporalio").setLevel(logging.ERROR)  # a step that is asked again is no news
    with (
        suppress(asyncio.CancelledError, EOFError, OSError, SystemExit),
        TemporaryDirectory(prefix="persession-database-") as home,
        template(Path(home)) as url,
    ):
        try:
            asyncio.run(_run_all(line, folder, url))
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the loop has given its handler back: tidy up in peace
    os._exit(0)  # the SDK's threads can abort an interpreter that takes itself apart


def _leave(*_: object) -> None:
    """Asked to end before the first part: what was begun is put away."""
    raise SystemExit


async def _run_all(line: Connection, folder: Path, template_url: str) -> None:
    me = asyncio.current_task()
    assert me is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    while True:
        part: Practice = await asyncio.to_thread(line.recv)
        try:
            try:
                await run_part(part, folder, template_url, line.send)
            except SILENT:
                await run_part(part, folder, template_url, line.send)  # from its beginning
            said: Any = 0
        except Exception as fault:  # told in the process that asked
            said = str(fault) if isinstance(fault, Refused) else kind_and_place(fault)
        line.send(said)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
