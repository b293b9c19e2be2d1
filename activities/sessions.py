"""The steps of a session: booked, moved, cancelled, held or missed, signed. Each answers how it stands then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from activities import (
    chart_tasks,
    charts,
    directory,
    fees,
    kept_words,
    reserving,
    reviews,
    series,
    settlement,
    signatures,
    tasks,
    waitlist,
)
from activities.database import Tx, step
from models.calendar import local_day
from models.errors import Refused
from models.facts import Policy, Status, TaskKind
from models.messages import (
    Attendee,
    Booking,
    Cancellation,
    Mail,
    Move,
    Outcome,
    Reminder,
    SessionStanding,
    Signing,
    Waiver,
)
from models.rules import attendance as rules
from models.rules import rates
from models.rules.reminders import reminder_times
from models.tables import AttendanceRow, Client, Session, SessionMove

NOTE_DUE = timedelta(hours=24)
NOTE_ESCALATES = timedelta(hours=48)
"""A note is asked for a day after the session and escalated two days later (RULES 7)."""


@step("sessions.book")
def book(tx: Tx, booking: Booking) -> SessionStanding:
    """Reserve the slot; Refused when it is taken, past, or names what the practice does not have."""
    session = reserving.slot(tx, booking, reserving.check(tx, booking))
    tx.db.add_all(AttendanceRow(session_id=session.id, client_id=client_id) for client_id in booking.client_ids)
    tx.db.flush()
    series.resolve(tx, session)
    if booking.offer_id:
        waitlist.take_up(tx, booking.offer_id, session)
    if not booking.entered_afterwards and booking.told:
        _mail(tx, session, "booked", booking.client_ids)
        for client_id in booking.client_ids:
            reviews.look_at(tx, client_id)
    return standing(tx, session)


@step("sessions.look")
def look(tx: Tx, session_id: UUID) -> SessionStanding:
    """How a session stands, when somebody comes back to one that was over."""
    return standing(tx, reserving.locked(tx, session_id))


@step("sessions.confirm")
def confirm(tx: Tx, wish: Outcome) -> SessionStanding:
    """A client says they will come."""
    session = reserving.locked(tx, wish.session_id, wish.seen)
    for attendance in _chosen(tx, session, wish.client_id):
        attendance.status = Status.CONFIRMED
    return standing(tx, session)


@step("sessions.move")
def move(tx: Tx, wish: Move) -> SessionStanding:
    """Hold it at another time; a client's late wish costs what a late cancellation costs."""
    session = reserving.locked(tx, wish.session_id, wish.seen)
    expected = _chosen(tx, session, None)
    if tx.now >= session.starts:
        raise Refused("this session has started; it cannot be moved any more")
    if wish.starts <= tx.now:
        raise Refused("the new time is in the past")
    policy = directory.policy(tx.db, session.policy_id)
    if rules.in_notice_window(session.starts, rules.by_the_clock(tx.now), wish.by, policy):
        for attendance in expected:
            fees.decide(tx, session, attendance, Status.LATE_CANCELLED, policy)
    freed = waitlist.time_of(session)
    session.place = session.place if wish.place is None else wish.place
    length, before = session.ends - session.starts, session.starts
    session.starts, session.ends, session.moves = wish.starts, wish.starts + length, session.moves + 1
    tx.db.add(
        SessionMove(
            session_id=session.id,
            number=session.moves,
            at=tx.now,
            starts_before=before,
            starts=wish.starts,
            by=wish.by,
        )
    )
    reserving.reserve(tx, session)
    for attendance in expected:
        attendance.status = Status.BOOKED
    series.resolve(tx, session)
    waitlist.free(tx, freed)
    if wish.told:
        _mail(tx, session, "moved", [a.client_id for a in expected])
    return standing(tx, session)


@step("sessions.cancel")
def cancel(tx: Tx, wish: Cancellation) -> SessionStanding:
    """Somebody, or everybody, will not come; late wishes of clients cost the agreed fee."""
    session = reserving.locked(tx, wish.session_id, wish.seen)
    if tx.now >= session.starts:
        raise Refused("this session has started; record how it ended instead")
    policy = directory.policy(tx.db, session.policy_id)
    cancelled = _chosen(tx, session, wish.client_id)
    status = rules.cancelled_as(session.starts, rules.by_the_clock(tx.now), wish.by, policy)
    for attendance in cancelled:
        _decide(tx, attendance, status)
        attendance.cancelled_by = wish.by
        fees.decide(tx, session, attendance, status, policy)
    session.released = not any(Status(a.status).ahead for a in settlement.attendances(tx, session))
    if session.released:
        waitlist.free(tx, waitlist.time_of(session))
    if wish.told:
        _mail(tx, session, "cancelled", [a.client_id for a in cancelled])
    return standing(tx, session)


