"""Sessions lived from booking to the last cent, through the verbs that staff use."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from models import messages
from models.tables import AttendanceRow, ChargeIntent, ClaimLine, Invoice, RemittanceRow
from starter.bench.practice import LEAD, People
from starter.office import Office
from starter.sandbox.clearinghouse import Clearinghouse

A_MOMENT = timedelta(milliseconds=200)
DIAGNOSIS = ("F411",)


@dataclass(frozen=True)
class Lives:
    """One life for each pair of clinician and client; few ask at a time (`desk`), so that each is answered soon."""

    office: Office
    people: People
    desk: asyncio.Semaphore

    async def self_pay(self, number: int) -> list[str]:
        """Booked, reminded, attended, signed, invoiced, charged to the card, receipted; its workflows."""
        session_id = await self.held(number)
        workflows = [messages.session_workflow(session_id), *self.invoices(number)]
        await self.ended(workflows)
        return [*workflows, *await self.charges(number)]

    async def insured(self, numbers: Sequence[int], sandbox: Clearinghouse, run: str) -> list[str]:
        """The same with a claim that its payer pays in part; one batch for all of them."""
        sessions = await asyncio.gather(*(self.held(number) for number in numbers))
        await asyncio.gather(*(self.ended([messages.session_workflow(each)]) for each in sessions))
        claims = [messages.claim_workflow(number) for each in sessions for number in self.claims(each)]
        await self.office.claims.send(run)
        await self.office.claims.read_answers(f"{run}-accepted")
        await asyncio.to_thread(sandbox.release, datetime.now(UTC))
        await self.office.claims.read_answers(f"{run}-paid")
        await self.ended(claims)
        invoices = [workflow for number in numbers for workflow in self.invoices(number)]
        await self.ended(invoices)
        charges = [workflow for number in numbers for workflow in await self.charges(number)]
        return [*map(messages.session_workflow, sessions), *claims, *invoices, *charges]

    async def held(self, number: int) -> UUID:
        """Book, wait for the start, attend, sign."""
        clinician, client = self.people.clinicians[number], self.people.clients[number]
        async with self.desk:
            starts = datetime.now(UTC) + LEAD
            session_id = await self.office.sessions.book(clinician, self.people.service_id, (client,), starts)
        await asyncio.sleep(max(starts + A_MOMENT - datetime.now(UTC), timedelta()).total_seconds())
        async with self.desk:
            await self.office.sessions.attend(session_id)
            await self.office.sessions.sign(session_id, "Held.", DIAGNOSIS)
        return session_id

    async def ended(self, workflows: Sequence[str]) -> None:
        """Wait for their ends."""
        await asyncio.gather(*(self.office.client.get_workflow_handle(each).result() for each in workflows))

    def invoices(self, number: int) -> list[str]:
        query = select(Invoice.number).where(Invoice.client_id == self.people.clients[number])
        with Database(self.office.engine) as db:
            return [messages.invoice_workflow(found) for found in db.exec(query).all()]

    async def charges(self, number: int) -> list[str]:
        """The charges that paid a client's settled invoices, once they have ended."""
        query = select(ChargeIntent.id).where(ChargeIntent.client_id == self.people.clients[number])
        with Database(self.office.engine) as db:
            found = [messages.charge_workflow(charge_id) for charge_id in db.exec(query).all()]
        await self.ended(found)
        return found

    def remittances(self) -> list[str]:
        """The workflows that posted what payers answered: a file's, not a life's."""
        with Database(self.office.engine) as db:
            return [messages.remittance_workflow(found) for found in db.exec(select(RemittanceRow.id)).all() if found]

    def claims(self, session_id: UUID) -> list[str]:
        attended = select(AttendanceRow.id).where(AttendanceRow.session_id == session_id)
        with Database(self.office.engine) as db:
            lines = select(ClaimLine.claim_number).where(col(ClaimLine.attendance_id).in_(attended))
            return list(db.exec(lines.distinct()).all())
