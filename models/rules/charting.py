"""Notes of a chart: their sections, what they begin with, who may sign and co-sign, when a plan is reviewed.

A note's words are a text per section. Of a plan, every goal has sections of its own ("goal-1", "steps-1", ...).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models.facts import NoteFormat

REVIEW_NOTICE = timedelta(days=7)
"""A plan's review is asked for a week before its day."""
REVIEW_EVERY = timedelta(days=90)
MOST_GOALS = 6
Words = Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """A part of a note, and what belongs in it."""

    key: str
    label: str
    hint: str = ""
    rows: int = 4


@dataclass(frozen=True)
class Layout:
    """How a format is called, its sections in order, and whether it is the note of a session."""

    name: str
    sections: tuple[Section, ...]
    of_session: bool = False


SESSION = Section("session", "Session", "when, how long, where, who was there", 2)
GOALS = Section("goals", "Goals worked on", "which goals of the plan, and how far they are", 3)
NEXT = Section("plan", "Plan", "what happens until and in the next session", 3)
TEXT = Section("text", "Note", rows=12)

LAYOUTS: dict[NoteFormat, Layout] = {
    NoteFormat.SOAP: Layout(
        "SOAP note",
        (
            SESSION,
            Section("subjective", "Subjective", "what the client reports, in their words"),
            Section("objective", "Objective", "what you observe: appearance, mood, affect, thought, behavior"),
            Section("assessment", "Assessment", "what you make of it: progress, risk, diagnosis"),
            GOALS,
            NEXT,
        ),
        of_session=True,
    ),
    NoteFormat.DAP: Layout(
        "DAP note",
        (
            SESSION,
            Section("data", "Data", "what was said, done and observed", 6),
            Section("assessment", "Assessment", "what you make of it: progress, risk, diagnosis"),
            GOALS,
            NEXT,
        ),
        of_session=True,
    ),
    NoteFormat.BIRP: Layout(
        "BIRP note",
        (
            SESSION,
            Section("behavior", "Behavior", "how the client presented, and what they reported"),
            Section("intervention", "Intervention", "what you did, and by which method"),
            Section("response", "Response", "how the client took it"),
            GOALS,
            NEXT,
        ),
        of_session=True,
    ),
    NoteFormat.FREE: Layout("Free note", (SESSION, TEXT), of_session=True),
    NoteFormat.INTAKE: Layout(
        "Intake (biopsychosocial)",
        (
            SESSION,
            Section("complaint", "Presenting problem", "why now, since when, how bad"),
            Section("history", "History of it", "course, earlier treatment, hospital stays"),
            Section("medical", "Biological", "health, medication, sleep, substances, family's illnesses"),
            Section("psychological", "Psychological", "mental status, trauma, coping, strengths"),
            Section("social", "Social", "family, relationships, work, housing, culture, the law"),
            Section("risk", "Risk and safety", "harm to self or others, protective factors, safety plan"),
            Section("formulation", "Formulation", "how it hangs together, and what speaks for the diagnosis"),
            NEXT,
        ),
        of_session=True,
    ),
    NoteFormat.CONTACT: Layout(
        "Contact or consultation",
        (
            Section("with", "With whom", "by phone, mail or in person; their part in the client's care", 2),
            Section("release", "Release", "the client's consent that covers it, or why none is needed", 2),
            Section("text", "What was said", rows=8),
            NEXT,
        ),
    ),
    NoteFormat.PLAN: Layout("Treatment plan", (Section("problem", "Problem", "what treatment is for"),)),
}


def layout(form: NoteFormat, therapy: bool = True) -> Layout:
    """The layout of a format; a practice of another kind has session notes only, and no clinical word in them."""
    return LAYOUTS[form] if therapy else Layout("Session note", (SESSION, TEXT), of_session=True)


def session_formats(therapy: bool) -> tuple[NoteFormat, ...]:
    """The formats the note of a session can have."""
    return tuple(form for form, it in LAYOUTS.items() if it.of_session) if therapy else (NoteFormat.FREE,)


# ── plans ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Goal:
    """A goal of a plan, the steps towards it (objectives), how it is worked on, by when."""

    number: int
    goal: str
    steps: tuple[str, ...]
    means: str
    target: str


def goal_sections(number: int) -> tuple[Section, ...]:
    """What is written of one goal."""
    return (
        Section(f"goal-{number}", "Goal", "what will be different, in the client's words", 2),
        Section(f"steps-{number}", "Objectives", "measurable steps, one a line", 3),
        Section(f"means-{number}", "Interventions", "how you work on it, how often", 2),
        Section(f"target-{number}", "Target", "by when, and how one will know", 1),
    )


