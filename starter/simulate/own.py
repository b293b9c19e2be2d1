"""The practice's own last months as behaviour, read from its database: ids only, nobody's name or data.

The terms are those in force on the last day. A session stands where it was moved to; one that ended before the window,
or has not ended, is not part of it.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.calendar import PayCycle, local_day, midnight, month_before, zone
from models.errors import Refused
from models.facts import By, Method, Status
from models.tables import PolicyRow
from models.tables import Practice as PracticeRow
from starter.simulate import own_terms
from starter.simulate.own_answers import answers_of
from starter.simulate.practice import Agreed, Answer, Comer, Part, Practice, Visit

VISITS = """
select s.id, s.clinician_id, s.service_id, s.booked_at, s.starts, s.ends, a.id as attendance_id, a.client_id, a.status,
  a.minutes, a.decided_at, p.notice_hours,
  (select max(n.signed_at) from note n where n.attendance_id = a.id) as signed_at
from session s join attendance a on a.session_id = s.id join policy p on p.id = s.policy_id
where s.starts >= :since and s.ends < :until and not s.billed_elsewhere order by s.starts, s.id, a.client_id
"""
PAYS = """
select i.client_id, i.issued_on, cast(i.settled_at as date) as settled_on,
  (select y.method from payment y where y.client_id = i.client_id and y.kind = 'payment'
    order by y.at desc limit 1) as method
from invoice i where i.issued_on >= :since
"""


def read_own(engine: Engine, months: int, now: datetime) -> Practice:
    """The last whole months and what there is of this one; Refused where there is nothing to learn from."""
    with Database(engine, expire_on_commit=False) as db:
        practice = db.get(PracticeRow, 1)
        if practice is None:
            raise Refused("this database has no practice yet: run `persession setup` or `persession demo`")
        newest = select(PolicyRow).order_by(col(PolicyRow.effective_from).desc())
        policy = db.exec(newest).first() or PolicyRow(effective_from=date.min)
    tz = zone(practice.timezone)
    last = local_day(now, tz)
    first = month_before(last, months)
    window = {"since": midnight(first, tz), "until": now}
    with engine.connect() as connection:
        rows = list(connection.execute(text(VISITS), window))
        pays = list(connection.execute(text(PAYS), {"since": first}))
    if not rows:
        raise Refused(f"no session was held between {first} and {last}: there is nothing to learn from yet")
    visits = _visits(rows, answers_of(engine, [row.attendance_id for row in rows]), tz, window["since"])
    return Practice(
        source="our own sessions",
        timezone=practice.timezone,
        first=first,
        last=last,
        pay_period=PayCycle(practice.pay_cycle),
        pay_anchor=practice.pay_anchor,
        note_required=policy.note_required,
        policy=Agreed(
            policy.notice_hours,
            policy.late_cancel_fee,
            policy.no_show_fee,
            policy.waivers_per_year,
            policy.no_show_after_hours,
            policy.fee_grace_hours,
        ),
        services=own_terms.services(engine, last),
        payers=own_terms.payers(engine),
        clinicians=own_terms.clinicians(engine, first, last, tz),
        clients=_paying(own_terms.clients(engine, last), pays),
        visits=visits,
    )


def _visits(
    rows: list[Any], answers: dict[int, tuple[Answer, ...]], tz: ZoneInfo, since: datetime
) -> tuple[Visit, ...]:
    by_session: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        by_session[row.id].append(row)
    found = []
    for number, of_session in enumerate(by_session.values(), start=1):
        row = of_session[0]
        parts = [part for each in of_session if (part := _part(each, answers, tz, since))]
        if not parts:
            continue
        booked = min(max(row.booked_at, since), row.starts - timedelta(minutes=1))
        signed = max((each.signed_at for each in of_session if each.signed_at), default=None)
        signed = max(signed, row.ends + timedelta(minutes=3)) if signed else None
        found.append(
            Visit(
                f"s{number:05d}",
                str(row.clinician_id),
                str(row.service_id),
                _local(booked, tz),
                _local(row.starts, tz),
                tuple(parts),
                _local(signed, tz) if signed else None,
            )
        )
    return tuple(found)


def _part(row: Any, answers: dict[int, tuple[Answer, ...]], tz: ZoneInfo, since: datetime) -> Part | None:
    """How it ended for one client; None where that was before the window, or is not over."""
    client = str(row.client_id)
    if row.status == Status.ATTENDED:
        return Part(client, Status.ATTENDED, minutes=row.minutes, answers=answers.get(row.attendance_id, ()))
    if row.status == Status.NO_SHOW:
        return Part(client, Status.NO_SHOW)
    if row.status not in (Status.CANCELLED, Status.LATE_CANCELLED):
        return None
    at = min(row.decided_at or row.starts, row.starts - timedelta(minutes=1))
    if at < since:
        return None
    in_time = row.starts - at >= timedelta(hours=row.notice_hours)
    by = By.CLIENT if in_time or row.status == Status.LATE_CANCELLED else By.PRACTICE
    return Part(client, Status.CANCELLED, _local(at, tz), by)


def _paying(clients: tuple[Comer, ...], pays: list[Any]) -> tuple[Comer, ...]:
    """Each client pays as long after an invoice as they did; who settled none, never by themselves."""
    days: dict[str, list[int]] = defaultdict(list)
    methods: dict[str, str] = {}
    open_since: set[str] = set()
    for row in pays:
        client = str(row.client_id)
        if row.method:
            methods[client] = row.method
        if row.settled_on:
            days[client].append((row.settled_on - row.issued_on).days)
        else:
            open_since.add(client)
    typical = median_low([day for each in days.values() for day in each] or [14])
    return tuple(
        Comer(
            each.id,
            each.rates,
            each.payers,
            each.autopay,
            median_low(days[each.id]) if days.get(each.id) else None if each.id in open_since else typical,
            Method(methods.get(each.id, Method.CHECK)),
        )
        for each in clients
    )


def _local(at: datetime, tz: ZoneInfo) -> datetime:
    return at.astimezone(tz).replace(tzinfo=None, microsecond=0)
