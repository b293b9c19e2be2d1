"""What people say of clients' money: paid, given back, given up."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from models.messages import Money, Receipt, payment_workflow
from starter.office.asking import Line
from workflows.payment import PaymentWorkflow


@dataclass(frozen=True)
class Moneys:
    """Clients' money, as people record it."""

    line: Line

    async def pay(
        self, client_id: int, amount: Decimal, method: str, reference: str = "", request: UUID | None = None
    ) -> Receipt:
        """Record what a client paid; the same request twice is recorded once."""
        return await self._money(Money(request or uuid4(), "payment", client_id, amount, method, reference=reference))

    async def refund(
        self, client_id: int, amount: Decimal, method: str, reason: str = "", request: UUID | None = None
    ) -> Receipt:
        """Record what went back to a client."""
        return await self._money(Money(request or uuid4(), "refund", client_id, amount, method, reason))

    async def write_off(self, client_id: int, amount: Decimal, reason: str, request: UUID | None = None) -> Receipt:
        """Give up what a client owes."""
        return await self._money(Money(request or uuid4(), "write_off", client_id, amount, reason=reason))

    async def _money(self, money: Money) -> Receipt:
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
