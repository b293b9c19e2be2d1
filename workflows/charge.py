"""Money through the gateway: wished, asked for, and followed until the gateway has said how it ended."""

from collections import deque
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities import charges
from models.collecting import ChargeStanding, ChargeStart, ChargeState, ChargeWish, GatewayNews
from workflows.steps import Mailbag, happens_before, step, why

LOOK_AGAIN = timedelta(hours=6)
"""How long a message of the gateway may be missing before it is asked itself."""


@workflow.defn(name="Charge")
class ChargeWorkflow:
    """One charge, refund or page of the gateway; whoever wished for it hears at once what came of it."""

    @workflow.init
    def __init__(self, start: ChargeStart) -> None:
        self.start = start
        self.standing: ChargeStanding | None = None
        self.refusal: ActivityError | None = None
        self.news: deque[str] = deque()
        self.mails = Mailbag()

    @workflow.run
    async def run(self, start: ChargeStart) -> str:
        """How it ended: approved, declined, expired or refused; "open" where another page stands already."""
        try:
            if start.wish is None or await self.kept(start.wish):
                self.hear(await step(charges.ask, start.id, summary="ask the gateway"))
                await self.follow()
        except ActivityError as refused:
            self.refusal = refused
        await self.mails.finish()
        while self.news:  # told while the mails went out
            await self.follow()
            await self.mails.finish()
        return self.standing.state if self.standing else "refused"

    async def kept(self, wish: ChargeWish) -> bool:
        """Keep the wish; False where a page that is open already serves it."""
        kept = await step(charges.intend, wish, summary="keep the wish")
        if kept.id != wish.id:
            self.standing = kept
        return kept.id == wish.id

    async def follow(self) -> None:
        """Look when the gateway tells of it, and by ourselves where its message is missing."""
        while self.news or not (self.standing and self.standing.state.over):
            await happens_before(workflow.now() + LOOK_AGAIN, lambda: bool(self.news), "message of the gateway")
            event_id = self.news.popleft() if self.news else ""
            self.hear(await step(charges.look, GatewayNews(self.start.id, event_id), summary="look"))

    def hear(self, standing: ChargeStanding) -> None:
        self.standing = standing
        self.mails.send(*standing.handover.mails)
        workflow.set_current_details(f"{standing.state}: {standing.reason}" if standing.reason else standing.state)

    @workflow.update
    async def answer(self) -> ChargeStanding:
        """What came of it, or why not."""
        await workflow.wait_condition(lambda: self.standing is not None or self.refusal is not None)
        if self.standing is None:
            assert self.refusal is not None
            raise why(self.refusal)
        if self.standing.state is ChargeState.DECLINED:
            raise ApplicationError(f"it was declined: {self.standing.reason}", type="Refused", non_retryable=True)
        return self.standing

    @workflow.update
    async def look(self) -> ChargeStanding:
        """Somebody came back from the gateway's page: how it stands now."""
        standing = await step(charges.look, GatewayNews(self.start.id), summary="look")
        self.hear(standing)
        return standing

    @workflow.signal
    def told(self, event_id: str) -> None:
        self.news.append(event_id)
