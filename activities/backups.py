"""Backups and exports at rest: written by night, sealed with the practice's key, read back before they count.

A backup is the whole database (`pg_dump`), to start again from; an export is what the practice's owner can read without
PerSession (`activities/exporting.py`). Both lie in the backup folder under the day they are of.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from zipfile import ZipFile

from activities import exporting
from activities.adapters import dumping
from activities.alive import alive
from activities.database import Tx, step
from activities.exporting import Taking
from activities.sealing import opened, sealed
from activities.vault import Vault
from models.errors import Refused
from models.messages.runs import Tally

BACKUPS, EXPORTS = "backup", "export"
PURPOSE = {BACKUPS: "backups", EXPORTS: "exports"}
"""What each kind's key is for: one does not open as the other."""


@dataclass(frozen=True)
class Kept:
    """A file of the backup folder."""

    path: Path
    kind: str
    day: date

    @property
    def megabytes(self) -> int:
        return -(-self.path.stat().st_size // 1_000_000)


def kept(folder: Path) -> list[Kept]:
    """The backups and exports of a folder, oldest first."""
    found = []
    for path in folder.glob("persession-*"):
        day, _, kind = path.name.removeprefix("persession-").partition(".")
        if kind in PURPOSE:
            found.append(Kept(path, kind, date.fromisoformat(day)))
    return sorted(found, key=lambda file: (file.day, file.kind))


def contents(path: Path, vault: Vault, kind: str = BACKUPS) -> Iterator[bytes]:
    """What a file holds, opened."""
    with path.open("rb") as file:
        for piece in opened(file, vault, PURPOSE[kind]):
            alive()
            yield piece


def check(path: Path, vault: Vault) -> list[str]:
    """The tables of a backup that is whole; Refused when it is not."""
    tables = dumping.listed(contents(path, vault))
    if "practice" not in tables:
        raise Refused(f"{path.name} holds no practice")
    return tables


@step("backups.write")
def write(tx: Tx, day: date) -> Tally:
    """Write the database's backup of a day and read it back; done before, it is read back only."""
    path, vault = _place(tx, BACKUPS, day), tx.world.vault
    if path.exists():
        return Tally(len(check(path, vault)))
    url = tx.world.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    return Tally(_lay_down(path, dumping.dump(url), vault, BACKUPS, lambda new: len(check(new, vault))))


@step("backups.export")
def export(tx: Tx, day: date) -> Tally:
    """Write the practice's readable export of a day, charts in it, and keep in the books that it was made."""
    path, vault = _place(tx, EXPORTS, day), tx.world.vault
    if path.exists():
        return Tally(_files(path, vault))
    taking = Taking(tx.world.engine, vault, with_charts=True, now=tx.now)
    count = _lay_down(path, exporting.archive(taking), vault, EXPORTS, lambda new: _files(new, vault))
    exporting.note_export(tx.db, None, with_charts=True, at=tx.now)
    return Tally(count)


def _place(tx: Tx, kind: str, day: date) -> Path:
    folder = tx.world.backups
    if folder is None:
        raise Refused("no folder for backups is named: set PERSESSION_BACKUPS")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"persession-{day}.{kind}"


def _lay_down(path: Path, pieces: Iterable[bytes], vault: Vault, kind: str, proven: Callable[[Path], int]) -> int:
    """Write a file under another name until it has been read back, once; what was counted in it then."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        for piece in sealed(pieces, vault, PURPOSE[kind]):
            file.write(piece)
            alive()
    count = proven(unfinished)
    unfinished.replace(path)
    return count


def _files(path: Path, vault: Vault) -> int:
    """How many files an export holds, each read whole."""
    with TemporaryFile() as plain:
        for piece in contents(path, vault, EXPORTS):
            plain.write(piece)
        with ZipFile(plain) as bundle:
            if (broken := bundle.testzip()) is not None:
                raise Refused(f"{path.name} is broken at {broken.partition('/')[0]}")
            return len(bundle.namelist())
