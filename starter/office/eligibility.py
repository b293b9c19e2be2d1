"""What the desk does about coverages: ask their payers, now or for everybody who is expected, by file or telephone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session as Database
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from activities import coverage_calls, records
from activities.coverage_calls import Call
from models.calendar import local_day, zone
from models.errors import Refused
from models.messages import EligibilityWish
from models.tables import Client, Practice
from starter.office.asking import Line
from starter.office.claims import Claims
from starter.office.records import Records
from workflows.eligibility import EligibilityWorkflow


@dataclass(frozen=True)
class Eligibility:
    """Payers asked; each run has a name, so that the same one again asks nobody twice."""

    line: Line

    async def run(self, run: str) -> int:
        """Ask about everybody who is expected and has to be asked after; how many files left."""
        return await self.line.batch(EligibilityWorkflow.run, f"eligibility/{run}", EligibilityWish())

    async def called(self, call: Call, by_id: int | None, wish: UUID, at: datetime | None = None) -> int:
        """Keep what a payer said on the telephone, once per wish; the client's record is looked at again. Their id."""
        now = at or datetime.now(UTC)
        with Database(self.line.engine) as db, db.begin():
            today = local_day(now, zone(db.get_one(Practice, 1).timezone))
            client_id = records.once(db, wish, now, lambda db: coverage_calls.enter(db, call, now, today, by_id))
        await Records(self.line).changed(client_id, wish)
        return client_id

    async def check(self, client_id: int, run: str) -> int:
        """Ask about one client, and read what waits already; an answer that takes longer is read within the hour."""
        self.line.known(Client, client_id, "there is no such client")
        try:
            wish = EligibilityWish(client_id)
            files = await self.line.batch(EligibilityWorkflow.run, f"eligibility/{client_id}/{run}", wish)
        except WorkflowFailureError as no:
            if isinstance(no.cause, ApplicationError) and no.cause.type == "Refused":
                raise Refused(no.cause.message) from None
            raise
        await Claims(self.line).read_answers(f"eligibility-{client_id}-{run}")
        return files
