"""The steps of a claim: made, scrubbed, answered, posted, corrected, closed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from sqlmodel import col, select

from activities import claim_lines, claim_status, clocks, corrections, directory, kept_words, scrubbing, tasks
from activities.database import Tx, step
from activities.giving_up import ask_second, cause, give_up, left_open, needs_second, withdraw_asked
from models.billed import ServiceLine
from models.calendar import midnight
from models.errors import Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered, ClaimClosing, ClaimStanding, Correction, StatusWish
from models.money import total
from models.rules.claim_status import news
from models.rules.ledger import Event
from models.tables import AttendanceRow, Claim, Coverage, Payer, Submission

MENDED = (TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_DENIED, TaskKind.APPEAL_DUE)
"""What nobody needs to do once a claim is on its way again."""

ANSWERED = (TaskKind.TIMELY_FILING, TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_SILENT)
"""Tasks that end when a payer has decided, however it did."""

VOID = "8"
"""The frequency of a claim that is taken back (CLM05-3)."""

ON_ITS_WAY = (ClaimStatus.DRAFT, ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED)


def make(tx: Tx, lines: Sequence[ServiceLine], coverage: Coverage, on: date, forwarded: bool = False) -> None:
    """Make the claim of an attendance to a coverage, once; `forwarded`: the payer before sent it on itself."""
    attendance_id = lines[0].attendance_id
    made = select(Claim).where(Claim.attendance_id == attendance_id, Claim.coverage_id == coverage.id)
    if tx.db.exec(made).first():
        return
    number = f"C{tx.next('claim_number'):07d}"
    claim = Claim(
        number=number,
        attendance_id=attendance_id,
        coverage_id=coverage.id or 0,
        payer_id=coverage.payer_id,
        sequence=coverage.sequence,
        status=ClaimStatus.ACCEPTED if forwarded else ClaimStatus.DRAFT,
        charge=total(line.charge for line in lines),
        held_on=on,
        made_at=tx.now,
        authorization=coverage.authorization,
        accepted_at=tx.now if forwarded else None,
    )
    tx.db.add(claim)
    tx.db.flush()
    claim_lines.keep(tx.db, claim, lines)
    if not forwarded:
        look_again(tx, claim)
    tx.after.claims.append(number)


def pass_on(tx: Tx, claim: Claim, coverage: Coverage, forwarded: bool = False) -> None:
    """Make the claim to the next coverage, with the same lines."""
    lines = claim_lines.as_billed(claim_lines.of_claim(tx.db, claim.number))
    make(tx, lines, coverage, claim.held_on, forwarded)


@step("claims.prepare")
def prepare(tx: Tx, number: str) -> ClaimStanding:
    """Where a claim stands when somebody begins to follow it; a held one is scrubbed again."""
    claim = locked(tx, number)
    if claim.status == ClaimStatus.HELD:
        look_again(tx, claim)
    return standing(tx, claim)


@step("claims.take_answer")
def take_answer(tx: Tx, answered: Answered) -> ClaimStanding:
    """What the clearinghouse says of a claim. Any order and repetition of the same answers ends the same.

    What is said of a file that carried an earlier edition is old news.
    """
    claim = locked(tx, answered.claim_number)
    if answered.kind == "status":
        _take_status(tx, claim, answered)
        return standing(tx, claim)
    if answered.ref and not _carried(tx, claim, answered.ref):
        return standing(tx, claim)
    if answered.payer_claim_number and not claim.payer_claim_number:
        claim.payer_claim_number = answered.payer_claim_number
    if answered.kind == "sent" and claim.status == ClaimStatus.DRAFT:
        claim.status = ClaimStatus.SUBMITTED
    elif answered.kind == "accepted" and claim.status in ON_ITS_WAY:
        claim.status = ClaimStatus.ACCEPTED
        claim.accepted_at = claim.accepted_at or tx.now
        taken_back(tx, claim)
    elif answered.kind == "rejected" and claim.status in ON_ITS_WAY:
        _reject(tx, claim, answered.code)
    return standing(tx, claim)


@step("claims.ask_status")
def ask_status(tx: Tx, wish: StatusWish) -> ClaimStanding:
    """Its payer is silent, or somebody wants to know: ask with the next batch. The clock takes no for an answer."""
    claim = locked(tx, wish.claim_number)
    if claim.status == ClaimStatus.ACCEPTED:
        claim_status.ask(tx, claim, wish.by_person)
    elif wish.by_person:
        raise Refused(f"claim {claim.number} is {claim.status}; only what was accepted and not answered is asked after")
    return standing(tx, claim)


@step("claims.correct")
def correct(tx: Tx, correction: Correction) -> ClaimStanding:
    """Send a claim again: as a replacement (7) where the payer has decided on it, else as the original (1)."""
    claim = locked(tx, correction.claim_number)
    if claim.status in ON_ITS_WAY:
        raise Refused(f"claim {claim.number} is {claim.status}; wait for its answer before correcting it")
    if claim.status == ClaimStatus.CLOSED:
        raise Refused(f"claim {claim.number} is closed")
    decided = claim.status in (ClaimStatus.DENIED, ClaimStatus.PAID)
    if decided and not claim.payer_claim_number:
        raise Refused(f"claim {claim.number}: its payer's own number is unknown, so it cannot be replaced")
    claim.authorization = correction.authorization or claim.authorization
    diagnoses, note = corrections.said(tx, correction)
    claim.diagnoses = diagnoses or claim.diagnoses
    claim.note = note or claim.note
    claim.frequency = "7" if decided else claim.frequency
    claim.edition += 0 if claim.status == ClaimStatus.HELD else 1
    claim.accepted_at = None
    goes_again(tx, claim, "corrected and sent again")
    look_again(tx, claim)
    return standing(tx, claim)


@step("claims.warn")
def warn(tx: Tx, number: str) -> ClaimStanding:
    """Time runs out for filing or an appeal, or the payer was to have answered: somebody is told, later the owner."""
    claim = locked(tx, number)
    if clock := clocks.of_claim(tx, claim):
        escalate_in = max(midnight(clock.escalate_on, tx.tz) - tx.now, timedelta())
        client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
        tasks.open_task(tx, clock.kind, cause(claim), clock.what, client_id, escalate_in)
    return standing(tx, claim, warned=True)


@step("claims.close")
def close(tx: Tx, closing: ClaimClosing) -> ClaimStanding:
    """Give a claim up: what its payer still owes is the client's now, or written off.

    More than the practice lets one person write off waits for a second one.
    """
    claim = locked(tx, closing.claim_number)
    if claim.status == ClaimStatus.CLOSED:
        raise Refused(f"claim {claim.number} is closed already")
    because = kept_words.reason(tx, cause(claim), closing)
    if not because:
        raise Refused("closing a claim needs a reason")
    if closing.bill_client:
        give_up(tx, claim, Event.CLIENT_SHARE, because)
    elif needs_second(tx, claim):
        ask_second(tx, claim, left_open(tx, claim), because, closing.by_id)
    else:
        give_up(tx, claim, Event.PAYER_WRITE_OFF, because)
    return standing(tx, claim)


def standing(tx: Tx, claim: Claim, warned: bool = False) -> ClaimStanding:
    """Where a claim stands, for its workflow."""
    tx.db.flush()
    clock = clocks.of_claim(tx, claim)
    return ClaimStanding(
        number=claim.number,
        status=claim.status,
        payer_id=tx.db.get_one(Payer, claim.payer_id).payer_id,
        charge=claim.charge,
        over=claim.status in (ClaimStatus.PAID, ClaimStatus.CLOSED),
        warn_at=midnight(clock.warn_on, tx.tz) if clock and not warned else None,
        handover=tx.after.handover(),
        ask_at=claim_status.ask_at(tx, claim),
        clock=clock.name if clock else clocks.FILING,
    )


def locked(tx: Tx, number: str) -> Claim:
    """The claim, held until the step ends; Refused when there is none."""
    claim = tx.db.get(Claim, number, with_for_update=True)
    if claim is None:
        raise Refused(f"there is no claim {number}")
    return claim


def answered(tx: Tx, claim: Claim, status: ClaimStatus, why: str) -> None:
    """Its payer has decided: the clocks stop, and a denial is somebody's task."""
    claim.status = status
    claim.why = why
    if status is ClaimStatus.DENIED:
        tasks.close_tasks(tx, cause(claim), "the payer answered", *ANSWERED)
        ask_biller(tx, claim, why)
    else:
        tasks.close_tasks(tx, cause(claim), "the payer paid")


