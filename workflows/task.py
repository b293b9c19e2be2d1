"""A task's life: open until its cause is gone or somebody says it is done; its people reminded, its owner told."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities import tasks
from activities.relay import DUE_BY
from models.messages import Handover, TaskChange, TaskClosing, TaskStart
from workflows.steps import Mailbag, happens_before, show, step, why


@workflow.defn(name="Task")
class TaskWorkflow:
    """One open task; the step that removes its cause tells it so."""

    @workflow.init
    def __init__(self, start: TaskStart) -> None:
        self.start = start
        self.is_done = False
        self.mails = Mailbag()

    @workflow.run
    async def run(self, _: TaskStart) -> str:
        """ "done", in the end."""
        workflow.set_current_details(
            f"{self.start.kind} for a {self.start.role}, due {self.start.due_at:%Y-%m-%d %H:%M} UTC"
        )
        while not self.is_done:
            await self.follow(self.start)
        await self.mails.finish()
        return "done"

    async def follow(self, planned: TaskStart) -> None:
        """Remind and escalate at the planned times; another day or owner makes another plan."""
        if planned.remind_at is not None and not await happens_before(
            planned.remind_at, lambda: self.done_or_changed(planned), "reminder"
        ):
            self.mails.send(*(await step(tasks.remind, planned, summary="remind")).mails)
        if not await happens_before(planned.escalate_at, lambda: self.done_or_changed(planned), "escalation"):
            escalated = await step(tasks.escalate, planned, summary="escalate")
            if isinstance(escalated, Handover):
                self.mails.send(*escalated.mails)
            workflow.set_current_details(f"**escalated**: {planned.kind} for a {planned.role}")
        await workflow.wait_condition(lambda: self.done_or_changed(planned))

    def done_or_changed(self, planned: TaskStart) -> bool:
        return self.is_done or self.start != planned

    @workflow.signal
    def done(self) -> None:
        self.is_done = True

    @workflow.update
    async def change(self, wish: TaskChange) -> TaskStart:
        """Somebody else's, or another day."""
        try:
            self.start = await step(tasks.change, wish, summary="change")
        except ActivityError as refused:
            raise why(refused) from None
        show(DUE_BY.value_set(self.start.due_at))
        return self.start

    @workflow.update
    async def close(self, closing: TaskClosing) -> None:
        """A person says it is done."""
        try:
            await step(tasks.close, closing, summary="close")
        except ActivityError as refused:
            raise why(refused) from None
        self.is_done = True
