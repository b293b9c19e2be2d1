"""The playbook: one play a code, the first known code decides, what is unknown goes to a biller."""

from collections import Counter
from decimal import Decimal

import pytest

from models.facts import Adjusted
from models.rules.denials import PLAYBOOK, PLAYS, Action, play_for


def adjusted(*codes: str) -> list[Adjusted]:
    return [Adjusted(group, reason, Decimal("60.00")) for group, reason in (code.split("-") for code in codes)]


@pytest.mark.parametrize(
    ("codes", "action"),
    [
        (["CO-4", "CO-11", "CO-16", "CO-125"], Action.CORRECT),
        (["CO-18"], Action.FIND_ORIGINAL),
        (["CO-22"], Action.OTHER_COVERAGE),
        (["CO-26", "CO-27", "PR-27"], Action.CHECK_ELIGIBILITY),
        (["CO-29"], Action.APPEAL_TIMELY),
        (["CO-50", "CO-55", "CO-56"], Action.APPEAL),
        (["CO-97", "CO-234"], Action.ADJUST_OFF),
        (["CO-109"], Action.RIGHT_PAYER),
        (["CO-197", "CO-198"], Action.AUTHORIZATION),
        (["CO-B7"], Action.CREDENTIALING),
        (["PR-204", "PR-96", "PR-119"], Action.BILL_CLIENT),
    ],
)
def test_each_code_has_the_default_action_of_the_house(codes: list[str], action: Action) -> None:
    assert {play_for(adjusted(code)).action for code in codes} == {action}


def test_no_code_is_in_two_plays() -> None:
    assert Counter(code for play in PLAYBOOK for code in play.codes) == Counter(PLAYS.keys())


@pytest.mark.parametrize("code", ["CO-45", "PR-1", "OA-18", "PR-16", "CO-96", "PI-204"])
def test_the_same_reason_in_another_group_is_not_the_same_play(code: str) -> None:
    play = play_for(adjusted(code))
    assert (play.action, play.codes) == (Action.REVIEW, (code,))
    assert play.meaning == f"denied with {code}"


def test_the_first_known_code_decides() -> None:
    assert play_for(adjusted("CO-45", "CO-197", "CO-16")).action is Action.AUTHORIZATION


def test_unknown_codes_are_all_named_and_none_at_all_is_said() -> None:
    assert play_for(adjusted("CO-253", "OA-100")).meaning == "denied with CO-253, OA-100"
    assert play_for([]).meaning == "denied with no reason given"
    assert play_for([]).action is Action.REVIEW
