"""270 and 271: what was asked is read back the same, and what was not told stays unknown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Parked, Refused
from models.x12.eligibility import Benefit, EligibilityAnswer, EligibilityResponse, Rejection, Terms
from models.x12.eligibility_270_271 import read_270, read_271, write_270, write_271
from models.x12.envelope import kinds
from tests.x12 import asking
from tests.x12 import builders as a


def read_back(*answers: EligibilityAnswer, rejections: tuple[Rejection, ...] = ()) -> EligibilityResponse:
    [read] = read_271(write_271(a.envelope(), [asking.response(*answers, rejections=rejections)]))
    return read


def test_a_request_reads_back_as_it_was_asked() -> None:
    asked = asking.request(asking.bare(asking.inquiry()), asking.bare(asking.dependent_inquiry()))
    text = write_270(a.envelope(), [asked, replace(asked, payer=a.SUMMIT)])
    assert kinds(text) == {"270"}
    assert [each.inquiries for each in read_270(text)] == [asked.inquiries, asked.inquiries]
    assert [each.payer.id for each in read_270(text)] == ["60054", "87726"]


def test_a_request_about_nobody_is_refused() -> None:
    with pytest.raises(Refused, match="at least one client"):
        write_270(a.envelope(), [replace(asking.request(), inquiries=())])


def test_an_answer_tells_what_the_coverage_leaves_to_pay() -> None:
    [told] = read_back(asking.answer()).answers
    assert told == asking.answer()
    assert told.active is True
    assert told.terms() == Terms(
        copay=Decimal("25.00"),
        coinsurance=Decimal("20"),
        deductible=Decimal("500.00"),
        deductible_left=Decimal("120.50"),
        out_of_pocket_left=Decimal("1800.00"),
        visits=Decimal("20"),
        visits_left=Decimal("12"),
    )
    assert told.terms(in_network=False).copay == Decimal("60.00")
    assert told.carve_out == asking.SEPARATE
    assert told.plan == "GOLD 500"


def test_copay_and_deductible_that_are_not_told_are_unknown_and_never_zero() -> None:
    """masslight/ottehr #5737: a 271 without amounts was read as a copay and deductible of 0."""
    empty = Benefit("B", services=("MH",), network="in")
    [told] = read_back(asking.answer(benefits=(Benefit("1", services=("30",)), empty))).answers
    assert told.active is True
    assert told.terms() == Terms()
    nothing = Benefit("B", services=("MH",), amount=Decimal("0.00"))
    [told] = read_back(asking.answer(benefits=(nothing,))).answers
    assert told.terms().copay == Decimal("0.00"), "a copay of nothing that was told is one"


def test_two_copays_for_the_same_service_are_no_copay_to_ask_for() -> None:
    two = (Benefit("B", services=("MH",), amount=Decimal(sum_)) for sum_ in ("20.00", "40.00"))
    assert asking.answer(benefits=tuple(two)).terms().copay is None


def test_a_copay_of_a_doctors_visit_says_nothing_of_therapy() -> None:
    assert asking.answer(benefits=(Benefit("B", services=("98",), amount=Decimal("15.00")),)).terms().copay is None


@pytest.mark.parametrize(
    ("benefits", "active"),
    [
        ((Benefit("6", services=("30",)),), False),
        ((Benefit("1", services=("30",)), Benefit("I", services=("MH",))), False),
        ((Benefit("6", services=("30",)), Benefit("1", services=("MH",))), True),
        ((Benefit("1", services=("30",)), Benefit("I", services=("MH",), network="out")), True),
        ((Benefit("D"),), None),
        ((), None),
    ],
)
def test_whether_sessions_are_covered(benefits: tuple[Benefit, ...], active: bool | None) -> None:
    assert asking.answer(benefits=benefits).active is active


def test_a_plan_that_has_ended_covers_no_later_day() -> None:
    told = asking.answer(begins=date(2026, 1, 1), ends=date(2026, 3, 31))
    assert read_back(told).answers == (told,)
    assert [told.covers(day) for day in (date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 1))] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("level", ["payer", "provider"])
def test_a_request_refused_as_a_whole_says_why_and_what_to_do(level: Any) -> None:
    refused = read_back(rejections=(Rejection(level, "42", "R"),))
    assert refused.reference == "905"
    [rejection] = refused.rejections
    assert rejection.level == level
    assert rejection.text == "the payer cannot answer at present"
    assert rejection.action == "ask again later; it may be asked again"


def test_a_client_who_is_not_found_is_a_rejection_of_this_client_alone() -> None:
    lost = asking.answer(traces=("E0000009",), benefits=(), rejections=(Rejection("subscriber", "75", "C"),))
    read = read_back(asking.answer(), lost)
    assert [answer.active for answer in read.answers] == [True, None]
    assert read.answers[1].rejections[0].text == "the insured person is not found"
    assert read.rejections == ()


def test_a_dependent_is_told_below_the_subscriber() -> None:
    told = asking.answer(traces=("E0000002",), patient=replace(a.SAM, address=None))
    assert read_back(told).answers[0].patient == told.patient
    broken = write_271(a.envelope(), [asking.response(told)]).replace("HL*3*2*22*1", "HL*3*2*{}*1")
    with pytest.raises(Parked, match="dependent before any subscriber"):
        read_271(broken.format("21"))
    with pytest.raises(Parked, match="element 3: is no level of an eligibility response"):
        read_271(broken.format("29"))


AMOUNTS = st.none() | st.decimals(0, 9999, places=2)
BENEFITS = st.builds(
    Benefit,
    kind=st.sampled_from(["1", "6", "A", "B", "C", "F", "G", "I", "U"]),
    services=st.lists(st.sampled_from(["30", "MH", "98", "A6"]), max_size=3, unique=True).map(tuple),
    people=st.sampled_from(["", "IND", "FAM"]),
    period=st.sampled_from(["", "23", "27", "29"]),
    amount=AMOUNTS,
    percent=st.none() | st.integers(0, 100).map(Decimal),
    network=st.sampled_from(["in", "out", "both", ""]),
    authorization=st.sampled_from([True, False, None]),
    begins=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


@given(benefits=st.lists(BENEFITS, max_size=6).map(tuple))
def test_any_answer_reads_back_as_it_was_written(benefits: tuple[Benefit, ...]) -> None:
    told = asking.answer(benefits=benefits)
    [read] = read_back(told).answers
    assert read == told
    assert read.terms().copay in {None, *(each.amount for each in benefits)}
