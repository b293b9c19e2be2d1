"""What a worker process weighs with many sessions open: booked, their reminders ahead, nobody speaking to them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, func, select
from temporalio.client import Client

from activities.relay import OFFICE
from models import messages
from models.messages import SessionStart
from models.tables import AttendanceRow, PolicyRow, Session, StepDone
from starter.bench.practice import MINUTES, People
from starter.running import WORKER
from starter.sandbox.processes import Server
from workflows.session import SessionWorkflow

AT_ONCE = 40
SECONDS_TO_SETTLE = 2
OURS = ("PERSESSION_", "TEMPORAL_")


@asynccontextmanager
async def worker_process(home: Path) -> AsyncIterator[Server]:
    """A worker on the stack of `home`, whatever else the environment names."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environ["PERSESSION_HOME"] = str(home)
    worker = Server([sys.executable, str(WORKER)], home / "worker.log", None, environ=environ)
    try:
        yield worker
    finally:
        await asyncio.to_thread(worker.stop)


def book(engine: Engine, people: People, count: int) -> list[UUID]:
    """Rows of sessions in the weeks to come, as if booked long ago."""
    first = datetime.now(UTC) + timedelta(days=1)
    ids = [uuid4() for _ in range(count)]
    with Database(engine) as db, db.begin():
        policy_id = db.exec(select(PolicyRow.id)).one() or 0
        for number, session_id in enumerate(ids):
            turn, who = divmod(number, len(people.clinicians))
            db.add(_session(session_id, people, who, first + turn * timedelta(minutes=MINUTES), policy_id))
        db.flush()
        db.add_all(
            AttendanceRow(session_id=session_id, client_id=people.clients[number % len(people.clients)])
            for number, session_id in enumerate(ids)
        )
    return ids


async def follow(client: Client, engine: Engine, sessions: Iterable[UUID]) -> None:
    """Start the workflow of each, and wait until every one knows how it stands and sleeps."""
    waiting = list(sessions)
    slots = asyncio.Semaphore(AT_ONCE)

    async def start(session_id: UUID) -> None:
        workflow_id = messages.session_workflow(session_id)
        async with slots:
            await client.start_workflow(
                SessionWorkflow.run, SessionStart(session_id), id=workflow_id, task_queue=OFFICE
            )

    before = _looked_at(engine)
    await asyncio.gather(*map(start, waiting))
    while _looked_at(engine) - before < len(waiting):
        await asyncio.sleep(0.5)
    await asyncio.sleep(SECONDS_TO_SETTLE)


def resident_mb(pid: int) -> int:
    """Resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        kilobytes = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")).split()[1]
    else:
        kilobytes = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True).stdout
    return int(kilobytes) // 1024


def _session(session_id: UUID, people: People, who: int, starts: datetime, policy_id: int) -> Session:
    return Session(
        id=session_id,
        clinician_id=people.clinicians[who],
        service_id=people.service_id,
        policy_id=policy_id,
        starts=starts,
        ends=starts + timedelta(minutes=MINUTES),
        booked_at=datetime.now(UTC),
    )


def _looked_at(engine: Engine) -> int:
    with Database(engine) as db:
        return db.exec(select(func.count()).where(col(StepDone.key).startswith("session/"))).one()
