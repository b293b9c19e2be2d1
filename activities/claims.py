"""The steps of a claim: made, scrubbed, answered, posted, corrected, closed."""

from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from activities import charts, claim_status, directory, earnings, invoices, ledger, tasks
from activities.database import Tx, step
from models.calendar import midnight
from models.errors import Refused
from models.facts import ClaimFacts, ClaimStatus, TaskKind
from models.messages import Answered, ClaimClosing, ClaimStanding, Correction, StatusWish
from models.money import ZERO
from models.rules.claim_status import news
from models.rules.deadlines import FilingClock, filing_clock
from models.rules.ledger import Event, draft, payer_account
from models.rules.scrub import scrub
from models.tables import AttendanceRow, Claim, Client, Clinician, Coverage, Payer, Service, Session, Submission

OPEN = (ClaimStatus.DRAFT, ClaimStatus.HELD, ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED, ClaimStatus.REJECTED)
"""Not answered by the payer yet: the filing clock runs."""

ANSWERED = (TaskKind.TIMELY_FILING, TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_SILENT)
"""Tasks that end when a payer has decided, however it did."""

VOID = "8"
"""The frequency of a claim that is taken back (CLM05-3)."""

ON_ITS_WAY = (ClaimStatus.DRAFT, ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED)


def make(
    tx: Tx, attendance: AttendanceRow, coverage: Coverage, charge: Decimal, on: date, forwarded: bool = False
) -> None:
    """Make the claim of an attendance to a coverage, once; `forwarded`: the payer before sent it on itself."""
    made = select(Claim).where(Claim.attendance_id == attendance.id, Claim.coverage_id == coverage.id)
    if tx.db.exec(made).first():
        return
    number = f"C{tx.next('claim_number'):07d}"
    claim = Claim(
        number=number,
        attendance_id=attendance.id or 0,
        coverage_id=coverage.id or 0,
        payer_id=coverage.payer_id,
        sequence=coverage.sequence,
        status=ClaimStatus.ACCEPTED if forwarded else ClaimStatus.DRAFT,
        charge=charge,
        held_on=on,
        made_at=tx.now,
        authorization=coverage.authorization,
        accepted_at=tx.now if forwarded else None,
    )
    tx.db.add(claim)
    tx.db.flush()
    if not forwarded:
        _scrub(tx, claim)
    tx.after.claims.append(number)


@step("claims.prepare")
def prepare(tx: Tx, number: str) -> ClaimStanding:
    """Where a claim stands when somebody begins to follow it; a held one is scrubbed again."""
    claim = locked(tx, number)
    if claim.status == ClaimStatus.HELD:
        _scrub(tx, claim)
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
    claim.diagnoses = list(correction.diagnoses) or claim.diagnoses
    claim.frequency = "7" if decided else claim.frequency
    claim.edition += 0 if claim.status == ClaimStatus.HELD else 1
    claim.accepted_at = None
    tasks.close_tasks(tx, _cause(claim), "corrected and sent again", TaskKind.CLAIM_REJECTED, TaskKind.CLAIM_DENIED)
    _scrub(tx, claim)
    return standing(tx, claim)


@step("claims.warn")
def warn(tx: Tx, number: str) -> ClaimStanding:
    """Two thirds of the time for filing are gone and no payer has answered."""
    claim = locked(tx, number)
    if claim.status in OPEN:
        clock = _clock(tx, claim)
        what = f"claim {claim.number} is {claim.status}; it must reach its payer by {clock.last}"
        escalate_in = max(midnight(clock.escalate_on, tx.tz) - tx.now, timedelta())
        tasks.open_task(tx, TaskKind.TIMELY_FILING, _cause(claim), what, escalate_in=escalate_in)
    return standing(tx, claim, warned=True)


@step("claims.close")
def close(tx: Tx, closing: ClaimClosing) -> ClaimStanding:
    """Give a claim up: what its payer still owes is the client's now, or written off."""
    claim = locked(tx, closing.claim_number)
    if claim.status == ClaimStatus.CLOSED:
        raise Refused(f"claim {claim.number} is closed already")
    if not closing.reason.strip():
        raise Refused("closing a claim needs a reason")
    claim.status = ClaimStatus.CLOSED
    claim.why = closing.reason
    tx.db.flush()
    _give_up(tx, claim, closing)
    tasks.close_tasks(tx, _cause(claim), "the claim was closed")
    return standing(tx, claim)


def standing(tx: Tx, claim: Claim, warned: bool = False) -> ClaimStanding:
    """Where a claim stands, for its workflow."""
    tx.db.flush()
    waiting = claim.status in OPEN and not warned
    return ClaimStanding(
        number=claim.number,
        status=claim.status,
        payer_id=tx.db.get_one(Payer, claim.payer_id).payer_id,
        charge=claim.charge,
        over=claim.status in (ClaimStatus.PAID, ClaimStatus.CLOSED),
        warn_at=midnight(_clock(tx, claim).warn_on, tx.tz) if waiting else None,
        handover=tx.after.handover(),
        ask_at=claim_status.ask_at(tx, claim),
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
        tasks.close_tasks(tx, _cause(claim), "the payer answered", *ANSWERED)
        ask_biller(tx, claim, why)
    else:
        tasks.close_tasks(tx, _cause(claim), "the payer paid")


def ask_biller(tx: Tx, claim: Claim, why: str) -> None:
    """A payer's answer that a person must decide on."""
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_DENIED, _cause(claim), f"claim {claim.number}: {why}", client_id)


