"""What a report is asked for: days that make sense, groupings that exist, local days through leap years and DST."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.errors import Refused
from models.reports.asking import ask, groupings, usual_days
from models.reports.catalog import REPORTS, report_named, reports
from models.reports.declaration import Span

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2028, 3, 1, 3, 0, tzinfo=UTC)
"""The evening of February 29, 2028, in New York."""
REVENUE = report_named("revenue", with_claims=True)


def test_without_days_it_is_twelve_months_until_the_local_day() -> None:
    asked = ask(REVENUE, NOW, NEW_YORK)
    assert (asked.first, asked.last) == (date(2027, 3, 1), date(2028, 2, 29))
    assert usual_days(Span.STANDING, date(2028, 2, 29)) == (date(2028, 2, 29), date(2028, 2, 29))
    assert usual_days(Span.PERIOD, date(2027, 12, 31)) == (date(2027, 1, 1), date(2027, 12, 31))
    assert usual_days(Span.AHEAD, date(2027, 12, 31)) == (date(2027, 12, 31), date(2028, 3, 31))


def test_a_day_is_as_long_as_its_clocks_make_it() -> None:
    asked = ask(REVENUE, NOW, NEW_YORK, date(2028, 3, 12), date(2028, 3, 12)).values()
    since, until = asked["since"], asked["until"]
    assert isinstance(since, datetime)
    assert isinstance(until, datetime)
    assert until - since == timedelta(hours=23)
    leap = ask(REVENUE, NOW, NEW_YORK, date(2028, 2, 29), date(2028, 2, 29)).values()
    assert leap["until"] == datetime(2028, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "by", "why"),
    [
        (date(2027, 2, 1), date(2027, 1, 31), "", "ends on 2027-01-31, before it begins on 2027-02-01"),
        (date(1, 1, 1), date(2027, 1, 31), "", "outside the years"),
        (date(2027, 1, 1), date.max, "", "outside the years"),
        (None, None, "moon", "cannot be grouped by 'moon'; it can by: month, clinician, service, payer"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(first: date | None, last: date | None, by: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        ask(REVENUE, NOW, NEW_YORK, first, last, by)


def test_what_stands_open_is_asked_of_a_day_that_has_begun() -> None:
    aging = report_named("aging", with_claims=True)
    assert ask(aging, NOW, NEW_YORK, last=date(2028, 2, 29)).last == date(2028, 2, 29)
    with pytest.raises(Refused, match=r"2028-03-01 is still to come: .* 2028-02-29 at the latest"):
        ask(aging, NOW, NEW_YORK, last=date(2028, 3, 1))
    assert ask(REVENUE, NOW, NEW_YORK, last=date(2028, 3, 1)).last == date(2028, 3, 1)


def test_an_unknown_report_is_answered_with_those_there_are() -> None:
    with pytest.raises(Refused, match="no report 'moon'; there are: revenue, "):
        report_named("moon", with_claims=True)


def test_a_practice_without_claims_has_no_word_of_them() -> None:
    there = reports(with_claims=False)
    assert {"claims", "denials", "yield"}.isdisjoint(r.name for r in there)
    for report in there:
        shown = [report.title, report.definition]
        shown += [text for c in report.columns if not c.claims for text in (c.title, c.means)]
        shown += [grouping.title for grouping in groupings(report, claims=False)]
        words = " ".join(shown).lower()
        assert [w for w in ("payer", "insur", "claim", "contractual", "remit", "patient") if w in words] == []


def test_clinicians_are_offered_no_report_of_money() -> None:
    assert {r.name for r in reports(with_claims=True, with_money=False)} == {
        *("attendance", "utilization", "forecast", "clients", "demographics", "unsigned")
    }


def test_every_declaration_holds_together() -> None:
    assert len({r.name for r in REPORTS}) == len(REPORTS)
    for report in REPORTS:
        names = [column.name for column in report.columns]
        assert len(set(names)) == len(names)
        assert set(report.chart.columns) <= set(names), report.name
        for column in report.columns:
            needed = [column.share_of] if column.share_of else []
            needed += [column.ratio.part, column.ratio.whole] if column.ratio else []
            assert set(needed) <= set(names), (report.name, column.name)
