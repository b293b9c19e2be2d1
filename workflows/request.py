"""A client's wish for a time: on somebody's desk until it is booked, declined or withdrawn."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities import requests
from models.requests import RequestClosing
from workflows.steps import Mailbag, step, why


@workflow.defn(name="AppointmentRequest")
class AppointmentRequestWorkflow:
    """Opened once, closed once; the first answer stands."""

    @workflow.init
    def __init__(self, request_id: UUID) -> None:
        self.id = request_id
        self.is_asked = False
        self.is_closed = False
        self.refusal: ApplicationError | None = None
        self.mails = Mailbag()

    @workflow.run
    async def run(self, _: UUID) -> str:
        """ "closed", in the end."""
        try:
            self.is_closed = not (await step(requests.ask, self.id, summary="ask")).waits
        except ActivityError as refused:
            self.refusal = why(refused)
        self.is_asked = True
        await workflow.wait_condition(lambda: self.is_closed or self.refusal is not None)
        await self.mails.finish()  # whoever asks again hears how it ended, and this ends again
        return "refused" if self.refusal else "closed"

    @workflow.update
    async def ask(self) -> None:
        """Somebody will see it."""
        await self.asked()

    @workflow.update
    async def close(self, wish: RequestClosing) -> None:
        """Booked, declined or withdrawn."""
        await self.asked()
        try:
            handover = await step(requests.close, wish, summary=wish.status)
        except ActivityError as refused:
            raise why(refused) from None
        self.mails.send(*handover.mails)
        self.is_closed = True

    async def asked(self) -> None:
        await workflow.wait_condition(lambda: self.is_asked)
        if self.refusal:
            raise self.refusal
