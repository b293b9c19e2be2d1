"""The sample of a cancellation policy says what the policy in force does."""

from dataclasses import replace

import pytest

from activities.agreement_samples import cancellations, samples
from models.facts import Policy
from models.rules.attendance import terms_of as terms

POLICY = Policy(24, terms("50%"), terms("100%"), 0, (48,), 24, 0, True)


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        ("10%", "10% of its price"),
        ("100.00%", "100% of its price"),
        ("75", "$75.00"),
        ("0%", "nothing"),
        ("0", "nothing"),
    ],
)
def test_a_fee_is_said_as_it_is_charged(fee: str, said: str) -> None:
    words = cancellations("Elm Street", replace(POLICY, no_show_fee=terms(fee)))
    assert f"A session you do not come to is charged with {said}." in words


@pytest.mark.parametrize(("waivers", "said"), [(0, ""), (1, "The first such charge"), (2, "The first 2 such charges")])
def test_waivers_are_said_where_there_are_any(waivers: int, said: str) -> None:
    words = cancellations("Elm Street", replace(POLICY, waivers_per_year=waivers))
    assert said in words
    assert ("waived" in words) == bool(waivers)


def test_a_practice_of_another_kind_begins_from_no_clinical_word() -> None:
    words = " ".join(f"{s.title} {s.words}" for s in samples("Elm Street", POLICY, therapy=False).values()).lower()
    assert [word for word in ("treat", "health", "clinic", "insur", "patient") if word in words] == []
    assert len(samples("Elm Street", POLICY, therapy=True)) == 4
