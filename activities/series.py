"""The steps of a series: begun, booked some weeks ahead, changed from a day on, ended. Its sessions go their own ways.

A session of a series is named after it and its day, so that it is booked once however often it is looked at.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import availability, reserving, tasks
from activities.database import Tx, step
from models.calendar import instant, local_day, midnight, zone
from models.errors import Refused
from models.facts import By, TaskKind
from models.messages import Booking, Cancellation, Mail, Move
from models.rules import recurrence
from models.rules.recurrence import Occurrence
from models.scheduling import Recurring, SeriesBooking, SeriesChange, SeriesClash, SeriesEnd, SeriesStanding
from models.tables import Practice, Series, SeriesClient, SeriesSkip, Service, Session

AHEAD = timedelta(weeks=8)
"""How far ahead the sessions of a series are booked."""
LOOK_AGAIN = timedelta(days=1)


@step("series.begin")
def begin(tx: Tx, wish: SeriesBooking) -> SeriesStanding:
    """Begin a series and book its first weeks; Refused when it names what there is not, or has no day to be held.

    A form that was sent twice begins it once.
    """
    if begun := tx.db.get(Series, wish.series_id):
        return _ahead(tx, begun)
    rule, until = recurrence.read_rule(wish.rule, wish.first)
    series = Series(
        id=wish.series_id,
        clinician_id=wish.clinician_id,
        service_id=wish.service_id,
        rule=rule,
        first=wish.first,
        until=until,
        at=wish.at,
        place=wish.place,
        created_at=tx.now,
    )
    starts = instant(datetime.combine(wish.first, wish.at), tx.tz)
    reserving.check(tx, Booking(wish.series_id, wish.clinician_id, wish.service_id, wish.client_ids, starts))
    if not planned(tx.db, series, wish.first, until or (wish.first + AHEAD)):
        raise Refused("this series has no date: look at its days and its end")
    tx.db.add(series)
    tx.db.flush()
    tx.db.add_all(SeriesClient(series_id=series.id, client_id=client_id) for client_id in wish.client_ids)
    tx.db.flush()
    _tell(tx, series)
    return _ahead(tx, series)


@step("series.book_ahead")
def book_ahead(tx: Tx, series_id: UUID) -> SeriesStanding:
    """Book what has come near enough."""
    return _ahead(tx, _locked(tx, series_id))


@step("series.change")
def change(tx: Tx, wish: SeriesChange) -> SeriesStanding:
    """Hold one occurrence and all after it at other times; sessions that are booked move there, each by itself."""
    series = _locked(tx, wish.series_id)
    _ahead_of(tx, series, wish.from_day)
    if instant(datetime.combine(wish.to_day, wish.at), tx.tz) <= tx.now:
        raise Refused("the new time is in the past")
    until = max([wish.from_day + AHEAD, *[s.series_day or wish.from_day for s in sessions_of(tx.db, series.id)]])
    old = recurrence.days(recurring(series), wish.from_day, until)
    by = wish.to_day - wish.from_day
    series.rule = recurrence.shifted(series.rule, wish.from_day, wish.to_day)
    series.first, series.at, series.place = wish.to_day, wish.at, wish.place
    series.until = series.until + by if series.until else None
    series.edition += 1
    new = recurrence.days(recurring(series), wish.to_day, until + abs(by) + AHEAD)
    _hold_on_other_days(tx, series, dict(zip(old, new, strict=False)), latest_first=by > timedelta())
    _tell(tx, series)
    return _ahead(tx, series)


@step("series.end")
def end(tx: Tx, wish: SeriesEnd) -> SeriesStanding:
    """Hold no occurrence from a day on; what is booked of it is cancelled, each session by itself."""
    series = _locked(tx, wish.series_id)
    _ahead_of(tx, series, wish.from_day)
    series.until = wish.from_day - timedelta(days=1)
    series.edition += 1
    for session in _still_ahead(tx, series):
        if (session.series_day or wish.from_day) >= wish.from_day:
            tx.after.cancellations.append(Cancellation(session.id, wish.by, told=False))
    _tell(tx, series)
    return _ahead(tx, series)


@step("series.clashed")
def clashed(tx: Tx, clash: SeriesClash) -> SeriesStanding:
    """A session could not be booked or moved as its series asked: left out, and somebody's task."""
    session = tx.db.get(Session, clash.session_id)
    series = _locked(tx, clash.series_id or (session.series_id if session else None))
    day = clash.day or (session.series_day if session else None) or series.first
    cause = f"series/{series.id}/{day}"
    if session is None and tx.db.get(SeriesSkip, (series.id, day)) is None:
        tx.db.add(SeriesSkip(series_id=series.id, day=day, why=clash.why))
    what = f"a recurring session of {day} could not be booked or moved: {clash.why}; find another time for it"
    tasks.open_task(tx, TaskKind.SERIES_CLASH, cause, what, clinician_id=series.clinician_id)
    return SeriesStanding(series.clinician_id, None, tx.after.handover())


def resolve(tx: Tx, session: Session) -> None:
    """A session of a series has its time: nobody has to look for one any more."""
    if session.series_id is None or session.series_day is None:
        return
    cause = f"series/{session.series_id}/{session.series_day}"
    tasks.close_tasks(tx, cause, "another time was found", TaskKind.SERIES_CLASH)
    if skip := tx.db.get(SeriesSkip, (session.series_id, session.series_day)):
        tx.db.delete(skip)


