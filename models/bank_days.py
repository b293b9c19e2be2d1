"""The days on which US banks settle: not on weekends, nor on holidays of the Federal Reserve."""

from datetime import date, timedelta

MONDAY, THURSDAY = 0, 3
MOVING = ((1, MONDAY, 3), (2, MONDAY, 3), (5, MONDAY, 5), (9, MONDAY, 1), (10, MONDAY, 2), (11, THURSDAY, 4))
"""Month, weekday and which of it: King, Washington, Memorial (the last), Labor, Columbus, Thanksgiving."""
FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
"""Month and day; one on a Sunday is kept on the Monday, one on a Saturday not at all."""


def settles(day: date) -> bool:
    """Whether banks settle on a day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def next_settling(day: date) -> date:
    """The first day after this one on which banks settle."""
    day += timedelta(days=1)
    while not settles(day):
        day += timedelta(days=1)
    return day


def holidays(year: int) -> set[date]:
    """The Federal Reserve's holidays of a year, as they are kept."""
    fixed = {date(year, month, day) for month, day in FIXED}
    kept = {day + timedelta(days=1) if day.weekday() == 6 else day for day in fixed}
    return kept | {_moving(year, *rule) for rule in MOVING}


def _moving(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of a month; the last one where there are fewer."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return day if day.month == month else day - timedelta(days=7)
