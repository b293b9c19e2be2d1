"""Money that was told before, in whatever file: the same payer, trace and amount (RULES 4). It is posted once.

Whoever brings it hears so; where the claims in it are not those that were told before, a person asks the payer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import blake2b

from sqlmodel import select

from activities import kept_answers
from activities.alive import alive
from activities.database import Tx
from models.money import ZERO
from models.tables import RemittanceClaim, RemittanceRow
from models.x12.envelope import Problem
from models.x12.remittance_835 import Reading
from models.x12.remittances import ClaimPayment, Remittance, problems_of_claim, problems_of_payment

Marks = Counter[bytes]
"""What is told of claims, a mark each, however many times."""


def payer_key(told: Remittance) -> str:
    """How a payer is told apart from others in what it pays: by its number, else by its name."""
    return told.payer.id or told.payer.name


def known(tx: Tx, told: Remittance) -> RemittanceRow | None:
    """The remittance that told of this money before."""
    same = select(RemittanceRow).where(
        RemittanceRow.payer_key == payer_key(told),
        RemittanceRow.trace == told.trace,
        RemittanceRow.payment == told.payment,
    )
    return tx.db.exec(same).first()


class Comparison:
    """A remittance read beside the one that told of the same money before; nothing of it is kept."""

    def __init__(self, tx: Tx, row: RemittanceRow) -> None:
        self._tx, self._row = tx, row
        self._only_here: Marks = Counter()
        self._only_there: Marks = Counter()

    def read(self, reading: Reading) -> Iterator[Problem]:
        """Read it through; what of it does not add up."""
        paid = ZERO
        for place, payment in enumerate(reading.claims()):
            if place % kept_answers.AT_ONCE == 0:
                alive()
            paid += payment.paid
            self._only_here[_told(payment)] += 1
            yield from (problem for _, problem in problems_of_claim(payment))
        yield from problems_of_payment(reading.head, paid)
        kept = select(RemittanceClaim).where(RemittanceClaim.remittance_id == self._row.id)
        self._only_there.update(map(_kept, self._tx.db.exec(kept.execution_options(yield_per=kept_answers.AT_ONCE))))
        self._only_here, self._only_there = self._only_here - self._only_there, self._only_there - self._only_here

    @property
    def differs(self) -> bool:
        """Whether it tells something else of claims than the one before."""
        return bool(self._only_here or self._only_there)

    @property
    def words(self) -> str:
        """What a biller should know of it."""
        same = f"the same money as remittance {self._row.id} (payer, trace and amount): nothing of it is posted again"
        if not self.differs:
            return same
        here, there = self._only_here.total(), self._only_there.total()
        return (
            f"{same}; but of its claims {here} stand there otherwise or not at all, and of that one's {there} here: "
            "ask the payer which of the two holds"
        )


def _told(payment: ClaimPayment) -> bytes:
    adjusted = ((each.group, each.reason, each.amount) for each in payment.every_adjustment)
    return _mark(payment.number, payment.status, payment.icn, payment.charged, payment.paid, adjusted)


def _kept(part: RemittanceClaim) -> bytes:
    adjusted = ((a.group, a.reason, a.amount) for line in kept_answers.lines_of(part) for a in line.adjustments)
    number = str(part.detail.get("number", ""))
    return _mark(number, part.status, part.payer_claim_number, part.charged, part.paid, adjusted)


def _mark(
    number: str, status: str, icn: str, charged: Decimal, paid: Decimal, adjusted: Iterable[tuple[str, str, Decimal]]
) -> bytes:
    told = sorted(f"{group}-{reason} {amount:.2f}" for group, reason, amount in adjusted)
    words = "\n".join((number, status, icn, f"{charged:.2f}", f"{paid:.2f}", *told))
    return blake2b(words.encode(), digest_size=16).digest()
