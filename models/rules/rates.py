"""Which price is in force: client agreement > clinician > service; of equals the newest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.errors import Refused
from models.facts import Rate


@dataclass(frozen=True)
class Price:
    """An amount in dollars and the rate that set it."""

    amount: Decimal
    rule: str
    why: str


def price(rates: Iterable[Rate], clinician_id: int, client_id: int, on: date) -> Price:
    """What this client pays on that day. `rates` are those of the service; Refused when none is in force."""
    return _most_specific((r for r in rates if r.client_id in (None, client_id)), clinician_id, on)


def full_fee(rates: Iterable[Rate], clinician_id: int, on: date) -> Price:
    """The practice's own fee, which every claim bills: never a client's sliding scale."""
    return _most_specific((r for r in rates if r.client_id is None), clinician_id, on)


def _most_specific(rates: Iterable[Rate], clinician_id: int, on: date) -> Price:
    in_force = [r for r in rates if r.effective_from <= on and r.clinician_id in (None, clinician_id)]
    if not in_force:
        raise Refused(f"no rate is in force on {on}: add one for the service")
    best = max(in_force, key=lambda r: (r.client_id is not None, r.clinician_id is not None, r.effective_from))
    kind = _kind(best)
    return Price(best.amount, f"rates.{kind.replace(' ', '_')}", f"{kind} in force since {best.effective_from}")


def _kind(rate: Rate) -> str:
    if rate.client_id is not None:
        return "client agreement"
    return "service rate" if rate.clinician_id is None else "clinician rate"
