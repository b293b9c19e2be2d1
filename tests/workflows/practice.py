"""A small practice on the real steps, a real database and skipped time; each test lives through weeks of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TypeVar, TypeVarTuple, overload
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar
from temporalio.client import Client as Temporal
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import worker
from activities.database import World
from models.errors import Refused
from models.money import ZERO
from models.rules.ledger import client_account, payer_account
from models.tables import (
    AttendanceRow,
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Entry,
    Message,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Posting,
    Practice,
    RateRow,
    Service,
    Task,
)
from starter import migrations
from starter.office import Office
from starter.sandbox.clearinghouse import Clearinghouse, Script
from starter.scenarios import answers
from starter.stack import Stack
from worker import compose, working

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")

TZ = ZoneInfo("America/Phoenix")  # never changes its clocks
LONG_AGO = date(2020, 1, 1)
LONG_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST_SKIP = timedelta(days=5)
NPI = "1234567893"
ANA, INA = 1, 2
"""A client who pays herself, and an insured one."""
DANA, ERIN = 1, 2
THERAPY = 1
FULL_FEE = Decimal("150.00")


class TakenInOnce(SandboxedWorkflowRunner):
    """The worker's sandbox; that it can take a workflow in is tried once in a process, not once in each life."""

    known: ClassVar[set[str]] = set()

    def prepare_workflow(self, defn: Any) -> None:
        if defn.name not in self.known:
            super().prepare_workflow(defn)
            self.known.add(defn.name)


RUNNER = TakenInOnce(worker.runner().restrictions)
worker.runner = lambda: RUNNER


@dataclass
class Life:
    """The practice under way: what people do in it, what time it is, what is in its books."""

    env: WorkflowEnvironment
    client: Temporal
    world: World
    office: Office
    outbox: Path
    clock: list[datetime]
    monday: datetime = LONG_BEFORE
    files: int = 0

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the first week (day 0 is its Monday) or later, by the practice's clock."""
        return self.monday + timedelta(days=day, hours=hour, minutes=minute)

    async def sleep_until(self, at: datetime) -> None:
        while (left := at - await self.env.get_current_time()) > timedelta():
            await self.env.sleep(min(left, LONGEST_SKIP))
        self.clock[0] = at

    async def settle_in(self) -> None:
        """Start on a Monday at midnight."""
        now = (await self.env.get_current_time()).astimezone(TZ)
        day = now.date() + timedelta(days=7 - now.weekday())
        self.monday = datetime.combine(day, time(), TZ).astimezone(UTC)
        await self.sleep_until(self.monday)

    async def book(self, starts: datetime, *clients: int, clinician: int = DANA) -> UUID:
        return await self.office.sessions.book(clinician, THERAPY, clients or (ANA,), starts)

    async def hold(self, starts: datetime, *clients: int, clinician: int = DANA) -> UUID:
        """Booked, held and signed; time goes on to its end."""
        session_id = await self.book(starts, *clients, clinician=clinician)
        await self.sleep_until(starts + timedelta(hours=1))
        await self.office.sessions.attend(session_id)
        await self.office.sessions.sign(session_id, "Session note", ("F41.1",))
        return session_id

    async def eventually(self, happened: Any, seconds: int = 10) -> Any:
        """What a question answers once it is yes; in real seconds, for what runs beside the caller."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (answer := happened()):
            assert asyncio.get_running_loop().time() < deadline, "it never happened"
            await asyncio.sleep(0.02)
        return answer

    async def ended(self, workflow_id: str) -> Any:
        """How a workflow ends."""
        handle: WorkflowHandle[Any, Any] = self.client.get_workflow_handle(workflow_id)
        return await asyncio.wait_for(handle.result(), 20)

    # ── the books ────────────────────────────────────────────────────────────

    @overload
    def rows(self, query: SelectOfScalar[Row]) -> list[Row]: ...

    @overload
    def rows(self, query: Select[*Columns]) -> list[tuple[*Columns]]: ...

    def rows(self, query: Any) -> list[Any]:
        with Database(self.office.engine, expire_on_commit=False) as db:
            return list(db.exec(query).all())

    def change(self, table: type[SQLModel], key: int, **fields: Any) -> None:
        with Database(self.office.engine) as db, db.begin():
            row = db.get_one(table, key)
            for name, value in fields.items():
                setattr(row, name, value)

    def mails(self, client_id: int = ANA) -> list[str]:
        """The kinds of a client's mails in the order they were sent."""
        query = select(Message.kind).where(Message.client_id == client_id).order_by(col(Message.sent_at))
        return self.rows(query)

    def tasks(self, still_open: bool = True) -> list[str]:
        query = select(Task.kind).order_by(col(Task.kind))
        return self.rows(query.where(col(Task.closed_at).is_(None)) if still_open else query)

    def owed(self, client_id: int = ANA) -> Decimal:
        return self.balance(client_account(client_id))

    def owed_by_payer(self) -> Decimal:
        return self.balance(payer_account(1))

    def balance(self, account: str) -> Decimal:
        [amount] = self.rows(select(func.sum(Posting.amount)).where(Posting.account == account))
        return Decimal(amount or ZERO)

    def events(self) -> list[str]:
        return self.rows(select(Entry.event).order_by(col(Entry.id)))

    def statuses(self, session_id: UUID) -> list[str]:
        query = select(AttendanceRow.status).where(AttendanceRow.session_id == session_id)
        return self.rows(query.order_by(col(AttendanceRow.id)))

    def claim(self, session_id: UUID) -> Claim:
        """The newest claim of a session."""
        query = select(Claim).join(ClaimLine, col(ClaimLine.claim_number) == Claim.number)
        query = query.join(AttendanceRow, col(AttendanceRow.id) == ClaimLine.attendance_id)
        found: list[Claim] = self.rows(query.where(AttendanceRow.session_id == session_id))
        return max(found, key=lambda claim: claim.sequence)

    # ── the clearinghouse ────────────────────────────────────────────────────

    async def send_claims(self) -> int:
        """The day's batch; the sandbox clearinghouse accepts what is sound, and that is read."""
        now = f"{self.clock[0]:%Y%m%dT%H%M%S}-{self.files}"
        self.files += 1
        sent = await self.office.claims.send(now)
        await self.office.claims.read_answers(now)
        return sent

    def an_835(self, trace: str, paid: str, adjust: list[tuple[str, str, str]], *claims: Claim, **told: Any) -> str:
        """The text of a remittance that answers these claims alike."""
        adjustments = [(group, reason, Decimal(amount)) for group, reason, amount in adjust]
        one = {"session": "", "status": "1", "paid": Decimal(paid), "adjust": adjustments, "icn": "ICN1", **told}
        with Database(self.office.engine, expire_on_commit=False) as db:
            practice, payer = db.get_one(Practice, 1), db.get_one(Payer, 1)
        self.files += 1
        answered = [answers.Answered(one, claim) for claim in claims]
        return answers.remittance(practice, payer, trace, answered, [], 900_000_000 + self.files, self.clock[0])

    async def receive(self, content: str, name: str = "") -> int:
        """An answer arrives and is read."""
        self.files += 1
        (self.outbox / (name or f"answer-{self.files}.edi")).write_text(content)
        return await self.office.claims.read_answers(f"receive-{self.files}")


