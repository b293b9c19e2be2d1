"""What payers answered to the practice's own visits, as behaviour: counted from each session's own day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from activities import claims
from models.calendar import local_day
from models.messages import Correction
from starter.simulate.own_visits import visits_of
from tests.activities.conftest import new_engine as new_engine
from tests.activities.payer import pays, remit
from tests.activities.practice import DAY, HOUR, Desk, usd
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


def test_a_claim_that_waits_is_answered_after_the_last_day_as_its_payer_usually_answers(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    known, unknown = desk.payer(), desk.payer("87726")
    client, other = desk.client(known), desk.client(unknown)
    for control, (paid, share) in enumerate((("110.00", "30.00"), ("90.00", "25.00"), ("110.00", "20.00")), 511):
        number = desk.claim(client)
        remit(
            desk,
            pays(number, paid, f"PR-3 {share}", f"CO-45 {usd('150.00') - usd(paid) - usd(share)}"),
            trace=number,
            control=control,
        )
    denied = desk.claim(client)
    remit(desk, pays(denied, "0.00", "CO-16 150.00", status="4"), trace="no", control=520)
    desk.ask(claims.correct, Correction(denied))
    desk.hold(client)
    held = local_day(desk.now, CHICAGO)
    desk.hold(other)
    until = datetime(2026, 4, 1, tzinfo=UTC)
    visits = visits_of(desk.world.engine, datetime(2026, 3, 1, tzinfo=UTC), until, CHICAGO)
    *_, again, waits, nobody_knows = (visit.parts[0].answers for visit in visits)
    last, usual = local_day(until, CHICAGO), (usd("130.00"), usd("25.00"))
    assert [(a.days, a.allowed, a.share) for a in waits] == [((last - held).days + 1, *usual)]
    assert [(a.denied, a.allowed, a.share, a.mended) for a in again] == [
        ("CO-16", *usual, (last - PAID_ON).days + 1),
    ], "denied and sent again: its second answer is to come"
    assert nobody_knows == ()
