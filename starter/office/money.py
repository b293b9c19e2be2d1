"""What people do with clients' money: paid, charged, given back, given up, agreed to be paid in parts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session as Database
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities import kept_words
from activities.relay import OFFICE
from models.collecting import (
    ChargeKind,
    ChargeStanding,
    ChargeStart,
    ChargeWish,
    PlanFollowing,
    PlanWish,
)
from models.errors import Refused
from models.messages import Money, Receipt, charge_workflow, payment_workflow, plan_workflow
from models.money import ZERO
from models.tables import ChargeIntent, Invoice, PaymentPlan
from starter.office.asking import Line
from workflows.charge import ChargeWorkflow
from workflows.payment import PaymentWorkflow
from workflows.plan import PlanWorkflow
from workflows.statements import StatementsWorkflow


@dataclass(frozen=True)
class Moneys:
    """Clients' money, as people record it and have it moved."""

    line: Line

    # ── recorded: it moved already ───────────────────────────────────────────

    async def pay(
        self,
        client_id: int,
        amount: Decimal,
        method: str,
        reference: str = "",
        request: UUID | None = None,
        invoice_number: str | None = None,
    ) -> Receipt:
        """Record what a client paid (for one invoice where one is named); the same request twice is recorded once."""
        wish = Money(request or uuid4(), "payment", client_id, amount, method, "", reference, invoice_number)
        return await self._record(wish)

    async def refund(
        self,
        client_id: int,
        amount: Decimal,
        method: str,
        reason: str = "",
        request: UUID | None = None,
        of: UUID | None = None,
    ) -> Receipt:
        """Record what went back to a client; what the gateway took (`of`) goes back through it, to the same card."""
        new = request or uuid4()
        kept_id = self._said(new, reason)
        if of and self._through_gateway(of):
            wish = ChargeWish(new, ChargeKind.REFUND, client_id, amount, method, refund_of=of, kept_id=kept_id)
            answer = await self._charge(wish)
            return Receipt(new, answer.balance)
        return await self._record(Money(new, "refund", client_id, amount, method, refund_of=of, kept_id=kept_id))

    async def write_off(self, client_id: int, amount: Decimal, reason: str, request: UUID | None = None) -> Receipt:
        """Give up what a client owes."""
        new = request or uuid4()
        return await self._record(Money(new, "write_off", client_id, amount, kept_id=self._said(new, reason)))

    # ── moved: the gateway is asked ──────────────────────────────────────────

    async def charge(
        self, client_id: int, amount: Decimal, request: UUID | None = None, invoice_number: str | None = None
    ) -> ChargeStanding:
        """Charge the card or bank account on file; Refused with the reason when it is declined."""
        wish = ChargeWish(request or uuid4(), ChargeKind.CHARGE, client_id, amount, invoice_number=invoice_number)
        return await self._charge(wish)

    async def checkout(self, invoice_number: str, back_path: str, request: UUID | None = None) -> str:
        """The address of the gateway's page on which an invoice is paid; it leads back with `?charge=ID`."""
        with Database(self.line.engine) as db:
            invoice = db.get(Invoice, invoice_number)
        if invoice is None:
            raise Refused(f"there is no invoice {invoice_number}")
        return await self._page(
            ChargeWish(
                request or uuid4(),
                ChargeKind.CHECKOUT,
                invoice.client_id,
                invoice_number=invoice_number,
                back_path=back_path,
            )
        )

    async def card_on_file(self, client_id: int, back_path: str, request: UUID | None = None) -> str:
        """The address of a page on which a client leaves a card or bank account."""
        return await self._page(ChargeWish(request or uuid4(), ChargeKind.SETUP, client_id, ZERO, back_path=back_path))

    async def look(self, charge_id: UUID) -> ChargeStanding:
        """How a charge stands, asked of the gateway now."""
        self.line.known(ChargeIntent, charge_id, "there is no such charge")
        operation = self._starting(ChargeStart(charge_id))
        standing: ChargeStanding = await self.line.ask(ChargeWorkflow.look, operation)
        return standing

    async def told(self, charge_id: UUID, event_id: str) -> None:
        """The gateway sent a message about a charge; Refused when it is none of ours."""
        self.line.known(ChargeIntent, charge_id, "there is no such charge")
        await self.line.client.start_workflow(
            ChargeWorkflow.run,
            ChargeStart(charge_id),
            id=charge_workflow(charge_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal="told",
            start_signal_args=[event_id],
        )

    # ── agreed ───────────────────────────────────────────────────────────────

    async def agree_plan(self, wish: PlanWish) -> PlanFollowing:
        """Let a client pay open invoices in parts."""
        standing: PlanFollowing = await self.line.ask(PlanWorkflow.agree, self._plan(wish))
        return standing

    async def cancel_plan(self, plan_id: UUID) -> None:
        """End a plan; what is left of its invoices is due as a whole."""
        with Database(self.line.engine) as db:
            plan = db.get(PaymentPlan, plan_id)
        if plan is None or plan.ended_at is not None:
            raise Refused("there is no such plan, or it has ended")
        await self.line.tell(PlanWorkflow.run, plan_workflow(plan_id), PlanWorkflow.cancel)

    async def mail_statements(self, month: date) -> int:
        """Mail every statement of a month (its first day) that was not mailed yet; how many there are."""
        return await self.line.batch(StatementsWorkflow.run, f"statements/{month:%Y-%m}", month)

    # ── how ──────────────────────────────────────────────────────────────────

    def _said(self, payment_id: UUID, reason: str) -> UUID | None:
        """Where the reason for a payment is kept."""
        return kept_words.keep(self.line.engine, self.line.vault, f"payment/{payment_id}", reason)

    async def _record(self, money: Money) -> Receipt:
        operation = WithStartWorkflowOperation(
            PaymentWorkflow.run,
            money,
            id=payment_workflow(money.payment_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{money.kind.replace('_', '-')} of {money.amount}",
        )
        receipt: Receipt = await self.line.ask(PaymentWorkflow.record, operation)
        return receipt

    async def _charge(self, wish: ChargeWish) -> ChargeStanding:
        standing: ChargeStanding = await self.line.ask(
            ChargeWorkflow.answer, self._starting(ChargeStart(wish.id, wish), f"{wish.kind} of {wish.amount}")
        )
        return standing

    async def _page(self, wish: ChargeWish) -> str:
        standing = await self._charge(wish)
        if not standing.url:
            raise Refused(f"this page is closed already: it is {standing.state}")
        return standing.url

    def _starting(self, start: ChargeStart, summary: str | None = None) -> Any:
        return WithStartWorkflowOperation(
            ChargeWorkflow.run,
            start,
            id=charge_workflow(start.id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=summary,
        )

    def _plan(self, wish: PlanWish) -> Any:
        return WithStartWorkflowOperation(
            PlanWorkflow.run,
            wish,
            id=plan_workflow(wish.id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Payment plan in {wish.count} parts",
        )

    def _through_gateway(self, payment_id: UUID) -> bool:
        with Database(self.line.engine) as db:
            return db.get(ChargeIntent, payment_id) is not None
