"""What of an invoice is due now, and when a client is asked again (RULES 6, 7)."""

from collections.abc import Sequence
from decimal import Decimal

from models.money import ZERO

ASK_AGAIN_DAYS = (30, 60, 90)
"""Days after issue at which an unpaid invoice is mailed again."""

RETRY_CARD_DAYS = (3, 7)
"""Days after a declined automatic charge at which the card is tried again."""


def due(invoiced: Sequence[Decimal], balance: Decimal) -> list[Decimal]:
    """What is still due of each invoice (oldest first), given all the client owes: payments cover the oldest first."""
    dues: list[Decimal] = []
    for amount in reversed(invoiced):
        part = max(ZERO, min(amount, balance))
        dues.append(part)
        balance -= part
    return dues[::-1]
