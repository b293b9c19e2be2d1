"""The waitlist: wishes for a time that comes free, and the offers of one, made in order, each for some hours."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability
from activities.database import Tx, step
from activities.tasks import NAMES
from models.errors import Refused
from models.messages import FreedTime, Mail
from models.rules import waitlist as rules
from models.scheduling import Offered, OfferState, Span, Waiting
from models.tables import AttendanceRow, Client, Service, Session, WaitlistEntry, WaitlistOffer


def wish(
    db: Database,
    client_id: int,
    service_id: int,
    clinician_id: int | None,
    weekdays: list[int],
    opens: time,
    closes: time,
    until: date | None,
    at: datetime,
) -> int:
    """Put a client on the waitlist; Refused when they wait for this service already, or the hours cannot be."""
    if db.get(Client, client_id) is None or db.get(Service, service_id) is None:
        raise Refused("choose a client and a service")
    if opens >= closes:
        raise Refused("the hours must end after they begin")
    same = select(WaitlistEntry).where(
        WaitlistEntry.client_id == client_id,
        WaitlistEntry.service_id == service_id,
        col(WaitlistEntry.closed_at).is_(None),
    )
    if db.exec(same).first():
        raise Refused("this client waits for this service already; take that wish off the list first")
    entry = WaitlistEntry(
        client_id=client_id,
        service_id=service_id,
        clinician_id=clinician_id,
        weekdays=weekdays,
        opens=opens,
        closes=closes,
        until=until,
        created_at=at,
    )
    db.add(entry)
    db.flush()
    return entry.id or 0


def withdraw(db: Database, entry_id: int, because: str, at: datetime) -> None:
    """Take a wish off the list; one that is off it stays so."""
    entry = db.get(WaitlistEntry, entry_id)
    if entry is None:
        raise Refused("there is no such wish on the waitlist")
    if entry.closed_at is None:
        entry.closed_at, entry.closed_because = at, because


def waiting(db: Database, today: date) -> list[Waiting]:
    """Every open wish that has not run out."""
    query = select(WaitlistEntry, Service.minutes).join(Service, col(Service.id) == WaitlistEntry.service_id)
    found = db.exec(query.where(col(WaitlistEntry.closed_at).is_(None))).all()
    return [
        Waiting(
            e.id or 0,
            e.client_id,
            minutes,
            e.clinician_id,
            tuple(e.weekdays),
            e.opens,
            e.closes,
            e.until,
            e.created_at,
        )
        for e, minutes in found
        if e.until is None or e.until >= today
    ]


def time_of(session: Session) -> FreedTime:
    """The time that a session gives free when it is cancelled or moved now."""
    named = f"{session.id}/{session.moves}"
    return FreedTime(named, session.clinician_id, session.starts, session.ends, session.place)


def free(tx: Tx, freed: FreedTime) -> None:
    """Let a freed time be offered, when somebody waits for such a one."""
    if rules.expires(tx.now, freed.starts, tx.tz) and _suitable(tx, freed):
        tx.after.freed.append(freed)


def take_up(tx: Tx, offer_id: UUID, session: Session) -> None:
    """The client of an offer has booked it: their wish is fulfilled."""
    offer = _open_offer(tx, offer_id)
    if (offer.starts, offer.clinician_id) != (session.starts, session.clinician_id):
        raise Refused("this is not the time that was offered")
    offer.state = OfferState.ACCEPTED
    withdraw(tx.db, offer.entry_id, "took an offered time", tx.now)


@step("waitlist.offer")
def offer(tx: Tx, freed: FreedTime) -> Offered:
    """Offer a freed time to the next who waits for such a one; to nobody once it is taken or too near."""
    for former in _offers(tx, freed.freed_by):
        if former.state == OfferState.OPEN:
            former.state = OfferState.EXPIRED
    expires_at = rules.expires(tx.now, freed.starts, tx.tz)
    asked = {former.entry_id for former in _offers(tx, freed.freed_by)}
    following = [match for match in _suitable(tx, freed) if match.entry_id not in asked]
    if expires_at is None or not following or not _is_free(tx, freed):
        return Offered(None, None)
    chosen = following[0]
    made = WaitlistOffer(
        id=uuid5(NAMES, f"offer/{freed.freed_by}/{chosen.entry_id}"),
        entry_id=chosen.entry_id,
        freed_by=freed.freed_by,
        clinician_id=freed.clinician_id,
        starts=freed.starts,
        place=freed.place,
        made_at=tx.now,
        expires_at=expires_at,
    )
    tx.db.add(made)
    tx.db.flush()
    tx.after.mails.append(Mail(f"offer/{made.id}", "offer", chosen.client_id, offer_id=made.id))
    return Offered(made.id, expires_at, tx.after.handover())


@step("waitlist.decline")
def decline(tx: Tx, offer_id: UUID) -> Offered:
    """The client does not want this time; their wish stays on the list."""
    _open_offer(tx, offer_id).state = OfferState.DECLINED
    return Offered(None, None)


def _open_offer(tx: Tx, offer_id: UUID) -> WaitlistOffer:
    found = tx.db.get(WaitlistOffer, offer_id, with_for_update=True)
    if found is None:
        raise Refused("there is no such offer")
    if found.state != OfferState.OPEN or found.expires_at <= tx.now:
        raise Refused("this offer is over: the time was given to somebody else, or the answer came too late")
    return found


def _offers(tx: Tx, freed_by: str) -> list[WaitlistOffer]:
    return list(tx.db.exec(select(WaitlistOffer).where(WaitlistOffer.freed_by == freed_by)).all())


def _suitable(tx: Tx, freed: FreedTime) -> tuple[rules.Match, ...]:
    """Those whom the time suits, but for whoever gave it free and whoever has a session then."""
    given_up_by = select(AttendanceRow.client_id).where(
        AttendanceRow.session_id == UUID(freed.freed_by.partition("/")[0])
    )
    strangers = set(tx.db.exec(given_up_by).all())
    span = Span(freed.starts, freed.ends)
    found = rules.suitable(waiting(tx.db, tx.today), freed.clinician_id, span, tx.tz)
    return tuple(match for match in found if match.client_id not in strangers)


def _is_free(tx: Tx, freed: FreedTime) -> bool:
    """Whether nobody has booked the time meanwhile and the clinician works then."""
    taken = availability.taken(tx.db, freed.clinician_id, freed.starts, freed.ends - timedelta(microseconds=1))
    return not any(span.overlaps(Span(freed.starts, freed.ends)) for span in taken)
