"""Which payment of a payer a deposit of the bank is: by its trace, else by amount and day, else a person says.

A deposit confirms what was posted; nothing is booked by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

EARLIEST, LATEST = timedelta(days=5), timedelta(days=10)
"""How long before and after the day a payer names its money may arrive."""


@dataclass(frozen=True)
class Arrived:
    """A deposit: its day, its amount, the bank's words, in which the trace may stand."""

    on_day: date
    amount: Decimal
    words: str


@dataclass(frozen=True)
class Announced:
    """A payment that a remittance tells of (TRN02, BPR02, BPR16) and no deposit confirms yet."""

    remittance_id: int
    payer: str
    trace: str
    amount: Decimal
    paid_on: date


@dataclass(frozen=True)
class Match:
    """The payment a deposit is, and why."""

    remittance_id: int
    how: str


def match(deposit: Arrived, announced: Sequence[Announced]) -> Match | None:
    """The only payment that fits; None where none or more than one does. The amount has to agree in any case."""
    same = [a for a in announced if a.amount == deposit.amount]
    said = "".join(deposit.words.upper().split())
    traced = [a for a in same if len(a.trace) >= 4 and a.trace.upper() in said]
    if len(traced) == 1:
        return Match(traced[0].remittance_id, f"its trace {traced[0].trace} and its amount")
    near = [a for a in traced or same if a.paid_on - EARLIEST <= deposit.on_day <= a.paid_on + LATEST]
    if len(near) == 1:
        return Match(near[0].remittance_id, "its amount and its day; no other payment has them")
    return None