@asynccontextmanager
async def living(stack: Stack, env: WorkflowEnvironment, clock: list[datetime]) -> AsyncIterator[Life]:
    """The practice moved in, its worker at work, time standing still unless a test moves it."""
    world = compose(stack.settings, env.client)
    await asyncio.to_thread(migrations.upgrade, world.engine)
    move_in(world)
    office = Office.on(env.client, world.engine, world.vault)
    life = Life(env, env.client, world, office, stack.clearinghouse_folder / "outbox", clock)
    async with working(env.client, world):
        with env.auto_time_skipping_disabled():
            await life.settle_in()
            yield life
    world.engine.dispose()


@asynccontextmanager
async def a_life(home: Path, database_url: str) -> AsyncIterator[Life]:
    """A practice in a database of its own, on a time-skipping server of its own."""
    clock = [datetime.now(UTC)]
    sandbox = Clearinghouse(home / "clearinghouse", Script.acknowledge_only(), lambda: clock[0])
    environ = {"PERSESSION_DATABASE_URL": database_url}
    starting = Stack.start(home, "time-skipping", on_upload=sandbox.on_upload, environ=environ)
    async with starting as stack, living(stack, stack.env, clock) as life:
        yield life


def move_in(world: World) -> None:
    """Two clinicians, a client who pays herself, an insured one, one service."""
    address: dict[str, Any] = {"line1": "12 Elm Street", "city": "Mesa", "state": "AZ", "zip": "852011234"}
    with Database(world.engine) as db, db.begin():
        db.add(
            Practice(
                name="Elm Street Practice",
                email="office@elmstreet.example",
                phone="4805550142",
                timezone=str(TZ),
                npi="1999999984",
                tax_id="123456789",
                taxonomy="101Y00000X",
                pay_cycle="weekly",
                pay_anchor=date(2024, 1, 1),
                **address,
            )
        )
        db.add(PolicyRow(effective_from=LONG_AGO, late_cancel_fee="50%", no_show_fee="100%", note_required=True))
        db.add(Service(name="therapy", code="90837", minutes=60))
        for name in ("Dana Reyes", "Erin Wolfe"):
            db.add(Clinician(name=name, npi=NPI, email=f"{name[:4].lower()}@elmstreet.example", taxonomy="101Y00000X"))
        db.add(Payer(name="Aetna", payer_id="60054"))
        db.flush()
        for first in ("Ana", "Ina"):
            email = f"{first.lower()}@client.example"
            db.add(Client(first=first, last="Ortiz", email=email, birth=date(1985, 5, 17), sex="F", **address))
            db.flush()
        db.add(RateRow(service_id=THERAPY, amount=FULL_FEE, effective_from=LONG_AGO))
        db.add(Coverage(client_id=INA, payer_id=1, member_id="W123456789"))
        db.add(PayRuleRow(clinician_id=DANA, basis="flat", value=Decimal("90.00"), effective_from=LONG_AGO))
        db.add(PayTerms(clinician_id=DANA, effective_from=LONG_AGO))


@contextmanager
def refused(why: str) -> Iterator[None]:
    """The office says no, in these words."""
    with pytest.raises(Refused, match=why):
        yield
