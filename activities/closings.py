"""How a claim is given up: the client or the next coverage owes it, or nobody; large sums take a second person."""

from collections.abc import Sequence

from sqlmodel import col, select

from activities import claim_lines, claim_making, claims, directory, half_answered, kept_words, tasks
from activities.database import Tx, step
from activities.giving_up import cause, give_up, left_open, open_of_sessions
from models.errors import Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import ClaimStanding, NextCoverage, WriteOffDecision
from models.money import ZERO
from models.rules.claim_stages import DECIDED, ON_ITS_WAY
from models.rules.ledger import Event
from models.tables import Claim, ClaimLine, Coverage, Interchange, Submission, WriteOffAsked


@step("closings.bill_next")
def bill_next(tx: Tx, wish: NextCoverage) -> ClaimStanding:
    """The next coverage answers for what this one does not pay: a claim of its own, and the debt with it.

    A session that went on to it before stays, with what is open of it, for somebody to decide.
    """
    claim = claims.locked(tx, wish.claim_number)
    if claim.status not in DECIDED:
        raise Refused(f"claim {claim.number} is {claim.status}: the next coverage is billed once this one has decided")
    half_answered.refuse(tx.db, claim)
    owed = open_of_sessions(tx.db, claim)
    lines = [line for line in claim_lines.of_claim(tx.db, claim.number) if owed.get(line.attendance_id, ZERO) > ZERO]
    following, lines = _following(tx, claim, lines)
    because = kept_words.reason(tx, cause(claim), wish)
    if not because:
        raise Refused("billing the next coverage needs a reason")
    give_up(tx, claim, Event.NEXT_COVERAGE, because, claim_lines.sessions(lines), next_payer=following.payer_id)
    claim_making.make_all(tx, [claim_making.Wanted(claim_lines.as_billed(lines), following)])
    return claims.standing(tx, claim)


@step("closings.decide")
def decide(tx: Tx, wish: WriteOffDecision) -> ClaimStanding:
    """A second person agrees that so much is given up, or does not."""
    claim = claims.locked(tx, wish.claim_number)
    asked = tx.db.get(WriteOffAsked, wish.asked_id, with_for_update=True)
    if asked is None or asked.claim_number != claim.number:
        raise Refused("nobody asked for this")
    if asked.decided_at is not None:
        withdrawn = "this was withdrawn when the claim went out again: ask anew once its payer has answered"
        raise Refused("this was decided already" if asked.decided_by is not None else withdrawn)
    if wish.by_id is None or wish.by_id == asked.asked_by:
        raise Refused("a second person has to decide this: not the one who asked")
    if wish.granted and _left_since(tx, claim, asked):
        raise Refused(f"claim {claim.number} went out again after this was asked: wait for its payer's answer")
    if wish.granted and left_open(tx, claim) > asked.amount:
        raise Refused(f"more is open now than the {asked.amount} that was asked for: ask again")
    asked.decided_at, asked.decided_by, asked.granted = tx.now, wish.by_id, wish.granted
    tasks.close_tasks(tx, cause(claim), "it was decided", TaskKind.WRITE_OFF_ASKED)
    if wish.granted and claim.status != ClaimStatus.CLOSED:
        give_up(tx, claim, Event.PAYER_WRITE_OFF, asked.reason)
    return claims.standing(tx, claim)


def _following(tx: Tx, claim: Claim, lines: Sequence[ClaimLine]) -> tuple[Coverage, list[ClaimLine]]:
    """The coverage that answers next for what is open and has not gone on to it yet, and the lines of that.

    Refused where it is not the same each day, and where nothing is left.
    """
    if not lines:
        raise Refused(f"nothing of claim {claim.number} is open")
    known = directory.every_coverage(tx.db, claim.client_id)
    of_these = col(ClaimLine.attendance_id).in_(claim_lines.sessions(lines))
    billed = {(b.attendance_id, b.coverage_id): b.claim_number for b in tx.db.exec(select(ClaimLine).where(of_these))}
    after: dict[int, Coverage] = {}
    left: list[ClaimLine] = []
    already = ""
    for line in lines:
        coverage = directory.next_after(known, claim, line.held_on)
        if coverage is None:
            raise Refused(f"the client has no further coverage for {line.held_on}: add it to the record first")
        if made := billed.get((line.attendance_id, coverage.id or 0)):
            already = made
        else:
            after[coverage.id or 0] = coverage
            left.append(line)
    if not left:
        raise Refused(f"the next coverage was billed already, with claim {already}")
    if len(after) > 1:
        raise Refused("the sessions of this claim have not the same next coverage: bill the client, or write it off")
    return next(iter(after.values())), left


def _left_since(tx: Tx, claim: Claim, asked: WriteOffAsked) -> bool:
    """Whether a claim is on its way with an edition that had not left yet when somebody asked."""
    if claim.status not in ON_ITS_WAY or claim.edition == 1:
        return False
    had_left = select(Submission.id).join(Interchange, col(Interchange.id) == Submission.interchange_id)
    had_left = had_left.where(
        Submission.claim_number == claim.number,
        Submission.edition == claim.edition,
        Interchange.created_at <= asked.asked_at,
    )
    return tx.db.exec(had_left).first() is None
