"""The steps of a session: booked, moved, cancelled, held or missed, signed. Each answers how it stands then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from activities import charts, directory, fees, settlement, tasks
from activities.database import Tx, step
from models.errors import Refused
from models.facts import Policy, Status, TaskKind
from models.messages import Booking, Cancellation, Mail, Move, Outcome, Reminder, SessionStanding, Waiver
from models.rules import attendance as rules
from models.rules import rates
from models.rules.reminders import reminder_times
from models.tables import NO_OVERLAP, AttendanceRow, Client, Clinician, Service, Session

NOTE_DUE = timedelta(hours=24)
NOTE_ESCALATES = timedelta(hours=48)
"""A note is asked for a day after the session and escalated two days later (RULES 7)."""


@step("sessions.book")
def book(tx: Tx, booking: Booking) -> SessionStanding:
    """Reserve the slot; Refused when it is taken, past, or names what the practice does not have."""
    service = _check(tx, booking)
    policy_row = directory.policy_in_force(tx.db, tx.today)
    session = Session(
        id=booking.session_id,
        clinician_id=booking.clinician_id,
        service_id=booking.service_id,
        policy_id=policy_row.id or 0,
        starts=booking.starts,
        ends=booking.starts + timedelta(minutes=service.minutes),
        place=booking.place,
        booked_at=tx.now,
    )
    _reserve(tx, session)
    tx.db.add_all(AttendanceRow(session_id=session.id, client_id=client_id) for client_id in booking.client_ids)
    tx.db.flush()
    if not booking.entered_afterwards:
        _mail(tx, session, "booked", booking.client_ids)
    return _standing(tx, session)


@step("sessions.look")
def look(tx: Tx, session_id: UUID) -> SessionStanding:
    """How a session stands, when somebody comes back to one that was over."""
    return _standing(tx, _locked(tx, session_id))


@step("sessions.confirm")
def confirm(tx: Tx, wish: Outcome) -> SessionStanding:
    """A client says they will come."""
    session = _locked(tx, wish.session_id)
    for attendance in _chosen(tx, session, wish.client_id):
        attendance.status = Status.CONFIRMED
    return _standing(tx, session)


@step("sessions.move")
def move(tx: Tx, wish: Move) -> SessionStanding:
    """Hold it at another time; a client's late wish costs what a late cancellation costs."""
    session = _locked(tx, wish.session_id)
    expected = _chosen(tx, session, None)
    if tx.now >= session.starts:
        raise Refused("this session has started; it cannot be moved any more")
    if wish.starts <= tx.now:
        raise Refused("the new time is in the past")
    policy = directory.policy(tx.db, session.policy_id)
    if rules.in_notice_window(session.starts, _by_the_clock(tx.now), wish.by, policy):
        for attendance in expected:
            fees.decide(tx, session, attendance, Status.LATE_CANCELLED, policy)
    length = session.ends - session.starts
    session.starts, session.ends, session.moves = wish.starts, wish.starts + length, session.moves + 1
    _reserve(tx, session)
    for attendance in expected:
        attendance.status = Status.BOOKED
    _mail(tx, session, "moved", [a.client_id for a in expected])
    return _standing(tx, session)


@step("sessions.cancel")
def cancel(tx: Tx, wish: Cancellation) -> SessionStanding:
    """Somebody, or everybody, will not come; late wishes of clients cost the agreed fee."""
    session = _locked(tx, wish.session_id)
    if tx.now >= session.starts:
        raise Refused("this session has started; record how it ended instead")
    policy = directory.policy(tx.db, session.policy_id)
    cancelled = _chosen(tx, session, wish.client_id)
    status = rules.cancelled_as(session.starts, _by_the_clock(tx.now), wish.by, policy)
    for attendance in cancelled:
        _decide(tx, attendance, status)
        fees.decide(tx, session, attendance, status, policy)
    session.released = not any(Status(a.status).ahead for a in settlement.attendances(tx, session))
    _mail(tx, session, "cancelled", [a.client_id for a in cancelled])
    return _standing(tx, session)


@step("sessions.record")
def record(tx: Tx, outcome: Outcome) -> SessionStanding:
    """How it ended for a client; a presumed or still pending no-show may be corrected."""
    session = _locked(tx, outcome.session_id)
    if tx.now < session.starts:
        raise Refused("this session has not started yet")
    if outcome.status not in (Status.ATTENDED, Status.NO_SHOW):
        raise Refused(f"{outcome.status.value} is not how a session ends: attended or no_show")
    if outcome.minutes is not None and not 0 < outcome.minutes <= 24 * 60:
        raise Refused(f"{outcome.minutes} minutes is not a length a session can have")
    policy = directory.policy(tx.db, session.policy_id)
    for attendance in _recordable(tx, session, outcome, policy):
        _end(tx, session, attendance, outcome, policy)
    if not any(a.presumed for a in settlement.attendances(tx, session)):
        tasks.close_tasks(tx, f"session/{session.id}", "the outcome was recorded", TaskKind.OUTCOME_MISSING)
    settlement.settle(tx, session, policy)
    return _standing(tx, session)


