"""Claims that wait for further sessions of their span, and sessions that join them (`models/rules/claim_spans.py`)."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from activities import claim_lines, claim_rows
from activities.claim_rows import Known
from activities.database import HELD, Tx
from models.billed import ClaimsPer, ServiceLine
from models.money import total
from models.rules.claim_spans import Common, Gathered, SessionToBill, goes_with, leaves_on, most_lines
from models.rules.claim_stages import NOT_SENT
from models.tables import Claim, Coverage, Overruling, Payer


def hold(tx: Tx, coverages: Collection[Coverage]) -> None:
    """Hold coverages, and the claims to them that wait, for as long as the step lasts; each kind by its key.

    Two group sessions with the same clients, however those were booked, wait for each other and not in a ring.
    """
    ids = [coverage.id for coverage in coverages]
    of_these = select(Coverage.id).where(col(Coverage.id).in_(ids)).order_by(col(Coverage.id))
    tx.db.exec(of_these.with_for_update(**HELD)).all()
    waiting = select(Claim.number).where(col(Claim.coverage_id).in_(ids), col(Claim.leaves_on).is_not(None))
    tx.db.exec(waiting.order_by(col(Claim.number)).with_for_update(**HELD)).all()


def waiting_for(tx: Tx, draft: Claim, payer: Payer, lines: Sequence[ServiceLine]) -> Claim | None:
    """The claim that a session, drafted as one of its own, joins; held until the step ends. None: it stays its own.

    Sessions of one coverage come here one after the other. A claim that has no room for it is full: it
    is let go here, and waits no more.
    """
    if draft.claims_per == ClaimsPer.SESSION:
        return None
    tx.db.exec(select(Coverage).where(Coverage.id == draft.coverage_id).with_for_update(**HELD)).one()
    waiting = _waiting(tx, draft)
    known = claim_rows.known_of(tx, [*waiting, draft], lines={"": claim_lines.drafted(draft, lines)})
    first = known.first(draft)
    common, day = _common(draft, known), first.held_on
    one = SessionToBill(ClaimsPer(draft.claims_per), common, day, first.service_id, len(lines))
    for claim in waiting:
        gathered = _gathered(claim, known)
        if goes_with(gathered, one):
            if gathered.lines + one.lines <= most_lines(payer.on_paper):
                return claim
            claim.leaves_on = None
    return None


def join(tx: Tx, claim: Claim, payer: Payer, lines: Sequence[ServiceLine]) -> None:
    """Put a session onto a claim that waited for it."""
    put(tx, claim, payer, [*claim_lines.as_billed(claim_lines.of_claim(tx.db, claim.number)), *lines])


def put(tx: Tx, claim: Claim, payer: Payer, lines: Sequence[ServiceLine]) -> None:
    """Let a claim that has not left bill exactly these lines, in the order of their days."""
    for line in claim_lines.of_claim(tx.db, claim.number):
        tx.db.delete(line)
    tx.db.flush()
    claim.charge = total(line.charge for line in lines)
    claim.held_on = min(line.held_on for line in lines)
    if claim.leaves_on is not None:
        claim.leaves_on = leaves_on(ClaimsPer(claim.claims_per), claim.held_on, payer.timely_filing_days)
    close_if_full(claim, payer, len(lines))
    claim_lines.keep(tx.db, claim, sorted(lines, key=lambda line: line.held_on))


def close_if_full(claim: Claim, payer: Payer, lines: int) -> None:
    """A claim that has as many lines as one holds waits for nothing."""
    if lines >= most_lines(payer.on_paper):
        claim.leaves_on = None


def _waiting(tx: Tx, draft: Claim) -> Sequence[Claim]:
    """The claims to its coverage that wait, those aside on which somebody answered for a warning as they were.

    All take over its authorization where they have none, as they would when they are looked at again (`look_again`).
    Who answers for a warning holds the claim: what they said is looked for once it is ours.
    """
    query = select(Claim).where(
        Claim.coverage_id == draft.coverage_id,
        col(Claim.leaves_on).is_not(None),
        col(Claim.status).in_(NOT_SENT),
    )
    waiting = tx.db.exec(query.order_by(col(Claim.number)).with_for_update(**HELD)).all()
    numbers = [claim.number for claim in waiting]
    answered_for = set(tx.db.exec(select(Overruling.claim_number).where(col(Overruling.claim_number).in_(numbers))))
    found = [claim for claim in waiting if claim.number not in answered_for]
    for claim in found:
        claim.authorization = claim.authorization or draft.authorization
    return found


def _gathered(claim: Claim, known: Known) -> Gathered:
    lines = known.lines[claim.number]
    visits = tuple((line.held_on, line.service_id) for line in lines if not line.add_on)
    return Gathered(ClaimsPer(claim.claims_per), _common(claim, known), visits, len(lines))


def _common(claim: Claim, known: Known) -> Common:
    first, group = known.first(claim), known.group(claim)
    return Common(
        coverage_id=claim.coverage_id,
        clinician_id=known.session(first).clinician_id,
        billing_npi=group.npi if group else "",
        place_of_service=known.billed(claim, first).place_of_service,
        authorization=claim.authorization,
        diagnoses=frozenset(known.diagnoses(claim)),
    )
