"""A practice's own terms are those of the day: contracts that ended and coverages of other days are not in them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from models.calendar import PayCycle
from models.money import ZERO
from models.paying import AdminTime
from models.tables import Clinician, Coverage, PayAdjustment, PayTerms, WorkTime
from starter.simulate.own_terms import clients, clinicians
from starter.simulate.practice import Agreed, Besides, Contract, Holder, Practice, Worked
from starter.simulate.story import scenario_of
from tests.activities.conftest import new_engine as new_engine
from tests.activities.practice import Desk, usd
from tests.databases import MakeEngine

NEW_YEAR, SPRING = date(2026, 1, 1), date(2026, 3, 31)
UTC_ZONE = ZoneInfo("UTC")


def test_terms_hold_from_their_first_to_their_last_day(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    desk.add(
        PayTerms(
            clinician_id=1,
            effective_from=NEW_YEAR,
            effective_until=SPRING,
            guaranteed=usd("900.00"),
            fee_share=usd("50.00"),
        )
    )
    before, after, always = (desk.payer(number) for number in ("60054", "62308", "87726"))
    client = desk.client()
    for sequence, payer, first, last in (
        (1, before, None, SPRING),
        (2, after, date(2026, 4, 1), None),
        (3, always, None, None),
    ):
        desk.add(
            Coverage(
                client_id=client,
                payer_id=payer,
                member_id=f"W{sequence}0001",
                sequence=sequence,
                covered_from=first,
                covered_until=last,
            )
        )
    told = {}
    for day in (date(2025, 12, 31), SPRING, date(2026, 4, 1)):
        [holder], [comer] = clinicians(desk.world.engine, day, day, UTC_ZONE), clients(desk.world.engine, day)
        told[day.isoformat()] = (holder.guaranteed, holder.fee_share, comer.payers)
    assert told == {
        "2025-12-31": (ZERO, ZERO, (str(before), str(always))),
        "2026-03-31": (usd("900.00"), usd("50.00"), (str(before), str(always))),
        "2026-04-01": (ZERO, ZERO, (str(after), str(always))),
    }


def test_a_contract_is_read_with_adjustments_draw_cap_and_the_hours_logged_and_lived_by(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    desk.add(
        PayTerms(
            clinician_id=1,
            effective_from=NEW_YEAR,
            draw=usd("500.00"),
            clawback_cap=usd("80.00"),
            admin=AdminTime.LOGGED,
            admin_rate=usd("20.00"),
        )
    )
    evenings = PayAdjustment(
        clinician_id=1, effective_from=NEW_YEAR, name="evenings", percent=usd("10.00"), min_minutes=53
    )
    desk.add(evenings)
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    for when in (at - timedelta(days=90), at):
        desk.add(WorkTime(clinician_id=1, kind="admin", day=when.date(), minutes=90, logged_at=when))
    [holder] = clinicians(desk.world.engine, date(2026, 3, 1), SPRING, UTC_ZONE)
    assert holder.contract == Contract(
        adjust=(Besides("evenings", percent=usd("10.00"), min_minutes=53),),
        draw=usd("500.00"),
        clawback_cap=usd("80.00"),
        admin=AdminTime.LOGGED,
        admin_rate=usd("20.00"),
    )
    assert holder.worked == (Worked(at.replace(tzinfo=None), 90),)
    assert holder.paid_by_period, "a draw looks at the whole period"
    agreed, logged = scenario_of(practice_of(holder)).events
    assert (agreed["do"], agreed["draw"], agreed["clawback_cap"]) == ("contract", usd("500.00"), usd("80.00"))
    assert agreed["adjust"][0]["more"] == (ZERO, Decimal("10.00"))
    assert (logged["do"], logged["at"], logged["minutes"]) == ("log_hours", holder.worked[0].at, 90)


def test_adjustments_hold_without_a_contract(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    desk.pay_rule("flat", "80.00")
    evening = PayAdjustment(
        clinician_id=1, effective_from=NEW_YEAR, name="evening", amount=usd("10.00"), from_time=time(18)
    )
    winter = PayAdjustment(
        clinician_id=1,
        effective_from=NEW_YEAR,
        effective_until=date(2026, 2, 1),
        name="winter",
        amount=usd("5.00"),
    )
    desk.add(evening)
    desk.add(winter)
    [holder] = clinicians(desk.world.engine, date(2026, 3, 1), SPRING, UTC_ZONE)
    assert holder.contract == Contract(adjust=(Besides("evening", usd("10.00"), from_time=time(18)),))
    [agreed] = scenario_of(practice_of(holder)).events
    assert ([rule["value"] for rule in agreed["pay"]], [more["name"] for more in agreed["adjust"]]) == (
        [usd("80.00")],
        ["evening"],
    )


def test_who_left_is_paid_until_they_left_and_nobody_between_two_contracts(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    for number in range(1, 5):
        if number > 1:
            desk.add(Clinician(name="A colleague", npi=f"19999999{number}0", email="", taxonomy="103TC0700X"))
        desk.pay_rule("flat", "80.00", clinician_id=number)
    first, last = date(2026, 3, 1), SPRING
    spans: dict[int, list[tuple[date, date | None]]] = {
        1: [(date(2026, 1, 1), date(2026, 2, 20))],
        2: [(date(2026, 1, 1), date(2026, 3, 10))],
        3: [(date(2026, 1, 1), date(2026, 3, 5)), (date(2026, 3, 15), date(2026, 3, 20)), (date(2026, 3, 21), None)],
        4: [(date(2026, 3, 10), date(2026, 6, 30))],
    }
    for clinician_id, days in spans.items():
        for since, until in days:
            terms = PayTerms(
                clinician_id=clinician_id, effective_from=since, effective_until=until, fee_share=usd("50.00")
            )
            evening = PayAdjustment(
                clinician_id=clinician_id,
                effective_from=since,
                effective_until=until,
                name="evening",
                amount=usd("10.00"),
            )
            desk.add(terms)
            desk.add(evening)
    holders = clinicians(desk.world.engine, first, last, UTC_ZONE)
    agreed = [
        [(event["from"], event["until"]) for event in scenario_of(practice_of(holder)).events] for holder in holders
    ]
    assert agreed == [
        [],
        [(first, date(2026, 3, 10))],
        [(first, date(2026, 3, 5)), (date(2026, 3, 15), last)],
        [(first, last)],
    ], "before their first contract rules hold by themselves"
    assert [len(holder.pay) for holder in holders] == [0, 1, 1, 1], "who left before the window is not paid in it"
    assert [len(holder.contract.adjust) for holder in holders] == [0, 1, 1, 1]
    assert not any(row["pay"] for row in scenario_of(practice_of(holders[0])).clinicians)


def practice_of(holder: Holder) -> Practice:
    first, last = date(2026, 3, 1), SPRING
    return Practice(
        "a test",
        "UTC",
        first,
        last,
        PayCycle.MONTHLY,
        first,
        True,
        Agreed(),
        services=(),
        payers=(),
        clients=(),
        visits=(),
        clinicians=(holder,),
    )
