"""Rules of pay lines in plain words: a statement has no inner word, and keeps the day or the person."""

from decimal import Decimal

import pytest

from models.facts import PayBasis, PayRule
from models.paying import ItemKind
from models.rules.pay import name_of
from models.rules.pay_words import PLAIN, plainly
from tests.rules.test_pay import SINCE


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("pay.percent_of_collected since 2026-11-28", "a share of what is collected, since Nov 28, 2026"),
        ("pay.admin since 2026-03-02", "admin time, since Mar 2, 2026"),
        ("pay.clawback_cap", "cap on what is taken back"),
        ("pay.fee_share", "a share of fees"),
        ("pay.bonus by Jo Owner", "bonus by Jo Owner"),
        ("pay.correction by an owner since 2020-01-01", "correction by an owner since 2020-01-01"),
        ("60% of billed", "60% of billed"),
    ],
)
def test_a_rule_is_told_with_its_day_or_who_added_it(rule: str, said: str) -> None:
    assert plainly(rule) == said


@pytest.mark.parametrize("basis", list(PayBasis))
def test_every_basis_has_plain_words(basis: PayBasis) -> None:
    rule = PayRule(basis, Decimal("60.00"), SINCE)
    assert plainly(name_of(rule)) == f"{PLAIN[basis.value]}, since Jan 1, 2027"


@pytest.mark.parametrize("name", [*PLAIN, *(kind.value for kind in ItemKind)])
def test_no_inner_word_is_left(name: str) -> None:
    said = plainly(f"pay.{name}")
    assert said
    assert "_" not in said
    assert "pay." not in said
