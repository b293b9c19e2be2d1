"""A report's page, CSV, PDF and picture say the same, and nothing runs in them."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from activities.papers import card_of
from activities.reports.cells import number
from activities.reports.paper import pdf_of
from activities.reports.picture import ROOM, bars, svg_of, ticks
from activities.reports.sheet import csv_of
from models.reports.declaration import Kind
from models.tables import Practice
from models.words import BY_KIND, THERAPY
from starter.reports.manual import PAGE, main, page
from tests.activities.practice import Desk, usd
from tests.activities.test_documents import reads_text, words_of
from tests.starter.reports.year import asked


def busy(desk: Desk) -> None:
    """A client with a name that means harm, who paid part of a session."""
    client = desk.client(first="=HYPER<script>", last="&Co")
    desk.hold(client)
    desk.pay(client, "100.00")


def test_a_csv_has_a_line_a_group_and_the_sums(desk: Desk) -> None:
    busy(desk)
    text = csv_of(asked(desk, "aging"), THERAPY)
    head, line, total = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == ["Client", "0-30 days", "31-60 days", "61-90 days", "Over 90 days", "Without age", "In all"]
    assert line[0] == "'=HYPER<script> &Co", "a spreadsheet must not run it"
    assert line[1:] == ["50.00", "0.00", "0.00", "0.00", "0.00", "50.00"]
    assert total == ["In all", *line[1:]]


def test_a_picture_has_no_script_and_no_style(desk: Desk) -> None:
    busy(desk)
    for name, by in (("revenue", "month"), ("aging", "client"), ("attendance", "weekday"), ("unsigned", "clinician")):
        svg = svg_of(asked(desk, name, by=by), THERAPY)
        if not svg:
            continue
        root = ElementTree.fromstring(svg)
        assert [e.tag for e in root.iter() if e.tag.endswith(("script", "style", "foreignObject"))] == []
        assert re.findall(r'\s(style|on\w+|href)="', svg) == []
        assert "<script" not in svg
        assert root.get("aria-label")
    assert "HYPER" in svg_of(asked(desk, "aging"), THERAPY)


def test_names_that_are_written_aslant_do_not_reach_into_the_legend() -> None:
    series = [("Owed", [Decimal(1)] * 15), ("Late", [Decimal(2)] * 15)]
    short, long = (
        ElementTree.fromstring(bars([name] * 15, series, "Who owes", Kind.MONEY)) for name in ("A", "A long name")
    )
    heights = [float(svg.attrib["viewBox"].split()[3]) for svg in (short, long)]
    [legend] = [g for g in long.iter() if g.get("class", "").startswith("legends")]
    assert heights[1] - heights[0] == ROOM
    assert legend.attrib["transform"].startswith(f"translate(0 {ROOM}) ")


@pytest.mark.parametrize(
    ("heights", "whole", "expected"),
    [
        (("3850.00", "1200.00"), False, [0, 1000, 2000, 3000, 4000]),
        (("4000.00",), False, [0, 1000, 2000, 3000, 4000]),
        (("-120.00", "310.00"), False, [-200, -100, 0, 100, 200, 300, 400]),
        (("-5.00",), False, [-5, -4, -3, -2, -1, 0]),
        (("2",), True, [0, 1, 2]),
        (("0.00",), False, [0, 1]),
    ],
)
def test_an_axis_reaches_around_its_bars(heights: Sequence[str], whole: bool, expected: Sequence[float]) -> None:
    assert ticks(map(Decimal, heights), whole) == expected


def test_bars_on_each_other_are_reached_around_too() -> None:
    series = [("Owed", [Decimal(900), Decimal(10)]), ("Late", [Decimal(700), Decimal(20)])]
    root = ElementTree.fromstring(bars(["A", "B"], series, "Who owes", Kind.MONEY, stacked=True))
    said = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "$2,000" in said


def test_a_legend_of_five_stands_in_three_rows_within_the_picture() -> None:
    series = [(name, [Decimal(1)]) for name in ("one", "two", "three", "four", "five")]
    root = ElementTree.fromstring(bars(["A"], series, "Five", Kind.MONEY, stacked=True))
    [legend] = [g for g in root.iter() if g.get("class", "").startswith("legends")]
    below = float(legend.attrib["transform"].rpartition(",")[2].strip(" )"))
    texts = [part for part in legend.iter() if part.text in dict(series)]
    assert len({text.attrib["y"] for text in texts}) == 3
    assert below + max(float(text.attrib["y"]) for text in texts) < float(root.attrib["viewBox"].split()[3])
    assert max(float(text.attrib["x"]) for text in texts) < 300


def test_a_stack_has_no_place_and_no_color_for_nothing(desk: Desk) -> None:
    busy(desk)
    desk.pay(desk.client(first="Early", last="Payer"), "20.00")
    svg = svg_of(asked(desk, "aging"), THERAPY)
    assert "HYPER" in svg
    assert "0-30 days" in svg
    assert "Early" not in svg
    assert "31-60 days" not in svg


def test_nothing_to_draw_is_no_picture(desk: Desk) -> None:
    assert svg_of(asked(desk, "revenue"), THERAPY) == ""


@reads_text
def test_a_pdf_says_what_is_counted_and_the_numbers(desk: Desk) -> None:
    busy(desk)
    practice = card_of(desk.row(Practice, 1))
    words = words_of(pdf_of(asked(desk, "revenue", by="service"), practice, THERAPY))
    for said in ("Revenue", "March 2, 2026", "What the ledger booked", "Service 90837", "$150.00", "$100.00", "In all"):
        assert said in words
    empty = words_of(pdf_of(asked(desk, "unsigned"), practice, THERAPY))
    assert "Nothing at the end of Mon, Mar 2, 2026." in empty


@reads_text
def test_paper_has_a_year_by_day_and_says_where_there_is_more(desk: Desk) -> None:
    busy(desk)
    practice = card_of(desk.row(Practice, 1))
    ever = asked(desk, "revenue", date(1990, 1, 1), date(2199, 12, 31))
    words = words_of(pdf_of(ever, practice, THERAPY))
    assert "The first 400 of 2,520 lines: the CSV has all of them, and the sum is of all." in words
    assert "April 2023" in words
    assert "May 2023" not in words
    assert "$150.00" in words, "the sum is of March 2026, too"


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("5.25", Kind.HOURS, "5.25"),
        ("1234.50", Kind.HOURS, "1,234.50"),
        ("62.5", Kind.PERCENT, "62.5 %"),
        ("1043.1", Kind.DAYS, "1,043.1"),
    ],
)
def test_quarter_hours_are_shown_whole_so_that_rows_add_up_to_their_sum(value: str, kind: Kind, shown: str) -> None:
    assert number(Decimal(value), kind) == shown


def test_tutors_read_their_own_words(desk: Desk) -> None:
    busy(desk)
    found = asked(desk, "aging", claims=False)
    assert csv_of(found, BY_KIND["tutoring"]).startswith("\ufeffStudent,")


def test_a_sum_has_the_rate_of_the_sums_and_not_the_mean_of_rates(desk: Desk) -> None:
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
    desk.miss(client, service_id=desk.service("90834", 45))
    found = asked(desk, "attendance", by="service")
    assert found.column("attendance_rate") == [usd("0.0"), usd("100.0")]
    assert found.sum_of("attendance_rate") == usd("75.0")


def test_the_manual_is_that_of_the_declarations() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
    assert main(["--check"]) == 0
