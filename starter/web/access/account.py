"""One's own account: password, second factor, the browsers that are signed in, and for whom one acts."""

import pyotp
import segno
from fastapi import APIRouter, Response
from markupsafe import Markup
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import access
from models.errors import Refused
from models.tables import Account, SignIn
from starter.queries.access import browsers
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.site import COOKIE
from starter.web.visit import NotFound, Visit

router = APIRouter()


class NewPasswordForm(BaseModel):
    current: str = Field(max_length=1000)
    password: str = Field(max_length=1000)
    again: str = Field(max_length=1000)


class CodeForm(BaseModel):
    code: str = Field(max_length=40)


class ActForm(BaseModel):
    client_id: int


@router.get("/account")
def account_page(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    return _page(visit, blank())


@router.post("/account/password")
def change_password(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    filled = visit.read(NewPasswordForm)
    if filled.ok and filled.values.password != filled.values.again:
        filled.refuse("the two are not the same", "again")
    if filled.ok:
        try:
            return visit.write(_change_password, visit, filled.values)
        except Refused as no:
            filled.refuse(no, "password")
    return _page(visit, filled, 422)


@router.post("/account/second-factor")
def begin_second_factor(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    account = _account(visit)
    if account.totp_on:
        return visit.go("/account", told="The second factor is on already.")
    visit.write(lambda db: access.new_second_factor(db, visit.office.line.vault, db.get_one(Account, account.id)))
    return visit.go("/account/second-factor")


@router.get("/account/second-factor")
def second_factor_page(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    return _second_factor(visit, blank())


@router.post("/account/second-factor/on")
def turn_on(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    filled = visit.read(CodeForm)
    if filled.ok:
        try:
            codes = visit.write(_turn_on, visit, filled.values.code)
            return visit.page("access/recovery_codes.html", codes=codes)
        except Refused as no:
            filled.refuse(no, "code")
    return _second_factor(visit, filled, 422)


@router.post("/account/second-factor/off")
def turn_off(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    visit.write(lambda db: access.turn_off(db.get_one(Account, visit.account.id)))
    return visit.go("/account", told="The second factor is off.")


@router.post("/account/sign-out-elsewhere")
def sign_out_elsewhere(visit: Visit = may(Do.KEEP_ACCOUNT)) -> Response:
    visit.write(access.end_sign_ins, visit.account.id, visit.request.cookies[COOKIE])
    return visit.go("/account", told="Every other browser is signed out.")


@router.post("/account/acting-for")
def act_for(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """A parent turns to another child."""
    filled = visit.read(ActForm)
    if not filled.ok or filled.values.client_id not in visit.account.client_ids:
        raise NotFound
    visit.write(access.act_for, visit.request.cookies[COOKIE], filled.values.client_id)
    return visit.go("/portal")


def _page(visit: Visit, filled: Filled[NewPasswordForm], status: int = 200) -> Response:
    here = access.digest(visit.request.cookies[COOKIE])
    seen = browsers(visit.engine, visit.account.id)
    return visit.page("access/account.html", status, form=filled, account=_account(visit), browsers=seen, here=here)


def _second_factor(visit: Visit, filled: Filled[CodeForm], status: int = 200) -> Response:
    secret = access.second_factor_secret(visit.office.line.vault, _account(visit))
    address = pyotp.TOTP(secret, name=visit.account.email, issuer=visit.practice.name).provisioning_uri()
    picture = segno.make(address).svg_inline(scale=5, border=2, dark="#000", light="#fff")
    return visit.page("access/second_factor.html", status, form=filled, secret=secret, picture=Markup(picture))


def _change_password(db: Database, visit: Visit, wanted: NewPasswordForm) -> Response:
    account = db.get_one(Account, visit.account.id)
    if access.sign_in(db, account.login, wanted.current, visit.now) is None:
        raise Refused("the password you have now is not this one")
    access.set_password(db, account, wanted.password)
    answer = visit.go("/account", told="Your password is changed; other browsers are signed out.")
    cookie = access.open_sign_in(db, account, visit.now, visit.request.headers.get("user-agent", ""))
    db.get_one(SignIn, access.digest(cookie)).complete = True
    visit.keep(answer, COOKIE, cookie)
    return answer


def _turn_on(db: Database, visit: Visit, code: str) -> list[str]:
    return access.turn_on(db, visit.office.line.vault, db.get_one(Account, visit.account.id), code, visit.now)


def _account(visit: Visit) -> Account:
    return visit.write(lambda db: db.get_one(Account, visit.account.id))
