"""Which price is in force: the client's agreement, the clinician's rate, the service's, each from its day on."""

from datetime import date
from decimal import Decimal

import pytest

from models.errors import Refused
from models.facts import Rate
from models.rules.rates import full_fee, price

SERVICE = Rate(Decimal("150.00"), date(2027, 1, 1))
RAISED = Rate(Decimal("160.00"), date(2027, 7, 1))
SENIOR = Rate(Decimal("180.00"), date(2027, 1, 1), clinician_id=7)
SLIDING = Rate(Decimal("60.00"), date(2027, 2, 1), client_id=3)
SLIDING_WITH_SENIOR = Rate(Decimal("75.00"), date(2027, 2, 1), clinician_id=7, client_id=3)
ALL = [SENIOR, SLIDING, RAISED, SERVICE, SLIDING_WITH_SENIOR]
MARCH = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("clinician", "client", "on", "amount", "rule"),
    [
        (1, 1, MARCH, "150.00", "rates.service_rate"),
        (1, 1, date(2027, 6, 30), "150.00", "rates.service_rate"),
        (1, 1, date(2027, 7, 1), "160.00", "rates.service_rate"),
        (7, 1, MARCH, "180.00", "rates.clinician_rate"),
        (7, 1, date(2027, 8, 1), "180.00", "rates.clinician_rate"),
        (1, 3, date(2027, 1, 31), "150.00", "rates.service_rate"),
        (1, 3, date(2027, 2, 1), "60.00", "rates.client_agreement"),
        (7, 3, date(2027, 1, 31), "180.00", "rates.clinician_rate"),
        (7, 3, MARCH, "75.00", "rates.client_agreement"),
    ],
)
def test_the_most_specific_rate_in_force_is_the_price(
    clinician: int, client: int, on: date, amount: str, rule: str
) -> None:
    found = price(ALL, clinician, client, on)
    assert (str(found.amount), found.rule) == (amount, rule)


def test_a_price_says_since_when_it_holds() -> None:
    assert price(ALL, 1, 3, MARCH).why == "client agreement in force since 2027-02-01"


@pytest.mark.parametrize(("clinician", "amount"), [(1, "150.00"), (7, "180.00")])
def test_the_full_fee_is_never_a_clients_sliding_scale(clinician: int, amount: str) -> None:
    assert str(full_fee(ALL, clinician, MARCH).amount) == amount


def test_a_practice_with_agreements_only_has_no_full_fee_to_claim() -> None:
    with pytest.raises(Refused, match="no rate is in force on 2027-03-01"):
        full_fee([SLIDING], 1, MARCH)


def test_a_day_before_every_rate_is_refused_rather_than_priced_at_nothing() -> None:
    with pytest.raises(Refused):
        price(ALL, 1, 1, date(2026, 12, 31))
    with pytest.raises(Refused):
        price([], 1, 1, MARCH)


def test_a_rate_of_zero_is_a_price() -> None:
    pro_bono = Rate(Decimal("0.00"), date(2027, 1, 1), client_id=3)
    assert price([SERVICE, pro_bono], 1, 3, MARCH).amount == 0


def test_a_client_numbered_zero_has_a_client_agreement_too() -> None:
    assert price([SERVICE, Rate(Decimal("10.00"), MARCH, client_id=0)], 1, 0, MARCH).rule == "rates.client_agreement"
