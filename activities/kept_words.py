"""What somebody typed as a reason: kept sealed before a workflow is told, which learns its id alone (decision 0030)."""

from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities.database import Tx
from activities.vault import Vault
from models.errors import Refused
from models.tables import KeptWords


class Reasoned(Protocol):
    """A wish with a reason: kept under an id, or carried as messages of before carried it."""

    @property
    def reason(self) -> str: ...

    @property
    def kept_id(self) -> UUID | None: ...


def keep(engine: Engine, vault: Vault, about: str, words: str, kept_id: UUID | None = None) -> UUID | None:
    """Keep words about a workflow's thing, once per id; None where nothing was typed."""
    if not words.strip():
        return None
    wanted = kept_id or uuid4()
    with Database(engine) as db, db.begin():
        if db.get(KeptWords, wanted) is None:
            sealed = vault.seal(words.strip(), _place(wanted))
            db.add(KeptWords(id=wanted, about=about, words=sealed, kept_at=datetime.now(UTC)))
    return wanted


def opened(tx: Tx, about: str, kept_id: UUID) -> str:
    """What was kept about a thing; Refused where nothing was."""
    kept = tx.db.get(KeptWords, kept_id)
    if kept is None or kept.about != about:
        raise Refused("the words of this were not kept: say it again")
    return tx.world.vault.open(kept.words, _place(kept_id))


def reason(tx: Tx, about: str, wish: Reasoned) -> str:
    """The reason of a wish, stripped; "" where none was given."""
    return (wish.reason if wish.kept_id is None else opened(tx, about, wish.kept_id)).strip()


def _place(kept_id: UUID) -> str:
    return f"words/{kept_id}"
