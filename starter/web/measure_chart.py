"""A measure's scores over time as a picture, in the colors of the pages, light and dark."""

import re
from collections.abc import Sequence
from datetime import date

import pygal
from pygal.style import Style

from models.rules.measures import Instrument

SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
"""The settings pygal writes for its own tooltips, which no page of ours loads."""
LIGHT = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#55635e",
    foreground_strong="#1c2522",
    foreground_subtle="#c9d2ce",
    colors=("#0f6b5c",),
    font_family="system-ui, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    value_font_size=15,
)
LOOK = """
* { transition: none !important; }
.guide { stroke: #c9d2ce !important; }
.series .line { stroke-width: 3 !important; }
@media (prefers-color-scheme: dark) {
  text { fill: #a3b1ac !important; }
  .guide, .axis path { stroke: #3b4743 !important; }
  .color-0, .color-0 path, .color-0 circle { stroke: #6fd0bd !important; fill: #6fd0bd !important; }
  .series path.line { fill: none !important; }
}
"""
"""Written by pygal into the picture: an image knows the color scheme of its reader, not the styles of its page."""


def drawn(instrument: Instrument, points: Sequence[tuple[date, int]]) -> str:
    """An SVG with a point a day it was answered; the lines across are where a severity begins."""
    line = pygal.DateLine(
        style=LIGHT,
        css=["file://style.css", "file://graph.css", f"inline:{LOOK}"],
        js=(),
        width=520,
        height=280,
        explicit_size=True,
        show_legend=False,
        range=(0, instrument.highest),
        y_labels=[
            *({"value": band.floor, "label": f"{band.floor} {band.severity}"} for band in instrument.bands),
            {"value": instrument.highest, "label": str(instrument.highest)},
        ],
        x_value_formatter=lambda day: f"{day:%b} {day.day}",
        x_labels=[on for on, _ in points],
        x_label_rotation=30,
        truncate_label=-1,
        dots_size=5,
        margin=12,
        no_data_text="not answered yet",
        disable_xml_declaration=True,
    )
    line.add(instrument.name, list(points))
    return SCRIPT.sub("", line.render())
