"""A practice's own terms are those of the day: contracts that ended and coverages of other days are not in them."""

from datetime import date

from models.money import ZERO
from models.tables import Coverage, PayTerms
from starter.simulate.own_terms import clients, clinicians
from tests.activities.conftest import new_engine as new_engine
from tests.activities.practice import Desk, usd
from tests.databases import MakeEngine

SPRING = date(2026, 3, 31)


def test_terms_hold_from_their_first_to_their_last_day(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    since = {"clinician_id": 1, "effective_from": date(2026, 1, 1), "effective_until": SPRING}
    desk.add(PayTerms(**since, guaranteed=usd("900.00"), fee_share=usd("50.00")))
    before, after, always = (desk.payer(number) for number in ("60054", "62308", "87726"))
    client = desk.client()
    for sequence, payer, span in (
        (1, before, {"covered_until": SPRING}),
        (2, after, {"covered_from": date(2026, 4, 1)}),
        (3, always, {}),
    ):
        desk.add(Coverage(client_id=client, payer_id=payer, member_id=f"W{sequence}0001", sequence=sequence, **span))
    told = {}
    for day in (date(2025, 12, 31), SPRING, date(2026, 4, 1)):
        [holder], [comer] = clinicians(desk.world.engine, day), clients(desk.world.engine, day)
        told[day.isoformat()] = (holder.guaranteed, holder.fee_share, comer.payers)
    assert told == {
        "2025-12-31": (ZERO, ZERO, (str(before), str(always))),
        "2026-03-31": (usd("900.00"), usd("50.00"), (str(before), str(always))),
        "2026-04-01": (ZERO, ZERO, (str(after), str(always))),
    }
