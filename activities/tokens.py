"""Keys of other programs: made once, shown once, ended by expiry or by hand; and what they were answered."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session as Database
from sqlmodel import col, delete, select

from activities.vault import Vault
from models.errors import Refused
from models.tables import ApiAnswer, ApiToken

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SEEN_EVERY = timedelta(minutes=5)
ANSWERS_KEPT = timedelta(days=7)
"""How long a request with the same key gets the same answer."""


@dataclass(frozen=True)
class Kept:
    """An answer as it was given."""

    status: int
    body: bytes


def make(
    db: Database, name: str, scopes: Collection[str], account_id: int, at: datetime, expires_at: datetime | None
) -> tuple[int, str]:
    """A new key; its id, and the whole of it, which nobody can ask for again.

    A hash without salt or stretching is enough: the key is 256 random bits, not something a person thought of.
    """
    if not scopes:
        raise Refused("choose at least one thing the program may do")
    if expires_at is not None and expires_at <= at:
        raise Refused("this key would be over before it begins")
    prefix = "ps_" + "".join(secrets.choice(LETTERS) for _ in range(8))
    whole = f"{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        name=name,
        prefix=prefix,
        digest=_digest(whole),
        scopes=sorted(scopes),
        account_id=account_id,
        made_at=at,
        expires_at=expires_at,
    )
    db.add(row)
    db.flush()
    return row.id or 0, whole


def known(db: Database, whole: str, at: datetime) -> ApiToken | None:
    """The key that was shown, while it holds."""
    prefix = "_".join(whole.split("_")[:2])
    row = db.exec(select(ApiToken).where(ApiToken.prefix == prefix)).first()
    if row is None or not compare_digest(row.digest, _digest(whole)):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at):
        return None
    if row.used_at is None or row.used_at < at - SEEN_EVERY:
        row.used_at = at
    return row


def revoke(db: Database, token_id: int, at: datetime) -> None:
    """End a key now."""
    row = db.get(ApiToken, token_id)
    if row is None:
        raise Refused("there is no such key")
    row.revoked_at = row.revoked_at or at


def answered(db: Database, vault: Vault, token_id: int, key: str, asked: bytes) -> Kept | None:
    """What this request was answered before; Refused when the key was another request's."""
    row = db.get(ApiAnswer, (token_id, key))
    if row is None:
        return None
    if row.asked != sha256(asked).hexdigest():
        raise Refused("this Idempotency-Key belongs to another request: use a new one")
    return Kept(row.status, vault.open(row.body, _place(token_id, key)).encode())


def keep_answer(db: Database, vault: Vault, token_id: int, key: str, asked: bytes, kept: Kept, at: datetime) -> None:
    """Keep an answer for who asks again; those of last week are forgotten."""
    values = {
        "token_id": token_id,
        "key": key,
        "asked": sha256(asked).hexdigest(),
        "status": kept.status,
        "body": vault.seal(kept.body.decode(), _place(token_id, key)),
        "at": at,
    }
    db.execute(insert(ApiAnswer).values(**values).on_conflict_do_nothing())
    db.exec(delete(ApiAnswer).where(col(ApiAnswer.token_id) == token_id, col(ApiAnswer.at) < at - ANSWERS_KEPT))


def _digest(whole: str) -> str:
    return sha256(whole.encode()).hexdigest()


def _place(token_id: int, key: str) -> str:
    return f"answer/{token_id}/{key}"
