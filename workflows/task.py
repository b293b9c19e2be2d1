"""A task's life: open until its cause is gone or somebody says it is done; escalated when nobody acts."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import tasks
from models.messages import TaskClosing, TaskStart
from workflows.steps import happens_before, step, why


@workflow.defn(name="Task")
class TaskWorkflow:
    """One open task; the step that removes its cause tells it so."""

    @workflow.init
    def __init__(self, start: TaskStart) -> None:
        self.start = start
        self.is_done = False

    @workflow.run
    async def run(self, _: TaskStart) -> str:
        """ "done", in the end."""
        if not await happens_before(self.start.escalate_at, lambda: self.is_done, "escalation"):
            self.is_done = not await step(tasks.escalate, self.start, summary="escalate") or self.is_done
            workflow.set_current_details(f"**escalated**: {self.start.kind} for a {self.start.role}")
        await workflow.wait_condition(lambda: self.is_done)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "done"

    @workflow.signal
    def done(self) -> None:
        self.is_done = True

    @workflow.update
    async def close(self, closing: TaskClosing) -> None:
        """A person says it is done."""
        try:
            await step(tasks.close, closing, summary="close")
        except ActivityError as refused:
            raise why(refused) from None
        self.is_done = True