def plan_sections(goals: int) -> tuple[Section, ...]:
    """All sections of a plan with so many goals."""
    return LAYOUTS[NoteFormat.PLAN].sections + tuple(s for n in range(1, goals + 1) for s in goal_sections(n))


def goals_of(plan: Words) -> tuple[Goal, ...]:
    """The goals of a plan's words; one without a name is none."""
    named = [number for number in range(1, MOST_GOALS + 1) if plan.get(f"goal-{number}", "").strip()]
    return tuple(
        Goal(
            number,
            plan[f"goal-{number}"].strip(),
            tuple(line.strip() for line in plan.get(f"steps-{number}", "").splitlines() if line.strip()),
            plan.get(f"means-{number}", "").strip(),
            plan.get(f"target-{number}", "").strip(),
        )
        for number in named
    )


def sections_of(form: NoteFormat, therapy: bool = True) -> tuple[Section, ...]:
    """Every section a note of this format can have."""
    return plan_sections(MOST_GOALS) if form is NoteFormat.PLAN else layout(form, therapy).sections


def review_is_due(review_on: date | None, today: date) -> bool:
    """Whether a plan's review is to be asked for."""
    return review_on is not None and today >= review_on - REVIEW_NOTICE


def says_something(words: Words) -> bool:
    """Whether somebody has written more than what a note begins with."""
    return any(text.strip() for key, text in words.items() if key not in (SESSION.key, GOALS.key))


def recast(words: Words, old: NoteFormat, new: NoteFormat) -> dict[str, str]:
    """Words of one format in another: what has no section there goes with its label into the first free one."""
    kept = {section.key for section in sections_of(new)}
    stay = {key: text for key, text in words.items() if key in kept}
    homeless = [s for s in sections_of(old) if s.key not in kept and words.get(s.key, "").strip()]
    if homeless:
        home = next(section for section in sections_of(new) if section not in (SESSION, GOALS))
        moved = [f"{section.label}: {words[section.key].strip()}" for section in homeless]
        stay[home.key] = "\n\n".join([text for text in (stay.get(home.key, ""), *moved) if text])
    return stay


# ── what a note begins with ──────────────────────────────────────────────────


def first_words(form: NoteFormat, session: str, plan: Words, therapy: bool = True) -> dict[str, str]:
    """What a new note says before anybody types: its session, the goals of the plan; a plan its last version."""
    if form is NoteFormat.PLAN:
        return dict(plan)
    keys = {section.key for section in layout(form, therapy).sections}
    goals = "\n".join(f"{goal.number}. {goal.goal}" for goal in goals_of(plan))
    begun = {"session": session, "goals": goals}
    return {key: text for key, text in begun.items() if key in keys and text}


# ── signing ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class NoteFacts:
    """A note as signing sees it; `supervisor` is its clinician's, where somebody supervises them."""

    clinician: int
    supervisor: int | None
    signed: bool
    needs_cosign: bool
    cosigned: bool


@dataclass(frozen=True)
class Permit:
    """Whether one may, and why not."""

    given: bool
    why: str = ""


def may_write(note: NoteFacts, by: int | None) -> Permit:
    """A draft is its clinician's."""
    if note.signed:
        return Permit(False, "this note is signed, and stays as it is; write an addendum instead")
    if by != note.clinician:
        return Permit(False, "only the clinician of this note writes and signs it")
    return Permit(True)


def may_cosign(note: NoteFacts, by: int | None) -> Permit:
    """A signed note of somebody supervised is completed by their supervisor."""
    if not note.signed:
        return Permit(False, "this note is not signed yet")
    if not note.needs_cosign:
        return Permit(False, "this note needs no second signature")
    if note.cosigned:
        return Permit(False, "this note is co-signed already")
    if by is None or by != note.supervisor:
        return Permit(False, "only the supervisor of this note's clinician co-signs it")
    return Permit(True)


def may_add(note: NoteFacts, by: int | None) -> Permit:
    """Its clinician and their supervisor add to a signed note."""
    if not note.signed:
        return Permit(False, "this note is not signed yet: change the note itself")
    if by is None or by not in (note.clinician, note.supervisor):
        return Permit(False, "only the clinician of this note and their supervisor add to it")
    return Permit(True)
