"""Everybody signs what concerns them, in the version in force, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import Audience
from models.rules.agreements import Signer, Version, minor, to_sign

TODAY = date(2026, 3, 2)
FIRST = Version(1, 1, 1, Audience.EVERYONE, date(2026, 1, 1), sign_again=True)
SECOND = replace(FIRST, id=2, number=2, effective_from=date(2026, 2, 1))
ADULT = Signer(date(1985, 5, 17), self_pay=True, signed=frozenset())


def asked(versions: list[Version], signer: Signer = ADULT, today: date = TODAY) -> list[int]:
    return [wanted.version_id for wanted in to_sign(versions, signer, today)]


def test_the_version_in_force_is_asked_for() -> None:
    assert asked([SECOND, FIRST]) == [2]
    assert asked([SECOND, FIRST], today=date(2026, 1, 15)) == [1]
    assert asked([FIRST], today=date(2025, 12, 31)) == []


def test_who_signed_is_not_asked_again() -> None:
    assert asked([FIRST], replace(ADULT, signed=frozenset({1}))) == []


def test_a_new_version_is_signed_again_where_it_says_so() -> None:
    signed = replace(ADULT, signed=frozenset({1}))
    [wanted] = to_sign([FIRST, SECOND], signed, TODAY)
    assert (wanted.version_id, wanted.why) == (2, "version 2 holds since 2026-02-01")
    assert asked([FIRST, replace(SECOND, sign_again=False)], signed) == []


def test_a_small_change_after_a_large_one_still_asks_who_signed_before_both() -> None:
    third = replace(SECOND, id=3, number=3, sign_again=False)
    assert asked([FIRST, SECOND, third], replace(ADULT, signed=frozenset({1}))) == [3]
    assert asked([FIRST, SECOND, third], replace(ADULT, signed=frozenset({2}))) == []


def test_a_retired_agreement_is_asked_of_nobody() -> None:
    assert asked([replace(FIRST, retired_on=TODAY)]) == []
    assert asked([replace(FIRST, retired_on=TODAY + timedelta(days=1))]) == [1]


@pytest.mark.parametrize(
    ("audience", "signer", "concerned"),
    [
        (Audience.MINORS, ADULT, False),
        (Audience.MINORS, replace(ADULT, birth=date(2010, 1, 1)), True),
        (Audience.MINORS, replace(ADULT, birth=None), False),
        (Audience.SELF_PAY, ADULT, True),
        (Audience.SELF_PAY, replace(ADULT, self_pay=False), False),
    ],
)
def test_an_agreement_concerns_its_audience_only(audience: Audience, signer: Signer, concerned: bool) -> None:
    assert bool(asked([replace(FIRST, audience=audience)], signer)) == concerned


def test_one_is_a_minor_until_the_eighteenth_birthday() -> None:
    assert minor(date(2008, 3, 3), TODAY)
    assert not minor(date(2008, 3, 2), TODAY)
    assert minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not minor(date(2008, 2, 29), date(2026, 3, 1))
    assert not minor(None, TODAY)


@given(st.sets(st.integers(1, 6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_signing_what_is_asked_for_leaves_nothing_to_sign(signed: set[int], again: list[bool]) -> None:
    versions = [replace(FIRST, id=n, number=n, sign_again=flag) for n, flag in enumerate(again, start=1)]
    before = replace(ADULT, signed=frozenset(signed))
    after = replace(before, signed=before.signed | set(asked(versions, before)))
    assert asked(versions, after) == []
