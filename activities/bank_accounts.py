"""Bank accounts that pay comes from and goes to: their numbers are kept sealed, each for its place."""

from datetime import datetime

from sqlmodel import Session as Database
from sqlmodel import select

from activities.vault import Vault
from models import nacha
from models.errors import Refused
from models.tables import BankAccount, Clinician


def keep_account(
    db: Database,
    vault: Vault,
    clinician_id: int | None,
    bank: nacha.Bank,
    now: datetime,
    name: str = "",
    company: str = "",
) -> str:
    """Keep (or replace) the account of a clinician, or the practice's own; its number is sealed. How it ends."""
    try:
        routing, account = nacha.check_routing(bank.routing), nacha.check_account(bank.account)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    if clinician_id is not None and db.get(Clinician, clinician_id) is None:
        raise Refused(f"there is no clinician {clinician_id}")
    row = account_of(db, clinician_id) or BankAccount(
        clinician_id=clinician_id, routing=routing, sealed=b"", ending="", changed_at=now
    )
    row.routing, row.savings, row.ending, row.changed_at = routing, bank.savings, account.replace("-", "")[-4:], now
    row.bank, row.company_id = name.strip(), company.strip()
    row.sealed = vault.seal(account, _place(clinician_id))
    db.add(row)
    return row.ending


def account_of(db: Database, clinician_id: int | None) -> BankAccount | None:
    """A clinician's account, or (None) the practice's."""
    return db.exec(select(BankAccount).where(BankAccount.clinician_id == clinician_id)).first()


def bank_of(vault: Vault, account: BankAccount) -> nacha.Bank:
    """An account with its number, opened."""
    return nacha.Bank(account.routing, vault.open(account.sealed, _place(account.clinician_id)), account.savings)


def _place(clinician_id: int | None) -> str:
    return f"bank account/{clinician_id or 'practice'}"
