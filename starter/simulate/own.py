"""The practice's own last months as behaviour, read from its database: ids only, nobody's name or data.

The terms are those in force on the last day. Sessions that ended before the window are not part of it, nor those ahead
of which nothing was said yet.
"""

from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.calendar import PayCycle, local_day, midnight, month_before, zone
from models.errors import Refused
from models.tables import PolicyRow
from models.tables import Practice as PracticeRow
from starter.simulate import own_terms
from starter.simulate.own_payments import paying
from starter.simulate.own_visits import visits_of
from starter.simulate.practice import Agreed, Practice


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
    since = midnight(first, tz)
    visits = visits_of(engine, since, now, tz)
    if not visits:
        raise Refused(f"no session was held between {first} and {last}: there is nothing to learn from yet")
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
        clients=paying(own_terms.clients(engine, last), engine, since, now, tz),
        visits=visits,
        ours=True,
    )
