"""Which session a client's money paid: oldest debt first, what is over is kept as credit (RULES 5).

The ledger knows only what a client owes; pay by collection and fee shares need to know for which
session it was collected. This traces it, afresh each time, so nothing stores a second total.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from models.facts import Movement
from models.money import ZERO


@dataclass(frozen=True)
class Debt:
    """What a payment can be for: a session's charge or its fee."""

    attendance_id: int
    fee: bool


@dataclass
class Account:
    """A client's account while it is traced; amounts in dollars by debt, in order of posting."""

    owed: dict[Debt, Decimal] = field(default_factory=dict)
    collected: dict[Debt, Decimal] = field(default_factory=dict)
    forgiven: dict[Debt, Decimal] = field(default_factory=dict)
    credit: Decimal = ZERO

    def open(self, debt: Debt) -> Decimal:
        """What is still unpaid of one debt."""
        return self.owed[debt] - self.collected.get(debt, ZERO) - self.forgiven.get(debt, ZERO)


def trace(movements: Iterable[Movement], expected: Iterable[tuple[int, Decimal]] = ()) -> Account:
    """Apply the movements in order; then keep credit for sessions whose share is `expected` but not yet known."""
    account = Account()
    for movement in movements:
        if movement.kind == "debt":
            _owe(account, Debt(movement.attendance_id or 0, movement.fee), movement.amount)
        elif movement.kind == "written_off":
            _forgive(account, movement.amount)
        elif movement.amount >= ZERO:
            account.credit += movement.amount
        else:
            _take_back(account, -movement.amount)
        _use_credit(account)
    for attendance_id, amount in expected:
        debt = Debt(attendance_id, False)
        missing = max(ZERO, amount - account.collected.get(debt, ZERO))
        part = max(ZERO, min(missing, account.credit))
        account.collected[debt] = account.collected.get(debt, ZERO) + part
        account.credit -= part
    return account


def _owe(account: Account, debt: Debt, amount: Decimal) -> None:
    """A debt grows, or shrinks by a reversal; what was paid beyond it becomes credit again."""
    account.owed[debt] = account.owed.get(debt, ZERO) + amount
    excess = min(-account.open(debt), account.collected.get(debt, ZERO))
    if excess > ZERO:
        account.collected[debt] -= excess
        account.credit += excess


def _forgive(account: Account, amount: Decimal) -> None:
    """A write-off takes the oldest debts off; its reversal (below zero) puts the newest back on."""
    if amount >= ZERO:
        _settle(account, account.forgiven, amount)
    else:
        _lessen(account.forgiven, -amount)


def _use_credit(account: Account) -> None:
    if account.credit > ZERO:
        account.credit = _settle(account, account.collected, account.credit)


def _settle(account: Account, into: dict[Debt, Decimal], amount: Decimal) -> Decimal:
    """Spread an amount over the open debts, oldest first; what is over."""
    for debt in account.owed:
        part = min(amount, account.open(debt))
        if part > ZERO:
            into[debt] = into.get(debt, ZERO) + part
            amount -= part
    return amount


def _take_back(account: Account, amount: Decimal) -> None:
    """A refund takes the credit first, then what was collected for the debts paid last."""
    part = max(ZERO, min(amount, account.credit))
    account.credit -= part
    account.credit -= _lessen(account.collected, amount - part)


def _lessen(parts: dict[Debt, Decimal], amount: Decimal) -> Decimal:
    """Take an amount away again, from the last debt backwards; what was not there to take."""
    for debt in reversed(parts):
        part = min(amount, parts[debt])
        parts[debt] -= part
        amount -= part
    return amount
