"""The data folder of an embedded stack: one stack at a time, secrets made once, ports that stay the same."""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from models.errors import Refused
from starter.sandbox.processes import SECONDS_TO_STOP, Server


class Lock:
    """Held by the stack and by its servers, which inherit it: while it is held, something here is alive.

    After a hard kill the servers end by themselves (Linux) or are ended by the next start.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.servers: list[int] = []
        self.descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)

    async def acquire(self) -> None:
        if not await self.free_within(0):
            await self.end_leftovers()
        self.note()

    async def end_leftovers(self) -> None:
        """Wait for the servers of a stack that was killed, then end them; a live stack is Refused."""
        owner, servers = self.holders()
        if owner and is_alive(owner):
            raise Refused(f"a stack is already running in {self.file.parent} (process {owner})")
        if await self.free_within(SECONDS_TO_STOP):
            return
        for server in servers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server, signal.SIGKILL)
        if not await self.free_within(SECONDS_TO_STOP):
            raise Refused(f"something else holds {self.file}")

    async def free_within(self, seconds: int) -> bool:
        """Whether the lock became ours in that time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
            await asyncio.sleep(0.1)

    def holders(self) -> tuple[int, list[int]]:
        """The process that took the lock, and its servers, as it noted them."""
        try:
            noted = json.loads(self.file.read_text())
        except ValueError:  # nothing noted yet
            return 0, []
        return noted["owner"], noted["servers"]

    def add(self, server: Server) -> None:
        """Note a server, for the start after a hard kill."""
        self.servers.append(server.pid)
        self.note()

    def note(self) -> None:
        self.file.write_text(json.dumps({"owner": os.getpid(), "servers": self.servers}))

    def release(self) -> None:
        os.truncate(self.descriptor, 0)
        os.close(self.descriptor)


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs, ours or another user's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Ports:
    """Free ports by name, remembered in a file; one that somebody took meanwhile is replaced."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def port(self, name: str) -> int:
        if not is_free(self.known.get(name, 0)):
            self.known[name] = free_port()
            self.file.write_text(json.dumps(self.known))
        return self.known[name]


def is_free(port: int) -> bool:
    """Whether a server could listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port != 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """A secret in a file of its own, made the first time."""
    if not path.exists():
        private(path, make())
    return path.read_bytes()


def private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
