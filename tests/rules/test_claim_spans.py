"""Which sessions go on one claim, and how long it waits for them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.billed import ClaimsPer
from models.rules.claim_spans import Common, Gathered, SessionToBill, divisible, goes_with, leaves_on, most_lines, span

COMMON = Common(1, 1, "", "11", "", frozenset({"F41.1"}))
VISIT = SessionToBill(ClaimsPer.MONTH, COMMON, date(2027, 3, 2), service_id=1)


def begun(visit: SessionToBill) -> Gathered:
    """A claim of its own for a session."""
    return Gathered(visit.per, visit.common, ((visit.held_on, visit.service_id),), visit.lines)


def and_also(claim: Gathered, visit: SessionToBill) -> Gathered:
    """The claim with a further session."""
    visits = (*claim.visits, (visit.held_on, visit.service_id))
    return replace(claim, visits=visits, lines=claim.lines + visit.lines)


CLAIM = begun(VISIT)


def gathered(visits: list[SessionToBill], most: int) -> list[list[SessionToBill]]:
    """Sessions billed one after the other, each onto the first claim that takes it."""
    claims: list[tuple[Gathered, list[SessionToBill]]] = []
    for visit in visits:
        for place, (claim, on_it) in enumerate(claims):
            if goes_with(claim, visit) and claim.lines + visit.lines <= most:
                claims[place] = and_also(claim, visit), [*on_it, visit]
                break
        else:
            claims.append((begun(visit), [visit]))
    return [on_it for _, on_it in claims]


def test_a_session_of_the_same_month_goes_with_a_claim_of_all_alike() -> None:
    assert goes_with(CLAIM, replace(VISIT, held_on=date(2027, 3, 31)))
    assert not goes_with(CLAIM, replace(VISIT, held_on=date(2027, 4, 1)))


@pytest.mark.parametrize(
    "other",
    [
        replace(COMMON, coverage_id=2),
        replace(COMMON, clinician_id=2),
        replace(COMMON, billing_npi="1987654328"),
        replace(COMMON, place_of_service="10"),
        replace(COMMON, authorization="AUTH2"),
        replace(COMMON, diagnoses=frozenset({"F33.1"})),
        replace(COMMON, diagnoses=frozenset({"F41.1", "F33.1"})),
    ],
)
def test_what_a_claim_says_once_must_be_the_same(other: Common) -> None:
    later = replace(VISIT, held_on=date(2027, 3, 9))
    assert goes_with(CLAIM, later)
    assert not goes_with(CLAIM, replace(later, common=other))


def test_the_same_service_again_on_a_day_begins_a_claim_of_its_own() -> None:
    assert not goes_with(CLAIM, VISIT)
    assert goes_with(CLAIM, replace(VISIT, service_id=2))


@pytest.mark.parametrize("per", [ClaimsPer.SESSION, ClaimsPer.WEEK])
def test_a_payer_that_wants_it_otherwise_by_now_begins_a_new_claim(per: ClaimsPer) -> None:
    assert not goes_with(CLAIM, replace(VISIT, per=per, held_on=date(2027, 3, 3)))


def test_a_claim_of_one_session_takes_no_other() -> None:
    own = replace(VISIT, per=ClaimsPer.SESSION)
    assert not goes_with(begun(own), replace(own, service_id=2))


def test_weeks_are_the_calendars_and_end_with_the_year() -> None:
    week = span(ClaimsPer.WEEK, date(2027, 3, 2))
    assert (week.first, week.last) == (date(2027, 2, 28), date(2027, 3, 6))
    assert [day.strftime("%A") for day in (week.first, week.last)] == ["Sunday", "Saturday"]
    assert span(ClaimsPer.WEEK, date(2026, 12, 31)).last == date(2026, 12, 31)
    assert span(ClaimsPer.WEEK, date(2027, 1, 1)).first == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("per", "earliest", "days", "leaves"),
    [
        (ClaimsPer.SESSION, date(2027, 3, 2), 90, None),
        (ClaimsPer.WEEK, date(2027, 3, 2), 90, date(2027, 3, 7)),
        (ClaimsPer.MONTH, date(2027, 3, 2), 90, date(2027, 4, 1)),
        (ClaimsPer.MONTH, date(2028, 2, 29), 90, date(2028, 3, 1)),
        (ClaimsPer.MONTH, date(2027, 12, 1), 90, date(2028, 1, 1)),
        (ClaimsPer.MONTH, date(2027, 3, 2), 30, date(2027, 3, 22)),
        (ClaimsPer.WEEK, date(2027, 3, 1), 3, date(2027, 3, 3)),
    ],
)
def test_a_claim_leaves_after_its_span_and_before_filing_is_in_danger(
    per: ClaimsPer, earliest: date, days: int, leaves: date | None
) -> None:
    assert leaves_on(per, earliest, days) == leaves


def test_paper_holds_fewer_lines_than_a_file() -> None:
    assert (most_lines(on_paper=False), most_lines(on_paper=True)) == (50, 6)


VISITS = st.builds(
    SessionToBill,
    per=st.sampled_from(ClaimsPer),
    common=st.builds(replace, st.just(COMMON), coverage_id=st.integers(1, 2), diagnoses=st.just(COMMON.diagnoses)),
    held_on=st.integers(0, 400).map(lambda days: date(2026, 11, 20) + timedelta(days=days)),
    service_id=st.integers(1, 3),
    lines=st.integers(1, 3),
)


@given(st.lists(VISITS, max_size=40), st.sampled_from([6, 50]))
def test_any_sessions_part_into_claims_each_within_its_span_and_limit(visits: list[SessionToBill], most: int) -> None:
    """Each session is on exactly one claim, and all of a claim is alike."""
    claims = gathered(visits, most)
    assert sorted((v for claim in claims for v in claim), key=repr) == sorted(visits, key=repr)
    for claim in claims:
        first = claim[0]
        days = span(first.per, first.held_on)
        assert all(v.held_on in days and (v.per, v.common) == (first.per, first.common) for v in claim)
        assert sum(v.lines for v in claim) <= most
        assert len({(v.held_on, v.service_id) for v in claim}) == len(claim)


@given(st.lists(VISITS, min_size=1, max_size=25))
def test_what_goes_together_does_so_whatever_the_order_of_signing(visits: list[SessionToBill]) -> None:
    one_of_each = list({(v.held_on, v.service_id, v.per, v.common): replace(v, lines=1) for v in visits}.values())

    def parted(some: list[SessionToBill]) -> set[frozenset[SessionToBill]]:
        return {frozenset(claim) for claim in gathered(some, 50)}

    assert parted(one_of_each) == parted(one_of_each[::-1])


@pytest.mark.parametrize(
    ("status", "frequency", "sent", "may"),
    [
        ("draft", "1", False, True),
        ("held", "1", False, True),
        ("draft", "1", True, False),
        ("draft", "7", False, False),
        ("draft", "8", True, False),
        ("accepted", "1", False, False),
    ],
)
def test_only_a_claim_that_was_never_sent_is_divided(status: str, frequency: str, sent: bool, may: bool) -> None:
    assert divisible(status, frequency, sent) is may