def leave_out(db: Database, series_id: UUID, day: date, why: str) -> None:
    """Leave a day out of a series that is not booked yet; a booked one is cancelled instead."""
    if db.exec(select(Session.id).where(Session.series_id == series_id, Session.series_day == day)).first():
        raise Refused("this day is booked already: cancel its session instead")
    if db.get(SeriesSkip, (series_id, day)) is None:
        db.add(SeriesSkip(series_id=series_id, day=day, why=why.strip() or "left out"))


def planned(db: Database, series: Series, since: date, until: date) -> tuple[Occurrence, ...]:
    """Every day of a series in a time, those left out with the reason."""
    tz = zone(db.get_one(Practice, 1).timezone)
    minutes = db.get_one(Service, series.service_id).minutes
    off = availability.off(db, series.clinician_id, midnight(since, tz), midnight(until + timedelta(days=1), tz))
    skips = db.exec(select(SeriesSkip).where(SeriesSkip.series_id == series.id)).all()
    left_out = {skip.day: skip.why for skip in skips}
    return recurrence.occurrences(recurring(series), minutes, since, until, off, left_out, tz)


def recurring(series: Series) -> Recurring:
    """A series as its rules see it."""
    return Recurring(series.rule, series.first, series.at, series.until)


def clients_of(db: Database, series_id: UUID) -> tuple[int, ...]:
    """Who comes to a series."""
    query = select(SeriesClient.client_id).where(SeriesClient.series_id == series_id)
    return tuple(db.exec(query.order_by(col(SeriesClient.client_id))).all())


def sessions_of(db: Database, series_id: UUID) -> list[Session]:
    """The sessions that were booked of a series, in the order of their days."""
    query = select(Session).where(Session.series_id == series_id).order_by(col(Session.series_day))
    return list(db.exec(query).all())


def _ahead(tx: Tx, series: Series) -> SeriesStanding:
    """Ask for every session that is near enough and not asked for yet; when to look again."""
    horizon = tx.now + AHEAD
    last = local_day(horizon, tx.tz) + timedelta(days=400)  # a monthly series shows its next day within a year
    booked = {session.series_day for session in sessions_of(tx.db, series.id)}
    wanted = [
        o
        for o in planned(tx.db, series, max(series.first, tx.today), last)
        if o.day not in booked and not o.skipped and o.starts > tx.now
    ]
    clients = clients_of(tx.db, series.id)
    tx.after.bookings += [_booking(series, clients, o) for o in wanted if o.starts <= horizon]
    later = [o.starts - AHEAD for o in wanted if o.starts > horizon]
    next_look = max(min(later), tx.now + LOOK_AGAIN) if later else None
    return SeriesStanding(series.clinician_id, next_look, tx.after.handover())


def _booking(series: Series, client_ids: tuple[int, ...], occurrence: Occurrence) -> Booking:
    return Booking(
        uuid5(series.id, f"{occurrence.day}/{series.edition}"),
        series.clinician_id,
        series.service_id,
        client_ids,
        occurrence.starts,
        series.place,
        series_id=series.id,
        series_day=occurrence.day,
        told=False,
    )


def _hold_on_other_days(tx: Tx, series: Series, days: dict[date, date], latest_first: bool) -> None:
    """Give what is booked and what is left out its new day; who moves later goes last to first, day by day."""
    ahead = {session.id for session in _still_ahead(tx, series)}
    rows: Iterable[Session] = sessions_of(tx.db, series.id)
    for session in sorted(rows, key=lambda s: s.series_day or series.first, reverse=latest_first):
        day = days.get(session.series_day or date.min)
        if day is None:
            continue
        session.series_day = day
        tx.db.flush()
        if session.id in ahead:
            starts = instant(datetime.combine(day, series.at), tx.tz)
            tx.after.moves.append(Move(session.id, starts, By.PRACTICE, place=series.place, told=False))
    skips = tx.db.exec(select(SeriesSkip).where(SeriesSkip.series_id == series.id)).all()
    moved = [(skip, days[skip.day]) for skip in skips if skip.day in days]
    for skip, _ in moved:
        tx.db.delete(skip)
    tx.db.flush()
    tx.db.add_all(SeriesSkip(series_id=series.id, day=day, why=skip.why) for skip, day in moved)


def _still_ahead(tx: Tx, series: Series) -> list[Session]:
    return [s for s in sessions_of(tx.db, series.id) if not s.released and s.starts > tx.now]


def _ahead_of(tx: Tx, series: Series, day: date) -> None:
    """Refused where a day is none of the series, or has passed."""
    if day < tx.today or day not in recurrence.days(recurring(series), day, day):
        raise Refused(f"{day} is not a day of this series that lies ahead")


def _locked(tx: Tx, series_id: UUID | None) -> Series:
    series = tx.db.get(Series, series_id, with_for_update=True) if series_id else None
    if series is None:
        raise Refused("there is no such series")
    return series


def _tell(tx: Tx, series: Series) -> None:
    """One mail with the dates to come, instead of one a session."""
    for client_id in clients_of(tx.db, series.id):
        key = f"series/{series.id}/{client_id}/{series.edition}"
        tx.after.mails.append(Mail(key, "series", client_id, series_id=series.id))
