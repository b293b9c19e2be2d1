"""Who somebody is among those who are paid: nobody decides on their own pay, by whichever account or name (RULES 5)."""

from sqlmodel import Session as Database
from sqlmodel import col, func, or_, select, union

from models.errors import Refused
from models.rules.pay_contracts import may_decide
from models.tables import Account, Clinician


def must_not_be_own(db: Database, clinician_id: int, by: str, account_id: int | None) -> None:
    """Refused where somebody would decide on what they are paid themselves."""
    no = may_decide(clinician_id, clinicians_named(db, by, account_id))
    if no is None:
        return
    account = db.get(Account, account_id) if account_id is not None else None
    if account and account.clinician_id != clinician_id:
        no += "; your account has the name, user name or address of this one, or of an account of theirs"
    raise Refused(no)


def clinicians_named(db: Database, by: str, account_id: int | None) -> set[int]:
    """The clinicians somebody is: whom their account names, and all of their name, user name or address.

    An account's own names count besides what is given for it, and other accounts of the same name: so a second one,
    or one that names no clinician for a while, is the same person.
    """
    names = {by}
    account = db.get_one(Account, account_id) if account_id is not None else None
    if account:
        names |= {account.name, account.login, account.email}
    known = {" ".join(name.split()).lower() for name in names} - {""}
    is_clinician = or_(func.lower(Clinician.name).in_(known), func.lower(Clinician.email).in_(known))
    is_account = or_(
        func.lower(Account.name).in_(known), col(Account.login).in_(known), func.lower(Account.email).in_(known)
    )
    of_accounts = select(col(Account.clinician_id)).where(col(Account.clinician_id).is_not(None), is_account)
    found = set(db.execute(union(select(col(Clinician.id)).where(is_clinician), of_accounts)).scalars())
    if account and account.clinician_id is not None:
        found.add(account.clinician_id)
    return found
