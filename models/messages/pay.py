"""Wishes about pay periods, and how one stands."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.messages.handover import NOTHING, Handover


@dataclass(frozen=True)
class PayStanding:
    """A closed period's statement; no id when there was nothing to state. `settled`: nothing is left to do for it."""

    statement_id: int | None
    total: Decimal
    handover: Handover = NOTHING
    settled: bool = False


@dataclass(frozen=True)
class Approval:
    """An owner's yes to a statement; `pay_now` where it is paid in the same moment (as histories of before mean it).

    `paid_on` is then the day of payment, as in a `Payout`.
    """

    statement_id: int
    by: str
    pay_now: bool = True
    account_id: int | None = None
    paid_on: date | None = None
