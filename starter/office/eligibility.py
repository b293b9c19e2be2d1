"""What the desk does about coverages: ask their payers, now or for everybody who is expected."""

from dataclasses import dataclass

from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from models.errors import Refused
from models.messages import EligibilityWish
from models.tables import Client
from starter.office.asking import Line
from starter.office.claims import Claims
from workflows.eligibility import EligibilityWorkflow


@dataclass(frozen=True)
class Eligibility:
    """Payers asked; each run has a name, so that the same one again asks nobody twice."""

    line: Line

    async def run(self, run: str) -> int:
        """Ask about everybody who is expected and has to be asked after; how many files left."""
        return await self.line.batch(EligibilityWorkflow.run, f"eligibility/{run}", EligibilityWish())

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
