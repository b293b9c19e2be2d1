"""PHQ-9 and GAD-7: scored as published, and nothing about safety goes unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.facts import MeasureKind
from models.rules.measures import ANSWERS, INSTRUMENTS, score

PHQ, GAD = MeasureKind.PHQ_9, MeasureKind.GAD_7


def answers(total: int, items: int) -> tuple[int, ...]:
    """Answers that come to a total, from the first question on."""
    full, rest = divmod(total, 3)
    return tuple([3] * full + [rest] * (full < items) + [0] * (items - full - 1))[:items]


@pytest.mark.parametrize(
    ("kind", "total", "severity"),
    [
        (PHQ, 0, "minimal"),
        (PHQ, 4, "minimal"),
        (PHQ, 5, "mild"),
        (PHQ, 9, "mild"),
        (PHQ, 10, "moderate"),
        (PHQ, 14, "moderate"),
        (PHQ, 15, "moderately severe"),
        (PHQ, 19, "moderately severe"),
        (PHQ, 20, "severe"),
        (PHQ, 27, "severe"),
        (GAD, 4, "minimal"),
        (GAD, 5, "mild"),
        (GAD, 10, "moderate"),
        (GAD, 15, "severe"),
        (GAD, 21, "severe"),
    ],
)
def test_severity_starts_where_the_published_cut_offs_say(kind: MeasureKind, total: int, severity: str) -> None:
    found = score(kind, answers(total, len(INSTRUMENTS[kind].items)))
    assert (found.total, found.severity) == (total, severity)


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_any_answer_about_self_harm_above_never_is_followed_up_whatever_the_total(given: list[int]) -> None:
    found = score(PHQ, tuple(given))
    assert found.total == sum(given) <= INSTRUMENTS[PHQ].highest
    assert found.at_risk is (given[8] > 0)


@given(st.lists(st.integers(0, 3), min_size=7, max_size=7))
def test_a_gad_7_asks_nothing_about_safety(given: list[int]) -> None:
    assert score(GAD, tuple(given)).at_risk is False


@pytest.mark.parametrize("given", [(), (1,) * 8, (1,) * 10, (0,) * 8 + (4,), (-1,) + (0,) * 8])
def test_a_measure_with_a_question_unanswered_or_answered_otherwise_is_not_scored(given: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        score(PHQ, given)


def test_every_point_of_an_answer_has_its_words() -> None:
    assert len(ANSWERS) == 4
    assert [(i.name, len(i.items), i.highest) for i in INSTRUMENTS.values()] == [("PHQ-9", 9, 27), ("GAD-7", 7, 21)]