@step("sessions.join")
def join(tx: Tx, wish: Attendee) -> SessionStanding:
    """One more client comes to a session that is ahead; who had cancelled without a fee may come again."""
    session = reserving.locked(tx, wish.session_id)
    reserving.known_client(tx, wish.client_id)
    if tx.now >= session.starts or session.released:
        raise Refused("this session has started or was cancelled; book another one")
    rates.price(
        directory.rates(tx.db, session.service_id),
        session.clinician_id,
        wish.client_id,
        directory.held_on(tx, session),
    )
    before = [a for a in settlement.attendances(tx, session) if a.client_id == wish.client_id]
    if before and before[0].status != Status.CANCELLED:
        raise Refused("this client is in the session already, or cancelled it late")
    tx.db.add(before[0] if before else AttendanceRow(session_id=session.id, client_id=wish.client_id))
    tx.attending.pop(session.id)
    for attendance in before:
        attendance.status, attendance.decided_at, attendance.cancelled_by = Status.BOOKED, None, None
    _mail(tx, session, "booked", [wish.client_id])
    return standing(tx, session)


@step("sessions.check_in")
def check_in(tx: Tx, wish: Attendee) -> SessionStanding:
    """A client has arrived; who was checked in already stays so."""
    session = reserving.locked(tx, wish.session_id)
    if local_day(session.starts, tx.tz) != tx.today:
        raise Refused("this session is not today")
    for attendance in _chosen(tx, session, wish.client_id):
        attendance.checked_in_at = attendance.checked_in_at or tx.now
    return standing(tx, session)


@step("sessions.record")
def record(tx: Tx, outcome: Outcome) -> SessionStanding:
    """How it ended for a client; a presumed or still pending no-show may be corrected."""
    session = reserving.locked(tx, outcome.session_id, outcome.seen)
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
    return standing(tx, session)


@step("sessions.presume")
def presume(tx: Tx, session_id: UUID) -> SessionStanding:
    """Nobody said how it ended: a no-show until somebody knows better, and a task for the clinician."""
    session = reserving.locked(tx, session_id)
    policy = directory.policy(tx.db, session.policy_id)
    missing = [a for a in settlement.attendances(tx, session) if Status(a.status).ahead]
    for attendance in missing:
        _decide(tx, attendance, Status.NO_SHOW)
        attendance.presumed = True
        fees.decide(tx, session, attendance, Status.NO_SHOW, policy)
    if missing:
        what = "nobody recorded how the session ended: say attended or no-show (it counts as a no-show until then)"
        tasks.open_task(tx, TaskKind.OUTCOME_MISSING, f"session/{session.id}", what, clinician_id=session.clinician_id)
    settlement.settle(tx, session, policy)
    return standing(tx, session)


@step("sessions.sign")
def sign(tx: Tx, signing: Signing) -> SessionStanding:
    """The clinician signs; what waited for it goes on once every signature is there."""
    session = reserving.locked(tx, signing.session_id)
    if tx.now < session.starts:
        raise Refused("this session has not started yet; its note cannot be signed")
    signatures.sign(tx, session.id, signing.client_id, signing.by)
    return _signed(tx, session)


@step("sessions.cosign")
def cosign(tx: Tx, signing: Signing) -> SessionStanding:
    """The supervisor of the session's clinician signs, too."""
    session = reserving.locked(tx, signing.session_id)
    signatures.cosign(tx, session.id, signing.client_id or 0, signing.by or 0)
    return _signed(tx, session)


@step("sessions.ask_for_note")
def ask_for_note(tx: Tx, session_id: UUID) -> SessionStanding:
    """A day has passed and the note is not signed."""
    session = reserving.locked(tx, session_id)
    if _unwritten(tx, session):
        what = "sign the note of this session: charge, claim and pay wait for it"
        cause, whose = f"session/{session.id}", session.clinician_id
        tasks.open_task(tx, TaskKind.UNSIGNED_NOTE, cause, what, escalate_in=NOTE_ESCALATES, clinician_id=whose)
    return standing(tx, session)


@step("sessions.charge_fees")
def charge_fees(tx: Tx, session_id: UUID) -> SessionStanding:
    """The grace has passed: charge the fees that were neither corrected nor waived."""
    session = reserving.locked(tx, session_id)
    fees.charge_due(tx, session, directory.policy(tx.db, session.policy_id))
    return standing(tx, session)


@step("sessions.waive")
def waive(tx: Tx, waiver: Waiver) -> SessionStanding:
    """Staff waive a client's fee, with a reason."""
    session = reserving.locked(tx, waiver.session_id)
    because = kept_words.reason(tx, f"session/{waiver.session_id}", waiver)
    if not because:
        raise Refused("a waiver needs a reason")
    [attendance] = _of_client(tx, session, waiver.client_id)
    fees.waive(tx, attendance, because)
    return standing(tx, session)


def _signed(tx: Tx, session: Session) -> SessionStanding:
    """What follows from a signature: tasks close, money goes on."""
    if not _unwritten(tx, session):
        tasks.close_tasks(tx, f"session/{session.id}", "the note was signed", TaskKind.UNSIGNED_NOTE)
    for attendance in settlement.attendances(tx, session):
        chart_tasks.reconcile(tx, attendance.client_id)
    settlement.settle(tx, session, directory.policy(tx.db, session.policy_id))
    return standing(tx, session)


def _unwritten(tx: Tx, session: Session) -> bool:
    """Whether a note still waits for its clinician (not for the supervisor)."""
    waiting = settlement.unsigned(tx, session, directory.policy(tx.db, session.policy_id))
    return not all(charts.is_written(tx, attendance) for attendance in waiting)


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


def standing(tx: Tx, session: Session) -> SessionStanding:
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
