"""Dates, times and dollars as people in the United States read them; nothing is rounded or converted here."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

MINUS = "\N{MINUS SIGN}"


def money(amount: Decimal) -> str:
    """On screens and in tables: $1,234.50, a true minus before what is below zero."""
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


def day(value: date | datetime) -> str:
    """On screens and in tables: Tue, Mar 2, 2027."""
    return f"{value:%a}, {value:%b} {value.day}, {value.year}"


def usd(amount: Decimal) -> str:
    """`-1234.5` as -$1,234.50."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def long_date(on: date) -> str:
    """November 4, 2026."""
    return f"{on:%B} {on.day}, {on.year}"


def short_date(on: date) -> str:
    """11/04/2026, for columns."""
    return f"{on:%m/%d/%Y}"


def weekday_date(on: date) -> str:
    """Wednesday, November 4, 2026."""
    return f"{on:%A}, {long_date(on)}"


def clock(at: datetime) -> str:
    """3:05 PM."""
    return f"{at:%I:%M %p}".removeprefix("0")


def phone(number: str) -> str:
    """413-555-0100; what is no number of the United States stays as it was written."""
    digits = "".join(sign for sign in number if sign.isdigit()).removeprefix("1")
    if len(digits) != 10 or not set(number) <= set("0123456789 .()-+"):
        return number
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def zone(at: datetime) -> str:
    """The zone's abbreviation; zones without one have a bare offset, which needs the word UTC to be read."""
    name = at.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" else name


def moment(at: datetime) -> str:
    """Wednesday, November 4, 2026, 3:05 PM EST."""
    return f"{weekday_date(at)}, {clock(at)} {zone(at)}"


def end_of(starts: datetime, minutes: int) -> datetime:
    """The end on the wall clock of `starts`, right also in the night the clocks change."""
    return (starts.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(starts.tzinfo)


def time_span(starts: datetime, minutes: int) -> str:
    """3:00 PM to 3:50 PM EST."""
    ends = end_of(starts, minutes)
    begins = clock(starts) if zone(starts) == zone(ends) else f"{clock(starts)} {zone(starts)}"
    return f"{begins} to {clock(ends)} {zone(ends)}"
