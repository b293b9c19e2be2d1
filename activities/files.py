"""Files of clients: judged by their content, sealed at rest, marked as deleted with a reason."""

import base64
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.vault import Vault
from models.errors import Refused
from models.facts import FileKind
from models.tables import Coverage, Document

LARGEST = 10 * 1024 * 1024
LONGEST_TITLE = 120
SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}
"""How the kinds of files that are taken begin."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@dataclass(frozen=True)
class Content:
    """A file as it leaves; its name tells nothing about anyone."""

    name: str
    media_type: str
    content: bytes


def keep(
    db: Database,
    vault: Vault,
    client_id: int,
    kind: FileKind,
    filename: str,
    content: bytes,
    by: int | None,
    at: datetime,
    coverage_id: int | None = None,
) -> int:
    """Keep a file of a client and tell its id; a card's new image takes the place of the one before."""
    media_type = judged(content)
    if coverage_id is not None:
        _replace(db, client_id, kind, coverage_id, by, at)
    document = Document(
        client_id=client_id,
        coverage_id=coverage_id,
        kind=kind,
        title=titled(filename),
        media_type=media_type,
        size=len(content),
        added_at=at,
        added_by=by,
    )
    db.add(document)
    db.flush()
    document.sealed = vault.seal(base64.b64encode(content).decode(), _place(document))
    db.flush()
    return document.id or 0


def content_of(db: Database, vault: Vault, document_id: int, client_id: int) -> Content:
    """A client's file, opened; Refused when this client has no such file (any more)."""
    document = _of_client(db, document_id, client_id)
    content = base64.b64decode(vault.open(document.sealed, _place(document)))
    return Content(f"document-{document.id}.{ENDINGS[document.media_type]}", document.media_type, content)


def delete(db: Database, document_id: int, client_id: int, because: str, by: int | None, at: datetime) -> None:
    """Mark a file as deleted, with the reason; it is shown and given out no more."""
    if not because.strip():
        raise Refused("say why it is deleted")
    document = _of_client(db, document_id, client_id)
    document.deleted_at, document.deleted_by, document.deleted_because = at, by, because.strip()


def judged(content: bytes) -> str:
    """The media type by how a file begins; Refused when it is empty, too large or of another kind."""
    if not content:
        raise Refused("choose a file: this one is empty")
    if len(content) > LARGEST:
        raise Refused(f"a file has at most {LARGEST // 1024 // 1024} MB; this one has more")
    for sign, media_type in SIGNS.items():
        if content.startswith(sign):
            return media_type
    raise Refused("this is not a PNG or JPEG image or a PDF, whatever its name says")


def titled(filename: str) -> str:
    """A file's own name without folders and control characters."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in name if c.isprintable()).strip()[:LONGEST_TITLE] or "document"


def _of_client(db: Database, document_id: int, client_id: int) -> Document:
    document = db.get(Document, document_id)
    if document is None or document.client_id != client_id or document.deleted_at is not None:
        raise Refused("there is no such document")
    return document


def _replace(db: Database, client_id: int, kind: FileKind, coverage_id: int, by: int | None, at: datetime) -> None:
    coverage = db.get(Coverage, coverage_id, with_for_update=True)
    if coverage is None or coverage.client_id != client_id:
        raise Refused("there is no such coverage")
    query = select(Document).where(
        Document.coverage_id == coverage_id, Document.kind == kind, col(Document.deleted_at).is_(None)
    )
    for before in db.exec(query).all():
        before.deleted_at, before.deleted_by, before.deleted_because = at, by, "a newer image of the card"


def _place(document: Document) -> str:
    return f"document/{document.id}"
