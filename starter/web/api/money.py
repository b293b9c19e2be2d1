"""Money for other programs: invoices read, payments read and recorded."""

from decimal import Decimal
from uuid import UUID

from fastapi.responses import Response
from pydantic import BaseModel, Field

from models.facts import Method
from starter.queries import api as queries
from starter.queries.api import InvoiceOut, PaymentOut
from starter.queries.reading import only
from starter.web.api.answering import Cursor, Limit, Listed, Problem, after, api_router, page
from starter.web.api.caller import Caller, Scope, wants

router = api_router("money")
READ, WRITE = wants(Scope.MONEY_READ), wants(Scope.MONEY_WRITE)


class PaymentIn(BaseModel):
    """Money that a client gave: it is recorded, not taken from a card."""

    client_id: int
    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=2, description='Dollars, as text: "120.00".')
    method: Method
    reference: str = Field("", max_length=200, description="A check's number, a transfer's reference.")


@router.get("/invoices")
def invoices(
    caller: Caller = READ,
    client_id: int | None = None,
    open: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[InvoiceOut]:
    """Invoices by number; `open` for those of which something is due, or not."""
    [before] = after(cursor, 1)
    found = queries.invoices(caller.engine, limit, client_id=client_id, open=open, after=before)
    return page(found, limit, lambda row: (row.number,))


@router.get("/invoices/{number}")
def invoice(number: str, caller: Caller = READ) -> InvoiceOut:
    """One invoice."""
    found = only(queries.invoices(caller.engine, 1, number=number))
    if found is None:
        raise Problem("missing", 404, "there is no such invoice")
    return found


@router.get("/payments")
def payments(
    caller: Caller = READ, client_id: int | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Listed[PaymentOut]:
    """Payments, refunds and write-offs in the order they were recorded."""
    at, number = after(cursor, 2)
    found = queries.payments(caller.engine, limit, client_id=client_id, after_at=at, after_id=number)
    return page(found, limit, lambda row: (row.at.isoformat(), row.id))


@router.get("/payments/{payment_id}")
def payment(payment_id: UUID, caller: Caller = READ) -> PaymentOut:
    """One of them."""
    return known(caller, payment_id)


@router.post("/payments", status_code=201, response_model=PaymentOut)
def pay(wish: PaymentIn, caller: Caller = WRITE) -> Response:
    """Record what a client paid; it settles the oldest invoices first."""

    def recorded(request: UUID) -> PaymentOut:
        money = caller.office.money
        receipt = caller.ask(money.pay(wish.client_id, wish.amount, wish.method, wish.reference, request=request))
        return known(caller, receipt.payment_id)

    return caller.once(recorded)


def known(caller: Caller, payment_id: UUID) -> PaymentOut:
    """A payment; a problem when there is none."""
    found = only(queries.payments(caller.engine, 1, id=payment_id))
    if found is None:
        raise Problem("missing", 404, "there is no such payment")
    return found