def ask_biller(tx: Tx, claim: Claim, why: str) -> None:
    """A payer's answer that a person must decide on."""
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_DENIED, cause(claim), f"claim {claim.number}: {why}", client_id)


def goes_again(tx: Tx, claim: Claim, because: str) -> None:
    """A claim is on its way once more: nobody mends, appeals or gives up what its payer said before."""
    withdraw_asked(tx, claim)
    tasks.close_tasks(tx, cause(claim), because, *MENDED)


def taken_back(tx: Tx, claim: Claim) -> None:
    """Its payer has the void: where something is open, a person says who bears it."""
    if claim.frequency == VOID and left_open(tx, claim) > 0:
        ask_biller(tx, claim, "its payer took it back: close it, billing the client or writing it off")


def scrubbed(tx: Tx, claims: Sequence[Claim]) -> list[Claim]:
    """Those of the claims that nothing holds; the others are held with a task. What is taken back may always leave."""
    found = scrubbing.look(tx, [claim for claim in claims if claim.frequency != VOID])
    for claim in claims:
        if held := found.get(claim.number):
            hold(tx, claim, "; ".join(finding.words for finding in held), [asdict(finding) for finding in held])
    return [claim for claim in claims if not found.get(claim.number)]


def look_again(tx: Tx, claim: Claim) -> None:
    """A claim that lacks what its coverage knows by now takes it over, and is looked at."""
    claim.authorization = claim.authorization or tx.db.get_one(Coverage, claim.coverage_id).authorization
    if scrubbed(tx, [claim]):
        claim.status = ClaimStatus.DRAFT
        claim.why = ""
        claim.findings = []
        tasks.close_tasks(tx, cause(claim), "the scrub found nothing", TaskKind.CLAIM_HELD)


