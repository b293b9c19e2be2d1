"""What a client's record lacks before mail, invoices and claims can go out without a question."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.calendar import within
from models.rules.agreements import minor
from models.rules.eligibility import Told, not_covered, unclear


@dataclass(frozen=True)
class Cover:
    """A coverage's days, None is open; what its payer last said of it as it is now."""

    covered_from: date | None
    covered_until: date | None
    told: Told | None = None

    def holds(self, day: date) -> bool:
        """Whether it may answer for a day."""
        return within(day, self.covered_from, self.covered_until)


@dataclass(frozen=True)
class RecordFacts:
    """A client's record; `clinical` where the practice keeps charts and may bill insurers."""

    last: str
    birth: date | None
    address: tuple[str, ...]
    email: str
    phone: str
    uses_insurance: bool
    covers: tuple[Cover, ...]
    has_guarantor: bool
    clinical: bool


@dataclass(frozen=True)
class CoverageEnd:
    """A coverage does not hold, since when or since when that is known."""

    on: date
    why: str


def missing(record: RecordFacts, today: date) -> tuple[str, ...]:
    """What is missing, in words for the front desk."""
    return (*_person(record, today), *(_insured(record) if record.clinical else ()))


def coverage_ended(record: RecordFacts, day: date) -> CoverageEnd | None:
    """A coverage whose payer says that it does not hold on `day`; or the last one that ended, with none after it."""
    for cover in record.covers:
        if cover.holds(day) and cover.told and (why := not_covered(cover.told, day)):
            return CoverageEnd(cover.told.ends or cover.told.told_on, f"{why}: ask for the new card")
    ended = [c.covered_until for c in record.covers if c.covered_until and c.covered_until < day]
    if not ended or any(cover.holds(day) for cover in record.covers):
        return None
    return CoverageEnd(max(ended), f"the coverage ended on {max(ended)} and none follows")


def coverage_unclear(record: RecordFacts, day: date) -> str:
    """Why a payer could not say whether a coverage holds that answers for `day`; "" where none was asked in vain."""
    return next((why for cover in record.covers if cover.holds(day) and (why := unclear(cover.told))), "")


def _person(record: RecordFacts, today: date) -> Iterator[str]:
    if not (record.email or record.phone):
        yield "a phone number or mail address"
    if record.clinical and record.birth is None:
        yield "birth date"
    if minor(record.birth, today) and not record.has_guarantor:
        yield "a guarantor (the client is a minor)"


def _insured(record: RecordFacts) -> Iterator[str]:
    if not (record.uses_insurance or record.covers):
        return
    if not record.last:
        yield "last name"
    if not all(record.address):
        yield "address"
    if not record.covers:
        yield "coverage (the client uses insurance)"
