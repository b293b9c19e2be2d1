"""All reports, in the order in which they are listed."""

from models.errors import Refused
from models.reports import attendance, claims, clients, money, work
from models.reports.declaration import Report

REPORTS: tuple[Report, ...] = (
    money.REVENUE,
    money.COLLECTION,
    money.AGING,
    money.DAYS_OWED,
    money.FEES,
    money.YIELDS,
    money.DEPOSITS,
    claims.QUALITY,
    claims.DENIALS,
    attendance.ATTENDANCE,
    attendance.UTILIZATION,
    attendance.FORECAST,
    clients.COMING,
    clients.PEOPLE,
    work.UNSIGNED,
)


def reports(with_claims: bool, with_money: bool = True) -> list[Report]:
    """Those that a practice has (without claims: no insurance report) and that somebody may see."""
    return [r for r in REPORTS if (with_claims or not r.claims) and (with_money or r.own)]


def report_named(name: str, with_claims: bool, with_money: bool = True) -> Report:
    """The report of that name; Refused with the names there are."""
    there = reports(with_claims, with_money)
    found = next((r for r in there if r.name == name), None)
    if found is None:
        raise Refused(f"there is no report {name!r}; there are: {', '.join(r.name for r in there)}")
    return found
