"""Signing in and out: password, second factor, and links by mail for those who forgot or prefer them."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import access
from models.errors import Refused
from models.messages import Mail
from models.tables import Account
from starter.web.access.gate import anyone
from starter.web.access.permissions import Role
from starter.web.forms import blank
from starter.web.site import COOKIE
from starter.web.visit import GUEST, Guest

router = APIRouter()
SENT = "If there is such an account, a mail with a link is on its way."


class SignInForm(BaseModel):
    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    back: str = "/"


class CodeForm(BaseModel):
    code: str = Field(max_length=40)
    back: str = "/"


class LoginForm(BaseModel):
    login: str = Field(max_length=200)


class PasswordForm(BaseModel):
    password: str = Field(max_length=1000)
    again: str = Field(max_length=1000)


@router.get("/sign-in")
def sign_in_page(guest: Guest = anyone(), back: str = "/") -> Response:
    return guest.page("access/sign_in.html", form=blank(back=_ours(back)))


@router.post("/sign-in")
def sign_in(guest: Guest = anyone()) -> Response:
    filled = guest.read(SignInForm)
    if filled.ok:
        try:
            account = guest.write(access.sign_in, filled.values.login, filled.values.password, guest.now)
        except Refused as locked:
            filled.refuse(locked)
        else:
            if account:
                return _signed_in(guest, account, filled.values.back)
            filled.refuse("this user name and password do not fit; capitals matter in the password")
    return guest.page("access/sign_in.html", 422, form=filled)


@router.get("/sign-in/code")
def code_page(guest: Guest = anyone(), back: str = "/") -> Response:
    return guest.page("access/code.html", form=blank(back=_ours(back)))


@router.post("/sign-in/code")
def show_code(guest: Guest = anyone()) -> Response:
    known = guest.site.known(guest.request)
    if known is None:
        return guest.go("/sign-in")
    filled = guest.read(CodeForm)
    if filled.ok:
        token, vault = guest.request.cookies[COOKIE], guest.office.line.vault
        try:
            if guest.write(access.show_second_factor, vault, token, filled.values.code, guest.now):
                return guest.go(_ours(filled.values.back))
            filled.refuse("this code does not fit; each code works once, for half a minute", "code")
        except Refused as locked:
            filled.refuse(locked)
    return guest.page("access/code.html", 422, form=filled)


@router.get("/sign-in/mail")
def mail_page(guest: Guest = anyone(), purpose: str = "sign_in") -> Response:
    return guest.page("access/mail.html", form=blank(), purpose=_purpose(purpose))


@router.post("/sign-in/mail")
def mail_link(guest: Guest = anyone(), purpose: str = "sign_in") -> Response:
    filled = guest.read(LoginForm)
    if not filled.ok:
        return guest.page("access/mail.html", 422, form=filled, purpose=_purpose(purpose))
    account = guest.write(access.by_login, filled.values.login)
    if account and account.active:
        kind = {"sign_in": "sign_in_link", "reset": "password_reset"}[_purpose(purpose)]
        key = f"{kind}/{account.id}/{guest.now:%Y%m%dT%H%M}"
        guest.ask(guest.office.letters.send(Mail(key, kind, account_id=account.id)))
    return guest.go("/sign-in", told=SENT)


@router.get("/ticket/{token}")
def ticket_page(token: str, guest: Guest = anyone()) -> Response:
    """What the link is for; nothing happens before its button is pressed, since mail programs open links too."""
    ticket, account = guest.write(access.ticket, token, guest.now)
    return guest.page("access/ticket.html", form=blank(), purpose=ticket.purpose, account=account, token=token)


@router.post("/ticket/{token}")
def use_ticket(token: str, guest: Guest = anyone()) -> Response:
    ticket, account = guest.write(access.ticket, token, guest.now)
    filled = guest.read(PasswordForm)
    if ticket.purpose == "sign_in":
        return guest.write(_enter, guest, token)
    if filled.ok and filled.values.password != filled.values.again:
        filled.refuse("the two are not the same", "again")
    if filled.ok:
        try:
            return guest.write(_enter, guest, token, filled.values.password)
        except Refused as weak:
            filled.refuse(weak, "password")
    return guest.page("access/ticket.html", 422, form=filled, purpose=ticket.purpose, account=account, token=token)


@router.post("/sign-out")
def sign_out(guest: Guest = anyone()) -> Response:
    if token := guest.request.cookies.get(COOKIE):
        guest.write(access.end_sign_in, token)
    answer = guest.go("/sign-in", told="You are signed out.")
    answer.delete_cookie(COOKIE)
    return answer


def _enter(db: Database, guest: Guest, token: str, password: str = "") -> Response:
    """Use a link up, with the new password it was for, and sign its account in."""
    ticket, account = access.ticket(db, token, guest.now)
    if password:
        access.set_password(db, account, password)
    access.use_ticket(ticket, guest.now)
    cookie = access.open_sign_in(db, account, guest.now, _browser(guest), by_mail=True)
    return _with_cookie(guest, account, cookie, "/")


def _signed_in(guest: Guest, account: Account, back: str) -> Response:
    cookie = guest.write(access.open_sign_in, account, guest.now, _browser(guest))
    return _with_cookie(guest, account, cookie, back)


def _with_cookie(guest: Guest, account: Account, cookie: str, back: str) -> Response:
    if account.totp_on:
        answer = guest.go(f"/sign-in/code?back={_ours(back)}")
    else:
        answer = guest.go("/portal" if _ours(back) == "/" and Role.CLIENT in account.roles else _ours(back))
    guest.keep(answer, COOKIE, cookie)
    answer.delete_cookie(GUEST)
    return answer


def _ours(back: str) -> str:
    """A page of ours to go back to; never another site's."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


def _purpose(text: str) -> str:
    return text if text in ("sign_in", "reset") else "sign_in"


def _browser(guest: Guest) -> str:
    return guest.request.headers.get("user-agent", "")
