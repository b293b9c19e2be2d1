"""A report as CSV: a line a group, numbers without signs of currency, the sums last."""

import csv
import io

from activities.exporting import harmless
from activities.reports.answering import Answer
from activities.reports.cells import group, plain, titled
from models.words import Words

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Spreadsheets read UTF-8 only where a file begins so."""


def csv_of(answer: Answer, words: Words) -> str:
    """The file's text."""
    out = io.StringIO()
    writer = csv.writer(out)
    titles = [titled(column.title, words) for column in answer.columns]
    writer.writerow([titled(answer.asked.grouping.title, words), *titles])
    for line in answer.lines:
        name = plain(line.who) if line.who is not None else group(line, answer.asked, words)
        writer.writerow([harmless(str(name)), *(plain(value) for value in line.numbers)])
    if answer.lines:
        writer.writerow(["In all", *(plain(value) for value in answer.total)])
    return MARK + out.getvalue()
