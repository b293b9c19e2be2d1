"""Every status a payer may answer with is told in plain words, with what to do about it."""

import pytest

from models.x12.acknowledgment import GroupAck, InterchangeAck
from models.x12.claim_acknowledgment import ClaimAck
from models.x12.code_words import TA1_NOTES
from models.x12.status import Status
from models.x12.status_words import CATEGORIES, STATUSES, STATUSES_BY_ACTION


def test_no_status_stands_under_two_actions() -> None:
    assert len(STATUSES) == sum(len(told) for told in STATUSES_BY_ACTION.values())


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_with_every_status_says_what_to_do(category: str) -> None:
    for code in STATUSES:
        status = Status(category, code, "IL")
        assert status.action
        assert status.text.endswith(" (insured)")


@pytest.mark.parametrize(
    ("category", "code", "action"),
    [
        ("A7", "164", "insurance card"),
        ("A3", "562", "provider's numbers"),
        ("A6", "84", "authorization"),
        ("A3", "116", "payer that is named"),
        ("A7", "0", "correct what is named"),
        ("A8", "9999", "correct what is named"),
        ("A2", "164", "wait"),
        ("P1", "20", "wait"),
        ("P3", "345", "time limit"),
        ("F2", "718", "timely filing"),
        ("F1", "65", "remittance"),
        ("Z9", "0", "call the payer"),
    ],
)
def test_the_status_names_the_mend_unless_the_payer_is_still_at_work(category: str, code: str, action: str) -> None:
    assert action in Status(category, code).action


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert Status("Z9", "9999", "ZZ").text == "code Z9: code 9999 (code ZZ)"
    assert not Status("Z9", "9999").accepted


def test_a_277ca_verdict_a_999_and_a_ta1_say_what_to_do() -> None:
    assert "insurance card" in ClaimAck("C1", False, "A7", "164").action
    assert "send the claims" in GroupAck(1, "HC", False, "R").action
    assert [InterchangeAck(1, code == "000", code).action == "" for code in TA1_NOTES] == [
        code == "000" for code in TA1_NOTES
    ]
    assert "do not send it again" in InterchangeAck(1, False, "025").action
