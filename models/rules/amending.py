"""What was done beside a session corrected after it was charged: what its claims allow, and which of them goes again.

A claim that has not left follows by itself. One that its payer decided on goes once more, as a replacement
(frequency 7), where a person says so. While a payer decides nothing of it changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.facts import ClaimStatus
from models.rules.claim_stages import DECIDED, WITHOUT_PAYER
from models.x12.claims import VOID


@dataclass(frozen=True)
class Bill:
    """A claim for a client's part in a session; `leaving`: it stands in a file; `known`: by its payer's own number."""

    number: str
    status: ClaimStatus
    frequency: str
    leaving: bool
    known: bool


def goes_again(bills: Sequence[Bill]) -> Bill | None:
    """The claim that has to go again as a replacement: that of the first coverage, once its payer has decided."""
    return bills[0] if bills and bills[0].status in DECIDED else None


def against(bills: Sequence[Bill], replace: bool) -> str | None:
    """Why what was done cannot be changed any more, and what to do; claims in the order of their coverages."""
    told = (_against(bill) for bill in bills)
    if no := next(filter(None, told), None):
        return no
    first = goes_again(bills)
    if first and not first.known:
        return f"claim {first.number}: its payer's own number is unknown, so it cannot be replaced"
    if first and not replace:
        return (
            f"claim {first.number} is {first.status.value}: it has to go again as a replacement (frequency 7); "
            "change what was done and say so"
        )
    return None


def _against(bill: Bill) -> str | None:
    if bill.status is ClaimStatus.CLOSED:
        return f"claim {bill.number} is closed: what it billed stands"
    if bill.frequency == VOID:
        return f"claim {bill.number} is being taken back: wait until its payer has it, then close it"
    if bill.leaving or bill.status not in (*WITHOUT_PAYER, *DECIDED):
        return f"claim {bill.number} is on its way: wait for its payer's answer, then change what was done"
    return None
