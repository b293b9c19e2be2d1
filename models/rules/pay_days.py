"""The day on which pay was paid: the year it is taxed in, and the 1099-NEC it is told on (IRC 451; 26 CFR 1.6041-1(h)).

What counts is when the money was the clinician's (the day on which banks settle a deposit), not when somebody said so.
"""

from datetime import date, timedelta

AHEAD = timedelta(days=14)
"""So far ahead somebody may say that pay is paid: a payroll provider or bank was told, and settles within days."""
NEC_DUE = (1, 31)
"""Month and day of the next year by which a 1099-NEC is filed and given to the contractor (IRC 6071(c))."""


def wrong_day(paid_on: date, last: date, settles_on: date | None, today: date) -> str | None:
    """Why pay of a period that ended on `last` cannot have been paid on a day; None where it can.

    `settles_on` is the day on which the banks settle the file it is in.
    """
    if paid_on < last:
        return f"{paid_on} is before the period's last day, {last}: what it owes was not known then"
    latest = max(today + AHEAD, settles_on or today)
    if paid_on > latest:
        return f"{paid_on} is too far ahead: the day of payment is {latest} at the latest"
    return None


def filed_before(was: date, now: date, today: date) -> list[int]:
    """The years whose 1099-NEC was due before `today` and changes when a payment moves from a day to another."""
    moved = {was.year, now.year} if was.year != now.year else set[int]()
    return sorted(year for year in moved if date(year + 1, *NEC_DUE) < today)
