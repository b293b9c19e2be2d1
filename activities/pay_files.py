"""What leaves for the bank and the payroll provider: direct deposits and CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities.bank_accounts import account_of, bank_of
from activities.exporting import harmless
from activities.vault import Vault
from models import nacha
from models.bank_days import settles
from models.calendar import local_day, zone
from models.errors import Refused
from models.money import ZERO, total
from models.paying import PaidAs, Source
from models.tables import BankAccount, Clinician, PayFile, PayLine, PayStatement, PayTerms, Practice

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
AFTER = ("in_bank_file",)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What tells the files of a day apart, in the order they are made."""


@dataclass(frozen=True)
class DepositsWish:
    """A file for the bank that somebody asks for: of which periods, settled when; `wish` names the asking."""

    last: date
    pay_on: date
    again: bool = False
    wish: UUID | None = None


@dataclass(frozen=True)
class Stated:
    """A statement, whose it is, what they are to the practice, and its lines' sums by source."""

    statement: PayStatement
    clinician: str
    paid_as: PaidAs
    sums: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        return total(self.sums.values())

    def of(self, *sources: Source) -> Decimal:
        """What these sources sum up to."""
        return total(self.sums.get(source, ZERO) for source in sources)


def deposits_file(db: Database, vault: Vault, wanted: DepositsWish, now: datetime) -> str:
    """The approved contractors' statements of a period that nobody paid yet, each once unless wanted `again`.

    The same wish gives the file it gave before. One file is made at a time, and no statement in it is paid otherwise
    meanwhile. Employees are left out: what they earned is gross, and payroll withholds before it pays.
    """
    practice = db.get_one(Practice, 1, with_for_update=True)
    before = db.exec(select(PayFile).where(PayFile.wish == wanted.wish)).first() if wanted.wish else None
    if before:
        return content_of(vault, before)
    if not settles(wanted.pay_on):
        raise Refused(f"banks do not settle on {wanted.pay_on}: choose another day")
    local = now.astimezone(zone(practice.timezone))
    if wanted.pay_on <= local.date():
        raise Refused("direct deposits need a day after today")
    unpaid = stated_for(db, *_approved(wanted.last), col(PayStatement.paid_at).is_(None), lock=True)
    chosen = [s for s in unpaid if s.paid_as is PaidAs.CONTRACTOR and s.total > ZERO]
    fresh = [s for s in chosen if wanted.again or s.statement.exported_at is None]
    if chosen and not fresh:
        raise Refused(
            "these deposits are in an earlier file, which the page Files and tax year gives again as it was; in a new "
            "one they would be paid twice: ask for it `again` only where the bank never took the earlier one"
        )
    if not chosen and any(s.total > ZERO for s in unpaid):
        raise Refused(
            "there is nothing to deposit: these statements are of employees (W-2), whose taxes are withheld first: "
            "they are in the file for the payroll provider"
        )
    deposits = _deposits(db, vault, fresh)
    made = PayFile(
        made_on=local.date(), letter=_letter(db, local.date()), last=wanted.last, made_at=now, wish=wanted.wish
    )
    content = nacha.file_of(_origin(db, vault, practice), deposits, local, wanted.pay_on, made.letter)
    made.sealed = vault.seal(content, _shelf(made))
    db.add(made)
    for stated in fresh:
        stated.statement.exported_at = now
        stated.statement.settles_on = wanted.pay_on
    return content


def content_of(vault: Vault, file: PayFile) -> str:
    """A file as it was made; Refused for those of before files were kept."""
    if file.sealed is None:
        raise Refused("this file was made before files were kept: nobody has it here")
    return vault.open(file.sealed, _shelf(file))


def made_before(db: Database, vault: Vault, made_on: date, letter: str) -> str:
    """An earlier file, for a download that failed: the bank knows it by its letter and takes it once."""
    file = db.get(PayFile, (made_on, letter))
    if file is None:
        raise Refused("there is no such file")
    return content_of(vault, file)


