"""What somebody typed as a reason: kept sealed before a workflow is told, which learns its id alone (decision 0030)."""

from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import select

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


def keep(engine: Engine, vault: Vault, about: str, words: str) -> UUID | None:
    """Keep words about a workflow's thing, each time anew; None where nothing was typed.

    The same thing wished again after a refusal may be wished for another reason: only the wish that stands is once.
    """
    if not words.strip():
        return None
    kept_id = uuid4()
    with Database(engine) as db, db.begin():
        sealed = vault.seal(words.strip(), _place(kept_id))
        db.add(KeptWords(id=kept_id, about=about, words=sealed, kept_at=datetime.now(UTC)))
    return kept_id


def opened(tx: Tx, about: str, kept_id: UUID) -> str:
    """What was kept about a thing; Refused where nothing was."""
    return _words(tx, _kept(tx, about, kept_id))


def hand_over(tx: Tx, about: str, kept_id: UUID, to: str) -> None:
    """What was kept about a thing is from now on about another, which was made of it and needs the words later."""
    _kept(tx, about, kept_id).about = to


def handed_over(tx: Tx, about: str) -> str:
    """What was handed over to a thing; "" where nothing was."""
    kept = tx.db.exec(select(KeptWords).where(KeptWords.about == about)).first()
    return _words(tx, kept) if kept else ""


def reason(tx: Tx, about: str, wish: Reasoned) -> str:
    """The reason of a wish, stripped; "" where none was given."""
    return (wish.reason if wish.kept_id is None else opened(tx, about, wish.kept_id)).strip()


def _kept(tx: Tx, about: str, kept_id: UUID) -> KeptWords:
    kept = tx.db.get(KeptWords, kept_id)
    if kept is None or kept.about != about:
        raise Refused("the words of this were not kept: say it again")
    return kept


def _words(tx: Tx, kept: KeptWords) -> str:
    return tx.world.vault.open(kept.words, _place(kept.id))


def _place(kept_id: UUID) -> str:
    return f"words/{kept_id}"
