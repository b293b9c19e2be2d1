"""What somebody self-employed sets aside for federal tax: an estimate, by the year's parameters.

Self-employment tax and income tax after the standard deduction and half of the former. Not in it: states, credits,
the deduction for qualified business income, other deductions. A year that is not known yet uses the latest that is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from models.bank_days import holidays
from models.money import ZERO, parts, rounded, share


class Filing(StrEnum):
    """How one files."""

    SINGLE = "single"
    JOINT = "joint"
    HEAD = "head"
    """Of a household."""


Brackets = tuple[tuple[Decimal | None, Decimal], ...]


@dataclass(frozen=True)
class TaxYear:
    """A year's parameters: percents and dollars as published, and where."""

    year: int
    counted: Decimal
    social_security: Decimal
    wage_base: Decimal
    medicare: Decimal
    deduction: dict[Filing, Decimal]
    brackets: dict[Filing, Brackets]
    source: str


@dataclass(frozen=True)
class SetAside:
    """What to keep back in a year, of that each quarter, and how many percent of income that is."""

    year: int
    self_employment: Decimal
    income_tax: Decimal
    percent: Decimal
    quarters: tuple[tuple[date, Decimal], ...]
    why: str
    source: str

    @property
    def together(self) -> Decimal:
        """For the whole year."""
        return self.self_employment + self.income_tax


def _brackets(*steps: tuple[int | None, int]) -> Brackets:
    return tuple((None if until is None else Decimal(until), Decimal(percent)) for until, percent in steps)


YEARS: dict[int, TaxYear] = {
    2025: TaxYear(
        year=2025,
        counted=Decimal("92.35"),
        social_security=Decimal("12.4"),
        wage_base=Decimal(176_100),
        medicare=Decimal("2.9"),
        deduction={Filing.SINGLE: Decimal(15_750), Filing.JOINT: Decimal(31_500), Filing.HEAD: Decimal(23_625)},
        brackets={
            Filing.SINGLE: _brackets(
                (11_925, 10), (48_475, 12), (103_350, 22), (197_300, 24), (250_525, 32), (626_350, 35), (None, 37)
            ),
            Filing.JOINT: _brackets(
                (23_850, 10), (96_950, 12), (206_700, 22), (394_600, 24), (501_050, 32), (751_600, 35), (None, 37)
            ),
            Filing.HEAD: _brackets(
                (17_000, 10), (64_850, 12), (103_350, 22), (197_300, 24), (250_500, 32), (626_350, 35), (None, 37)
            ),
        },
        source="IRS Rev. Proc. 2024-40, with the standard deduction of Public Law 119-21; SSA fact sheet for 2025",
    ),
    2026: TaxYear(
        year=2026,
        counted=Decimal("92.35"),
        social_security=Decimal("12.4"),
        wage_base=Decimal(184_500),
        medicare=Decimal("2.9"),
        deduction={Filing.SINGLE: Decimal(16_100), Filing.JOINT: Decimal(32_200), Filing.HEAD: Decimal(24_150)},
        brackets={
            Filing.SINGLE: _brackets(
                (12_400, 10), (50_400, 12), (105_700, 22), (201_775, 24), (256_225, 32), (640_600, 35), (None, 37)
            ),
            Filing.JOINT: _brackets(
                (24_800, 10), (100_800, 12), (211_400, 22), (403_550, 24), (512_450, 32), (768_700, 35), (None, 37)
            ),
            Filing.HEAD: _brackets(
                (17_700, 10), (67_450, 12), (105_700, 22), (201_750, 24), (256_200, 32), (640_600, 35), (None, 37)
            ),
        },
        source="IRS Rev. Proc. 2025-32; SSA fact sheet for 2026",
    ),
}
"""Self-employment tax: 26 USC 1401 and 1402(a)(12), of the base that the Social Security Administration tells."""
DUE = ((4, 15, 0), (6, 15, 0), (9, 15, 0), (1, 15, 1))
"""Month, day and years after of the quarterly payments (Form 1040-ES)."""
SATURDAY = 5


def year_of(day: date) -> TaxYear:
    """The parameters of a day's year; of the latest known one before it, or the first."""
    known = [year for year in YEARS if year <= day.year]
    return YEARS[max(known)] if known else YEARS[min(YEARS)]


def set_aside(net: Decimal, filing: Filing, on: date, other: Decimal = ZERO) -> SetAside:
    """For a year's income after expenses; `other` is what the household earns besides, taxed first."""
    found = year_of(on)
    counted = share(max(net, ZERO), found.counted)
    social = share(min(counted, found.wage_base), found.social_security)
    own = social + share(counted, found.medicare)
    before = max(ZERO, other - found.deduction[filing])
    taxable = max(ZERO, other + max(net, ZERO) - rounded(own / 2) - found.deduction[filing])
    income = income_tax(taxable, found.brackets[filing]) - income_tax(before, found.brackets[filing])
    together = own + max(income, ZERO)
    percent = rounded(100 * together / net) if net > ZERO else ZERO
    estimated = "" if found.year == on.year else f" (those of {on.year} are not known here)"
    why = f"an estimate with the federal parameters of {found.year}{estimated}; without state tax and credits"
    quarters = tuple(zip((_due(on.year, *day) for day in DUE), parts(together, len(DUE)), strict=True))
    return SetAside(found.year, own, max(income, ZERO), percent, quarters, why, found.source)


def income_tax(taxable: Decimal, brackets: Brackets) -> Decimal:
    """The tax on a taxable income."""
    tax, below = ZERO, ZERO
    for until, percent in brackets:
        top = taxable if until is None else min(taxable, until)
        tax += share(max(ZERO, top - below), percent)
        below = until or taxable
    return tax


def _due(year: int, month: int, day: int, later: int) -> date:
    """The day, or the next that is no weekend and no holiday in the District of Columbia (26 USC 7503)."""
    due = date(year + later, month, day)
    while due.weekday() >= SATURDAY or due in holidays(due.year) or due == _emancipation_day(due.year):
        due += timedelta(days=1)
    return due


def _emancipation_day(year: int) -> date:
    """16 April, kept on the Friday before a Saturday and on the Monday after a Sunday."""
    day = date(year, 4, 16)
    return day + timedelta(days={SATURDAY: -1, SATURDAY + 1: 1}.get(day.weekday(), 0))
