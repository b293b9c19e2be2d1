"""docs/reports.md, written from the declarations: `python -m starter.reports.manual`; `--check` exits 1 when stale."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from activities.reports import cells
from models.reports.catalog import REPORTS
from models.reports.declaration import Grouping, Report, Span
from models.words import THERAPY

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reports.md"
HEAD = """For owners, billers and clinicians who ask what a number means. Generated from the declarations in
`models/reports/`; do not edit by hand.

# Reports

Each report is one SQL over the ledger and the calendar, read when it is asked for: nothing keeps a second total. It
is a page (`/reports/NAME`) with a picture and a table, a CSV, a PDF, and `persession report show NAME [--from DAY]
[--to DAY] [--by GROUPING] [--json|--csv|--pdf FILE]`. Days are local days of the practice, both inside. Without
days a report is about the last twelve months with this one, about today where it looks at one day, or about the
next thirteen weeks. Amounts are those of the ledger to the cent, hours have two places, rates are rounded half up to
one; each sum is that of the rows above it, each sum's rate is made of the sums. A dash stands where there is nothing
to divide by. A PDF has the first 400 lines, and says so where there are more; the CSV has all.

Owners and billers see all reports of the whole practice. Clinicians and supervisors see those marked so, of their own
sessions and of those whom they supervise, without amounts. A practice without claims has no report marked as
insurance's, no such column, and reads these texts in its own words.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_told(report) for report in REPORTS)


def main(arguments: Sequence[str], to: Path = PAGE) -> int:
    """0, or 1 where `--check` finds the page stale."""
    if arguments == ["--check"]:
        fresh = to.is_file() and to.read_text(encoding="utf-8") == page()
        if not fresh:
            sys.stderr.write("docs/reports.md is stale: run python -m starter.reports.manual\n")
        return 0 if fresh else 1
    to.write_text(page(), encoding="utf-8")
    return 0


def _told(report: Report) -> str:
    lines = "\n".join(f"| {title} | {means} |" for title, means in _columns(report))
    ways = ", ".join(_way(grouping) for grouping in report.groupings)
    marks = [mark for mark, true in (("for clinicians, too", report.own), ("insurance", report.claims)) if true]
    marked = f" ({'; '.join(marks)})" if marks else ""
    days = {Span.PERIOD: "a period", Span.STANDING: "one day, as it was at its end", Span.AHEAD: "from now on"}
    return (
        f"\n## `{report.name}`: {cells.titled(report.title, THERAPY)}{marked}\n\n"
        f"{cells.definition(report, THERAPY)}\n\nOf {days[report.span]}, by {ways}.\n\n"
        f"| column | is |\n| --- | --- |\n{lines}\n"
    )


def _columns(report: Report) -> Iterator[tuple[str, str]]:
    for column in report.columns:
        means = cells.means(report, column, THERAPY) or cells.titled(column.title, THERAPY).lower()
        marks = ["insurance"] * column.claims + [f"by {column.only_by} only"] * bool(column.only_by)
        yield cells.titled(column.title, THERAPY), f"{means} ({'; '.join(marks)})" if marks else means


def _way(grouping: Grouping) -> str:
    return f"`{grouping.name}`{' (insurance)' if grouping.claims else ''}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
