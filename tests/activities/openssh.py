"""Debian's OpenSSH server as a clearinghouse: an unprivileged process on a free port, with its own key and folders."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict
from urllib.parse import quote

import asyncssh

from starter.sandbox.home import free_port

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SECONDS_TO_START = 20
CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {home}/host_key
AuthorizedKeysFile {home}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowTcpForwarding no
PermitTTY no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""


@dataclass(frozen=True)
class OpenSsh:
    """The server's folder as clients see it, and how to reach it."""

    folder: Path
    port: int
    user: str
    host_key: str
    key_file: Path

    def url(self, host_key: str = "", key_file: Path | None = None, **told: str) -> str:
        """The address with its host key pinned; `told` is what else the address says (profile, read, ...)."""
        query = {"host_key": host_key or self.host_key, "key_file": str(key_file or self.key_file), **told}
        said = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        return f"sftp://{self.user}@127.0.0.1:{self.port}{self.folder}?{said}"


@contextmanager
def serving() -> Iterator[OpenSsh]:
    """A server until it is stopped; `make browser` installs the package it is in."""
    assert SSHD, "sshd is not installed: run `make browser` (Debian's openssh-server)"
    with TemporaryDirectory(prefix="persession-sshd-") as made:
        home, who = Path(made), _user()
        folder = home / "files"
        server = _furnished(home, folder, who)
        command = [SSHD, "-D", "-e", "-f", str(home / "sshd_config")]
        with (home / "log").open("wb") as log:
            running = subprocess.Popen(command, stderr=log, stdout=log, **_as(who))
        try:
            _answering(server.port, running, home / "log")
            yield server
        finally:
            running.terminate()
            running.wait(10)


def _furnished(home: Path, folder: Path, who: str) -> OpenSsh:
    """Keys, configuration and folders, all the unprivileged user's."""
    host, client = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    (home / "host_key").write_bytes(host.export_private_key())
    (home / "authorized_keys").write_bytes(client.export_public_key())
    key_file = home / "client_key"
    key_file.write_bytes(client.export_private_key())
    port = free_port()
    (home / "sshd_config").write_text(CONFIG.format(port=port, home=home))
    folder.mkdir()
    for path in (home, *home.iterdir()):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.geteuid() == 0:
            shutil.chown(path, who)
    public = " ".join(host.export_public_key().decode().split()[:2])
    return OpenSsh(folder, port, who, public, key_file)


def _user() -> str:
    """Ourselves, or a user without rights where we are root."""
    return "daemon" if os.geteuid() == 0 else getpass.getuser()


class _Rights(TypedDict, total=False):
    """Whose rights a process is to have; our own where nothing is said."""

    user: int
    group: int
    extra_groups: list[int]


def _as(who: str) -> _Rights:
    if os.geteuid() != 0:
        return {}
    known = pwd.getpwnam(who)
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}


def _answering(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and running.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    print(log.read_text(errors="replace"), file=sys.stderr)
    raise AssertionError("sshd does not answer")
