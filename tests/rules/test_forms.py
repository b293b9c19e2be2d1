"""Forms: a text that anybody can write, answers that are kept as they were given."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.rules import form_library, forms
from models.rules.forms import Kind, Question, Said, check, read

FORM = read("""
# You
> Take your time.
Your name *
What brings you? * (long)
Days (several: Monday; Tuesday)
Size (choice: small; large)
Before? (yes/no)
Since (date)
Hours * (number)
""")
GIVEN = {"q1": ["Ana"], "q2": ["A\r\nB"], "q7": ["7.5"]}


def test_a_line_is_a_heading_words_or_a_question() -> None:
    assert FORM.parts[:3] == (
        Said("You", heading=True),
        Said("Take your time."),
        Question("q1", "Your name", required=True),
    )
    assert FORM.questions[2] == Question("q3", "Days", Kind.SEVERAL, False, ("Monday", "Tuesday"))
    assert [q.required for q in FORM.questions] == [True, True, False, False, False, False, True]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "asks nothing yet"),
        ("# only a heading", "asks nothing yet"),
        ("Fine?\nColor (colour)", "line 2: 'colour' is not a kind of answer"),
        ("Color (choice: red)", "what there is to choose from"),
        ("Color (long: red; blue)", "only choice and several have options"),
        ("* (long)", "needs words"),
    ],
)
def test_a_form_that_cannot_be_read_says_which_line_and_why(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(text)


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(Refused, match=r"line 1: .*; line 3: "):
        read("A (b)\nFine\nC (d)")


def test_answers_are_kept_as_given_with_plain_line_ends() -> None:
    checked = check(FORM, GIVEN)
    assert checked.problems == {}
    assert checked.answers == {"q1": ("Ana",), "q2": ("A\nB",), "q7": ("7.5",)}


def test_what_must_be_answered_is_asked_for_only_in_the_end() -> None:
    assert set(check(FORM, {}).problems) == {"q1", "q2", "q7"}
    assert check(FORM, {}, finished=False).problems == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("q1", ["x" * 301]),
        ("q2", ["x" * 10_001]),
        ("q3", ["Monday", "Sunday"]),
        ("q4", ["medium"]),
        ("q4", ["small", "large"]),
        ("q5", ["perhaps"]),
        ("q6", ["yesterday"]),
        ("q7", ["many"]),
        ("q7", ["NaN"]),
    ],
)
def test_an_answer_of_the_wrong_kind_is_named_at_its_question(name: str, said: list[str]) -> None:
    assert set(check(FORM, {**GIVEN, name: said}).problems) == {name}


def test_an_answer_to_what_was_not_asked_is_left_out() -> None:
    assert "q99" not in check(FORM, {**GIVEN, "q99": ["x"], "csrf": ["y"]}).answers


@given(st.dictionaries(st.sampled_from([q.name for q in FORM.questions]), st.lists(st.text(), max_size=3)))
def test_no_answer_breaks_a_form_and_a_kept_one_reads_the_same_again(said: dict[str, list[str]]) -> None:
    once = check(FORM, said)
    again = check(FORM, once.answers)
    assert again.answers == once.answers
    assert again.problems == once.problems


@given(st.text(max_size=200))
def test_any_text_is_a_form_or_is_refused(text: str) -> None:
    with suppress(Refused):
        assert read(text).questions


@pytest.mark.parametrize("kind", ["therapy", "tutoring"])
def test_the_forms_of_the_house_can_be_read(kind: str) -> None:
    for text in form_library.built_in(kind).values():
        assert forms.read(text).questions


def test_a_practice_of_another_kind_is_asked_nothing_clinical() -> None:
    said = " ".join(form_library.built_in("tutoring").values()).lower()
    for word in ("therap", "clinic", "treat", "health", "medic", "symptom", "diagnos"):
        assert word not in said
