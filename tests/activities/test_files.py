"""Files are what their content says, sealed where they lie, and given out only as their client's."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import files
from activities.vault import Vault
from models.errors import Refused
from models.facts import FileKind
from models.tables import Coverage, Document
from tests.activities.practice import Desk

Answer = TypeVar("Answer")
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10


def write(desk: Desk, work: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    with Database(desk.world.engine, expire_on_commit=False) as db, db.begin():
        return work(db, *given, **named)


def keep(desk: Desk, client: int, content: bytes = PNG, name: str = "card.png", **named: Any) -> int:
    kind = named.pop("kind", FileKind.DOCUMENT)
    return write(desk, files.keep, desk.world.vault, client, kind, name, content, None, desk.now, **named)


def test_what_is_kept_comes_back_and_is_not_readable_where_it_lies(desk: Desk) -> None:
    client = desk.client()
    number = keep(desk, client)
    found = write(desk, files.content_of, desk.world.vault, number, client)
    assert (found.content, found.media_type, found.name) == (PNG, "image/png", f"document-{number}.png")
    assert b"picture" not in desk.row(Document, number).sealed


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "not a PNG"),
        (b"MZ\x90\x00", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (b"%PDF-" + bytes(10 * 1024 * 1024), "10 MB"),
    ],
)
def test_other_content_is_refused_whatever_its_name(desk: Desk, content: bytes, why: str) -> None:
    client = desk.client()
    with pytest.raises(Refused, match=why):
        keep(desk, client, content, "card.png")
    assert desk.rows(select(Document)) == []


def test_a_foreign_or_deleted_file_is_not_given_out(desk: Desk) -> None:
    mine, other = desk.client(), desk.client()
    number = keep(desk, mine)
    with pytest.raises(Refused, match="no such document"):
        write(desk, files.content_of, desk.world.vault, number, other)
    write(desk, files.delete, number, mine, "scanned the wrong page", None, desk.now)
    with pytest.raises(Refused, match="no such document"):
        write(desk, files.content_of, desk.world.vault, number, mine)
    assert desk.row(Document, number).deleted_because == "scanned the wrong page"


def test_a_file_is_deleted_with_a_reason_only(desk: Desk) -> None:
    client = desk.client()
    number = keep(desk, client)
    with pytest.raises(Refused, match="why"):
        write(desk, files.delete, number, client, " ", None, desk.now)


def test_a_new_image_of_a_card_takes_the_place_of_the_old_one(desk: Desk) -> None:
    client = desk.client(desk.payer())
    coverage = desk.rows(select(Coverage.id))[0]
    for kind in (FileKind.CARD_FRONT, FileKind.CARD_BACK, FileKind.CARD_FRONT):
        keep(desk, client, kind=kind, coverage_id=coverage)
    shown = desk.rows(select(Document.kind).where(col(Document.deleted_at).is_(None)).order_by(col(Document.id)))
    assert shown == ["card_back", "card_front"]


def test_a_card_of_another_client_takes_no_image(desk: Desk) -> None:
    desk.client(desk.payer())
    coverage, other = desk.rows(select(Coverage.id))[0], desk.client()
    with pytest.raises(Refused, match="no such coverage"):
        keep(desk, other, kind=FileKind.CARD_FRONT, coverage_id=coverage)


def test_a_file_sealed_with_another_key_does_not_open(desk: Desk) -> None:
    client = desk.client()
    number = keep(desk, client)
    with pytest.raises(Refused, match="does not open"):
        write(desk, files.content_of, Vault(bytes([1]) * 32), number, client)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C:\\scans\\Card.png", "Card.png"),
        ("../../etc/passwd", "passwd"),
        ("\x00\n", "document"),
        ("a" * 500, "a" * 120),
    ],
)
def test_a_title_is_a_name_without_folders(name: str, title: str) -> None:
    assert files.titled(name) == title