@step("sessions.presume")
def presume(tx: Tx, session_id: UUID) -> SessionStanding:
    """Nobody said how it ended: a no-show until somebody knows better, and a task for the clinician."""
    session = _locked(tx, session_id)
    policy = directory.policy(tx.db, session.policy_id)
    missing = [a for a in settlement.attendances(tx, session) if Status(a.status).ahead]
    for attendance in missing:
        _decide(tx, attendance, Status.NO_SHOW)
        attendance.presumed = True
        fees.decide(tx, session, attendance, Status.NO_SHOW, policy)
    if missing:
        what = "nobody recorded how the session ended: say attended or no-show (it counts as a no-show until then)"
        tasks.open_task(tx, TaskKind.OUTCOME_MISSING, f"session/{session.id}", what)
    settlement.settle(tx, session, policy)
    return _standing(tx, session)


@step("sessions.sign")
def sign(tx: Tx, session_id: UUID) -> SessionStanding:
    """The clinician signs the note; what waited for it goes on."""
    session = _locked(tx, session_id)
    if tx.now < session.starts:
        raise Refused("this session has not started yet; its note cannot be signed")
    charts.sign(tx, session_id)
    tasks.close_tasks(tx, f"session/{session.id}", "the note was signed", TaskKind.UNSIGNED_NOTE)
    settlement.settle(tx, session, directory.policy(tx.db, session.policy_id))
    return _standing(tx, session)


@step("sessions.ask_for_note")
def ask_for_note(tx: Tx, session_id: UUID) -> SessionStanding:
    """A day has passed and the note is not signed."""
    session = _locked(tx, session_id)
    if settlement.unsigned(tx, session, directory.policy(tx.db, session.policy_id)):
        what = "sign the note of this session: charge, claim and pay wait for it"
        cause = f"session/{session.id}"
        tasks.open_task(tx, TaskKind.UNSIGNED_NOTE, cause, what, escalate_in=NOTE_ESCALATES)
    return _standing(tx, session)


@step("sessions.charge_fees")
def charge_fees(tx: Tx, session_id: UUID) -> SessionStanding:
    """The grace has passed: charge the fees that were neither corrected nor waived."""
    session = _locked(tx, session_id)
    fees.charge_due(tx, session, directory.policy(tx.db, session.policy_id))
    return _standing(tx, session)


@step("sessions.waive")
def waive(tx: Tx, waiver: Waiver) -> SessionStanding:
    """Staff waive a client's fee, with a reason."""
    session = _locked(tx, waiver.session_id)
    if not waiver.reason.strip():
        raise Refused("a waiver needs a reason")
    [attendance] = _of_client(tx, session, waiver.client_id)
    fees.waive(tx, attendance, waiver.reason)
    return _standing(tx, session)


def _by_the_clock(now: datetime) -> datetime:
    """The moment as people read it: a wish told at 11:00 is in time at 11:00, whatever the seconds."""
    return now.replace(second=0, microsecond=0)


def _check(tx: Tx, booking: Booking) -> Service:
    service = tx.db.get(Service, booking.service_id)
    if service is None:
        raise Refused(f"there is no service {booking.service_id}")
    clinician = tx.db.get(Clinician, booking.clinician_id)
    if clinician is None or not clinician.active:
        raise Refused(f"there is no active clinician {booking.clinician_id}")
    if not booking.client_ids or len(set(booking.client_ids)) < len(booking.client_ids):
        raise Refused("a session needs its clients, each named once")
    for client_id in booking.client_ids:
        if tx.db.get(Client, client_id) is None:
            raise Refused(f"there is no client {client_id}")
    if (booking.starts <= tx.now) is not booking.entered_afterwards:
        when = "past; say so when it is entered afterwards" if booking.starts <= tx.now else "future"
        raise Refused(f"the session's time lies in the {when}")
    on = booking.starts.astimezone(tx.tz).date()
    for client_id in booking.client_ids:
        rates.price(directory.rates(tx.db, booking.service_id), booking.clinician_id, client_id, on)
    return service


