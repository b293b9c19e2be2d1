"""A file from another system: checked, or brought in whole, and then everything told that must hear of it."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities import importing
from models.messages import ImportPart, ImportStanding, ImportStart
from workflows.steps import step, why


@workflow.defn(name="Import")
class ImportWorkflow:
    """One file, once checked and once brought in."""

    @workflow.init
    def __init__(self, start: ImportStart) -> None:
        self.start = start
        self.begun = False
        self.refusal: ApplicationError | None = None

    @workflow.run
    async def run(self, start: ImportStart) -> int:
        """How many lines it added (checked: would add)."""
        try:
            standing = await self.load() if start.for_real else await step(importing.check, start.run_id)
        except ActivityError as refused:
            self.refusal = why(refused)
            await workflow.wait_condition(workflow.all_handlers_finished)
            return 0
        while standing.next is not None:
            standing = await step(importing.follow, ImportPart(start.run_id, standing.next))
            workflow.set_current_details(f"{standing.next or standing.added} of {standing.added} lines followed up")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return standing.added

    async def load(self) -> ImportStanding:
        """Bring it in; where it does not fit any more it is checked again, to say why."""
        await step(importing.begin, self.start.run_id)
        self.begun = True
        try:
            return await step(importing.load, self.start.run_id)
        except ActivityError:
            return await step(importing.check, self.start.run_id)

    @workflow.update
    async def begin(self) -> None:
        """Begun, or the reason why not."""
        await workflow.wait_condition(lambda: self.begun or self.refusal is not None)
        if self.refusal:
            raise self.refusal
