"""Values as people read them, and the words of a report in those of the practice's kind."""

from datetime import date
from decimal import Decimal
from typing import Any

from activities.reports.answering import Answer, Line, Number
from activities.wording import day, money
from models.reports.asking import Asked
from models.reports.declaration import Column, Kind, Report, Span
from models.words import Words, sentence

NOTHING = "–"


def number(value: Number, kind: Kind) -> str:
    """$1,234.50, 93.4 %, 5.25, 1,200; a dash where there is none. Nothing is rounded here: what is shown adds up."""
    if value is None:
        return NOTHING
    if kind is Kind.MONEY:
        return money(Decimal(value))
    return f"{value:,} %" if kind is Kind.PERCENT else f"{value:,}"


def group(line: Line, asked: Asked, words: Words) -> str:
    """A line's group: March 2027, a day, or its name."""
    who = line.who
    if who is None:
        return titled(asked.grouping.nobody, words)
    if asked.grouping.kind is Kind.MONTH:
        return f"{who:%B} {who.year}"
    return day(who) if isinstance(who, date) else str(who)


def short_group(line: Line, asked: Asked, words: Words) -> str:
    """The same where there is little room."""
    who = line.who
    if isinstance(who, date):
        return f"{who:%b %Y}" if asked.grouping.kind is Kind.MONTH else f"{who:%b} {who.day}"
    name = group(line, asked, words)
    return name if len(name) <= 18 else f"{name[:17]}…"


def spoken(text: str, words: Words) -> str:
    """A text of a declaration in this practice's words."""
    return text.format_map(vars(words))


def titled(text: str, words: Words) -> str:
    """The same with a capital letter."""
    return sentence(spoken(text, words))


def definition(report: Report, words: Words) -> str:
    """What the report counts, in one paragraph."""
    parts = [report.definition, report.of_claims if words.therapy else ""]
    return titled(" ".join(" ".join(parts).split()), words)


def left_out(answer: Answer) -> str:
    """What of these days is not counted, in a sentence; "" where all is."""
    told = answer.report.left_out
    if told is None or not answer.left_out:
        return ""
    return told.one if answer.left_out == 1 else told.more.format(count=answer.left_out)


def days(asked: Asked, report: Report) -> str:
    """The days it is about."""
    if report.span is Span.STANDING:
        return f"At the end of {day(asked.last)}"
    return f"{day(asked.first)} to {day(asked.last)}"


def nothing(asked: Asked, report: Report) -> str:
    """What is said where no group has anything."""
    if report.span is Span.STANDING:
        return f"Nothing at the end of {day(asked.last)}."
    return f"Nothing in these days: {days(asked, report)}."


def plain(value: Any) -> Any:
    """A value for programs: amounts and rates as text, days in ISO."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def means(report: Report, column: Column, words: Words) -> str:
    """What a column says, in words: its own, or what it is made of."""
    titles = {other.name: titled(other.title, words) for other in report.columns}
    if column.share_of:
        return f"{titles[column.share_of]} / the sum of it"
    if not column.ratio:
        return titled(column.means, words)
    part, whole = titles[column.ratio.part], titles[column.ratio.whole]
    times = f" × {column.ratio.times}" if column.ratio.times not in (1, 100) else ""
    made = f"{part} / {whole}{times}"
    return f"{titled(column.means, words)}: {made}" if column.means else made
