"""Who may act for a client in the portal: the client, a parent for a child. Invited by mail, ended by the desk."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, EmailStr, Field
from sqlmodel import Session as Database

from activities import access
from models.errors import Refused
from models.messages import Mail
from models.tables import Account, AccountClient, Client
from starter.queries.access import access_to
from starter.web.access.gate import may
from starter.web.access.permissions import Do, Role
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
RELATIONS = (
    ("self", "the client"),
    ("parent", "parent or guardian"),
    ("other", "somebody else who acts for the client"),
)


class GuestForm(BaseModel):
    name: str = Field(max_length=120)
    email: EmailStr
    login: str = Field(default="", max_length=120)
    relation: Literal["self", "parent", "other"]


@router.get("/clients/{client_id}/access")
def guests(client_id: int, visit: Visit = may(Do.INVITE_CLIENTS)) -> Response:
    client = _client(visit, client_id)
    return _page(visit, client, blank(name=client.name, email=client.email, relation="self"))


@router.post("/clients/{client_id}/access")
def invite(client_id: int, visit: Visit = may(Do.INVITE_CLIENTS)) -> Response:
    client = _client(visit, client_id)
    filled = visit.read(GuestForm)
    if filled.ok:
        try:
            account = visit.write(_invited, visit, client_id, filled.values)
            if not account.password:
                key = f"invitation/{account.id}/{visit.now:%Y%m%dT%H%M}"
                visit.ask(visit.office.letters.send(Mail(key, "invitation", account_id=account.id)))
            return visit.go(f"/clients/{client_id}/access", told="They may use the portal; a new account gets a mail.")
        except Refused as no:
            filled.refuse(no, "login")
    return _page(visit, client, filled, 422)


@router.post("/clients/{client_id}/access/{account_id}/end")
def end(client_id: int, account_id: int, visit: Visit = may(Do.INVITE_CLIENTS)) -> Response:
    _client(visit, client_id)
    visit.write(_ended, client_id, account_id)
    return visit.go(f"/clients/{client_id}/access", told="This account does not act for the client any more.")


def _page(visit: Visit, client: Client, filled: Filled[GuestForm], status: int = 200) -> Response:
    known = access_to(visit.engine, client.id or 0)
    return visit.page("access/guests.html", status, form=filled, client=client, guests=known, relations=RELATIONS)


def _client(visit: Visit, client_id: int) -> Client:
    visit.must_see_client(client_id)
    return visit.write(lambda db: db.get_one(Client, client_id))


def _invited(db: Database, visit: Visit, client_id: int, wanted: GuestForm) -> Account:
    """A new account, or one more client for a parent's account that is there already (same user name and mail)."""
    login = (wanted.login or wanted.email).strip().lower()
    known = access.by_login(db, login)
    if known is None:
        account = Account(
            login=login, email=wanted.email, name=wanted.name, roles=[Role.CLIENT.value], created_at=visit.now
        )
        return access.new_account(db, account, [(client_id, wanted.relation)])
    if Role.CLIENT not in known.roles or known.email.lower() != wanted.email.lower():
        raise Refused("this user name belongs to somebody else; choose another one")
    db.merge(AccountClient(account_id=known.id or 0, client_id=client_id, relation=wanted.relation))
    return known


def _ended(db: Database, client_id: int, account_id: int) -> None:
    link = db.get(AccountClient, (account_id, client_id))
    if link is None:
        raise NotFound
    db.delete(link)
    access.end_sign_ins(db, account_id)
