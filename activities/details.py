"""What a clinician says of a client's part in a session beyond that they came: how it was held, and add-ons."""

from collections.abc import Sequence

from activities import amending, directory, reserving, service_lines, sessions, settlement
from activities.database import Tx, step
from models.billed import AddOn
from models.errors import Refused
from models.facts import Status
from models.messages import Detail, SessionStanding
from models.rules.coding import FURTHER_CRISIS, WITH_A_VISIT, mismatch, misplaced
from models.tables import AddOnRow, AttendanceRow, Service, Session

BILLED = (Status.BOOKED, Status.CONFIRMED, Status.ATTENDED)


@step("details.detail")
def detail(tx: Tx, wish: Detail) -> SessionStanding:
    """Say how it was held, and what was done beside the session's own service.

    What was charged already is reversed and posted anew, and its claim follows where it has not left; one that its
    payer decided on goes again as a replacement where the wish says so, else the whole is Refused.
    """
    session = reserving.locked(tx, wish.session_id)
    for attendance in _theirs(tx, session, wish.client_id):
        if wish.held is not None:
            attendance.held = wish.held
        if wish.add_ons is not None:
            _choose(tx, session, attendance, wish)
    return sessions.standing(tx, session)


def _theirs(tx: Tx, session: Session, client_id: int | None) -> list[AttendanceRow]:
    found = [
        a
        for a in settlement.attendances(tx, session)
        if client_id in (None, a.client_id) and Status(a.status) in BILLED
    ]
    if not found:
        raise Refused("nobody who came, or is to come, is meant: nothing of this session is billed to them")
    return found


def _choose(tx: Tx, session: Session, attendance: AttendanceRow, wish: Detail) -> None:
    """Keep exactly these; what is on the record already is no change, whether it was charged or not."""
    chosen = wish.add_ons or ()
    kept = {e.service_id: e for e in service_lines.add_ons(tx.db, attendance) if e.service.code != FURTHER_CRISIS}
    wanted = {add_on.service_id: add_on for add_on in chosen}
    if len(wanted) < len(chosen):
        raise Refused("each add-on is chosen once")
    if {number: each.minutes for number, each in kept.items()} == {n: a.minutes for n, a in wanted.items()}:
        return
    charged = settlement.is_charged(tx, attendance)
    bills = amending.held(tx, attendance, wish.replace) if charged else []
    _fits(tx, session, attendance, chosen)
    for service_id in kept.keys() - wanted.keys():
        tx.db.delete(tx.db.get_one(AddOnRow, (attendance.id, service_id)))
    for add_on in chosen:
        tx.db.merge(
            AddOnRow(attendance_id=attendance.id or 0, service_id=add_on.service_id, units=1, minutes=add_on.minutes)
        )
    tx.db.flush()
    if charged:
        amending.amend(tx, session, attendance, bills)


def _fits(tx: Tx, session: Session, attendance: AttendanceRow, chosen: Sequence[AddOn]) -> None:
    """Refused where an add-on is none, has no fee, does not go with the session, or with its minutes."""
    codes = {add_on.service_id: _code(tx, add_on.service_id) for add_on in chosen}
    own = tx.db.get_one(Service, session.service_id).code
    on = directory.held_on(tx, session)
    for add_on in chosen:
        code = codes[add_on.service_id]
        if code == FURTHER_CRISIS:
            raise Refused(f"{code} follows from the minutes of the session: record how long it took")
        beside = [own, *(other for service_id, other in codes.items() if service_id != add_on.service_id)]
        if wrong := misplaced(code, beside) or _wrong_minutes(code, add_on.minutes, attendance.minutes):
            raise Refused(wrong)
        if not service_lines.priced(tx, add_on.service_id, session.clinician_id, on):
            raise Refused(f"no rate of {code} is in force on {on}: add one for the service")


def _code(tx: Tx, service_id: int) -> str:
    service = tx.db.get(Service, service_id)
    if service is None:
        raise Refused(f"there is no service {service_id}")
    return service.code


def _wrong_minutes(code: str, said: int | None, whole: int | None) -> str | None:
    """Psychotherapy beside a visit has minutes of its own; no other add-on has any to say."""
    if code not in WITH_A_VISIT:
        return None if said is None else f"{code} has no minutes of its own"
    if said is None:
        return f"say how many minutes of psychotherapy {code} stands for"
    if whole is not None and said > whole:
        return f"{said} minutes of psychotherapy are more than the whole session took ({whole})"
    return mismatch(code, said)
