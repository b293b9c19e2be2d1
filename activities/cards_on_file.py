"""The card or bank account a client left at the gateway, and their yes to being charged automatically."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session as Database

from activities.database import HELD
from activities.ports import Kept
from models.errors import Refused
from models.money import ZERO
from models.tables import Client


def keep(client: Client, kept: Kept) -> None:
    """Put a card on file in place of the one before."""
    client.card, client.card_method, client.card_label = kept.token, kept.method, kept.label


def forget(db: Database, client_id: int) -> None:
    """Take the card off file; nothing is charged automatically any more."""
    client = db.get_one(Client, client_id, with_for_update=HELD)
    client.card, client.card_method, client.card_label = None, "card", ""
    client.autopay_since, client.autopay_cap = None, None


def agree(db: Database, client_id: int, cap: Decimal | None, at: datetime) -> None:
    """The client agrees that what falls due from now on is charged, up to a cap an invoice (None: any amount)."""
    client = db.get_one(Client, client_id, with_for_update=HELD)
    if not client.card:
        raise Refused("leave a card first; then it can be charged automatically")
    if cap is not None and cap <= ZERO:
        raise Refused("the cap must be above zero, or left empty")
    client.autopay_since, client.autopay_cap = client.autopay_since or at, cap


def withdraw(db: Database, client_id: int) -> None:
    """The client takes their yes back; the card stays on file."""
    client = db.get_one(Client, client_id, with_for_update=HELD)
    client.autopay_since, client.autopay_cap = None, None
