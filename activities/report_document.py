"""A report on paper."""

from dataclasses import dataclass
from datetime import date

from activities.documents import drawn
from activities.rendering import PracticeCard


@dataclass(frozen=True)
class ReportDocument:
    """A report as it is read: every cell a text, the first of a line its group; `picture` is SVG, or "" for none."""

    practice: PracticeCard
    issued: date
    title: str
    days: str
    by: str
    definition: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    picture: str = ""


def report_pdf(report: ReportDocument) -> bytes:
    """The PDF; the same report of the same day gives the same bytes."""
    data = {
        name: getattr(report, name)
        for name in ("title", "days", "by", "definition", "head", "lines", "total", "picture")
    }
    return drawn("report", report.practice, report.issued, data)
