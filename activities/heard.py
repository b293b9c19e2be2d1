"""What a payer says of one session of a claim, and what that means for its money."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from activities.answered_lines import About
from models.facts import Answer, PaidLine
from models.money import total
from models.rules.ledger import Draft, payer_account
from models.rules.remittance import Decision
from models.tables import AttendanceRow, Claim, ClaimLine, Coverage, RemittanceClaim


@dataclass(frozen=True)
class Heard:
    """What a payer says of one session of a claim, and what that means; `following` is the coverage that comes next."""

    attendance: AttendanceRow
    told: Sequence[About]
    following: Coverage | None
    answer: Answer
    decision: Decision

    @property
    def entries(self) -> list[tuple[ClaimLine | None, Draft]]:
        """What it enters into the ledger, each with the line that it is of."""
        decision = self.decision
        return [(self.told[place][0], drafted) for place, drafted in zip(decision.lines, decision.entries, strict=True)]

    @property
    def overpays(self) -> bool:
        """Whether more would go off the payer's account than it owes for the session."""
        account = payer_account(self.answer.payer_id)
        return -total(moved_on(entry, account) for entry in self.decision.entries) > self.answer.left_open

    def cause(self, claim: Claim, part: RemittanceClaim, line: ClaimLine | None) -> dict[str, Any]:
        """What an entry of it names."""
        return {
            "client_id": claim.client_id,
            "session_id": self.attendance.session_id,
            "attendance_id": self.attendance.id,
            "claim_number": claim.number,
            "remittance_claim_id": part.id,
            "service_id": line.service_id if line and line.add_on else None,
        }


def codes_of(denied: Sequence[PaidLine]) -> str:
    """Why lines were denied, as people read it."""
    return ", ".join(map(_reasons, denied))


def _reasons(line: PaidLine) -> str:
    told = ", ".join(f"{a.group}-{a.reason} {a.amount}" for a in line.adjustments)
    return f"{told} on {line.of}" if line.of else told


def moved_on(drafted: Draft, account: str) -> Decimal:
    """What an entry moves on an account, in dollars (debit positive)."""
    return total(amount for name, amount in drafted.postings if name == account)
