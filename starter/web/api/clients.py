"""Clients for other programs: read, added, and how they are reached changed."""

from typing import Any
from uuid import UUID

from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlmodel import Session as Database

from activities import records
from activities.records import Seen
from models import checks
from models.errors import Refused
from models.tables import Client
from starter.queries import api as queries
from starter.queries.api import ClientOut
from starter.web.api.answering import Cursor, Limit, Listed, Problem, after, api_router, page
from starter.web.api.caller import Caller, Scope, wants
from starter.web.fields import Birth, Email, Line, Phone, State, Zip, Zone

router = api_router("clients")
READ, WRITE = wants(Scope.CLIENTS_READ), wants(Scope.CLIENTS_WRITE)


class Reached(BaseModel):
    """How a client is reached; what is left out stays as it is."""

    preferred: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    line1: Line | None = None
    city: Line | None = None
    state: State | None = None
    zip: Zip | None = None
    timezone: Zone | None = None


class ClientIn(Reached):
    """A new client."""

    first: Line = Field(min_length=1)
    last: Line = ""
    birth: Birth | None = None


@router.get("/clients")
def clients(caller: Caller = READ, cursor: Cursor = None, limit: Limit = 50) -> Listed[ClientOut]:
    """Clients by id."""
    [before] = after(cursor, 1)
    return page(queries.clients(caller.engine, limit, before), limit, lambda row: (row.id,))


@router.get("/clients/{client_id}")
def client(client_id: int, caller: Caller = READ) -> ClientOut:
    """One client."""
    return known(caller, client_id)


@router.post("/clients", status_code=201, response_model=ClientOut)
def add(wish: ClientIn, caller: Caller = WRITE) -> Response:
    """A new client."""
    row = Client(**_said(wish))
    checks.check(row)

    def added(request: UUID) -> ClientOut:
        new = caller.write(records.once, request, caller.now, lambda db: records.add(db, row))
        caller.ask(caller.office.records.changed(new, request))
        return known(caller, new)

    return caller.once(added)


@router.patch("/clients/{client_id}", response_model=ClientOut)
def change(client_id: int, wish: Reached, caller: Caller = WRITE) -> Response:
    """Another way to reach a client."""
    known(caller, client_id)

    def changed(request: UUID) -> ClientOut:
        caller.write(_change, client_id, _said(wish))
        caller.ask(caller.office.records.changed(client_id, request))
        return known(caller, client_id)

    return caller.once(changed, 200)


def known(caller: Caller, client_id: int) -> ClientOut:
    """A client as known now; a problem when there is none."""
    found = queries.client(caller.engine, client_id)
    if found is None:
        raise Problem("missing", 404, "there is no such client")
    return found


def _said(wish: Reached) -> dict[str, Any]:
    """The fields that were sent, a ZIP without its dash."""
    said = {name: value for name, value in wish.model_dump(exclude_unset=True).items() if value is not None}
    return said | ({"zip": said["zip"].replace("-", "")} if "zip" in said else {})


def _change(db: Database, client_id: int, fields: dict[str, Any]) -> None:
    row = db.get(Client, client_id)
    if row is None:
        raise Refused("there is no such client")
    checks.check(Client(**row.model_dump() | fields))
    records.change(db, Client, Seen(client_id, records.fingerprint(row)), fields)
