"""Living through a scenario: the real stack, the real workflows, time skipped instead of waited for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_batches, claim_lines
from models.billed import AddOn, Held
from models.calendar import PayCycle, instant, midnight, periods_ending, zone
from models.facts import By
from models.tables import AttendanceRow, Claim, ClaimLine, Interchange, Payer, Practice, Submission
from starter.office import Office
from starter.sandbox.clearinghouse import Clearinghouse, Script
from starter.sandbox.databases import copied
from starter.scenarios import answers, paying
from starter.scenarios.file import Scenario
from starter.scenarios.lean import LEAN_STEPS, UNASKED
from starter.scenarios.outcome import Names, outcome
from starter.scenarios.rows import move_in
from starter.stack import Stack
from worker import STEPS, compose, working

Act = Callable[[], Awaitable[Any]]
BATCH_AT = time(18, 0)
BATCH = 1
"""The place of claims that leave among what is planned for one moment."""
LONGEST_SKIP = timedelta(days=5)
SAME_CALENDAR = 28
"""Years after which weekdays and dates fall together again: a scenario of the past runs so much later."""
Living = TypeVar("Living", bound="Life")


async def live(scenario: Scenario, template_url: str) -> dict[str, Any]:
    """Run it from its first day to its last; everything that can be expected."""
    async with prepared(scenario, Life, template_url) as life:
        await life.run()
        with Database(life.office.engine) as db:
            found = outcome(db, life.names)
    by_day = {key: found[key] for key in ("pay", "statement")}
    return found | {
        key: {name: {_earlier(day, life.later): told for day, told in days.items()} for name, days in whose.items()}
        for key, whose in by_day.items()
    }


@asynccontextmanager
async def prepared(
    scenario: Scenario, kind: Callable[..., Living], template_url: str, by_folder: bool = False, lean: bool = False
) -> AsyncIterator[Living]:
    """A practice moved in on a stack of its own, its workers at work, before its first day.

    Its database is a copy of the template (`starter/sandbox/databases.py`), one for all that a process lives through.
    `by_folder`: its clearinghouse is a folder instead of a server, and judges files only when it is told to.
    `lean`: without what moves no money (`lean.py`).
    """
    with TemporaryDirectory(prefix="persession-scenario-") as home, copied(template_url) as database_url:
        clock = [datetime.now(UTC)]
        folder = Path(home) / "clearinghouse"
        sandbox = Clearinghouse(folder, Script.acknowledge_only(), lambda: clock[0])
        environ = {"PERSESSION_DATABASE_URL": database_url}
        environ |= {"PERSESSION_CLEARINGHOUSE_URL": folder.as_uri()} if by_folder else {}
        environ |= UNASKED if lean else {}
        starting = Stack.start(
            Path(home), "time-skipping", on_upload=sandbox.on_upload, environ=environ, sealed=not lean
        )
        async with starting as stack:
            world = compose(stack.settings, stack.client)
            later = years_later(scenario.practice["today"], scenario.practice["timezone"])
            with Database(world.engine) as db, db.begin():
                names = move_in(db, world.cards, scenario, later)
            tz = zone(scenario.practice["timezone"])
            office = Office.on(stack.client, world.engine, world.vault)
            async with working(stack.client, world, LEAN_STEPS if lean else STEPS, guarded=not lean):
                yield kind(scenario, stack, office, names, tz, later, clock, sandbox)
            world.engine.dispose()


def years_later(today: date, timezone: str) -> int:
    """Time is only ever skipped forward: how many years later a scenario of the past must run."""
    years = 0
    while midnight(today.replace(year=today.year + years), zone(timezone)) <= datetime.now(UTC):
        years += SAME_CALENDAR
    return years


@dataclass
class Life:
    """One scenario under way; `clock` is what the sandbox clearinghouse takes for now."""

    scenario: Scenario
    stack: Stack
    office: Office
    names: Names
    tz: ZoneInfo
    later: int
    clock: list[datetime]
    sandbox: Clearinghouse
    files: int = 0
    traces: int = 0

    async def run(self) -> None:
        """Everything in order of time: pay runs and batches of a moment before what people do then."""
        until = midnight(self.day(self.scenario.until), self.tz)
        plan = sorted(self.plan(until), key=lambda item: item[:2])
        with self.stack.env.auto_time_skipping_disabled():
            for (at, _), planned in groupby(plan, key=lambda item: item[:2]):
                await self.sleep_until(at)
                await self.do([act for _, _, act in planned])
            await self.sleep_until(until)

    async def do(self, acts: list[Act]) -> None:
        """What is planned for one moment, in the order of the file."""
        for act in acts:
            await act()

    def plan(self, until: datetime) -> list[tuple[datetime, int, Act]]:
        start = midnight(self.day(self.scenario.practice["today"]), self.tz)
        plan: list[tuple[datetime, int, Act]] = []
        for at in self.pay_runs(until):
            plan.append((at, 0, partial(self.office.pay.close_periods, f"{at:%Y%m%d}")))
        at = start
        while at < until:
            batch = instant(datetime.combine(at.astimezone(self.tz).date(), BATCH_AT), self.tz)
            plan.append((batch, BATCH, partial(self.send_claims, batch)))
            at += timedelta(days=1, hours=12)
            at = midnight(at.astimezone(self.tz).date(), self.tz)
        for row in self.scenario.sessions:
            booked = self.at(row["booked"]) if row["booked"] else start
            plan.append((booked, 2, partial(self.book, row)))
        plan.append((until, 2, partial(self.office.records.review, f"{until:%Y%m%d}")))
        for event in self.scenario.events:
            plan.append((self.at(event["at"]), 3, partial(self.happen, event)))
        return [item for item in plan if start <= item[0] <= until]

    def pay_runs(self, until: datetime) -> list[datetime]:
        practice = self.scenario.practice
        anchor = practice["pay_anchor"] or practice["today"]
        last_day = until.astimezone(self.tz).date() - timedelta(days=1)
        ended = periods_ending(
            self.day(practice["today"]), last_day, PayCycle(practice["pay_period"]), self.day(anchor)
        )
        return [midnight(period.last + timedelta(days=1), self.tz) for period in ended]

    async def sleep_until(self, at: datetime) -> None:
        while (left := at - await self.stack.env.get_current_time()) > timedelta():
            await self.stack.env.sleep(min(left, LONGEST_SKIP))
        self.clock[0] = at

    async def book(self, row: Any) -> None:
        await self.office.sessions.book(
            self.names.clinicians[row["clinician"]],
            self.names.services[row["service"]],
            tuple(self.names.clients[c] for c in row["clients"]),
            self.at(row["starts"]),
            session_id=self.names.sessions[row["id"]],
        )

    async def send_claims(self, at: datetime) -> None:
        """The day's batch, unless nothing waits; what the clearinghouse says of it is read at once."""
        due = claim_batches.due(at.astimezone(self.tz).date())
        if self.exists(select(Claim.number).where(Claim.status == "draft", due)):
            await self.office.claims.send(f"{at:%Y%m%d}")
            await self.read_answers()

    async def read_answers(self) -> None:
        await self.office.claims.read_answers(f"{self.clock[0]:%Y%m%dT%H%M%S}-{self.files}")

    async def happen(self, event: Any) -> None:
        """One event of the file, as the office or the world does it."""
        if event["do"] in paying.DEEDS:
            today = self.clock[0].astimezone(self.tz).date()
            await paying.Payroll(self.office, self.names, self.day, (self.clock[0], today)).happen(event)
        else:
            await getattr(self, event["do"])(event)

    async def cancel(self, event: Any) -> None:
        await self.office.sessions.cancel(self.session(event), By(event["by"]), self.client(event))

    async def reschedule(self, event: Any) -> None:
        await self.office.sessions.reschedule(self.session(event), self.at(event["starts"]), By(event["by"]))

    async def confirm(self, event: Any) -> None:
        await self.office.sessions.confirm(self.session(event), self.client(event))

    async def attend(self, event: Any) -> None:
        await self.office.sessions.attend(self.session(event), self.client(event), event["minutes"])

    async def detail(self, event: Any) -> None:
        told = event["add_ons"]
        beside = None if told is None else tuple(AddOn(self.names.services[a["service"]], a["minutes"]) for a in told)
        held = Held(event["held"]) if event["held"] else None
        await self.office.sessions.detail(self.session(event), self.client(event), held, beside, event["replace"])

    async def no_show(self, event: Any) -> None:
        await self.office.sessions.no_show(self.session(event), self.client(event))

    async def sign_note(self, event: Any) -> None:
        await self.office.sessions.sign(self.session(event), "Session note", tuple(event["diagnosis"]))

    async def pay(self, event: Any) -> None:
        await self.office.money.pay(self.names.clients[event["client"]], event["amount"], event["method"])

    async def refund(self, event: Any) -> None:
        await self.office.money.refund(self.names.clients[event["client"]], event["amount"], event["method"])

    async def waive(self, event: Any) -> None:
        client_id = self.client(event) or self.attendees(event)[0]
        await self.office.sessions.waive(self.session(event), client_id, event["reason"])

    async def write_off(self, event: Any) -> None:
        await self.office.money.write_off(self.names.clients[event["client"]], event["amount"], event["reason"])

    async def correct_claim(self, event: Any) -> None:
        claim = self.claims_of(event)[-1]
        await self.office.claims.correct(claim.number, event["authorization"], tuple(event["diagnosis"]))

    async def bill_now(self, event: Any) -> None:
        await self.office.claims.bill_now(self.claims_of(event)[-1].number)

    async def close_claim(self, event: Any) -> None:
        """The newest claim of a session is given up, with all that is open on it."""
        await self.office.claims.close(self.claims_of(event)[-1].number, event["reason"], event["bill_client"])

    async def reject(self, event: Any) -> None:
        """A 999 that refuses the file a claim left in, or a 277CA that refuses the claim."""
        claim = self.claims_of(event)[-1]
        with Database(self.office.engine) as db:
            practice, payer = db.get_one(Practice, 1), db.get_one(Payer, claim.payer_id)
            control = db.exec(
                select(Interchange.control)
                .join(Submission, col(Submission.interchange_id) == Interchange.id)
                .where(Submission.claim_number == claim.number)
                .order_by(col(Submission.edition).desc())
            ).first()
        if event["by"] == "999":
            content = answers.file_rejection(practice, control or 0, event["code"], self.next_file(), self.clock[0])
        else:
            content = answers.claim_rejection(practice, payer, claim, event["code"], self.next_file(), self.clock[0])
        await self.drop(content)

    async def remit(self, event: Any) -> None:
        """An 835 in the clearinghouse's outbox."""
        payer_id = self.names.payers[event["payer"]]
        told = [self.answered(claim, payer_id) for claim in event["claims"]]
        with Database(self.office.engine) as db:
            practice, payer = db.get_one(Practice, 1), db.get_one(Payer, payer_id)
        self.traces += 1
        trace = event["trace"] or f"EFT{self.traces:08d}"
        await self.drop(answers.remittance(practice, payer, trace, told, event["plb"], self.next_file(), self.clock[0]))

    async def drop(self, content: str) -> None:
        outbox = self.stack.clearinghouse_folder / "outbox"
        (outbox / f"answer-{self.files:06d}.edi").write_text(content)
        await self.read_answers()

    def answered(self, told: Any, payer_id: int) -> answers.Answered:
        claims = [c for c in self.claims_of(told) if c.payer_id == payer_id]
        if not claims:
            return answers.Answered(told, None)
        services = {number: name for name, number in self.names.services.items()}
        sessions = {session_id: name for name, session_id in self.names.sessions.items()}
        with Database(self.office.engine, expire_on_commit=False) as db:
            lines = claim_lines.of_claim(db, claims[-1].number)
            codes = claim_lines.codes_of(db, lines)
            held = {line.place: db.get_one(AttendanceRow, line.attendance_id).session_id for line in lines}
        named = (
            answers.Named(sessions[held[line.place]], services[line.service_id], codes[line.service_id], line)
            for line in lines
        )
        return answers.Answered(told, claims[-1], tuple(named))

    def claims_of(self, event: Any) -> list[Claim]:
        client_id = self.client(event) or self.attendees(event)[0]
        with Database(self.office.engine) as db:
            query = (
                select(Claim)
                .join(ClaimLine, col(ClaimLine.claim_number) == Claim.number)
                .join(AttendanceRow, col(AttendanceRow.id) == ClaimLine.attendance_id)
                .where(AttendanceRow.session_id == self.session(event), Claim.client_id == client_id)
                .where(col(ClaimLine.add_on).is_(False))
            )
            return list(db.exec(query.order_by(col(Claim.sequence))).all())

    def attendees(self, event: Any) -> list[int]:
        row = next(s for s in self.scenario.sessions if s["id"] == event["session"])
        return [self.names.clients[c] for c in row["clients"]]

    def session(self, event: Any) -> UUID:
        return self.names.sessions[event["session"]]

    def client(self, event: Any) -> int | None:
        return self.names.clients[event["client"]] if event["client"] else None

    def exists(self, query: Any) -> bool:
        with Database(self.office.engine) as db:
            return db.exec(query).first() is not None

    def next_file(self) -> int:
        self.files += 1
        return 900_000_000 + self.files

    def at(self, local: datetime) -> datetime:
        return instant(local.replace(year=local.year + self.later), self.tz)

    def day(self, day: date) -> date:
        return day.replace(year=day.year + self.later)


def _earlier(day: str, later: int) -> str:
    return f"{int(day[:4]) - later:04d}{day[4:]}"