def taken_back(tx: Tx, claim: Claim) -> None:
    """Its payer has the void: where something is open, a person says who bears it."""
    if claim.frequency == VOID and left_open(tx, claim) > ZERO:
        ask_biller(tx, claim, "its payer took it back: close it, billing the client or writing it off")


def left_open(tx: Tx, claim: Claim) -> Decimal:
    """What this payer still owes for the claim."""
    return ledger.balance(tx.db, payer_account(claim.payer_id), attendance_id=claim.attendance_id)


def _scrub(tx: Tx, claim: Claim) -> None:
    findings = scrub(_facts(tx, claim))
    if findings:
        hold(tx, claim, "; ".join(f"{f.field} {f.what}: {f.mend}" for f in findings))
    else:
        claim.status = ClaimStatus.DRAFT
        claim.why = ""
        tasks.close_tasks(tx, _cause(claim), "the scrub found nothing", TaskKind.CLAIM_HELD)


def _facts(tx: Tx, claim: Claim) -> ClaimFacts:
    attendance = tx.db.get_one(AttendanceRow, claim.attendance_id)
    session = tx.db.get_one(Session, attendance.session_id)
    service = tx.db.get_one(Service, session.service_id)
    coverage = tx.db.get_one(Coverage, claim.coverage_id)
    note_required = directory.policy(tx.db, session.policy_id).note_required
    return ClaimFacts(
        code=service.code,
        minutes=attendance.minutes or service.minutes,
        held_on=claim.held_on,
        charge=claim.charge,
        diagnoses=tuple(diagnoses_of(tx, claim)),
        member_id=coverage.member_id,
        rendering_npi=tx.db.get_one(Clinician, session.clinician_id).npi,
        billing_npi=tx.practice.npi,
        note_signed=charts.is_signed(tx, attendance) or not note_required,
        covered_from=coverage.covered_from,
        covered_until=coverage.covered_until,
        missing=_missing(tx.db.get_one(Client, attendance.client_id)),
    )


def _missing(client: Client) -> tuple[str, ...]:
    """What a claim must say of a subscriber (837P loop 2010BA) and the record does not know."""
    known = {
        "last name": client.last,
        "birth date": client.birth,
        "street": client.line1,
        "city": client.city,
        "state": client.state,
        "ZIP": client.zip,
    }
    return tuple(name for name, value in known.items() if not value)


def diagnoses_of(tx: Tx, claim: Claim) -> list[str]:
    """As corrected on the claim, else of the note, else of the client's record."""
    attendance = tx.db.get_one(AttendanceRow, claim.attendance_id)
    return (
        claim.diagnoses
        or charts.diagnoses(tx, claim.attendance_id)
        or tx.db.get_one(Client, attendance.client_id).diagnoses
    )


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
        tasks.open_task(tx, TaskKind.CLAIM_SILENT, _cause(claim), what, client_id)
    else:
        tasks.close_tasks(tx, _cause(claim), "its payer is at work on it", TaskKind.CLAIM_SILENT)


def _reject(tx: Tx, claim: Claim, code: str) -> None:
    claim.status = ClaimStatus.REJECTED
    claim.why = f"rejected before adjudication: {code}"
    what = f"claim {claim.number} was rejected and never reached its payer ({code}): correct it and send it again"
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_REJECTED, _cause(claim), what, client_id)


def _give_up(tx: Tx, claim: Claim, closing: ClaimClosing) -> None:
    owed = left_open(tx, claim)
    if owed <= ZERO:
        return
    attendance = tx.db.get_one(AttendanceRow, claim.attendance_id)
    event = Event.CLIENT_SHARE if closing.bill_client else Event.PAYER_WRITE_OFF
    rule = "claims.billed_to_client" if closing.bill_client else "claims.written_off"
    drafted = draft(event, owed, rule, closing.reason, payer=claim.payer_id, client=attendance.client_id)
    entry = ledger.post(
        tx,
        f"close/{claim.number}/{claim.edition}",
        drafted,
        client_id=attendance.client_id,
        session_id=attendance.session_id,
        attendance_id=attendance.id,
        claim_number=claim.number,
    )
    if entry and closing.bill_client:
        invoices.ask(tx, attendance.client_id, [entry])
    earnings.accrue_client(tx, attendance.client_id)


def _clock(tx: Tx, claim: Claim) -> FilingClock:
    return filing_clock(claim.held_on, tx.db.get_one(Payer, claim.payer_id).timely_filing_days)


def _cause(claim: Claim) -> str:
    return f"claim/{claim.number}"


def hold(tx: Tx, claim: Claim, why: str) -> None:
    """Keep a claim back with a task that says why."""
    claim.status = ClaimStatus.HELD
    claim.why = why
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    tasks.open_task(tx, TaskKind.CLAIM_HELD, _cause(claim), f"claim {claim.number}: {why}", client_id)


def next_coverage(tx: Tx, claim: Claim) -> Coverage | None:
    """The coverage that answers after this claim's."""
    client_id = tx.db.get_one(AttendanceRow, claim.attendance_id).client_id
    later = [c for c in directory.coverages(tx.db, client_id, claim.held_on) if c.sequence > claim.sequence]
    return later[0] if later else None


def earlier_claims(tx: Tx, claim: Claim) -> list[Claim]:
    """The claims of the same attendance to the coverages before, primary first."""
    query = select(Claim).where(Claim.attendance_id == claim.attendance_id, Claim.sequence < claim.sequence)
    return list(tx.db.exec(query.order_by(col(Claim.sequence))).all())
