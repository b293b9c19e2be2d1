"""The day of payment: neither before the period was over nor far ahead; the years whose 1099-NEC it moves between."""

from datetime import date

import pytest

from models.rules import pay_days as rules

LAST, TODAY = date(2026, 12, 20), date(2026, 12, 29)


@pytest.mark.parametrize(
    ("paid_on", "settles_on", "wrong"),
    [
        (LAST, None, ""),
        (date(2026, 12, 19), None, "before the period's last day"),
        (date(2027, 1, 12), None, ""),
        (date(2027, 1, 13), None, "too far ahead: the day of payment is 2027-01-12 at the latest"),
        (date(2027, 1, 13), date(2027, 1, 15), ""),
        (date(2027, 1, 12), date(2026, 12, 28), ""),
        (date(2027, 1, 16), date(2027, 1, 15), "2027-01-15 at the latest"),
    ],
)
def test_pay_is_paid_after_its_period_and_not_far_ahead(paid_on: date, settles_on: date | None, wrong: str) -> None:
    found = rules.wrong_day(paid_on, LAST, settles_on, TODAY)
    assert found is None if not wrong else wrong in (found or "")


@pytest.mark.parametrize(
    ("was", "now", "today", "years"),
    [
        (date(2026, 12, 30), date(2026, 12, 31), date(2027, 3, 1), []),
        (date(2027, 1, 4), date(2026, 12, 31), date(2027, 1, 31), []),
        (date(2027, 1, 4), date(2026, 12, 31), date(2027, 2, 1), [2026]),
        (date(2026, 12, 31), date(2027, 1, 4), date(2028, 2, 1), [2026, 2027]),
    ],
)
def test_a_payment_moved_to_another_year_changes_what_was_filed(
    was: date, now: date, today: date, years: list[int]
) -> None:
    assert rules.filed_before(was, now, today) == years
