"""What tests of pay do again and again: a contract, an item, a period stated and proved."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import select

from activities import pay, pay_changes, pay_contracts
from models.messages import Approval, PayPeriodRef
from models.money import ZERO, total
from models.paying import ItemKind, PayItem
from models.tables import PayLine, PayTerms
from starter.queries.proof import proof
from tests.activities.practice import Desk, usd

FIRST = PayPeriodRef(1, date(2026, 3, 2), date(2026, 3, 15))
SECOND = PayPeriodRef(1, date(2026, 3, 16), date(2026, 3, 29))
THIRD = PayPeriodRef(1, date(2026, 3, 30), date(2026, 4, 12))
LONG_AGO = date(2020, 1, 1)


def agree(desk: Desk, since: date = LONG_AGO, **terms: Any) -> int:
    with Database(desk.world.engine) as db, db.begin():
        return pay_contracts.agree(db, PayTerms(clinician_id=1, effective_from=since, **terms))


def item(desk: Desk, kind: ItemKind, amount: str, reason: str = "agreed") -> Decimal:
    desk.made += 1
    return desk.ask(pay_changes.add_item, PayItem(UUID(int=desk.made), 1, kind, usd(amount), reason, "owner")).amount


def stated(desk: Desk, period: PayPeriodRef) -> dict[str, Decimal]:
    """What a period states once it is closed and paid, by source; its sum is what the ledger paid."""
    before = desk.balance("cash:payroll")
    closed = desk.ask(pay.close, period)
    number = closed.statement_id or 0
    desk.ask(pay.settle, Approval(number, "owner"))
    assert before - desk.balance("cash:payroll") == max(closed.total, ZERO)
    with Database(desk.world.engine) as db:
        assert proof(desk.world.engine).holds, "every statement's sum is in the ledger"
        lines = db.exec(select(PayLine).where(PayLine.statement_id == number)).all()
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.source] = found.get(line.source, ZERO) + line.amount
    assert total(found.values()) == closed.total
    return found