def _reserve(tx: Tx, session: Session) -> None:
    """Let the database refuse an overlap."""
    with tx.db.no_autoflush:  # a moved session must not be written before we listen for the refusal
        starts = session.starts.astimezone(tx.tz)
    try:
        tx.db.add(session)
        tx.db.flush()
    except IntegrityError as clash:
        if NO_OVERLAP not in str(clash.orig):
            raise
        raise Refused(f"the clinician has another session at {starts:%Y-%m-%d %H:%M}; choose a free time") from None


def _locked(tx: Tx, session_id: UUID) -> Session:
    session = tx.db.get(Session, session_id, with_for_update=True)
    if session is None:
        raise Refused("there is no such session")
    return session


def _of_client(tx: Tx, session: Session, client_id: int | None) -> list[AttendanceRow]:
    found = [a for a in settlement.attendances(tx, session) if client_id in (None, a.client_id)]
    if not found:
        raise Refused(f"client {client_id} is not in this session")
    return found


def _chosen(tx: Tx, session: Session, client_id: int | None) -> list[AttendanceRow]:
    """The attendances still ahead of one client, or of all."""
    ahead = [a for a in _of_client(tx, session, client_id) if Status(a.status).ahead]
    if not ahead:
        raise Refused("this is over: it was cancelled, or its outcome is recorded")
    return ahead


def _recordable(tx: Tx, session: Session, outcome: Outcome, policy: Policy) -> list[AttendanceRow]:
    """Those whose outcome may be said: not said yet, presumed, or a no-show whose fee still waits."""
    grace = timedelta(hours=policy.fee_grace_hours)
    found = [
        a
        for a in _of_client(tx, session, outcome.client_id)
        if Status(a.status).ahead or a.presumed or (_corrects(a, outcome) and tx.now < (a.decided_at or tx.now) + grace)
    ]
    if not found:
        raise Refused("the outcome of this session is recorded already, or it was cancelled")
    return found


def _corrects(attendance: AttendanceRow, outcome: Outcome) -> bool:
    return attendance.status == Status.NO_SHOW and outcome.status is Status.ATTENDED


def _end(tx: Tx, session: Session, attendance: AttendanceRow, outcome: Outcome, policy: Policy) -> None:
    was_no_show = attendance.status == Status.NO_SHOW
    attendance.minutes = outcome.minutes
    attendance.presumed = False
    if was_no_show and outcome.status is Status.NO_SHOW:
        return
    _decide(tx, attendance, outcome.status)
    if was_no_show:
        fees.withdraw(tx, attendance, "the mark was corrected: the client attended")
    else:
        fees.decide(tx, session, attendance, outcome.status, policy)


def _decide(tx: Tx, attendance: AttendanceRow, status: Status) -> None:
    attendance.status = status
    attendance.decided_at = tx.now


def _mail(tx: Tx, session: Session, kind: str, client_ids: Sequence[int]) -> None:
    for client_id in client_ids:
        key = f"{kind}/{session.id}/{client_id}/{session.moves}"
        tx.after.mails.append(Mail(key, kind, client_id, session.id))


def _standing(tx: Tx, session: Session) -> SessionStanding:
    tx.db.flush()
    policy = directory.policy(tx.db, session.policy_id)
    attendances = settlement.attendances(tx, session)
    ended = max(session.ends, session.booked_at)
    unsigned = settlement.unsigned(tx, session, policy)
    return SessionStanding(
        starts=session.starts,
        ends=session.ends,
        status=_status(attendances),
        clinician_id=session.clinician_id,
        reminders=_reminders(tx, session, attendances, policy),
        undecided=sum(Status(a.status).ahead for a in attendances),
        presumed=sum(a.presumed for a in attendances),
        unsigned=len(unsigned),
        decide_by=ended + timedelta(hours=policy.no_show_after_hours),
        note_due=ended + NOTE_DUE if unsigned else None,
        fees_due=fees.next_due(tx, session, policy),
        handover=tx.after.handover(),
    )


def _reminders(tx: Tx, session: Session, attendances: Sequence[AttendanceRow], policy: Policy) -> tuple[Reminder, ...]:
    times: dict[datetime, list[int]] = {}
    for attendance in attendances:
        if Status(attendance.status).ahead:
            tz = directory.client_zone(tx, tx.db.get_one(Client, attendance.client_id))
            for at in reminder_times(session.starts, tx.now, policy.reminder_hours, tz):
                times.setdefault(at, []).append(attendance.client_id)
    return tuple(Reminder(at, tuple(times[at])) for at in sorted(times))


def _status(attendances: Sequence[AttendanceRow]) -> str:
    """The one word for a session: the least finished of its attendances."""
    order = [Status.BOOKED, Status.CONFIRMED, Status.ATTENDED, Status.NO_SHOW, Status.LATE_CANCELLED, Status.CANCELLED]
    return min((Status(a.status) for a in attendances), key=order.index).value
