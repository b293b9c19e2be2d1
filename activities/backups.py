"""Backups and exports at rest: written by night, sealed with the practice's key, read back before they count.

A backup is the whole database (`pg_dump`), to start again from; an export is what the practice's owner can read without
PerSession (`activities/exporting.py`). Both lie in the backup folder under the moment they were asked for, in the
practice's time: what was committed until then is in them. One never takes the place of another.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
NAME = re.compile(r"persession-(\d{4}-\d\d-\d\d)(T\d{6}[+-]\d{4})?\.(backup|export)")
"""Local time with its offset, which tells the hour that autumn repeats; older versions named the day alone."""
FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A file of the backup folder; `at` is the moment it was asked for, unknown of one that names its day alone."""

    path: Path
    kind: str
    day: date
    at: datetime | None

    @property
    def megabytes(self) -> int:
        return -(-self.path.stat().st_size // 1_000_000)


def kept(folder: Path) -> list[Kept]:
    """The backups and exports of a folder, oldest first; files that are named otherwise are somebody's own."""
    found = []
    for path in folder.glob("persession-*"):
        if named := NAME.fullmatch(path.name):
            day, time, kind = named.groups()
            at = datetime.strptime(day + time, "%Y-%m-%dT%H%M%S%z").astimezone(UTC) if time else None
            found.append(Kept(path, kind, date.fromisoformat(day), at))
    return sorted(found, key=lambda file: (file.day, file.at or FIRST, file.kind))


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
def write(tx: Tx, at: datetime) -> Tally:
    """Write the database's backup and read it back; asked again by the run that asked at `at`, it is read back only."""
    path, vault = _place(tx, BACKUPS, at), tx.world.vault
    if path.exists():
        return Tally(len(check(path, vault)))
    url = tx.world.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    return Tally(_lay_down(path, dumping.dump(url), vault, BACKUPS, lambda new: len(check(new, vault))))


@step("backups.export")
def export(tx: Tx, at: datetime) -> Tally:
    """Write the practice's readable export, charts in it, and keep in the books that it was made; once for a run."""
    path, vault = _place(tx, EXPORTS, at), tx.world.vault
    if path.exists():
        return Tally(_files(path, vault))
    taking = Taking(tx.world.engine, vault, with_charts=True, now=tx.now)
    count = _lay_down(path, exporting.archive(taking), vault, EXPORTS, lambda new: _files(new, vault))
    exporting.note_export(tx.db, None, with_charts=True, at=tx.now)
    return Tally(count)


def _place(tx: Tx, kind: str, at: datetime) -> Path:
    folder = tx.world.backups
    if folder is None:
        raise Refused("no folder for backups is named: set PERSESSION_BACKUPS")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"persession-{at.astimezone(tx.tz):%Y-%m-%dT%H%M%S%z}.{kind}"


def _lay_down(path: Path, pieces: Iterable[bytes], vault: Vault, kind: str, proven: Callable[[Path], int]) -> int:
    """Write a file under another name until it has been read back, once; what was counted in it then.

    What a run that was broken off left unfinished goes first: two of a kind never work at once.
    """
    for left in path.parent.glob(f".persession-*.{kind}"):
        left.unlink(missing_ok=True)
    unfinished = path.with_name(f".{path.name}")
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
