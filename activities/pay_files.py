"""What leaves for the bank, the payroll provider and the tax year: direct deposits, CSV, and the totals of 1099-NEC."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session as Database
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from activities import pay, pay_contracts
from activities.exporting import harmless
from activities.vault import Vault
from models import nacha
from models.bank_days import settles
from models.calendar import local_day, zone
from models.errors import Refused
from models.money import ZERO, total
from models.paying import PaidAs, Source
from models.tables import BankAccount, Clinician, PayFile, PayLine, PayStatement, Practice

COLUMNS = {
    "sessions": (Source.SESSION, Source.ADJUSTMENT, Source.COLLECTION, Source.FEE, Source.RECALCULATED),
    "admin": (Source.ADMIN,),
    "supervision": (Source.SUPERVISION,),
    "guarantee": (Source.GUARANTEE,),
    "bonus": (Source.BONUS,),
    "corrections": (Source.CORRECTION,),
    "deductions": (Source.DEDUCTION,),
    "draw": (Source.DRAW, Source.DRAW_RECOVERED),
    "from_other_periods": (Source.CARRIED_OVER, Source.CLAWBACK_CARRIED, Source.CLAWBACK_DEFERRED),
    "reimbursements": (Source.REIMBURSEMENT,),
}
"""Columns of the payroll file and the lines they sum; together they are the statement's total."""
NEC_FROM = ((date(2026, 1, 1), Decimal("2000.00")), (date(2020, 1, 1), Decimal("600.00")))
"""From what a payer must file a 1099-NEC, by the year of payment; from 2027 on it follows inflation: look it up."""


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What tells the files of a day apart, in the order they are made."""


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


def keep_account(
    db: Database,
    vault: Vault,
    clinician_id: int | None,
    bank: nacha.Bank,
    now: datetime,
    name: str = "",
    company: str = "",
) -> None:
    """Keep (or replace) the account of a clinician, or the practice's own; its number is sealed."""
    try:
        routing, account = nacha.check_routing(bank.routing), nacha.check_account(bank.account)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    if clinician_id is not None and db.get(Clinician, clinician_id) is None:
        raise Refused(f"there is no clinician {clinician_id}")
    row = account_of(db, clinician_id) or BankAccount(
        clinician_id=clinician_id, routing=routing, sealed=b"", ending="", changed_at=now
    )
    row.routing, row.savings, row.ending, row.changed_at = routing, bank.savings, account[-4:], now
    row.bank, row.company_id = name.strip(), company.strip()
    row.sealed = vault.seal(account, _place(clinician_id))
    db.add(row)


def account_of(db: Database, clinician_id: int | None) -> BankAccount | None:
    """A clinician's account, or (None) the practice's."""
    return db.exec(select(BankAccount).where(BankAccount.clinician_id == clinician_id)).first()


def deposits_file(db: Database, vault: Vault, last: date, pay_on: date, now: datetime, again: bool = False) -> str:
    """The approved contractors' statements of a period that nobody paid yet, each once unless wanted `again`.

    One file is made at a time, and no statement in it is paid otherwise meanwhile.
    """
    if not settles(pay_on):
        raise Refused(f"banks do not settle on {pay_on}: choose another day")
    practice = db.get_one(Practice, 1, with_for_update=True)
    local = now.astimezone(zone(practice.timezone))
    if pay_on <= local.date():
        raise Refused("direct deposits need a day after today")
    unpaid = db.exec(_approved(last).where(col(PayStatement.paid_at).is_(None)).with_for_update()).all()
    chosen = [s for s in unpaid if _paid_as(db, s) is PaidAs.CONTRACTOR and _owed(db, s) > ZERO]
    fresh = [s for s in chosen if again or s.exported_at is None]
    if chosen and not fresh:
        raise Refused("these deposits are in an earlier file: a second one would pay them twice (ask for it `again`)")
    deposits = [_deposit(db, vault, statement) for statement in fresh]
    made = PayFile(made_on=local.date(), letter=_letter(db, local.date()), last=last, made_at=now)
    content = nacha.file_of(_origin(db, vault, practice), deposits, local, pay_on, made.letter)
    db.add(made)
    for statement in fresh:
        statement.exported_at = now
    return content


def payroll_csv(db: Database, last: date) -> str:
    """The approved statements of a period for a payroll provider, one line each; the columns add up to the total."""
    statements = db.exec(_approved(last)).all()
    if not statements:
        raise Refused(f"no approved statement ends on {last}")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("clinician_id", "name", "paid_as", "first", "last", "approved_by", *COLUMNS, "total"))
    for statement in statements:
        writer.writerow(harmless(str(cell)) for cell in _payroll_line(db, statement))
    return text.getvalue()


