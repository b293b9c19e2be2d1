"""What a booking needs before it is taken: people and services that exist, a price, a free time.

Also how a session is held for a change: refused when somebody else changed it since the person looked.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from activities import directory, settlement
from activities.database import Tx
from models.errors import Refused
from models.messages import Booking
from models.rules import attendance as rules
from models.rules import rates
from models.rules.coding import ADD_ONS
from models.tables import NO_OVERLAP, Client, Clinician, Service, Session

CLASHES = {
    NO_OVERLAP: "there is another session at {starts}; choose a free time",
    "one_session_a_series_day": "this day of the series is booked already",
    "session_series_id_fkey": "there is no such series",
    "session_pkey": "this was booked before",
}
"""What the database refuses, by the name of the rule in it."""


def check(tx: Tx, booking: Booking) -> Service:
    """The service of a booking; Refused when it names what the practice does not have, or the wrong side of now."""
    service = tx.db.get(Service, booking.service_id)
    if service is None:
        raise Refused(f"there is no service {booking.service_id}")
    if service.code in ADD_ONS:
        raise Refused(f"{service.code} is done beside a session, not booked: choose it when the session was held")
    clinician = tx.db.get(Clinician, booking.clinician_id)
    if clinician is None or not clinician.active:
        raise Refused(f"there is no active clinician {booking.clinician_id}")
    if not booking.client_ids or len(set(booking.client_ids)) < len(booking.client_ids):
        raise Refused("a session needs its clients, each named once")
    for client_id in booking.client_ids:
        known_client(tx, client_id)
    if (booking.starts <= tx.now) is not booking.entered_afterwards:
        when = "past; say so when it is entered afterwards" if booking.starts <= tx.now else "future"
        raise Refused(f"the session's time lies in the {when}")
    on = booking.starts.astimezone(tx.tz).date()
    for client_id in booking.client_ids:
        rates.price(directory.rates(tx.db, booking.service_id), booking.clinician_id, client_id, on)
    return service


def known_client(tx: Tx, client_id: int) -> None:
    """Refused when there is no such client."""
    if tx.db.get(Client, client_id) is None:
        raise Refused(f"there is no client {client_id}")


def slot(tx: Tx, booking: Booking, service: Service) -> Session:
    """The session of a checked booking, its time reserved."""
    session = Session(
        id=booking.session_id,
        clinician_id=booking.clinician_id,
        service_id=booking.service_id,
        policy_id=directory.policy_in_force(tx.db, tx.today).id or 0,
        starts=booking.starts,
        ends=booking.starts + timedelta(minutes=service.minutes),
        place=booking.place,
        booked_at=tx.now,
        series_id=booking.series_id,
        series_day=booking.series_day,
    )
    reserve(tx, session)
    return session


def reserve(tx: Tx, session: Session) -> None:
    """Let the database refuse an overlap, or what was booked before."""
    with tx.db.no_autoflush:  # a moved session must not be written before we listen for the refusal
        starts = session.starts.astimezone(tx.tz)
    try:
        tx.db.add(session)
        tx.db.flush()
    except IntegrityError as clash:
        broken = next((name for name in CLASHES if name in str(clash.orig)), None)
        if broken is None:
            raise
        raise Refused(CLASHES[broken].format(starts=f"{starts:%Y-%m-%d %H:%M}")) from None


def locked(tx: Tx, session_id: UUID, seen: str = "") -> Session:
    """The session, held for this change; Refused when it no longer stands as the person saw it."""
    session = tx.db.get(Session, session_id, with_for_update=True)
    if session is None:
        raise Refused("there is no such session")
    statuses = [a.status for a in settlement.attendances(tx, session)]
    if seen and seen != rules.mark(session.moves, statuses):
        stands = ", ".join(sorted({status.replace("_", " ") for status in statuses}))
        raise Refused(
            f"somebody changed this session meanwhile: it is {stands}, at "
            f"{session.starts.astimezone(tx.tz):%Y-%m-%d %H:%M}; look at it again before you decide"
        )
    return session
