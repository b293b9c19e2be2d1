"""The tax year of contractors: what each was paid, and who must be told on a 1099-NEC."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import col

from activities.exporting import harmless
from activities.pay_files import Stated, stated_for
from models.money import ZERO, total
from models.paying import PaidAs, Source
from models.tables import PayStatement

NEC_FROM = ((date(2026, 1, 1), Decimal("2000.00")), (date(2020, 1, 1), Decimal("600.00")))
"""From what a payer must file a 1099-NEC, by the year of payment; from 2027 on it follows inflation: look it up."""


@dataclass(frozen=True)
class NecTotal:
    """What a contractor was paid in a year for their work: reimbursements apart."""

    clinician_id: int
    clinician: str
    year: int
    paid: Decimal
    reimbursed: Decimal
    statements: int
    must_file: bool


def nec_totals(db: Database, year: int) -> list[NecTotal]:
    """What each contractor was paid in a year, by the day of payment."""
    least = next((amount for since, amount in NEC_FROM if since <= date(year, 12, 31)), NEC_FROM[-1][1])
    found = stated_for(db, col(PayStatement.paid_on).between(date(year, 1, 1), date(year, 12, 31)))
    paid: dict[int, list[Stated]] = {}
    for stated in found:
        if stated.paid_as is PaidAs.CONTRACTOR:
            paid.setdefault(stated.statement.clinician_id, []).append(stated)
    return [_nec(year, statements, least) for _, statements in sorted(paid.items())]


def nec_csv(db: Database, year: int) -> str:
    """The same as CSV, a line each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(NecTotal))
    for found in nec_totals(db, year):
        *said, must_file = astuple(found)
        writer.writerow([*(harmless(str(cell)) for cell in said), "yes" if must_file else "no"])
    return text.getvalue()


def _nec(year: int, statements: Sequence[Stated], least: Decimal) -> NecTotal:
    whole = total(max(stated.total, ZERO) for stated in statements)
    reimbursed = total(stated.of(Source.REIMBURSEMENT) for stated in statements if stated.total > ZERO)
    worked, one = whole - reimbursed, statements[0]
    clinician_id = one.statement.clinician_id
    return NecTotal(clinician_id, one.clinician, year, worked, reimbursed, len(statements), worked >= least)
