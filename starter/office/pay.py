"""What owners do with clinicians' pay: close periods, approve and pay them, add to them by hand."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from sqlmodel import Session as Database
from sqlmodel import select
from temporalio.client import WithStartWorkflowOperation, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from activities import kept_words
from activities.relay import OFFICE
from models.errors import Refused
from models.messages import Approval, PayPeriodRef, PayStanding, pay_workflow
from models.paying import ItemStanding, PayItem, Payout, Recalculation, pay_item_workflow
from models.tables import PayStatement
from starter.office.asking import Line
from workflows.pay_item import PayItemWorkflow, PayRecalculationWorkflow
from workflows.pay_period import PayPeriodWorkflow, PayRunWorkflow


@dataclass(frozen=True)
class Pay:
    """Clinicians' pay, as the owner decides on it."""

    line: Line

    async def close_periods(self, run: str, through: date | None = None) -> int:
        """Close the pay periods that have ended (with `through`: on their last day)."""
        summary = "pay periods that have ended are closed"
        return await self._batch(PayRunWorkflow.run, f"pay-run/{run}", through, summary)

    async def approve(
        self,
        clinician_id: int,
        last: date,
        by: str,
        account_id: int | None = None,
        pay_now: bool = True,
        paid_on: date | None = None,
    ) -> PayStanding:
        """The owner's yes to a closed period; it is paid at once, on `paid_on`, unless told otherwise."""
        statement = self._statement(clinician_id, last)
        if statement.approved_at is not None:
            raise Refused("this period is approved already")
        approval = Approval(statement.id or 0, by, pay_now, account_id, paid_on)
        return await self._decide(PayPeriodWorkflow.approve, approval, statement)

    async def paid(self, clinician_id: int, last: date, by: str, on: date | None = None) -> PayStanding:
        """An approved period was paid, on a day (None: when its file settles at the bank, or today)."""
        statement = self._statement(clinician_id, last)
        if statement.approved_at is None:
            raise Refused("this period is not approved yet")
        if statement.paid_at is not None:
            raise Refused("this period is paid already")
        return await self._decide(PayPeriodWorkflow.pay, Payout(statement.id or 0, by, on), statement)

    async def add(self, item: PayItem) -> ItemStanding:
        """A bonus, a deduction, a reimbursement or a correction; the same id twice is added once."""
        kept_id = kept_words.keep(self.line.engine, self.line.vault, item.about, item.reason)
        item = replace(item, reason="", kept_id=kept_id)
        operation = WithStartWorkflowOperation(
            PayItemWorkflow.run,
            item,
            id=pay_item_workflow(item.id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{item.kind.value} for clinician {item.clinician_id}",
        )
        standing: ItemStanding = await self.line.ask(PayItemWorkflow.add, operation)
        return standing

    async def recalculate(self, wish: Recalculation, run: str = "") -> int:
        """Pay worked out anew by the rules as they are now; how many sessions were corrected."""
        kept_id = kept_words.keep(self.line.engine, self.line.vault, wish.about, wish.reason)
        wish = replace(wish, reason="", kept_id=kept_id)
        summary = f"pay of clinician {wish.clinician_id} since {wish.since}, worked out anew"
        return await self._batch(PayRecalculationWorkflow.run, f"pay-recalculation/{run or uuid4()}", wish, summary)

    async def _decide(self, update: Any, wish: Any, statement: PayStatement) -> PayStanding:
        start = PayPeriodRef(statement.clinician_id, statement.first, statement.last)
        operation = WithStartWorkflowOperation(
            PayPeriodWorkflow.run,
            start,
            id=pay_workflow(statement.clinician_id, statement.last),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        standing: PayStanding = await self.line.ask(update, wish, operation)
        return standing

    async def _batch(self, run: Any, name: str, wish: Any, summary: str) -> int:
        try:
            return await self.line.batch(run, name, wish, summary=summary)
        except WorkflowFailureError as failed:
            cause: BaseException | None = failed
            while cause is not None:
                if isinstance(cause, ApplicationError) and cause.type == "Refused":
                    raise Refused(cause.message) from None
                cause = cause.__cause__
            raise

    def _statement(self, clinician_id: int, last: date) -> PayStatement:
        with Database(self.line.engine) as db:
            query = select(PayStatement).where(PayStatement.clinician_id == clinician_id, PayStatement.last == last)
            statement = db.exec(query).first()
        if statement is None:
            raise Refused(f"clinician {clinician_id} has no closed period that ends on {last}")
        return statement
