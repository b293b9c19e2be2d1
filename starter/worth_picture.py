"""What a clinician earned by month and what is booked, as a picture."""

from activities.reports.picture import bars
from models.reports.declaration import Kind
from starter.worth import Worth


def svg_of(worth: Worth) -> str:
    """Months behind and ahead; "" where nothing was earned and nothing is booked."""
    if not (worth.hourly or worth.ahead):
        return ""
    months = [month.first for month in worth.months] + [month.first for month in worth.ahead]
    earned = [month.pay for month in worth.months] + [None] * len(worth.ahead)
    expected = [None] * len(worth.months) + [month.expected for month in worth.ahead]
    names = [f"{month:%m/%y}" for month in months]
    series = [("earned", earned), ("expected of what is booked", expected)] if worth.ahead else [("earned", earned)]
    return bars(names, series, "Earned by month, and expected", Kind.MONEY)
