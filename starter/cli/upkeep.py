"""Backups and how long things are kept, on the command line."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import inspect, text
from sqlmodel import Session as Database

from activities import backups as files
from activities import retention as keeping
from activities import runs
from activities.adapters import dumping
from activities.database import open_engine
from activities.settings import key_from
from activities.vault import Vault
from models.errors import Refused
from models.messages.runs import RunEnd
from models.rules.retention import KEPT
from starter.cli.desk import at_desk
from starter.cli.output import AsJson, Columns, console, say, show, show_json, table
from starter.office import Office
from starter.queries.proof import proof
from starter.sandbox.home import private
from starter.stack import Stack
from workflows.steps import PATIENT

FILES: Columns = {"file": lambda f: f.path.name, "kind": "kind", "as of": lambda f: f.at or f.day, "MB": "megabytes"}
KEEPS: Columns = {"what": "what", "days": "days", "at least": "least", "why": "why"}
LONGEST_BACKUP = int(PATIENT[files.write.name].total_seconds())
TheFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of the backup folder.")]

backup = typer.Typer(help="Backups of the database: written each night, sealed; here looked at and put back.")
retention = typer.Typer(help="For how long what is no record is kept.")


@backup.command("list")
def list_backups(as_json: AsJson = False) -> None:
    """The backups and exports there are."""
    with at_desk() as desk:
        show(files.kept(desk.settings.backup_folder), FILES, as_json, desk.tz, "backups")


@backup.command()
def check(file: TheFile) -> None:
    """Read a backup from its first byte to its last: does it open, is it whole?"""
    with at_desk() as desk:
        say(f"{file.name} is whole: {len(files.check(file, Vault(desk.settings.encryption_key)))} tables")


@backup.command()
def now() -> None:
    """Write a backup of the database as it is now, beside those there are, and wait until it is read back."""
    with at_desk() as desk:
        practice, moment = desk.practice, datetime.now(UTC)
        before = files.kept(desk.settings.backup_folder)

        async def written(office: Office) -> RunEnd:
            run = await office.runs.now(practice, "backup", moment)
            say(f"the backup was started: {run}; Ctrl-C stops the waiting, not the backup")
            return await office.runs.ended(run)

        tables = desk.ask(written, within=LONGEST_BACKUP).done
        new = [str(file.path) for file in files.kept(desk.settings.backup_folder) if file not in before]
        say(f"{', '.join(new) or 'what was written into the folder of the worker'} is whole: {tables} tables")


@backup.command("open")
def open_file(
    file: TheFile,
    to: Annotated[Path, typer.Option(help="Where to write what it holds: pg_dump's file, or an export's ZIP.")],
) -> None:
    """Open a file without putting it back; what is written is not encrypted any more."""
    with at_desk() as desk:
        if to.exists():
            raise Refused(f"{to} is there already; nothing was written")
        to.touch(mode=0o600)
        kind = file.name.rpartition(".")[2]
        if kind not in files.PURPOSE:
            raise Refused(f"{file.name} is no file of the backup folder: it ends neither in .backup nor in .export")
        with to.open("wb") as plain:
            for piece in files.contents(file, Vault(desk.settings.encryption_key), kind):
                plain.write(piece)
        say(f"{to} holds it, readable by everybody who reads {to.parent}: delete it when it has served")


@backup.command()
def restore(
    file: TheFile,
    into: Annotated[
        str, typer.Option(help="postgresql://USER:PASSWORD@HOST/DATABASE, empty. Default: the stopped data folder's.")
    ] = "",
    home: Annotated[
        Path, typer.Option(envvar="PERSESSION_HOME", help="The data folder, nothing running in it, with the old `key`.")
    ] = Path(".persession"),
    key: Annotated[str, typer.Option(envvar="PERSESSION_ENCRYPTION_KEY", help="The key; default: the folder's.")] = "",
) -> None:
    """Put a backup into an empty database, then prove the ledger."""
    kept_key = home / "key"
    if not key and not kept_key.exists():
        raise Refused(f"the key is missing: put the old one into {kept_key}, or set PERSESSION_ENCRYPTION_KEY")
    vault = Vault(key_from(key or kept_key.read_text()))
    tables = len(files.check(file, vault))  # before anything is made
    if into:
        _put_back(file, vault, into, tables)
        return
    if not kept_key.exists() and "PERSESSION_ENCRYPTION_KEY" not in os.environ:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        private(kept_key, key.encode())  # the folder would make itself another one
    asyncio.run(_into_folder(file, vault, home, tables))


@retention.command("list")
def list_retention(as_json: AsJson = False) -> None:
    """What is kept for how many days, and why. Charts, money, claims and documents are never deleted."""
    with at_desk() as desk, Database(desk.engine) as db:
        policy = keeping.kept_for(db)
        rows = [policy[keep.what] for keep in KEPT]
        if as_json:
            show_json(rows, desk.tz)
        else:
            console().print(table(rows, KEEPS, desk.tz, "retention"))


@retention.command("set")
def set_retention(
    what: Annotated[str, typer.Argument(help="Such as mails or backups.")],
    days: Annotated[int, typer.Argument(help="How many days to keep it.")],
) -> None:
    """Keep something for another number of days."""
    with at_desk() as desk, Database(desk.engine) as db, db.begin():
        keeping.keep_for(db, what, days)
    say(f"{what} are kept for {days} days")


async def _into_folder(file: Path, vault: Vault, home: Path, tables: int) -> None:
    async with Stack.start(home, temporal=None) as stack:
        await asyncio.to_thread(_put_back, file, vault, stack.settings.database_url, tables)


def _put_back(file: Path, vault: Vault, url: str, tables: int) -> None:
    engine = open_engine(url, threads=1)
    try:
        if inspect(engine).get_table_names():
            raise Refused("that database is not empty: a backup is put into an empty one")
        dumping.restore(url, files.contents(file, vault))
        with Database(engine) as db, db.begin():
            runs.put_back(db, tables)
        with engine.connect() as connection:
            version = connection.execute(text("select version_num from alembic_version")).scalar_one()
        found = proof(engine)
    finally:
        engine.dispose()
    say(f"{tables} tables are back, at migration {version}")
    say("the ledger holds" if found.holds else "the ledger does not hold: run `persession ledger proof`")
    say("start with `persession up`, then `persession doctor`")