def _carried(tx: Tx, claim: Claim, interchange_id: int) -> bool:
    """Whether that file of ours carried the edition that stands now."""
    query = select(Submission.id).where(
        Submission.interchange_id == interchange_id,
        Submission.claim_number == claim.number,
        Submission.edition == claim.edition,
    )
    return tx.db.exec(query).first() is not None


def _take_status(tx: Tx, claim: Claim, answered: Answered) -> None:
    """What its payer says of a claim that is not answered yet; of any other it is old news."""
    inquiry = claim_status.inquiry(tx, answered)
    if answered.payer_claim_number and not claim.payer_claim_number:
        claim.payer_claim_number = answered.payer_claim_number
    if claim.status != ClaimStatus.ACCEPTED or inquiry.edition != claim.edition:
        return
    claim.why = f"asked after: {inquiry.words}"
    follows = news(inquiry.category, inquiry.action)
    if follows.follows == "rejected":
        _reject(tx, claim, answered.code)
    elif follows.follows == "task":
        what = f"claim {claim.number}: {follows.what} ({answered.code})"
        client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
        tasks.open_task(tx, TaskKind.CLAIM_SILENT, cause(claim), what, client_id)
    else:
        tasks.close_tasks(tx, cause(claim), "its payer is at work on it", TaskKind.CLAIM_SILENT)


def _reject(tx: Tx, claim: Claim, code: str) -> None:
    claim.status = ClaimStatus.REJECTED
    claim.why = f"rejected before adjudication: {code}"
    what = f"claim {claim.number} was rejected and never reached its payer ({code}): correct it and send it again"
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_REJECTED, cause(claim), what, client_id)


def hold(tx: Tx, claim: Claim, why: str, findings: Sequence[dict[str, object]] = ()) -> None:
    """Keep a claim back with a task that says why; `findings` are the scrub's, one by one."""
    claim.status = ClaimStatus.HELD
    claim.why = why
    claim.findings = list(findings)
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_HELD, cause(claim), f"claim {claim.number}: {why}", client_id)


def next_coverage(tx: Tx, claim: Claim) -> Coverage | None:
    """The coverage that answers after this claim's."""
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    later = [c for c in directory.coverages(tx.db, client_id, claim.held_on) if c.sequence > claim.sequence]
    return later[0] if later else None


def earlier_claims(tx: Tx, claim: Claim) -> list[Claim]:
    """The claims of the same attendance to the coverages before, primary first."""
    query = select(Claim).where(Claim.attendance_id == claim.attendance_id, Claim.sequence < claim.sequence)
    return list(tx.db.exec(query.order_by(col(Claim.sequence))).all())
