"""The report of a run: one HTML file with its pictures inside, that loads nothing from anywhere, and a PDF."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from activities.reports.picture import bars
from models.errors import Refused
from models.reports.declaration import Kind
from starter.scenarios.values import as_text
from starter.simulate.brief import in_short
from starter.simulate.comparison import Comparison, Row

HERE = Path(__file__).parent
SAME = (
    "Both columns are the same behaviour: the same people come, move, cancel and stay away at the same times, staff "
    "waive the same fees, and payers answer the same. Only what was agreed differs. A change of terms would change "
    "what people do, and no figure here knows how."
)
LEFT_OUT = (
    "people who come more or less often because of the new terms",
    "mails and reminders: they move no money",
)
LEFT_OUT_OF_OURS = (
    "visits of before these months, and what payers and clients still paid for them",
    "terms that changed within these months: those of the last day hold throughout",
    "moves of before it was kept who wished them: such a visit stands where it was moved to",
    "services done beside that of the session, and where a session was held (for pay by video or phone)",
    "cards that were declined; payment plans, but for what was paid by them",
    "bonuses, deductions and corrections of pay by hand",
)
TITLES = {
    "cash_by_month": "Cash received by month",
    "pay_by_month": "Clinicians' pay earned by month",
    "income_by_month": "Income by month",
}


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """report.html, report.pdf and result.json in a folder; their paths."""
    page, paper, result = (folder / name for name in ("report.html", "report.pdf", "result.json"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_text(rendered(comparison), encoding="utf-8")
        paper.write_bytes(pdf(comparison))
        result.write_text(as_json(comparison) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"the report cannot be written to {folder} ({error.strerror}): choose another --out") from None
    return [page, paper, result]


def as_json(comparison: Comparison) -> str:
    """What the report says, for programs; amounts as text with two decimals."""
    return json.dumps(comparison.told(), indent=2, default=as_text)


def rendered(comparison: Comparison) -> str:
    """The page."""
    shapes = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    shapes.filters["amount"] = amount
    pictures = [(title, Markup(drawn(rows, title)), rows) for title, rows in pictured(comparison)]
    return shapes.get_template("report.html.j2").render(
        run=comparison,
        rows=comparison.rows(),
        pictures=pictures,
        same=SAME,
        left_out=comparison.left_out,
        in_short=in_short(comparison),
        never=not_known(comparison),
    )


def not_known(comparison: Comparison) -> tuple[str, ...]:
    """What no figure of the run knows."""
    return (*LEFT_OUT, *(LEFT_OUT_OF_OURS if comparison.practice.ours else ()))


def pdf(comparison: Comparison) -> bytes:
    """The same on paper."""
    data = {
        "title": comparison.name,
        "about": comparison.about,
        "counted": comparison.counted,
        "terms": comparison.terms,
        "changes": comparison.changes,
        "in_short": in_short(comparison),
        "never": not_known(comparison),
        "same": SAME if comparison.changed else "",
        "head": ["in dollars, or how many", "as it is", *(("as tried", "difference") if comparison.changed else ())],
        "rows": [[row.section, row.label, *map(amount, row.cells)] for row in comparison.rows()],
        "pictures": [[title, drawn(rows, title)] for title, rows in pictured(comparison)],
    }
    paper: bytes = typst.compile(HERE / "report.typ", root=HERE, sys_inputs={"data": json.dumps(data)})
    return paper


def pictured(comparison: Comparison) -> list[tuple[str, list[Row]]]:
    """What is drawn, and its numbers."""
    pay = [row for row in comparison.rows() if row.section == "pay by clinician"]
    return [*((title, comparison.months(name)) for name, title in TITLES.items()), ("Pay by clinician", pay)]


def drawn(rows: Sequence[Row], title: str) -> str:
    """Two bars a line, as it is and as tried, as an SVG."""
    series = [("as it is", [row.before for row in rows])]
    if any(row.after is not None for row in rows):
        series.append(("as tried", [row.after for row in rows]))
    return bars([_short(row.label) for row in rows], series, title, Kind.MONEY)


def _short(label: str) -> str:
    """A name that fits under a bar: 01/27 of the month 2027-01, a clinician's id."""
    year, dash, month = label.partition("-")
    return f"{month}/{year[2:]}" if dash else label.removeprefix("clinician ")


def amount(value: Any) -> str:
    """Money with two decimals, counts as they are."""
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