def nec_totals(db: Database, year: int) -> list[NecTotal]:
    """What each contractor was paid in a year, by the day of payment."""
    tz = zone(db.get_one(Practice, 1).timezone)
    least = next((amount for since, amount in NEC_FROM if since <= date(year, 12, 31)), NEC_FROM[-1][1])
    paid: dict[int, list[PayStatement]] = {}
    rows = db.exec(select(PayStatement).where(col(PayStatement.paid_at).is_not(None)).order_by(col(PayStatement.last)))
    for statement in rows.all():
        at = statement.paid_at
        if at and local_day(at, tz).year == year and _paid_as(db, statement) is PaidAs.CONTRACTOR:
            paid.setdefault(statement.clinician_id, []).append(statement)
    return [_nec(db, clinician_id, year, found, least) for clinician_id, found in sorted(paid.items())]


def _nec(db: Database, clinician_id: int, year: int, statements: Sequence[PayStatement], least: Decimal) -> NecTotal:
    whole = total(max(_owed(db, statement), ZERO) for statement in statements)
    reimbursed = total(
        line.amount
        for statement in statements
        for line in _lines(db, statement)
        if line.source == Source.REIMBURSEMENT and _owed(db, statement) > ZERO
    )
    name = db.get_one(Clinician, clinician_id).name
    worked = whole - reimbursed
    return NecTotal(clinician_id, name, year, worked, reimbursed, len(statements), worked >= least)


def _payroll_line(db: Database, statement: PayStatement) -> Iterator[object]:
    lines = _lines(db, statement)
    name = db.get_one(Clinician, statement.clinician_id).name
    yield from (statement.clinician_id, name, _paid_as(db, statement), statement.first, statement.last)
    yield statement.approved_by
    yield from (total(line.amount for line in lines if line.source in sources) for sources in COLUMNS.values())
    yield total(line.amount for line in lines)


def _deposit(db: Database, vault: Vault, statement: PayStatement) -> nacha.Deposit:
    name = db.get_one(Clinician, statement.clinician_id).name
    account = account_of(db, statement.clinician_id)
    if account is None:
        raise Refused(f"{name} has no bank account here: enter it, or pay them otherwise and leave them out")
    reference = f"{statement.clinician_id}-{statement.last:%Y%m%d}"
    return nacha.Deposit(_bank(vault, account), name, reference, _owed(db, statement))


def _origin(db: Database, vault: Vault, practice: Practice) -> nacha.Origin:
    account = account_of(db, None)
    if account is None:
        raise Refused("the practice's own bank account is not entered yet: pay comes from there")
    company_id = account.company_id or (f"1{practice.tax_id}" if practice.tax_id else "")
    return nacha.Origin(_bank(vault, account), account.bank, practice.name, company_id)


def _bank(vault: Vault, account: BankAccount) -> nacha.Bank:
    return nacha.Bank(account.routing, vault.open(account.sealed, _place(account.clinician_id)), account.savings)


def _place(clinician_id: int | None) -> str:
    return f"bank account/{clinician_id or 'practice'}"


def _letter(db: Database, today: date) -> str:
    """The next free one for a file of this day."""
    used = len(db.exec(select(PayFile.letter).where(PayFile.made_on == today)).all())
    if used == len(LETTERS):
        raise Refused(f"a bank takes {used} files a day, and so many were made today: make this one tomorrow")
    return LETTERS[used]


def _approved(last: date) -> SelectOfScalar[PayStatement]:
    query = select(PayStatement).where(PayStatement.last == last, col(PayStatement.approved_at).is_not(None))
    return query.order_by(col(PayStatement.clinician_id))


def _paid_as(db: Database, statement: PayStatement) -> PaidAs:
    """By the contract at the period's end; where it ended before, by the last one."""
    known = [c for c in pay_contracts.contracts(db, statement.clinician_id) if c.since <= statement.last]
    return known[-1].paid_as if known else PaidAs.EMPLOYEE


def _owed(db: Database, statement: PayStatement) -> Decimal:
    return pay.statement_total(db, statement.id or 0)


def _lines(db: Database, statement: PayStatement) -> Sequence[PayLine]:
    return db.exec(select(PayLine).where(PayLine.statement_id == statement.id)).all()
