"""Choosing people: those chosen so far, and those whom a search by name, phone or day of birth finds.

What is looked for is sent in a form: a name never stands in an address.
"""

from collections.abc import Sequence

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.tables import Client
from starter.queries import clients
from starter.web.access.permissions import Do
from starter.web.visit import Visit

MOST = 8


def people(visit: Visit, chosen: Sequence[int], wanted: str) -> list[tuple[int, str]]:
    """Id and name of each, the chosen first; NotFound for one whom this person does not see."""
    for client_id in chosen:
        visit.must_see_client(client_id)
    whose = visit.whose_clients(Do.SEE_CLIENTS)
    found = clients.find(visit.engine, visit.now, whose, wanted.strip())[:MOST] if wanted.strip() else []
    return visit.write(named, [*chosen, *(one.id for one in found)])


def named(db: Database, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Clients in this order, each once, with the day of birth that tells namesakes apart."""
    rows = {row.id: row for row in db.exec(select(Client).where(col(Client.id).in_(ids))).all()}
    return [(one, _called(rows[one])) for one in dict.fromkeys(ids) if one in rows]


def _called(client: Client) -> str:
    return f"{client.name}, born {client.birth}" if client.birth else client.name
