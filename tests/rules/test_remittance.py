"""A payer's answer: what it paid, took off, left to the client or the next payer, and what it denied."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import Adjusted, Answer, PaidLine
from models.money import ZERO, total
from models.rules.ledger import Event
from models.rules.remittance import Decision, decide, is_denied

CENTS = st.decimals(min_value=0, max_value=500, places=2)
EXPLAINED = st.lists(
    st.tuples(st.sampled_from(["CO-45", "CO-253", "PI-45", "PR-1", "PR-2", "PR-3", "CO-16", "PR-204"]), CENTS),
    max_size=5,
)


def line(paid: str, *adjustments: str) -> PaidLine:
    """A line that explains itself: `"CO-45 60.00"` is one adjustment."""
    pieces = (text.replace("-", " ", 1).split() for text in adjustments)
    parts = tuple(Adjusted(group, reason, Decimal(amount)) for group, reason, amount in pieces)
    return PaidLine(Decimal(paid) + total(a.amount for a in parts), Decimal(paid), parts)


def answer(*lines: PaidLine, next_payer: int | None = None, left_open: str | None = None) -> Answer:
    """From the primary payer 5 unless the ledger still holds only `left_open`."""
    charged = total(one.charged for one in lines)
    open_now = charged if left_open is None else Decimal(left_open)
    return Answer(lines, 3, 5, next_payer, left_open is not None, open_now)


def posted(decision: Decision) -> dict[Event, Decimal]:
    events = {entry.event for entry in decision.entries}
    return {e: total(entry.postings[0][1] for entry in decision.entries if entry.event is e) for e in events}


def taken_from_payer(decision: Decision) -> Decimal:
    """How much less payer 5 owes."""
    return -total(
        amount for entry in decision.entries for account, amount in entry.postings if account == "receivable:payer:5"
    )


def test_a_paid_line_posts_payment_contractual_and_the_clients_share() -> None:
    decision = decide(answer(line("90.00", "CO-45 60.00", "PR-1 10.00", "PR-3 20.00")))
    assert posted(decision) == {
        Event.PAYER_PAID: Decimal("90.00"),
        Event.CONTRACTUAL: Decimal("60.00"),
        Event.CLIENT_SHARE: Decimal("30.00"),
    }
    assert (decision.shared, decision.denied) == (Decimal("30.00"), ())
    assert "835 PR-3: the client's share" in [entry.why for entry in decision.entries]


def test_the_share_goes_to_the_next_coverage_before_the_client() -> None:
    decision = decide(answer(line("90.00", "CO-45 60.00", "PR-2 30.00"), next_payer=6))
    assert posted(decision)[Event.NEXT_COVERAGE] == Decimal("30.00")
    assert Event.CLIENT_SHARE not in posted(decision)
    assert decision.shared == Decimal("30.00")


def test_a_secondary_posts_nothing_for_what_the_first_payer_did() -> None:
    decision = decide(answer(line("25.00", "OA-23 150.00", "PR-3 5.00"), left_open="30.00"))
    assert posted(decision) == {Event.PAYER_PAID: Decimal("25.00"), Event.CLIENT_SHARE: Decimal("5.00")}
    assert taken_from_payer(decision) == Decimal("30.00")


@pytest.mark.parametrize(
    ("paid", "adjustments", "contractual"),
    [
        ("25.00", ["CO-45 155.00"], "5.00"),
        ("30.00", ["CO-45 60.00", "OA-23 90.00"], "0.00"),
        ("0.00", ["OA-23 150.00", "CO-45 30.00"], "30.00"),
        ("20.00", ["CO-45 6.00", "CO-253 100.00", "PR-3 2.00"], "8.00"),
    ],
)
def test_a_secondary_never_takes_off_again_what_the_first_payer_took_off(
    paid: str, adjustments: list[str], contractual: str
) -> None:
    decision = decide(answer(line(paid, *adjustments), left_open="30.00"))
    assert posted(decision).get(Event.CONTRACTUAL, ZERO) == Decimal(contractual)
    assert taken_from_payer(decision) == Decimal("30.00")


@pytest.mark.parametrize(
    "adjustments",
    [
        ["CO-197 180.00"],
        ["CO-45 60.00", "CO-16 120.00"],
        ["PR-204 180.00"],
        ["PR-96 120.00", "CO-45 60.00"],
        ["CO-45 180.00"],
        ["OA-18 180.00"],
        ["CO-197 180.00", "PR-3 0.00"],
        ["OA-23 150.00", "CO-197 30.00"],
        ["OA-23 150.00", "PR-204 30.00"],
    ],
)
def test_a_denied_line_posts_nothing_and_is_reported_with_its_codes(adjustments: list[str]) -> None:
    denied = line("0.00", *adjustments)
    decision = decide(answer(denied))
    assert (decision.entries, decision.shared, decision.denied) == ((), ZERO, denied.adjustments)


@pytest.mark.parametrize(
    "adjustments",
    [
        ["PR-1 120.00", "CO-45 60.00"],
        ["PR-2 180.00"],
        ["PR-3 30.00", "CO-45 150.00"],
        ["PR-66 180.00"],
        ["OA-23 180.00"],
        ["OA-23 150.00", "CO-45 30.00"],
        [],
    ],
)
def test_a_deductible_or_an_earlier_payer_that_takes_it_all_is_no_denial(adjustments: list[str]) -> None:
    assert not is_denied(line("0.00", *adjustments))


def test_a_paid_line_posts_though_another_is_denied() -> None:
    decision = decide(answer(line("90.00", "CO-45 60.00"), line("0.00", "CO-16 50.00")))
    assert taken_from_payer(decision) == Decimal("150.00")
    assert [a.reason for a in decision.denied] == ["16"]


def test_an_adjustment_below_zero_gives_the_payer_its_debt_back() -> None:
    decision = decide(answer(line("130.00", "CO-45 -10.00")))
    assert posted(decision)[Event.CONTRACTUAL] == Decimal("-10.00")
    assert taken_from_payer(decision) == Decimal("120.00")


@given(st.decimals(min_value="0.01", max_value=500, places=2), EXPLAINED, st.booleans())
def test_a_paid_line_of_a_primary_leaves_nothing_open(
    paid: Decimal, adjustments: list[tuple[str, Decimal]], another: bool
) -> None:
    one = line(str(paid), *(f"{code} {amount}" for code, amount in adjustments))
    decision = decide(answer(one, next_payer=6 if another else None))
    assert taken_from_payer(decision) == one.charged
    assert decision.denied == ()


@given(CENTS, EXPLAINED)
def test_any_answer_settles_the_whole_charge_or_is_a_denial_that_posts_nothing(
    paid: Decimal, adjustments: list[tuple[str, Decimal]]
) -> None:
    one = line(str(paid), *(f"{code} {amount}" for code, amount in adjustments))
    decision = decide(answer(one))
    assert taken_from_payer(decision) == (ZERO if is_denied(one) else one.charged)
    assert all(any(amount for _, amount in entry.postings) for entry in decision.entries), "no empty entries"


@given(EXPLAINED, CENTS)
def test_a_secondary_adjusts_at_most_what_was_left_open(adjustments: list[tuple[str, Decimal]], left: Decimal) -> None:
    one = line("0.01", *(f"{code} {amount}" for code, amount in adjustments))
    decision = decide(answer(one, left_open=str(left)))
    assert ZERO <= posted(decision).get(Event.CONTRACTUAL, ZERO) <= left


LINES = st.lists(EXPLAINED, min_size=1, max_size=4)


@given(LINES, st.lists(CENTS, min_size=4, max_size=4))
def test_each_entry_is_of_the_line_that_explains_it(told: list[list[tuple[str, Decimal]]], paid: list[Decimal]) -> None:
    """What a line takes from its payer is what it was paid and adjusted; a denied one takes nothing."""
    lines = [line(str(paid[n]), *(f"{code} {amount}" for code, amount in each)) for n, each in enumerate(told)]
    decision = decide(answer(*lines))
    taken = dict.fromkeys(range(len(lines)), ZERO)
    for place, entry in zip(decision.lines, decision.entries, strict=True):
        taken[place] -= total(amount for account, amount in entry.postings if account == "receivable:payer:5")
    for place, one in enumerate(lines):
        told_of = ("PR", "CO", "PI")
        explained = one.paid + total(a.amount for a in one.adjustments if a.group in told_of)
        assert taken[place] == (ZERO if is_denied(one) else explained)


def test_where_a_claim_has_lines_the_words_name_them() -> None:
    lines = (replace(line("90.00", "CO-45 60.00"), of="90837"), replace(line("0.00", "PR-3 5.00"), of="90785"))
    assert [entry.why for entry in decide(answer(*lines)).entries] == [
        "835 pays on 90837",
        "835 CO-45 on 90837: agreed with the payer",
        "835 PR-3 on 90785: the client's share",
    ]
