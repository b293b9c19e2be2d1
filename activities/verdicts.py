"""Where a claim stands after its payer's answers: what the newest of each line say, taken together (decision 0034)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from activities.answered_lines import Asked
from activities.claim_answers import Verdict
from activities.claim_lines import sessions
from activities.heard import codes_of
from activities.standing_answers import Said
from models.facts import ClaimStatus, PaidLine
from models.money import ZERO, total
from models.rules.denials import Play, play_for
from models.rules.remittance import is_denied
from models.tables import Claim

Open = Mapping[int, Decimal]
"""What the payer still owes for each session, by attendance, in dollars."""


def verdict(
    claim: Claim, asked: Asked, said: Sequence[Said], left: Open, plays: Mapping[str, Play], new: bool
) -> Verdict | None:
    """What the answers to a claim come to; None: none stands.

    A claim of which something is denied is denied until that is decided, whatever else of it was paid; `new` says
    whether a denial has just come, which is somebody's task. What is open of a line that no answer speaks of is
    waited for; what is open of the others somebody has to decide.
    """
    if not said:
        return None
    if denied := _denied(asked, said, left):
        play = play_for([a for line in denied for a in line.adjustments], plays)
        why = f"denied with {codes_of(denied)} ({play.meaning}): {play.action.value}"
        return Verdict(claim, ClaimStatus.DENIED, why, why if new else "")
    if waited_for := _unanswered(asked, said, left):
        return Verdict(claim, ClaimStatus.ACCEPTED, f"answered in part: {waited_for} is still to be answered", "")
    rest = total(left.values())
    asks = f"paid, but {rest} of it is not explained by any adjustment: decide who owes it" if rest else ""
    return Verdict(claim, ClaimStatus.PAID, "", asks)


def _denied(asked: Asked, said: Sequence[Said], left: Open) -> list[PaidLine]:
    """What is denied and still open, in the order of the lines."""
    only = next(iter(sessions(asked.lines)), 0)
    found = [
        (one.line.place if one.line else 0, one.told)
        for one in said
        if is_denied(one.told) and left.get(one.line.attendance_id if one.line else only, ZERO) > ZERO
    ]
    return [told for _, told in sorted(found, key=lambda each: each[0])]


def _unanswered(asked: Asked, said: Sequence[Said], left: Open) -> Decimal:
    """What is open of lines that no answer speaks of."""
    if any(one.line is None for one in said):
        return ZERO
    answered = {one.line.place for one in said if one.line}
    charged: dict[int, Decimal] = {}
    for line in asked.lines:
        if line.place not in answered:
            charged[line.attendance_id] = charged.get(line.attendance_id, ZERO) + line.charge
    return total(max(ZERO, min(charge, left.get(number, ZERO))) for number, charge in charged.items())
