"""What payers answered to the practice's own visits, as behaviour: counted from each session's own day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starter.simulate.own_visits import visits_of
from tests.activities.conftest import new_engine as new_engine
from tests.activities.payer import remit
from tests.activities.practice import DAY, HOUR, Desk
from tests.activities.test_add_ons import answer, line
from tests.databases import MakeEngine

CHICAGO = ZoneInfo("America/Chicago")
PAID_ON = date(2026, 3, 20)


def test_a_payer_of_weeks_or_months_answers_so_many_days_after_each_session_was_signed(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    client = desk.client(desk.payer(claims_per="month"), desk.payer("87726"))
    desk.now = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    """The evening of the second in Chicago."""
    for _ in range(2):
        desk.hold(client)
        desk.now += 7 * DAY - 2 * HOUR
    paid = (line("C0000001", place, "90837", "120.00", "PR-3 30.00") for place in (1, 2))
    remit(desk, answer("C0000001", *paid))
    second = (line("C0000002", place, "90837", "30.00", "OA-23 120.00") for place in (1, 2))
    remit(desk, answer("C0000002", *second), trace="T2", control=502, payer="87726")
    visits = visits_of(desk.world.engine, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), CHICAGO)
    assert [[each.days for each in visit.parts[0].answers] for visit in visits] == [
        [(PAID_ON - date(2026, 3, 2)).days, 0],
        [(PAID_ON - date(2026, 3, 9)).days, 0],
    ]
