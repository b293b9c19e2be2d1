"""A report as a picture: SVG drawn by pygal, with no script and no style in it.

What pygal says in a stylesheet is said in attributes here, so that it is the same in a page, alone and on paper; a
page may still color its classes anew (`static/reports.css`), light and dark.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import ceil, floor
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from activities.reports.answering import Answer, Line, Number
from activities.reports.cells import number, short_group, titled
from models.money import ZERO
from models.reports.declaration import Column, Kind
from models.words import Words

COLORS = ("#0f6b5c", "#c7762b", "#4a6fa5", "#8a5a83", "#7d8a3a")
"""Of the series, in their order; each is seen on white and on dark paper."""
INK, LINE = "#55635e", "#c9d2ce"
LETTERS = 13
"""Pixels of a letter."""
SIZED = Style(label_font_size=LETTERS, major_label_font_size=LETTERS)
"""How large letters are to pygal when it makes room for amounts beside the axis."""
WIDTH, HEIGHT = 760, 340
ROOM = 34
ACROSS, ENTRY, ROW, SIGN = 2, 210, 21, 17
"""Of the legend: entries in a row, an entry's width, a row's height, and where its words begin."""
STEPS, ROUND = 5, (1, 2, 5, 10)
"""Into how many steps the axis is parted, at most two more, and how long a step is, in powers of ten."""
CHARACTERS = 80
"""Of all names under the drawing, side by side."""
SVG = "{http://www.w3.org/2000/svg}"
LEFT_OUT = {f"{SVG}{name}" for name in ("script", "style", "defs")}


def svg_of(answer: Answer, words: Words) -> str:
    """The picture; "" where there is nothing to draw."""
    chart, most = answer.report.chart, answer.report.most
    drawn = [column for column in answer.columns if column.name in chart.columns]
    if chart.stacked:
        drawn = [column for column in drawn if any(answer.column(column.name))]
    lines = answer.lines if _in_time(answer) else [line for line in answer.lines if _seen(answer, line, drawn)]
    lines = lines[-most:] if _in_time(answer) else lines[:most]
    if not drawn or not lines:
        return ""
    kind = drawn[0].kind
    places = {titled(column.title, words): answer.columns.index(column) for column in drawn}
    series = [(name, [line.numbers[place] for line in lines]) for name, place in places.items()]
    names = [short_group(line, answer.asked, words) for line in lines]
    title = f"{titled(answer.report.title, words)} by {titled(answer.asked.grouping.title, words).lower()}"
    return bars(names, series, title, kind, chart.stacked)


def _seen(answer: Answer, line: Line, drawn: Sequence[Column]) -> bool:
    """Whether a group has a place: on a stack nothing is nothing, beside others a rate of 0 % says something."""
    numbers = [line.numbers[answer.columns.index(column)] for column in drawn]
    return any(numbers) or not answer.report.chart.stacked


def bars(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[Number]]], title: str, kind: Kind, stacked: bool = False
) -> str:
    """A group of bars for each name, one of each series."""
    slanted = len(names) * max(map(len, names), default=0) > CHARACTERS
    chart = _chart(stacked, kind, len(series), slanted)
    chart.x_labels = names
    chart.y_labels = ticks(_ends([numbers for _, numbers in series], stacked), kind is Kind.COUNT)
    for name, numbers in series:
        chart.add(name, [_height(value) for value in numbers])
    return plain(chart.render_tree(), title, ROOM if slanted else 0)


def ticks(heights: Iterable[Number], whole: bool = False) -> list[float]:
    """Round values of the axis with zero among them: from at or below the lowest height to at or above the highest."""
    known = [ZERO, *(Decimal(height) for height in heights if height)]
    low, high = min(known), max(known)
    least = max((high - low) / STEPS, Decimal(1) if whole or low == high else ZERO)
    power = Decimal(10) ** least.adjusted()
    step = next(power * times for times in ROUND if power * times >= least)
    first, last = floor(low / step), max(ceil(high / step), 0 if low else 1)
    return [float(step * place) for place in range(first, last + 1)]


def _ends(series: Sequence[Sequence[Number]], stacked: bool) -> Iterator[Number]:
    """The heights of all bars; those on each other reach as far as the sum, up and down."""
    for beside in zip(*series, strict=True):
        if stacked:
            yield sum(value for value in beside if value and value > 0)
            yield sum(value for value in beside if value and value < 0)
        else:
            yield from beside


def _in_time(answer: Answer) -> bool:
    return answer.asked.grouping.kind in (Kind.MONTH, Kind.DAY)


def _height(value: Number) -> Any:
    """pygal counts in floats; what is read stands in the table, exact."""
    return None if value is None else float(value)


def _chart(stacked: bool, kind: Kind, series: int, slanted: bool) -> Any:
    made = pygal.StackedBar if stacked else pygal.Bar
    return made(
        js=(),
        css=(),
        width=WIDTH,
        height=HEIGHT,
        show_legend=stacked or series > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=max(series, 1),
        x_label_rotation=35 if slanted else 0,
        truncate_label=-1,
        truncate_legend=-1,
        print_values=False,
        include_x_axis=True,
        margin=8,
        spacing=6,
        disable_xml_declaration=True,
        value_formatter=lambda height: _tick(height, kind),
        style=SIZED,
    )


def _tick(height: float, kind: Kind) -> str:
    text = number(Decimal(str(height)), Kind.HOURS if kind is Kind.COUNT else kind)
    return text.removesuffix(".0").removesuffix(".00").replace(".0 %", " %")


def plain(root: Any, title: str, room: int = 0) -> str:
    """The drawing without script, style, tooltips and titles of its own; `room` is put above the legend."""
    ElementTree.register_namespace("", SVG.strip("{}"))
    tree = ElementTree.fromstring(ElementTree.tostring(root))
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag in LEFT_OUT or _unseen(child):
                parent.remove(child)
    _align(tree)
    _lower(tree, room, _wrap(tree))
    for element in tree.iter():
        _dress(element, element.get("class", "").split())
    for series in tree.iter(f"{SVG}g"):
        names = [name for name in series.get("class", "").split() if name.startswith("color-")]
        for part in series.iter(f"{SVG}rect"):
            for name in names:
                _color(part, name)
    tree.attrib.pop("id", None)
    tree.set("class", "chart")
    tree.set("role", "img")
    tree.set("aria-label", title)
    return ElementTree.tostring(tree, encoding="unicode")


def _unseen(child: Any) -> bool:
    classes = child.get("class", "").split()
    within_axis = child.tag in (f"{SVG}title", f"{SVG}desc")
    return within_axis or "tooltip-overlay" in classes or "text-overlay" in classes


def _wrap(tree: Any) -> int:
    """Put the legend's entries two in a row, so near that a phone shows both; the room that more rows take."""
    entries = [group for group in tree.iter(f"{SVG}g") if group.get("class", "").split()[:1] == ["legend"]]
    for place, entry in enumerate(entries):
        row, across = divmod(place, ACROSS)
        for part in entry:
            x, y = (SIGN, 11.2) if part.tag == f"{SVG}text" else (0, 1)
            part.set("x", f"{across * ENTRY + x:g}")
            part.set("y", f"{row * ROW + y:g}")
    return max(-(-len(entries) // ACROSS) - 1, 0) * ROW


def _lower(tree: Any, room: int, more: int) -> None:
    """Names that are written aslant reach below the place that was kept for them, a legend of more rows by `more`."""
    left, top, width, height = tree.get("viewBox").split()
    tree.set("viewBox", f"{left} {top} {width} {float(height) + room + more:g}")
    for group in tree.iter(f"{SVG}g"):
        if group.get("class", "").split()[:1] == ["legends"]:
            group.set("transform", f"translate(0 {room}) {group.get('transform', '')}".strip())


def _align(tree: Any) -> None:
    """Amounts end where the drawing begins; no line goes up through it."""
    for axis in tree.iter(f"{SVG}g"):
        named = axis.get("class", "").split()
        if "axis" in named and "y" in named:
            for label in axis.iter(f"{SVG}text"):
                label.set("text-anchor", "end")
        if "axis" in named and "x" in named:
            for guides in axis.iter(f"{SVG}g"):
                for line in guides.findall(f"{SVG}path"):
                    guides.remove(line)
                for label in guides.findall(f"{SVG}text"):
                    if not label.get("transform"):
                        label.set("text-anchor", "middle")


def _dress(element: Any, classes: list[str]) -> None:
    for name in ("style", "id"):
        element.attrib.pop(name, None)
    for name, value in _attributes(element.tag.removeprefix(SVG), classes):
        element.set(name, value)
    if element.tag == f"{SVG}rect":
        for name in classes:
            if name.startswith("color-"):
                _color(element, name)


def _attributes(tag: str, classes: list[str]) -> Iterator[tuple[str, str]]:
    if tag == "text":
        yield from (("fill", INK), ("font-size", str(LETTERS)), ("font-family", "sans-serif"))
    elif tag == "path":
        yield from (("fill", "none"), ("stroke", LINE), ("stroke-width", "1"))
    elif "background" in classes:
        yield "fill", "none"


def _color(part: Any, name: str) -> None:
    part.set("fill", COLORS[int(name.removeprefix("color-")) % len(COLORS)])
    part.set("class", name)
