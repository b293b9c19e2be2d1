"""A whole practice running on this machine: the embedded stack, its worker, and a clearinghouse that answers."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

import starter
from activities import adapters
from activities.adapters.folder import INBOX
from activities.database import open_engine
from activities.vault import Vault
from starter.migrations import upgrade
from starter.office import Office
from starter.sandbox.clearinghouse import PAYERS, Clearinghouse, Script
from starter.sandbox.processes import Server
from starter.stack import Stack
from starter.web.app import create_app
from starter.web.serving import serving
from starter.web.site import Site

WORKER = Path(starter.__file__).resolve().parent.parent / "worker.py"
SECONDS_BETWEEN_ANSWERS = 2.0
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BEFORE_RESTART = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class RunningPractice:
    """What a running practice consists of; `sandbox` is None where a real clearinghouse is named."""

    stack: Stack
    office: Office
    sandbox: Clearinghouse | None

    @property
    def engine(self) -> Engine:
        """The practice's database."""
        return self.office.engine


@asynccontextmanager
async def running_practice(
    home: Path,
    say: Say,
    fresh: bool = False,
    payers: Path = PAYERS,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[RunningPractice]:
    """Start the stack, bring its tables up to date, keep a worker alive, let the payers of `payers` answer."""
    script = Script.read(payers)
    sandboxes: list[Clearinghouse] = []

    async def on_upload(upload: Path) -> None:
        for sandbox in sandboxes:
            await sandbox.on_upload(upload)

    async with Stack.start(home, fresh=fresh, on_upload=on_upload) as stack:
        engine = open_engine(stack.settings.database_url)
        try:
            await asyncio.to_thread(upgrade, engine)
            if not os.environ.get("PERSESSION_CLEARINGHOUSE_URL"):
                sandboxes.append(Clearinghouse(stack.clearinghouse_folder, script, now))
            practice = RunningPractice(
                stack,
                Office.on(stack.client, engine, Vault(stack.settings.encryption_key)),
                next(iter(sandboxes), None),
            )
            site = Site(
                practice.office,
                adapters.cards(stack.settings.cards_url),
                stack.site_url,
                ui_url=stack.ui_url,
                home=stack.settings.home,
                backups=stack.settings.backup_folder,
            )
            jobs = [work_on(stack, say), *(answer(stack, sandbox, now, say) for sandbox in sandboxes)]
            async with beside(jobs), serving(create_app(site), "127.0.0.1", stack.ports.port("pages")):
                yield practice
        finally:
            engine.dispose()


@asynccontextmanager
async def beside(jobs: Sequence[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Let jobs run for as long as the context lasts; each is cancelled and waited for at its end."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def work_on(stack: Stack, say: Say) -> None:
    """Keep one worker process alive: one that ends by itself is replaced, and Temporal gives it the work again."""
    while True:
        worker = start_worker(stack.home)
        try:
            while worker.process.poll() is None:
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            if worker.process.poll() is None:
                worker.stop()
        say(f"the worker ended ({worker.process.returncode}); starting another one (its log: {worker.log})")
        await asyncio.sleep(SECONDS_BEFORE_RESTART)


def start_worker(home: Path) -> Server:
    """A worker on the stack that runs in `home`; it reads there where everything is."""
    environ = os.environ | {"PERSESSION_HOME": str(home)}
    return Server([sys.executable, str(WORKER)], home / "worker.log", None, environ=environ)


async def answer(stack: Stack, sandbox: Clearinghouse, now: Callable[[], datetime], say: Say) -> None:
    """Judge what arrived while nobody looked, send what was promised, then let payers answer when it is due."""
    for upload in sorted((stack.clearinghouse_folder / INBOX).glob("[!.]*")):
        with contextlib.suppress(OSError):
            await asyncio.to_thread(sandbox.judge, upload)
    await asyncio.to_thread(sandbox.send)
    while True:
        try:
            await asyncio.to_thread(sandbox.release, now())
        except Exception as fault:  # the practice goes on without answers, as it would with a real one
            say(f"the sandbox clearinghouse could not answer ({type(fault).__name__}); trying again")
        await asyncio.sleep(SECONDS_BETWEEN_ANSWERS)
