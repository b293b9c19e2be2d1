"""Notes: what they begin with, who signs, co-signs and adds, when a plan is reviewed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.facts import NoteFormat
from models.rules import charting
from models.rules.charting import LAYOUTS, NoteFacts, goals_of, may_add, may_cosign, may_write, review_is_due

AUTHOR, SUPERVISOR, OTHER = 1, 2, 3
OPEN = NoteFacts(clinician=AUTHOR, supervisor=SUPERVISOR, signed=False, needs_cosign=False, cosigned=False)
SIGNED = replace(OPEN, signed=True, needs_cosign=True)
COSIGNED = replace(SIGNED, cosigned=True)
PLAN = {
    "problem": "Panic",
    "goal-1": "Ride the bus alone",
    "steps-1": "one stop\n\n three stops ",
    "means-1": "exposure, weekly",
    "goal-3": "Sleep through",
}


@pytest.mark.parametrize(
    ("note", "by", "given"),
    [
        (OPEN, AUTHOR, True),
        (OPEN, SUPERVISOR, False),
        (OPEN, OTHER, False),
        (OPEN, None, False),
        (SIGNED, AUTHOR, False),
        (COSIGNED, AUTHOR, False),
    ],
)
def test_a_draft_is_its_clinicians_and_what_is_signed_is_nobodys(note: NoteFacts, by: int | None, given: bool) -> None:
    permit = may_write(note, by)
    assert permit.given is given
    assert bool(permit.why) is not given


@pytest.mark.parametrize(
    ("note", "by", "given"),
    [
        (SIGNED, SUPERVISOR, True),
        (SIGNED, AUTHOR, False),
        (SIGNED, OTHER, False),
        (SIGNED, None, False),
        (replace(SIGNED, supervisor=None), None, False),
        (OPEN, SUPERVISOR, False),
        (COSIGNED, SUPERVISOR, False),
        (replace(SIGNED, needs_cosign=False), SUPERVISOR, False),
    ],
)
def test_only_the_supervisor_co_signs_once_and_only_what_is_signed(
    note: NoteFacts, by: int | None, given: bool
) -> None:
    assert may_cosign(note, by).given is given


@pytest.mark.parametrize(
    ("note", "by", "given"),
    [(SIGNED, AUTHOR, True), (COSIGNED, SUPERVISOR, True), (SIGNED, OTHER, False), (OPEN, AUTHOR, False)],
)
def test_author_and_supervisor_add_to_what_is_signed(note: NoteFacts, by: int, given: bool) -> None:
    assert may_add(note, by).given is given


def test_a_plans_goals_are_those_that_have_a_name() -> None:
    first, second = goals_of(PLAN)
    assert (first.goal, first.steps, first.means) == (
        "Ride the bus alone",
        ("one stop", "three stops"),
        "exposure, weekly",
    )
    assert (second.number, second.steps) == (3, ())


def test_a_progress_note_begins_with_its_session_and_the_plans_goals() -> None:
    begun = charting.first_words(NoteFormat.SOAP, "March 2, 50 minutes", PLAN)
    assert begun == {"session": "March 2, 50 minutes", "goals": "1. Ride the bus alone\n3. Sleep through"}
    assert charting.first_words(NoteFormat.FREE, "March 2", PLAN) == {"session": "March 2"}


def test_a_note_put_into_another_format_loses_no_word() -> None:
    soap = {"session": "March 2", "subjective": "slept badly", "objective": "tired", "plan": "sleep diary"}
    free = charting.recast(soap, NoteFormat.SOAP, NoteFormat.FREE)
    assert free["session"] == "March 2"
    assert free["text"] == "Subjective: slept badly\n\nObjective: tired\n\nPlan: sleep diary"
    assert charting.recast(soap, NoteFormat.SOAP, NoteFormat.SOAP) == soap
    dap = charting.recast(soap, NoteFormat.SOAP, NoteFormat.DAP)
    assert (dap["plan"], dap["data"]) == ("sleep diary", "Subjective: slept badly\n\nObjective: tired")


def test_the_next_version_of_a_plan_begins_with_the_last() -> None:
    assert charting.first_words(NoteFormat.PLAN, "", PLAN) == PLAN


@pytest.mark.parametrize("form", NoteFormat)
def test_the_sections_of_a_note_have_names_of_their_own(form: NoteFormat) -> None:
    keys = [section.key for section in charting.sections_of(form)]
    assert len(keys) == len(set(keys)) > 0
    assert set(charting.first_words(form, "now", PLAN)) <= set(keys)


def test_a_practice_that_is_no_therapy_has_one_plain_session_note() -> None:
    assert charting.session_formats(therapy=False) == (NoteFormat.FREE,)
    assert charting.layout(NoteFormat.FREE, therapy=False).name == "Session note"
    assert set(charting.session_formats(therapy=True)) == {form for form, it in LAYOUTS.items() if it.of_session}


def test_a_review_is_asked_for_a_week_before_its_day() -> None:
    due = date(2027, 3, 31)
    assert [review_is_due(due, due - timedelta(days=days)) for days in (8, 7, 0, -30)] == [False, True, True, True]
    assert review_is_due(None, due) is False
