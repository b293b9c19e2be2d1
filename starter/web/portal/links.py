"""Where the links of mails lead: one page with one button, no sign-in; looking changes nothing."""

from fastapi import APIRouter, Response
from sqlmodel import Session as Database

from activities import links
from activities.links import Found, Purpose
from models.calendar import zone
from models.errors import Refused
from models.tables import Client
from starter.queries import portal as queries
from starter.web.access.gate import anyone
from starter.web.forms import Filled, blank
from starter.web.portal.appointments import CancelForm, cancelled, cost_of_cancelling
from starter.web.visit import Guest

router = APIRouter()


@router.get("/links/{token}")
def look(token: str, guest: Guest = anyone()) -> Response:
    try:
        return _page(guest, token, _found(guest, token), blank())
    except Refused as no:
        return over(guest, no)


@router.post("/links/{token}")
def follow(token: str, guest: Guest = anyone()) -> Response:
    """Do what the link is for, once; whoever sends it again reads that it is done."""
    filled = guest.read(CancelForm)
    try:
        found = _found(guest, token)
        if found.done:
            return guest.go(f"/links/{token}")
        if found.link.purpose is Purpose.CONFIRM:
            guest.ask(guest.office.sessions.confirm(found.session.id, found.client_id))
            return guest.go(f"/links/{token}")
        appointment = queries.appointment(guest.engine, found.client_id, found.session.id)
        if filled.ok and appointment and cancelled(guest, appointment, found.client_id, filled):
            return guest.go(f"/links/{token}")
        return _page(guest, token, found, filled, 422)
    except Refused as no:
        return over(guest, no)


def _found(guest: Guest, token: str) -> Found:
    link = links.read(guest.office.line.vault, token)
    return guest.write(links.follow, link, guest.now)


def _page(guest: Guest, token: str, found: Found, filled: Filled[CancelForm], status: int = 200) -> Response:
    client = guest.write(_client, found.client_id)
    cost = cost_of_cancelling(guest, found.session.id, found.client_id, guest.now)
    tz = zone(client.timezone) if client.timezone else guest.tz
    return guest.page("portal/link.html", status, token=token, found=found, cost=cost, tz=tz, form=filled)


def _client(db: Database, client_id: int) -> Client:
    return db.get_one(Client, client_id)


def over(guest: Guest, why: Refused) -> Response:
    """A link that leads nowhere any more, and why."""
    return guest.page("portal/link_over.html", 410, why=str(why))
