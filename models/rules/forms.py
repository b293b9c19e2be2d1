"""Forms as plain text that anybody can write, and the answers people give them.

    # Getting to know you                                a heading
    > Take your time; skip what you would rather say.    words to the reader
    What brings you here? * (long)                       a question; * must be answered
    Which days suit you? (several: Monday; Tuesday)      some of these; (choice: ...) is one of them

Kinds: short (also when nothing is said), long, yes/no, date, number, choice, several.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from models.errors import Refused

LONGEST = {"short": 300, "long": 10_000}
MOST_QUESTIONS = 100
QUESTION = re.compile(r"(?P<asks>.*?)\s*(?P<required>\*)?\s*(?:\((?P<kind>[a-z/]+)(?::(?P<options>[^()]*))?\))?\s*")


class Kind(StrEnum):
    """How a question is answered."""

    SHORT = "short"
    LONG = "long"
    YES_NO = "yes/no"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"


CHOOSES = (Kind.CHOICE, Kind.SEVERAL)
YES_OR_NO = ("Yes", "No")


@dataclass(frozen=True)
class Said:
    """Something said to the reader; a heading starts a section."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Question:
    """Something asked; `name` is its place among the questions (q1, q2, ...)."""

    name: str
    asks: str
    kind: Kind = Kind.SHORT
    required: bool = False
    options: tuple[str, ...] = ()

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """What a page offers to choose from: each value and its words, which are the same."""
        return tuple((option, option) for option in self.options)


@dataclass(frozen=True)
class Form:
    """What a form says and asks, from top to bottom."""

    parts: tuple[Said | Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it asks."""
        return tuple(part for part in self.parts if isinstance(part, Question))


Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Checked:
    """Answers as they are kept, and what is wrong with them, by question."""

    answers: Answers
    problems: Mapping[str, str]


def read(text: str) -> Form:
    """The form of a text; Refused names every line that cannot be read."""
    parts: list[Said | Question] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                parts.append(_part(line.strip(), sum(isinstance(p, Question) for p in parts) + 1))
            except ValueError as why:
                wrong.append(f"line {number}: {why}")
    form = Form(tuple(parts))
    if not (wrong or form.questions):
        wrong.append("the form asks nothing yet: write a question on a line of its own")
    if len(form.questions) > MOST_QUESTIONS:
        wrong.append(f"more than {MOST_QUESTIONS} questions are too many for one form")
    if wrong:
        raise Refused("; ".join(wrong))
    return form


def check(form: Form, given: Mapping[str, Sequence[str]], finished: bool = True) -> Checked:
    """What was answered, cleaned; an unfinished form may leave out what must be answered in the end."""
    answers: dict[str, tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for question in form.questions:
        said = tuple(text for text in (_plain(one) for one in given.get(question.name, ())) if text)
        if said:
            answers[question.name] = said
            if why := WRONG[question.kind](question, said):
                problems[question.name] = why
        elif question.required and finished:
            problems[question.name] = "Please answer this question."
    return Checked(answers, problems)


def _part(line: str, number: int) -> Said | Question:
    if line.startswith("#"):
        return Said(line.lstrip("# "), heading=True)
    if line.startswith(">"):
        return Said(line.lstrip("> "))
    found = QUESTION.fullmatch(line)
    if found is None or not found["asks"]:
        raise ValueError("a question needs words before its kind")
    kind = _kind(found["kind"])
    options = tuple(option.strip() for option in (found["options"] or "").split(";") if option.strip())
    if kind in CHOOSES and len(options) < 2:
        raise ValueError(f"say what there is to choose from: ({kind}: one; another)")
    if kind not in CHOOSES and options:
        raise ValueError(f"only choice and several have options, not {kind}")
    options = YES_OR_NO if kind is Kind.YES_NO else options
    return Question(f"q{number}", found["asks"], kind, bool(found["required"]), options)


def _kind(word: str | None) -> Kind:
    try:
        return Kind(word or Kind.SHORT)
    except ValueError:
        raise ValueError(f"{word!r} is not a kind of answer: {', '.join(Kind)}") from None


def _plain(text: str) -> str:
    """What was typed, without what no keyboard types."""
    return "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()


def _one_text(question: Question, said: Sequence[str]) -> str:
    longest = LONGEST[question.kind.value]
    return f"This is longer than {longest:,} characters; please shorten it." if len(said[0]) > longest else ""


def _one_of(question: Question, said: Sequence[str]) -> str:
    return "" if len(said) == 1 and said[0] in question.options else "Please choose one of these."


def _some_of(question: Question, said: Sequence[str]) -> str:
    return "" if set(said) <= set(question.options) else "Please choose from these."


def _a_date(_: Question, said: Sequence[str]) -> str:
    try:
        date.fromisoformat(said[0])
    except ValueError:
        return "Please give the date as year, month and day, such as 1985-05-17."
    return ""


def _a_number(_: Question, said: Sequence[str]) -> str:
    try:
        sound = Decimal(said[0]).is_finite()
    except InvalidOperation:
        sound = False
    return "" if sound else "Please answer with a number."


WRONG: dict[Kind, Callable[[Question, Sequence[str]], str]] = {
    Kind.SHORT: _one_text,
    Kind.LONG: _one_text,
    Kind.YES_NO: _one_of,
    Kind.DATE: _a_date,
    Kind.NUMBER: _a_number,
    Kind.CHOICE: _one_of,
    Kind.SEVERAL: _some_of,
}
