"""What owners do with clinicians' pay: close periods, approve them."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from models.errors import Refused
from models.messages import Approval, PayPeriodRef, PayStanding, pay_workflow
from models.tables import PayStatement
from starter.office.asking import Line
from workflows.pay_period import PayPeriodWorkflow, PayRunWorkflow


@dataclass(frozen=True)
class Pay:
    """Clinicians' pay, as the owner decides on it."""

    line: Line

    async def close_periods(self, run: str, through: date | None = None) -> int:
        """Close the pay periods that have ended (with `through`: on their last day)."""
        return await self.line.batch(PayRunWorkflow.run, f"pay-run/{run}", through)

    async def approve(self, clinician_id: int, last: date, by: str) -> PayStanding:
        """The owner's yes to a closed period."""
        with Database(self.line.engine) as db:
            query = select(PayStatement).where(PayStatement.clinician_id == clinician_id, PayStatement.last == last)
            statement = db.exec(query).first()
        if statement is None:
            raise Refused(f"clinician {clinician_id} has no closed period that ends on {last}")
        if statement.approved_at is not None:
            raise Refused("this period is approved already")
        start = PayPeriodRef(clinician_id, statement.first, last)
        operation = WithStartWorkflowOperation(
            PayPeriodWorkflow.run,
            start,
            id=pay_workflow(clinician_id, last),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        paid: PayStanding = await self.line.ask(PayPeriodWorkflow.approve, Approval(statement.id or 0, by), operation)
        return paid
