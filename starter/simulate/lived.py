"""A practice lived through its behaviour on the real workflows.

What depends on the terms that are tried (what a claim charges, what a client owes) is asked of the practice at its
time; what people do was fixed before.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import fees
from activities.adapters.folder import INBOX, OUTBOX
from models.calendar import instant, midnight
from models.errors import Refused
from models.facts import By, ClaimStatus
from models.money import ZERO
from models.tables import AttendanceRow, Claim, FeeRow
from starter.scenarios.run import BATCH, Act, Life, prepared
from starter.simulate.accounts import Accounts
from starter.simulate.behaviour import Answer
from starter.simulate.events import BATCH_DAY
from starter.simulate.measure import Found, by_last, measured
from starter.simulate.practice import Comer, Practice
from starter.simulate.story import scenario_of

Told = Callable[[int], None]
NOON = time(12)
AT_ONCE = 6
"""How many people ask something at the same moment."""


def unwatched(_: int) -> None:
    """Nobody is told."""


@asynccontextmanager
async def living(practice: Practice, template_url: str, told: Told, lean: bool = True) -> "AsyncIterator[Lived]":
    """A practice moved in on a stack of its own, before its first day; `told` hears of each thing that was done."""
    async with prepared(scenario_of(practice), Lived, template_url, by_folder=True, lean=lean) as life:
        life.told = told
        life.comers = {client.id: client for client in practice.clients}
        life.last = practice.last
        yield life


@dataclass
class Lived(Life):
    """A practice living through its behaviour.

    `left_out` are the visits it would not book, `refused` how many other things it would not do again. `then` are its
    sums when the `last` day of visits was over.
    """

    left_out: set[str] = field(default_factory=set)
    refused: int = 0
    comers: dict[str, Comer] = field(default_factory=dict)
    told: Told = unwatched
    judged: set[Path] = field(default_factory=set)
    last: date = date.max
    then: Found = field(default_factory=dict)

    @cached_property
    def accounts(self) -> Accounts:
        """What clients owe and move."""
        return Accounts(self.office, self.names, self.day)

    def plan(self, until: datetime) -> list[tuple[datetime, int, Act]]:
        """As a scenario's, but that claims leave once a week: a file costs more than a claim.

        Each noon those clients pay whose time has come, and the last day of visits is looked at when it is over.
        """
        planned = [(at, n, act) for at, n, act in super().plan(until) if n != BATCH or self.leave_on(at)]
        day = self.day(self.scenario.practice["today"])
        while (at := instant(datetime.combine(day, NOON), self.tz)) < until:
            planned.append((at, 4, partial(self.settle, at)))
            day += timedelta(days=1)
        over = midnight(self.day(self.last + timedelta(days=1)), self.tz)
        return [*planned, (over, 5, self.look)]

    def found(self) -> Found:
        """Every sum as it is now, and as it was when the last day of visits was over."""
        return self.sums() | {by_last(name): values for name, values in self.then.items()}

    def sums(self) -> Found:
        """Every sum as it is now."""
        return measured(self.office.engine, dict(self.names.clinicians), self.later)

    async def look(self) -> None:
        """What came out by the last day of visits."""
        self.then = await asyncio.to_thread(self.sums)

    async def do(self, acts: list[Act]) -> None:
        """What is planned for one moment is done by several people at once."""
        desk = asyncio.Semaphore(AT_ONCE)

        async def at_desk(act: Act) -> None:
            async with desk:
                await act()

        await asyncio.gather(*map(at_desk, acts))
        self.told(len(acts))

    def leave_on(self, at: datetime) -> bool:
        """Whether claims leave on that day."""
        return at.astimezone(self.tz).weekday() == BATCH_DAY

    async def read_answers(self) -> None:
        """The clearinghouse judges what has arrived, then its answers are read."""
        for upload in sorted((self.stack.clearinghouse_folder / INBOX).iterdir()):
            if upload not in self.judged:
                self.judged.add(upload)
                await self.sandbox.on_upload(upload)
        await super().read_answers()

    async def book(self, row: Any) -> None:
        """A time that was free then and is not under these terms is left out, with all that followed."""
        try:
            await super().book(row)
        except Refused:
            self.left_out.add(row["id"])

    async def happen(self, event: Any) -> None:
        """Nothing happens at a visit that was left out; hours that these terms do not pay are not logged."""
        if event.get("session") in self.left_out:
            return
        try:
            await super().happen(event)
        except Refused:
            self.refused += event["do"] != "log_hours"

    async def answer(self, event: Any) -> None:
        """What payers say to claims at a moment: one remittance each, read together."""
        for payer, asked in sorted(event["asked"].items()):
            if told := [said for each in asked if (said := self.said(payer, *each))]:
                await self.remit({"payer": payer, "claims": told, "plb": [], "trace": None})
        await self.read_answers()

    async def drop(self, content: str) -> None:
        """An answer lies in the outbox until they are read together."""
        (self.stack.clearinghouse_folder / OUTBOX / f"answer-{self.files:06d}.edi").write_text(content)

    def said(self, payer: str, session: str, client: str, answer: Answer) -> dict[str, Any] | None:
        """An answer in numbers: the allowed amount is the payer's own, whatever we charge above it."""
        about = {"session": session, "client": client}
        claim = self.claim(payer, about)
        if claim is None or claim.status != ClaimStatus.ACCEPTED:
            return None
        told = about | {"icn": f"P{claim.number}"}
        if answer.denied:
            group, reason = answer.denied.split("-", 1)
            return told | {"status": "4", "paid": ZERO, "adjust": [(group, reason, claim.charge)]}
        allowed = min(answer.allowed, claim.charge)
        share = min(answer.share, allowed)
        rest, first = claim.charge - allowed, claim.sequence == 1
        adjust = [("CO" if first else "OA", "45" if first else "23", rest), ("PR", "3", share)]
        said = [each for each in adjust if each[2] > ZERO]
        return told | {"status": "1" if first else "2", "paid": allowed - share, "adjust": said}

    async def correct(self, event: Any) -> None:
        """A denied claim is mended and sent again."""
        claim = self.claim(event["payer"], event)
        if claim and claim.status == ClaimStatus.DENIED:
            await self.office.claims.correct(claim.number)

    async def give_up(self, event: Any) -> None:
        """A denied claim is closed: the client's to pay where the payer said so, else written off."""
        claim = self.claim(event["payer"], event)
        if claim and claim.status == ClaimStatus.DENIED:
            denied = event["denied"]
            await self.office.claims.close(claim.number, f"denied {denied}", bill_client=denied.startswith("PR"))

    async def reschedule(self, event: Any) -> None:
        """Moved as it was; where these terms leave no room there, the practice cancels and the rest is left out."""
        try:
            await super().reschedule(event)
        except Refused:
            await self.office.sessions.cancel(self.session(event), By.PRACTICE)
            self.left_out.add(event["session"])

    async def waive(self, event: Any) -> None:
        """Staff waive a fee as they did; there is nothing to waive where these terms charge none."""
        if self.fee_stands(event):
            await super().waive(event)

    def fee_stands(self, event: Any) -> bool:
        """Whether what a client did then has a fee that was neither waived nor withdrawn."""
        with Database(self.office.engine) as db:
            query = select(FeeRow).join(AttendanceRow, col(AttendanceRow.id) == FeeRow.attendance_id)
            query = query.where(AttendanceRow.session_id == self.session(event), FeeRow.amount > ZERO)
            found = db.exec(query.where(FeeRow.client_id == self.client(event))).all()
        since = self.at(event["of"])
        return any(row.decided_at >= since for row in found if not fees.let_go(row))

    async def settle_up(self, event: Any) -> None:
        """A client pays, gets back or is let off what they did."""
        await self.accounts.move(self.names.clients[event["client"]], event["money"])

    async def settle(self, at: datetime) -> None:
        """Each client who pays by themselves pays what they owe, so many days after the oldest invoice."""
        names = {number: name for name, number in self.names.clients.items()}
        today = at.astimezone(self.tz).date()
        for number, since in self.accounts.owing().items():
            client = self.comers[names[number]]
            told = bool(client.paid) and self.at(client.paid[-1].at) >= at
            if client.pays_after is None or client.autopay or told:
                continue
            if (today - since).days >= client.pays_after and (owed := self.accounts.owed(number)) > ZERO:
                await self.office.money.pay(number, owed, client.method)

    def claim(self, payer: str, event: Any) -> Claim | None:
        """The claim to a payer for a client's part in a session."""
        if event["session"] in self.left_out:
            return None
        payer_id = self.names.payers[payer]
        return next((claim for claim in self.claims_of(event) if claim.payer_id == payer_id), None)
