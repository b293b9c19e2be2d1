"""What a year of a clinician's sessions is taken to be, from rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlmodel import Session as Database

from models.money import ZERO
from models.tables import AttendanceRow, PayLine, Session
from starter.worth import Asked, Worth, worth_of
from tests.activities.conftest import new_engine as new_engine
from tests.activities.practice import Desk, usd
from tests.databases import MakeEngine

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
A_MONTH = 10


def held(desk: Desk, *months: date) -> None:
    """Ten sessions in each of these months, each paid 60 % of 150.00."""
    client = desk.client()
    with Database(desk.world.engine) as db, db.begin():
        for first in months:
            for number in range(A_MONTH):
                starts = datetime(first.year, first.month, 2 + 2 * number, 16, tzinfo=UTC)
                row = session(starts)
                db.add(row)
                db.flush()
                db.add(AttendanceRow(session_id=row.id, client_id=client, status="attended"))
                db.add(pay_of(row))


def session(starts: datetime) -> Session:
    return Session(
        id=uuid4(),
        clinician_id=1,
        service_id=1,
        policy_id=1,
        starts=starts,
        ends=starts + timedelta(hours=1),
        booked_at=starts - timedelta(days=7),
    )


def pay_of(row: Session) -> PayLine:
    return PayLine(
        key=f"session/{row.id}",
        clinician_id=1,
        session_id=row.id,
        source="session",
        earned_on=row.starts.date(),
        basis=usd("150.00"),
        amount=usd("90.00"),
        rule="pay.percent_of_billed",
        why="60 % of 150.00 billed",
    )


def worth(desk: Desk) -> Worth:
    return worth_of(desk.world.engine, 1, "America/Chicago", NOW, Asked(price_up=Decimal(10)))


def dearer(found: Worth) -> Decimal:
    [service] = found.services
    return service.dearer.a_year


def test_a_price_is_tried_on_a_years_sessions_however_long_a_clinician_has_worked(new_engine: MakeEngine) -> None:
    """The month that is not over is in neither; after three months' work a year is four times what was held."""
    a_year = [date(2025, 11, 1), date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 11))]
    a_year_of_sessions = 12 * A_MONTH * usd("9.00")
    for months, told in ((a_year, 12), (a_year[-3:], 3)):
        desk = Desk.opened(new_engine())
        desk.pay_rule("percent_of_billed", "60.00")
        held(desk, *months, date(2026, 11, 1))
        found = worth(desk)
        assert dearer(found) == a_year_of_sessions
        [service] = found.services
        assert service.sessions == told * A_MONTH
        assert f"{told * A_MONTH} sessions in {told} months" in service.dearer.why


def test_in_the_first_month_a_session_is_told_and_no_year(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    desk.pay_rule("percent_of_billed", "60.00")
    held(desk, date(2026, 11, 1))
    [service] = worth(desk).services
    assert (service.sessions, service.a_session) == (A_MONTH, usd("90.00"))
    assert (service.dearer.a_year, service.dearer.why) == (ZERO, "a year is told after the first whole month")
