"""A form that was sent once, done, and comes again with other content: never told as done, never done by accident.

Each form carries the id of its wish. What was sent under it is remembered by a keyed digest once it led somewhere; the
same again is the same wish, anything else is shown once more and sent only when its person says so.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session as Database

from models.tables import StepDone
from starter.web.forms import Typed

UNTOLD = ("form_key", "wish")


class SentBefore(Exception):
    """This form was sent before with other content; what comes now is kept in `typed`."""

    def __init__(self, typed: Typed) -> None:
        super().__init__()
        self.typed = typed


def digest(secret: bytes, typed: Typed) -> str:
    """What a form says, short and under our key."""
    files = {name: [(f.filename, f.size) for f in chosen] for name, chosen in typed.files.items()}
    said = sorted((name, values) for name, values in typed.texts.items() if name not in UNTOLD)
    return hmac.new(secret, repr((said, sorted(files.items()))).encode(), sha256).hexdigest()[:32]


def must_be_the_same(db: Database, wish: UUID, said: str, typed: Typed) -> None:
    """SentBefore where something else was done under this wish."""
    before = db.get(StepDone, _key(wish))
    if before is not None and before.answer != said:
        raise SentBefore(typed)


def keep(db: Database, wish: UUID, said: str, at: datetime) -> None:
    """Remember what was sent under a wish, once."""
    row = {"key": _key(wish), "done_at": at, "answer": said}
    db.execute(insert(StepDone).values(row).on_conflict_do_nothing())


def shown(typed: Typed) -> Mapping[str, str]:
    """What was typed, for a person to look at again; what only machines read is left out."""
    hidden = (*UNTOLD, "seen")
    return {
        name.replace("_", " "): ", ".join(values)
        for name, values in typed.texts.items()
        if name not in hidden and not name.endswith("_id") and any(values)
    }


def _key(wish: UUID) -> str:
    return f"form-said/{wish}"
