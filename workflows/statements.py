"""The month's statements: mailed once a client and month, in batches."""

from datetime import date

from temporalio import workflow

from activities import statements
from models.collecting import StatementMonth
from workflows.steps import Mailbag, step


@workflow.defn(name="Statements")
class StatementsWorkflow:
    """States the month that has ended, or the one that is named."""

    @workflow.run
    async def run(self, month: date | None) -> int:
        """How many statements were mailed."""
        mails, mailed, after = Mailbag(), 0, 0
        while True:
            batch = await step(statements.due, StatementMonth(month, after), summary="statements")
            mails.send(*batch.handover.mails)
            await mails.finish()
            mailed, month = mailed + batch.mailed, batch.month
            workflow.set_current_details(f"{mailed} statements of {month:%Y-%m} left")
            if batch.next_after is None:
                return mailed
            after = batch.next_after
