"""What was done is corrected after it was charged: only where its claims allow it, and never while a payer decides."""

import pytest

from models.facts import ClaimStatus
from models.rules.amending import Bill, against, goes_again


def bill(
    status: ClaimStatus, number: str = "C1", frequency: str = "1", leaving: bool = False, known: bool = True
) -> Bill:
    return Bill(number, status, frequency, leaving, known)


@pytest.mark.parametrize("status", [ClaimStatus.DRAFT, ClaimStatus.HELD, ClaimStatus.REJECTED])
def test_a_claim_that_never_reached_its_payer_follows(status: ClaimStatus) -> None:
    assert against([bill(status)], replace=False) is None
    assert goes_again([bill(status)]) is None


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (bill(ClaimStatus.SUBMITTED), "claim C1 is on its way: wait for its payer's answer"),
        (bill(ClaimStatus.ACCEPTED), "claim C1 is on its way"),
        (bill(ClaimStatus.DRAFT, leaving=True), "claim C1 is on its way"),
        (bill(ClaimStatus.CLOSED), "claim C1 is closed: what it billed stands"),
        (bill(ClaimStatus.DRAFT, frequency="8"), "claim C1 is being taken back"),
        (bill(ClaimStatus.PAID, known=False), "its payer's own number is unknown"),
    ],
)
def test_what_a_claim_does_not_allow_is_said_with_what_to_do_also_to_who_would_replace_it(
    claim: Bill, told: str
) -> None:
    assert told in (against([claim], replace=True) or "")
    assert told in (against([bill(ClaimStatus.HELD, "C0"), claim], replace=True) or "") or not claim.known


@pytest.mark.parametrize("status", [ClaimStatus.PAID, ClaimStatus.DENIED])
def test_a_claim_that_its_payer_decided_on_goes_again_where_somebody_says_so(status: ClaimStatus) -> None:
    claim = bill(status)
    assert "has to go again as a replacement (frequency 7)" in (against([claim], replace=False) or "")
    assert (against([claim], replace=True), goes_again([claim])) == (None, claim)


def test_of_several_coverages_the_first_goes_again_and_the_others_follow() -> None:
    first, second = bill(ClaimStatus.PAID), bill(ClaimStatus.PAID, "C2", known=False)
    assert (against([first, second], replace=True), goes_again([first, second])) == (None, first)
    assert "claim C2 is on its way" in (against([first, bill(ClaimStatus.ACCEPTED, "C2")], replace=True) or "")
