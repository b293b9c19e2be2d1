"""What a report is asked for: days, a grouping, whose figures. Checked before any SQL runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.calendar import midnight, month_before
from models.errors import Refused
from models.reports.declaration import Grouping, Report, Span

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
MONTHS_BACK = 11
WEEKS_AHEAD = timedelta(weeks=13)


@dataclass(frozen=True)
class Asked:
    """A report's parameters; `clinicians` None: everybody's figures. `claims`, `money`: which columns are shown."""

    first: date
    last: date
    grouping: Grouping
    today: date
    now: datetime
    tz: ZoneInfo
    clinicians: tuple[int, ...] | None = None
    claims: bool = True
    money: bool = True

    def values(self) -> dict[str, object]:
        """What the SQL takes."""
        return {
            "first": self.first,
            "last": self.last,
            "since": midnight(self.first, self.tz),
            "until": midnight(self.last + timedelta(days=1), self.tz),
            "today": self.today,
            "now": self.now,
            "tz": self.tz.key,
            "clinicians": None if self.clinicians is None else list(self.clinicians),
        }


def ask(
    report: Report,
    now: datetime,
    tz: ZoneInfo,
    first: date | None = None,
    last: date | None = None,
    by: str = "",
    clinicians: Sequence[int] | None = None,
    claims: bool = True,
    money: bool = True,
) -> Asked:
    """The parameters with what was left out; Refused in words a person can act on."""
    today = now.astimezone(tz).date()
    usual = usual_days(report.span, today)
    first, last = first or usual[0], last or usual[1]
    if report.span is Span.STANDING:
        first = last
    for day in (first, last):
        if not EARLIEST <= day <= LATEST:
            raise Refused(f"{day} is outside the years {EARLIEST.year} to {LATEST.year}")
    if report.span is Span.STANDING and last > today:
        raise Refused(f"{last} is still to come: this report is of a day that has begun, {today} at the latest")
    if last < first:
        raise Refused(f"the period ends on {last}, before it begins on {first}")
    grouping = grouping_named(report, by, claims)
    whose = None if clinicians is None else tuple(clinicians)
    return Asked(first, last, grouping, today, now, tz, whose, claims, money)


def usual_days(span: Span, today: date) -> tuple[date, date]:
    """The days of a report when nobody says which: twelve months with this one, today, or the next quarter."""
    if span is Span.STANDING:
        return today, today
    if span is Span.AHEAD:
        return today, today + WEEKS_AHEAD
    return month_before(today, MONTHS_BACK), today


def groupings(report: Report, claims: bool) -> list[Grouping]:
    """The ways to group that this kind of practice has."""
    return [grouping for grouping in report.groupings if claims or not grouping.claims]


def grouping_named(report: Report, by: str, claims: bool) -> Grouping:
    """The grouping of that name, the first one when nobody says which; Refused with those there are."""
    there = groupings(report, claims)
    if not by:
        return there[0]
    found = next((grouping for grouping in there if grouping.name == by), None)
    if found is None:
        names = ", ".join(grouping.name for grouping in there)
        raise Refused(f"the report {report.name} cannot be grouped by {by!r}; it can by: {names}")
    return found
