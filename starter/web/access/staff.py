"""The practice's own people: invited by mail, given roles, let go. The owner's page."""

from collections.abc import Sequence

from fastapi import APIRouter, Response
from pydantic import BaseModel, EmailStr, Field
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import access
from models.errors import Refused
from models.messages import Mail
from models.tables import Account, Clinician
from starter.queries.access import accounts
from starter.web.access.gate import may
from starter.web.access.permissions import Do, Role
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
STAFF_ROLES = tuple(role for role in Role if role is not Role.CLIENT)


class StaffForm(BaseModel):
    name: str = Field(max_length=120)
    email: EmailStr
    roles: list[Role] = Field(min_length=1)
    clinician_id: int | None = None


@router.get("/staff")
def staff(visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    return visit.page("access/staff.html", accounts=accounts(visit.engine))


@router.get("/staff/new")
def new_page(visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    return _form(visit, blank(roles=[]), None)


@router.post("/staff/new")
def invite(visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    filled = visit.read(StaffForm)
    if filled.ok:
        try:
            account = visit.write(_invited, visit, filled.values)
            _mail_invitation(visit, account.id or 0)
            return visit.go("/staff", told=f"{account.name} gets a mail with a link to choose a password.")
        except Refused as no:
            filled.refuse(no, "email")
    return _form(visit, filled, None, 422)


@router.get("/staff/{account_id}")
def one(account_id: int, visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    account = _staff_account(visit, account_id)
    known = {"name": account.name, "email": account.email, "clinician_id": account.clinician_id}
    return _form(visit, blank(roles=account.roles, **known), account)


@router.post("/staff/{account_id}")
def change(account_id: int, visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    account = _staff_account(visit, account_id)
    filled = visit.read(StaffForm)
    if filled.ok:
        try:
            visit.write(_changed, visit, account_id, filled.values)
            return visit.go("/staff", told=f"{filled.values.name} is changed.")
        except Refused as no:
            filled.refuse(no)
    return _form(visit, filled, account, 422)


@router.post("/staff/{account_id}/invite")
def invite_again(account_id: int, visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    account = _staff_account(visit, account_id)
    _mail_invitation(visit, account_id)
    return visit.go("/staff", told=f"{account.name} gets another link by mail.")


@router.post("/staff/{account_id}/end")
def end(account_id: int, visit: Visit = may(Do.MANAGE_STAFF)) -> Response:
    """Nobody signs in with it any more; what was done with it keeps its name."""
    account = _staff_account(visit, account_id)
    try:
        visit.write(_ended, account_id, not account.active)
    except Refused as no:
        return _form(visit, Filled(errors={"": str(no)}, typed={"roles": account.roles}), account, 422)
    return visit.go("/staff", told=f"{account.name} {'may come in again' if not account.active else 'is signed out'}.")


def _form(visit: Visit, filled: Filled[StaffForm], account: Account | None, status: int = 200) -> Response:
    clinicians = visit.write(_clinicians)
    offered = [(role.value, role.value.replace("_", " ")) for role in STAFF_ROLES]
    return visit.page(
        "access/staff_form.html", status, form=filled, account=account, roles=offered, clinicians=clinicians
    )


def _clinicians(db: Database) -> list[tuple[int, str]]:
    rows: Sequence[Clinician] = db.exec(select(Clinician).order_by(col(Clinician.name))).all()
    return [(row.id or 0, row.name) for row in rows]


def _staff_account(visit: Visit, account_id: int) -> Account:
    account = visit.write(lambda db: db.get(Account, account_id))
    if account is None or Role.CLIENT in account.roles:
        raise NotFound
    return account


def _invited(db: Database, visit: Visit, wanted: StaffForm) -> Account:
    account = Account(
        login=wanted.email,
        email=wanted.email,
        name=wanted.name,
        roles=[role.value for role in wanted.roles],
        clinician_id=wanted.clinician_id,
        created_at=visit.now,
    )
    return access.new_account(db, account)


def _changed(db: Database, visit: Visit, account_id: int, wanted: StaffForm) -> None:
    account = db.get_one(Account, account_id, with_for_update=True)
    if account_id == visit.account.id and account.clinician_id not in (None, wanted.clinician_id):
        raise Refused(
            f"which of the {visit.words.clinicians} you are is changed by another owner: it says whose pay is yours"
        )
    if Role.OWNER not in wanted.roles:
        _refuse_without_owner(db, account_id)
    account.name, account.email = wanted.name, wanted.email
    account.roles = [role.value for role in wanted.roles]
    account.clinician_id = wanted.clinician_id


def _ended(db: Database, account_id: int, active: bool) -> None:
    account = db.get_one(Account, account_id, with_for_update=True)
    if not active:
        _refuse_without_owner(db, account_id)
        access.end_sign_ins(db, account_id)
    account.active = active


def _refuse_without_owner(db: Database, but: int) -> None:
    others = db.exec(select(Account).where(col(Account.active).is_(True), Account.id != but)).all()
    if not any(Role.OWNER in account.roles for account in others):
        raise Refused("this is the only owner; make somebody else an owner first")


def _mail_invitation(visit: Visit, account_id: int) -> None:
    key = f"invitation/{account_id}/{visit.now:%Y%m%dT%H%M}"
    visit.ask(visit.office.letters.send(Mail(key, "invitation", account_id=account_id)))
