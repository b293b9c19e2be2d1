"""Backups: sealed, read back, put back whole; nothing opens that was cut, changed or sealed under another key."""

import base64
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session as Database
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from activities import backups, runs
from activities.backups import EXPORTS, check, contents, kept
from activities.database import open_engine
from activities.sealing import PIECE, opened, sealed
from activities.vault import Vault
from models.errors import Refused
from models.messages.runs import RunBegin
from models.tables import DataExport, ScheduledRun
from starter.cli.main import app
from starter.queries.proof import proof
from tests.activities.practice import Desk

ZEROS, ONES = (base64.b64encode(bytes([digit] * 32)).decode() for digit in (0, 1))
VAULT, OTHER = Vault(bytes(32)), Vault(bytes([1] * 32))
NIGHT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
"""3:30 in Chicago."""
LATER = timedelta(hours=6)


def plain(sealed_bytes: bytes, vault: Vault = VAULT, purpose: str = "backups") -> bytes:
    return b"".join(opened(io.BytesIO(sealed_bytes), vault, purpose))


def whole(*pieces: bytes) -> bytes:
    return b"".join(sealed(pieces, VAULT, "backups"))


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_what_was_sealed_opens_again(pieces: list[bytes]) -> None:
    assert plain(whole(*pieces)) == b"".join(pieces)


def test_a_large_file_opens_again_and_a_small_part_of_it_does_not() -> None:
    content = bytes(range(256)) * (PIECE // 100)
    file = whole(content)
    assert plain(file) == content
    for cut in (len(file) - 1, PIECE + 70, 40, 27):
        with pytest.raises(Refused, match="not whole"):
            plain(file[:cut])
    with pytest.raises(Refused, match="was changed"):
        plain(file[:50] + bytes([file[50] ^ 1]) + file[51:])
    with pytest.raises(Refused, match="another PERSESSION_ENCRYPTION_KEY"):
        plain(file, OTHER)
    with pytest.raises(Refused, match="does not open"):
        plain(file, VAULT, "exports")
    with pytest.raises(Refused, match="not a file that PerSession sealed"):
        plain(b"PGDMP" + content)


def at_rest(desk: Desk, folder: Path) -> Desk:
    desk.world = type(desk.world)(**{**vars(desk.world), "backups": folder})
    return desk


def restored(file: Path, key: str, *where: str) -> Result:
    """`persession backup restore`, under a key in base64."""
    return CliRunner().invoke(app, ["backup", "restore", str(file), "--key", key, *where])


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")


def counts(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        names = inspect(engine).get_table_names()
        return {name: connection.execute(text(f'select count(*) from "{name}"')).scalar_one() for name in names}


def test_a_backup_put_back_is_the_same_practice(desk: Desk, new_engine: Callable[[], Engine], tmp_path: Path) -> None:
    at_rest(desk, tmp_path / "backups")
    assert desk.only(backups.write, NIGHT).done > 40
    client = desk.client()
    desk.hold(client)
    desk.pay(client, "40.00")
    for name in ("backup", "inbox"):
        desk.only(runs.begin, RunBegin(name, f"{name}/a", f"run/{name}", NIGHT))
    tables = desk.only(backups.write, NIGHT + LATER).done
    [nightly, file] = kept(tmp_path / "backups")
    assert (nightly.path.name, nightly.at) == ("persession-2026-11-03T033000-0600.backup", NIGHT)
    assert (file.path.name, file.day) == ("persession-2026-11-03T093000-0600.backup", date(2026, 11, 3))
    raw = file.path.read_bytes()
    assert b"Elm Street" not in raw
    assert file.path.stat().st_mode & 0o077 == 0

    other = new_engine()
    with other.begin() as connection:
        connection.execute(text("drop schema public cascade; create schema public"))
    done = restored(file.path, f"{ZEROS}\n", "--into", url_of(other))
    assert (done.exit_code, "the ledger holds" in done.stdout) == (0, True), done.stderr
    again = restored(file.path, ZEROS, "--into", url_of(other))
    assert (again.exit_code, "not empty" in again.stderr) == (1, True)
    with Database(other) as db:
        found = db.exec(select(ScheduledRun).order_by(col(ScheduledRun.id))).all()
        assert [(run.name, run.state, run.done) for run in found] == [
            ("backup", "done", tables),
            ("inbox", "skipped", 0),
        ]
    assert counts(other) == counts(desk.world.engine)
    assert proof(other).holds
    back = open_engine(url_of(other), threads=1)
    with back.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("update posting set amount = amount + 1"))
    back.dispose()


def test_a_backup_that_does_not_open_leaves_no_folder(tmp_path: Path) -> None:
    file, home = _put(tmp_path / "persession-2026-11-04.backup", whole(b"PGDMP", b"more")), tmp_path / "home"
    wrong = restored(file, ONES, "--home", str(home))
    assert (wrong.exit_code, "another PERSESSION_ENCRYPTION_KEY" in wrong.stderr) == (1, True)
    _put(file, whole(b"PGDMP")[:-1])
    cut = restored(file, ZEROS, "--home", str(home))
    assert (cut.exit_code, "not whole" in cut.stderr, home.exists()) == (1, True, False)


def test_a_run_writes_its_backup_once_and_a_broken_one_is_told(desk: Desk, tmp_path: Path) -> None:
    at_rest(desk, tmp_path)
    _put(tmp_path / ".persession-2026-11-02T033000-0600.backup", b"of a run that was broken off")
    desk.only(backups.write, NIGHT)
    [file] = kept(tmp_path)
    first = file.path.read_bytes()
    desk.only(backups.write, NIGHT)
    assert (file.path.read_bytes(), list(tmp_path.iterdir())) == (first, [file.path])
    file.path.write_bytes(first[:-100])
    with pytest.raises(Refused, match="not whole"):
        check(file.path, desk.world.vault)
    with pytest.raises(Refused, match="another PERSESSION_ENCRYPTION_KEY"):
        check(_put(tmp_path / "persession-2026-11-04.backup", first), OTHER)


def test_files_are_told_oldest_first_whatever_the_clocks_did_and_those_of_others_left_alone(tmp_path: Path) -> None:
    names = [
        "persession-2026-10-31T233000-0500.backup",
        "persession-2026-11-01.backup",
        "persession-2026-11-01.export",
        "persession-2026-11-01T015900-0500.backup",
        "persession-2026-11-01T010100-0600.backup",
        "persession-2026-11-01T033000-0600.backup",
    ]
    for name in (*reversed(names), "persession-2026-11-01 (copy).backup", "persession-notes.txt"):
        _put(tmp_path / name, b"")
    assert [file.path.name for file in kept(tmp_path)] == names


def test_an_export_at_rest_holds_the_charts_and_is_noted(desk: Desk, tmp_path: Path) -> None:
    at_rest(desk, tmp_path)
    desk.hold(desk.client())
    files = desk.only(backups.export, NIGHT).done
    assert desk.only(backups.export, NIGHT).done == files
    [file] = kept(tmp_path)
    bundle = ZipFile(io.BytesIO(b"".join(contents(file.path, desk.world.vault, EXPORTS))))
    assert len(bundle.namelist()) == files
    assert "tables/note.csv" in bundle.namelist()
    assert desk.row(DataExport, 1).with_charts
    desk.only(backups.export, NIGHT + LATER)
    assert (len(kept(tmp_path)), len(desk.rows(select(DataExport)))) == (2, 2)


def test_without_a_folder_nothing_is_written(desk: Desk) -> None:
    with pytest.raises(Refused, match="PERSESSION_BACKUPS"):
        desk.only(backups.write, NIGHT)


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
