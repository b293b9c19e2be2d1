"""A report as PDF."""

from activities.documents import drawn
from activities.rendering import PracticeCard
from activities.reports.answering import Answer
from activities.reports.cells import days, definition, group, left_out, nothing, number, titled
from activities.reports.picture import svg_of
from models.words import Words

MOST_LINES = 400
"""On paper: a year by day, or 33 years by month."""


def pdf_of(answer: Answer, practice: PracticeCard, words: Words) -> bytes:
    """The paper, dated the day it was asked for: every cell a text, the first of a line its group.

    The same report of the same day gives the same bytes.
    """
    kinds = [column.kind for column in answer.columns]
    by = titled(answer.asked.grouping.title, words)
    lines = [
        (group(line, answer.asked, words), *(number(v, k) for v, k in zip(line.numbers, kinds, strict=True)))
        for line in answer.lines[:MOST_LINES]
    ]
    told = (left_out(answer), _cut(len(answer.lines)), definition(answer.report, words))
    data = {
        "title": titled(answer.report.title, words),
        "days": days(answer.asked, answer.report),
        "by": by,
        "definition": " ".join(filter(None, told)),
        "head": (by, *(titled(column.title, words) for column in answer.columns)),
        "lines": lines,
        "nothing": nothing(answer.asked, answer.report),
        "total": ("In all", *(number(v, k) for v, k in zip(answer.total, kinds, strict=True))),
        "picture": svg_of(answer, words),
    }
    return drawn("report", practice, answer.asked.today, data)


def _cut(lines: int) -> str:
    """That paper has not all lines, where it has not."""
    if lines <= MOST_LINES:
        return ""
    return f"The first {MOST_LINES} of {lines:,} lines: the CSV has all of them, and the sum is of all."
