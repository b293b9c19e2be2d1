"""Answers that people bring themselves: kept first, then read with those that wait at the clearinghouse."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx
from models.errors import Refused
from models.tables import Interchange

UPLOAD = "upload:"
"""How such an answer is named among those that wait; no file at a clearinghouse has a colon in its name here."""
WAITING = "uploaded"
LARGEST = 60 * 1024**2
"""Bytes of a file; a form may have little more (`starter/web/access/gate.py`)."""


def keep(db: Database, name: str, content: bytes, now: datetime) -> int:
    """Keep a file that somebody uploaded, to be read; Refused when it was read before, whatever its name."""
    if not content or len(content) > LARGEST:
        raise Refused(f"the file is empty, or larger than {LARGEST // 1024**2} MB")
    digest = sha256(content).hexdigest()
    known = select(Interchange).where(Interchange.direction == "in", Interchange.digest == digest)
    if before := db.exec(known).first():
        if before.status == WAITING:
            return before.id or 0
        raise Refused("this file was read before; nothing of it is posted again")
    row = Interchange(
        direction="in", name=name[:200] or "upload", digest=digest, content=content, kinds=[], control=0, created_at=now
    )
    row.status = WAITING
    db.add(row)
    db.flush()
    return row.id or 0


def waiting(tx: Tx) -> list[str]:
    """Those that were kept and not read yet."""
    query = select(Interchange.id).where(Interchange.direction == "in", Interchange.status == WAITING)
    return [f"{UPLOAD}{number}" for number in tx.db.exec(query.order_by(col(Interchange.id))).all()]


def kept(tx: Tx, name: str) -> Interchange | None:
    """The kept file of that name, to be read now; None where it was read meanwhile."""
    found = tx.db.get(Interchange, int(name.removeprefix(UPLOAD)), with_for_update=True)
    if found is None or found.status != WAITING:
        return None
    found.status = "read"
    return found
