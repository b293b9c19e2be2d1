"""Calendars that clinicians keep elsewhere, read for their busy times; and the private feed of their sessions here.

What an outside event is about is not kept, and the feed says "Session" and where, never with whom.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event
from sqlmodel import Session as Database
from sqlmodel import col, delete, select

from activities.calendar_file import PRODUCT
from activities.database import Tx, step
from activities.vault import Vault
from models.calendar import midnight
from models.errors import Refused, Unreachable
from models.scheduling import Span
from models.tables import BusyTime, Clinician, ExternalCalendar, Feed, Session

LOOK_AHEAD = timedelta(days=120)
MOST_BYTES = 5_000_000
MOST_TIMES = 5_000
FEED_BACK, FEED_AHEAD = timedelta(days=30), timedelta(days=180)


def connect(db: Database, vault: Vault, clinician_id: int, url: str) -> None:
    """Read a clinician's busy times from this address (iCalendar) from now on."""
    if db.get(Clinician, clinician_id) is None:
        raise Refused("there is no such clinician")
    address = _web_address(url)
    disconnect(db, clinician_id)
    sealed = vault.seal(address, f"calendar/{clinician_id}")
    db.add(ExternalCalendar(clinician_id=clinician_id, address=sealed))


def disconnect(db: Database, clinician_id: int) -> None:
    """Forget a clinician's outside calendar and its busy times."""
    known = db.get(ExternalCalendar, clinician_id)
    if known:
        db.delete(known)
    db.exec(delete(BusyTime).where(col(BusyTime.clinician_id) == clinician_id))
    db.flush()


@step("calendars.due")
def due(tx: Tx, _: None) -> tuple[int, ...]:
    """The clinicians whose outside calendars are to be read."""
    query = select(ExternalCalendar.clinician_id).order_by(col(ExternalCalendar.clinician_id))
    return tuple(tx.db.exec(query).all())


@step("calendars.read")
def read(tx: Tx, clinician_id: int) -> bool:
    """Read one outside calendar; one that cannot be read keeps its last busy times and says what is wrong."""
    calendar = tx.db.get(ExternalCalendar, clinician_id, with_for_update=True)
    if calendar is None:
        return False
    try:
        address = tx.world.vault.open(calendar.address, f"calendar/{clinician_id}")
        found = busy_times(tx.world.web.get(address, MOST_BYTES), tx.now, tx.now + LOOK_AHEAD, tx.tz)
    except (Refused, Unreachable) as trouble:
        calendar.trouble = str(trouble)
        return False
    tx.db.exec(delete(BusyTime).where(col(BusyTime.clinician_id) == clinician_id))
    tx.db.add_all(BusyTime(clinician_id=clinician_id, starts=span.starts, ends=span.ends) for span in found)
    calendar.read_at, calendar.trouble = tx.now, ""
    return True


def busy_times(content: bytes, since: datetime, until: datetime, tz: ZoneInfo) -> list[Span]:
    """The times that an iCalendar file marks as taken, its recurring events expanded; Refused when it is none."""
    try:
        calendar = Calendar.from_ical(content)
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until)
        found = {span for event in events if _takes_time(event) for span in _span(event, tz)}
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise Refused("what stands at this address is not a calendar (iCalendar) that can be read") from None
    if len(found) > MOST_TIMES:
        raise Refused(f"this calendar holds more than {MOST_TIMES} times in {LOOK_AHEAD.days} days")
    return sorted(found, key=lambda span: (span.starts, span.ends))


def new_feed(db: Database, clinician_id: int, at: datetime) -> str:
    """A new secret for a clinician's feed, shown once; the former address stops working."""
    known = db.get(Feed, clinician_id)
    if known:
        db.delete(known)
        db.flush()
    secret = secrets.token_urlsafe(32)
    db.add(Feed(clinician_id=clinician_id, digest=_digest(secret), made_at=at))
    return secret


def end_feed(db: Database, clinician_id: int) -> None:
    """Make a clinician's feed address worthless."""
    db.exec(delete(Feed).where(col(Feed.clinician_id) == clinician_id))


def feed(db: Database, secret: str, now: datetime) -> bytes | None:
    """The calendar file behind a secret; None when it opens nothing."""
    whose = db.exec(select(Feed.clinician_id).where(Feed.digest == _digest(secret))).first()
    if whose is None:
        return None
    query = select(Session).where(
        Session.clinician_id == whose,
        ~col(Session.released),
        Session.starts < now + FEED_AHEAD,
        Session.ends > now - FEED_BACK,
    )
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Sessions")
    for session in db.exec(query.order_by(col(Session.starts))).all():
        calendar.add_component(_entry(session, now))
    file: bytes = calendar.to_ical()
    return file


def _entry(session: Session, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{session.id}@feed")
    entry.add("sequence", session.moves)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", session.starts.astimezone(UTC))
    entry.add("dtend", session.ends.astimezone(UTC))
    entry.add("summary", "Session")
    entry.add("location", session.place)
    entry.add("class", "PRIVATE")
    return entry


def _takes_time(event: Event) -> bool:
    return str(event.get("transp", "OPAQUE")).upper() != "TRANSPARENT" and (
        str(event.get("status", "CONFIRMED")).upper() != "CANCELLED"
    )


def _span(event: Event, tz: ZoneInfo) -> Iterator[Span]:
    """An event's time; a whole day is one of the practice's, a time without a zone is the practice's."""
    starts, ends = _moment(event.start, tz), _moment(event.end, tz)
    if starts < ends:
        yield Span(starts, ends)


def _moment(at: date | datetime, tz: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        return midnight(at, tz)
    return (at if at.tzinfo else at.replace(tzinfo=tz)).astimezone(UTC)


def _web_address(url: str) -> str:
    address = url.strip()
    if address.lower().startswith("webcal://"):
        address = f"https://{address[len('webcal://') :]}"
    if not address.lower().startswith(("https://", "http://")) or len(address) > 2000:
        raise Refused("a calendar's address begins with https:// (or webcal://)")
    return address


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
