"""What a client is expected to pay: by the insurer's words, else what was entered; what is not known is said so."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.eligibility import Told
from models.rules.share import Cover, Share, expected

TODAY = date(2026, 3, 4)
TOLD = Told(date(2026, 3, 2), active=True)


def usd(text: str) -> Decimal:
    return Decimal(text)


def share(cover: Cover | None, charge: str = "150.00") -> Share:
    return expected(usd("90.00"), "client agreement", usd(charge), cover, TODAY)


def told(
    copay: str | None = None,
    coinsurance: str | None = None,
    deductible_left: str | None = None,
    out_of_pocket_left: str | None = None,
    visits_left: str | None = None,
) -> Cover:
    said = replace(
        TOLD,
        copay=amount(copay),
        coinsurance=amount(coinsurance),
        deductible_left=amount(deductible_left),
        out_of_pocket_left=amount(out_of_pocket_left),
        visits_left=amount(visits_left),
    )
    return Cover(usd("0.00"), said)


def amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_who_has_no_coverage_pays_their_price() -> None:
    assert share(None) == Share(usd("90.00"), "share.price", "client agreement")


def test_without_an_answer_the_copay_that_was_entered_counts() -> None:
    found = share(Cover(usd("25.00")))
    assert (found.amount, found.rule) == (usd("25.00"), "share.entered")


@pytest.mark.parametrize("cover", [Cover(usd("0.00")), Cover(usd("0.00"), TOLD)], ids=["nobody asked", "nothing told"])
def test_what_nobody_knows_is_not_nothing(cover: Cover) -> None:
    """masslight/ottehr #5737."""
    found = share(cover)
    assert found.amount is None
    assert not found.known
    assert found.why == "neither the insurer nor the coverage says what is left to the client"


def test_a_copay_of_nothing_that_was_told_is_nothing() -> None:
    assert share(told(copay="0.00")).amount == usd("0.00")


@pytest.mark.parametrize(
    ("said", "amount", "rule"),
    [
        ({"copay": "25.00"}, "25.00", "copay"),
        ({"copay": "25.00", "deductible_left": "500.00"}, "25.00", "copay"),
        ({"coinsurance": "20"}, "30.00", "coinsurance"),
        ({"coinsurance": "20", "deductible_left": "0.00"}, "30.00", "coinsurance"),
        ({"coinsurance": "20", "deductible_left": "50.00"}, "70.00", "coinsurance"),
        ({"coinsurance": "20", "deductible_left": "500.00"}, "150.00", "deductible"),
        ({"deductible_left": "40.00"}, "40.00", "deductible"),
        ({"copay": "25.00", "out_of_pocket_left": "10.00"}, "10.00", "out_of_pocket"),
        ({"copay": "25.00", "visits_left": "0"}, "90.00", "no_visits"),
        ({"copay": "25.00", "visits_left": "3"}, "25.00", "copay"),
    ],
)
def test_the_insurers_words_set_the_share(said: dict[str, str], amount: str, rule: str) -> None:
    found = share(told(**said))
    assert (found.amount, found.rule) == (usd(amount), f"share.{rule}")
    assert "2026-03-02" in found.why


def test_what_the_insurer_last_allowed_is_nearer_than_the_charge() -> None:
    found = share(replace(told(coinsurance="20", deductible_left="0.00"), allowed=usd("120.00")))
    assert (found.amount, found.why) == (
        usd("24.00"),
        "20 % of what the insurer last allowed, as the insurer said on 2026-03-02",
    )


def test_a_coverage_that_does_not_hold_is_no_amount_to_ask_for() -> None:
    found = share(Cover(usd("25.00"), replace(TOLD, active=False)))
    assert found.amount is None
    assert found.why.endswith("the coverage is not active; without one the price is 90.00")


def test_what_a_second_coverage_pays_is_not_known_before() -> None:
    assert share(replace(told(copay="25.00"), another_follows=True)).amount is None


AMOUNTS = st.none() | st.decimals(0, 2000, places=2)


@given(left=AMOUNTS, cap=AMOUNTS, allowed=AMOUNTS, percent=st.none() | st.integers(0, 100).map(Decimal))
def test_by_deductible_and_coinsurance_nobody_pays_more_than_the_session(
    left: Decimal | None, cap: Decimal | None, allowed: Decimal | None, percent: Decimal | None
) -> None:
    said = replace(TOLD, deductible_left=left, out_of_pocket_left=cap, coinsurance=percent)
    base = usd("150.00") if allowed is None else allowed
    found = share(Cover(usd("0.00"), said, allowed=allowed))
    assert found.why
    if found.amount is not None:
        assert 0 <= found.amount <= base
        assert cap is None or found.amount <= cap
