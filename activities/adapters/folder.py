"""A clearinghouse that is a folder: `inbox` takes our files, `outbox` holds answers, `archive` what was read.

For clearinghouses whose own client synchronises a folder, and for tests without a network.
"""

import os
from pathlib import Path

from activities.profiles import Profile
from models.errors import Refused, Unreachable

INBOX, OUTBOX, ARCHIVE = "inbox", "outbox", "archive"
UNFINISHED = ".part"


class FolderClearinghouse:
    """Reads and writes under one folder; makes those inside it that it needs when they are missing."""

    def __init__(self, path: Path, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()
        self.inbox, self.outbox = path / self.profile.inbox, path / self.profile.outbox
        self.archived = path / self.profile.archive
        moved = [self.archived] if self.profile.read == "moved" else []
        try:
            for folder in (self.inbox, self.outbox, *moved):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(f"the clearinghouse's folder cannot be used ({type(error).__name__})") from None

    def deliver(self, name: str, content: bytes) -> None:
        target = self.inbox / plain(name)
        try:
            if target.exists():
                same_or_refused(name, target.read_bytes(), content)
                return
            unfinished = self.inbox / (name + UNFINISHED)
            unfinished.write_bytes(content)
            unfinished.rename(target)
        except OSError as error:
            raise Unreachable(f"the clearinghouse's folder cannot be written ({type(error).__name__})") from None

    def waiting(self) -> list[str]:
        try:
            return sorted(entry.name for entry in os.scandir(self.outbox) if self._is_answer(entry))
        except OSError as error:
            raise Unreachable(f"the clearinghouse's folder cannot be read ({type(error).__name__})") from None

    def fetch(self, name: str) -> bytes | None:
        try:
            return (self.outbox / plain(name)).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(f"the clearinghouse's folder cannot be read ({type(error).__name__})") from None

    def archive(self, name: str) -> None:
        source = self.outbox / plain(name)
        try:
            if source.exists():
                self._put_away(source, name)
        except OSError as error:
            raise Unreachable(f"the clearinghouse's folder cannot be written ({type(error).__name__})") from None

    def _is_answer(self, entry: os.DirEntry[str]) -> bool:
        return entry.is_file() and self.profile.waits(entry.name)

    def _put_away(self, source: Path, name: str) -> None:
        if self.profile.read == "deleted":
            source.unlink()
            return
        if self.profile.read == "renamed":
            source.rename(self.outbox / read_name(name, self.profile.read_suffix, _names(self.outbox)))
            return
        source.rename(self.archived / free_name(name, _names(self.archived)))


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in os.scandir(folder)}


def read_name(name: str, suffix: str, taken: set[str]) -> str:
    """What a file that was read is called where it stays: a payer may use the same name again."""
    number, free = 1, name + suffix
    while free in taken:
        number += 1
        free = f"{name}.{number}{suffix}"
    return free


def plain(name: str) -> str:
    """The name, if it cannot lead out of its folder or be taken for a file still being written."""
    if not name or "/" in name or "\\" in name or "\0" in name or not finished(name):
        raise Refused(f"{name!r} is not a plain file name")
    return name


def finished(name: str) -> bool:
    """Whether a file is whole: hidden and partial names are somebody's work in progress."""
    return not name.startswith(".") and not name.endswith(UNFINISHED)


def same_or_refused(name: str, there: bytes, ours: bytes) -> None:
    """A file that is there already must be ours."""
    if there != ours:
        raise Refused(f"the clearinghouse holds another file named {name}")


def free_name(name: str, taken: set[str]) -> str:
    """The name, numbered when the archive has one: a payer may use the same name again."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}.{number}"
    return free