def payroll_csv(db: Database, last: date) -> str:
    """The approved statements of a period for a payroll provider, one line each; the columns add up to the total.

    `in_bank_file` names the day on which a contractor's went into a file for the bank: it is paid from there.
    """
    statements = stated_for(db, *_approved(last))
    if not statements:
        raise Refused(f"no approved statement ends on {last}")
    tz = zone(db.get_one(Practice, 1).timezone)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("clinician_id", "name", "paid_as", "first", "last", "approved_by", *COLUMNS, "total", *AFTER))
    for stated in statements:
        writer.writerow(harmless(str(cell)) for cell in _payroll_line(stated, tz))
    return text.getvalue()


def _payroll_line(stated: Stated, tz: ZoneInfo) -> Iterator[object]:
    row = stated.statement
    yield from (row.clinician_id, stated.clinician, stated.paid_as, row.first, row.last, row.approved_by)
    yield from (stated.of(*sources) for sources in COLUMNS.values())
    yield stated.total
    yield local_day(row.exported_at, tz) if row.exported_at else ""


def _deposits(db: Database, vault: Vault, statements: Sequence[Stated]) -> list[nacha.Deposit]:
    whose = [stated.statement.clinician_id for stated in statements]
    found = db.exec(select(BankAccount).where(col(BankAccount.clinician_id).in_(whose))).all()
    accounts = {account.clinician_id: account for account in found}
    missing = [stated.clinician for stated in statements if stated.statement.clinician_id not in accounts]
    if missing:
        raise Refused(f"{', '.join(missing)} has no bank account here: enter it, or pay them otherwise first")
    return [_deposit(vault, accounts[stated.statement.clinician_id], stated) for stated in statements]


def _deposit(vault: Vault, account: BankAccount, stated: Stated) -> nacha.Deposit:
    reference = f"{stated.statement.clinician_id}-{stated.statement.last:%Y%m%d}"
    return nacha.Deposit(bank_of(vault, account), stated.clinician, reference, stated.total)


def _origin(db: Database, vault: Vault, practice: Practice) -> nacha.Origin:
    account = account_of(db, None)
    if account is None:
        raise Refused("the practice's own bank account is not entered yet: pay comes from there")
    company_id = account.company_id or (f"1{practice.tax_id}" if practice.tax_id else "")
    return nacha.Origin(bank_of(vault, account), account.bank, practice.name, company_id)


def _shelf(file: PayFile) -> str:
    return f"pay file/{file.made_on}-{file.letter}"


def _letter(db: Database, today: date) -> str:
    """The next free one for a file of this day."""
    used = len(db.exec(select(PayFile.letter).where(PayFile.made_on == today)).all())
    if used == len(LETTERS):
        raise Refused(f"a bank takes {used} files a day, and so many were made today: make this one tomorrow")
    return LETTERS[used]


def _approved(last: date) -> tuple[ColumnElement[bool], ...]:
    return (col(PayStatement.last) == last, col(PayStatement.approved_at).is_not(None))


def stated_for(db: Database, *which: ColumnElement[bool], lock: bool = False) -> list[Stated]:
    """Statements with whose they are and what they sum up, by clinician: two queries, however many they are.

    Paid as the contract at the period's end says; where it ended before, the last one.
    """
    paid_as = (
        select(PayTerms.paid_as)
        .where(PayTerms.clinician_id == PayStatement.clinician_id, PayTerms.effective_from <= PayStatement.last)
        .order_by(col(PayTerms.effective_from).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(PayStatement, Clinician.name, paid_as).join(
        Clinician, col(Clinician.id) == PayStatement.clinician_id
    )
    query = query.where(*which).order_by(col(PayStatement.clinician_id), col(PayStatement.last))
    found = db.exec(query.with_for_update(of=PayStatement) if lock else query).all()
    sums: dict[int | None, dict[str, Decimal]] = {}
    ids = [statement.id for statement, *_ in found]
    grouped = select(PayLine.statement_id, PayLine.source, func.sum(col(PayLine.amount)))
    grouped = grouped.where(col(PayLine.statement_id).in_(ids)).group_by(col(PayLine.statement_id), col(PayLine.source))
    for number, source, amount in db.exec(grouped).all() if ids else ():
        sums.setdefault(number, {})[source] = amount
    return [
        Stated(statement, name, PaidAs(how or PaidAs.EMPLOYEE), sums.get(statement.id, {}))
        for statement, name, how in found
    ]
