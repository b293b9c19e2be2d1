"""The clinicians' calendars elsewhere, read again and again: each by itself, so that a slow one delays no other."""

from temporalio import workflow

from activities import calendars
from workflows.steps import step


@workflow.defn(name="Calendars")
class CalendarsWorkflow:
    """One reading of every outside calendar."""

    @workflow.run
    async def run(self) -> int:
        """How many could be read."""
        read = 0
        for clinician_id in await step(calendars.due, None, summary="which are kept"):
            workflow.set_current_details(f"{read} calendars are read")
            read += await step(calendars.read, clinician_id, summary="read")
        return read
