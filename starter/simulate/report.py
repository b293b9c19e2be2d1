"""The report of a run: one HTML file with its pictures inside, that loads nothing from anywhere."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pygal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from starter.simulate.comparison import Comparison, Row
from starter.web.measure_chart import LIGHT, SCRIPT

HERE = Path(__file__).parent
TITLES = {
    "cash_by_month": "Cash received by month",
    "pay_by_month": "Clinicians' pay earned by month",
    "income_by_month": "Income by month",
}
PLAIN = LIGHT.__class__(
    background="transparent",
    plot_background="transparent",
    foreground="#55635e",
    foreground_strong="#1c2522",
    foreground_subtle="#c9d2ce",
    colors=("#8fa39c", "#0f6b5c"),
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=14,
    value_font_size=13,
)


def write(comparison: Comparison, folder: Path) -> list[Path]:
    """report.html and result.json in a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, result = folder / "report.html", folder / "result.json"
    page.write_text(rendered(comparison), encoding="utf-8")
    result.write_text(as_json(comparison) + "\n", encoding="utf-8")
    return [page, result]


def as_json(comparison: Comparison) -> str:
    """What the report says, for programs; amounts as text with two decimals."""
    return json.dumps(comparison.told(), indent=2, default=_plain)


def rendered(comparison: Comparison) -> str:
    """The page."""
    shapes = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    shapes.filters["amount"] = amount
    months = [(title, comparison.months(name)) for name, title in TITLES.items()]
    pay = [row for row in comparison.rows() if row.section == "pay by clinician"]
    pictures = [(title, Markup(bars(rows, title)), rows) for title, rows in [*months, ("Pay by clinician", pay)]]
    return shapes.get_template("report.html.j2").render(run=comparison, rows=comparison.rows(), pictures=pictures)


def bars(rows: Sequence[Row], title: str) -> str:
    """Two bars a line, as it is and as tried, as an SVG."""
    chart = pygal.Bar(
        style=PLAIN,
        css=["file://style.css", "file://graph.css"],
        js=(),
        width=900,
        height=320,
        legend_at_bottom=True,
        show_legend=any(row.after is not None for row in rows),
        x_labels=[row.label.removeprefix("clinician ") for row in rows],
        x_label_rotation=40 if len(rows) > 8 else 0,
        truncate_label=-1,
        value_formatter=lambda value: f"${value:,.0f}",
        range=(0, None) if all(row.before >= 0 and (row.after or 0) >= 0 for row in rows) else None,
        margin=12,
        no_data_text="nothing",
        disable_xml_declaration=True,
        title=None,
        print_values=False,
    )
    chart.add("as it is", [row.before for row in rows])
    if any(row.after is not None for row in rows):
        chart.add("as tried", [row.after for row in rows])
    drawn: str = SCRIPT.sub("", chart.render())
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


def amount(value: Any) -> str:
    """Money with two decimals, counts as they are."""
    if value is None:
        return ""
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


def _plain(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
