"""What is due of each invoice: payments cover the oldest first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import ZERO, total
from models.rules.invoicing import ASK_AGAIN_DAYS, due

INVOICED = st.lists(st.decimals(min_value=0, max_value=500, places=2), max_size=8)


@pytest.mark.parametrize(
    ("invoiced", "balance", "dues"),
    [
        (["50", "30", "20"], "100", ["50", "30", "20"]),
        (["50", "30", "20"], "60", ["10", "30", "20"]),
        (["50", "30", "20"], "50", ["0", "30", "20"]),
        (["50", "30", "20"], "20", ["0", "0", "20"]),
        (["50", "30", "20"], "0.01", ["0", "0", "0.01"]),
        (["50", "30", "20"], "0", ["0", "0", "0"]),
        (["50", "30", "20"], "-15", ["0", "0", "0"]),
        (["50", "30", "20"], "140", ["50", "30", "20"]),
        ([], "40", []),
    ],
)
def test_payments_cover_the_oldest_invoice_first(invoiced: list[str], balance: str, dues: list[str]) -> None:
    assert due([Decimal(a) for a in invoiced], Decimal(balance)) == [Decimal(d) for d in dues]


@given(INVOICED, st.decimals(min_value=-500, max_value=5000, places=2))
def test_what_is_due_is_the_balance_as_far_as_it_was_invoiced(invoiced: list[Decimal], balance: Decimal) -> None:
    dues = due(invoiced, balance)
    assert total(dues) == max(ZERO, min(balance, total(invoiced)))
    assert all(ZERO <= part <= amount for part, amount in zip(dues, invoiced, strict=True))


@given(INVOICED, st.decimals(min_value=0, max_value=5000, places=2))
def test_an_older_invoice_is_open_only_where_every_newer_one_is_wholly_open(
    invoiced: list[Decimal], balance: Decimal
) -> None:
    dues = due(invoiced, balance)
    for older in range(len(dues)):
        if dues[older]:
            assert dues[older + 1 :] == invoiced[older + 1 :]


def test_a_client_is_asked_again_at_thirty_sixty_and_ninety_days() -> None:
    assert ASK_AGAIN_DAYS == (30, 60, 90)
