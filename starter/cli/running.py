"""The practice itself on the command line: up, doctor, and what looks at it from outside."""

import asyncio
import os
import signal
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session as Database

from activities import adapters
from activities.database import open_engine
from activities.settings import data_folder, read_settings
from activities.vault import Vault
from models.errors import Refused
from models.tables import Practice
from starter import doctor as doctors
from starter import schedules
from starter.cli.desk import connected
from starter.cli.output import AsJson, Columns, console, say, show_json, table
from starter.office import Office
from starter.queries.access import accounts
from starter.sandbox.clearinghouse import PAYERS

if TYPE_CHECKING:
    from starter.running import RunningPractice

UTC_ZONE = ZoneInfo("UTC")
CHECKS: Columns = {
    "": lambda check: "ok" if check.fine else "WRONG",
    "looked at": "name",
    "found": "what",
    "do": "mend",
}


def up(
    home: Annotated[Path | None, typer.Option(help="Data folder (default: PERSESSION_HOME, else .persession).")] = None,
    payers: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="What the sandbox's payers do, as TOML.")
    ] = PAYERS,
) -> None:
    """Start everything on this machine and stay until Ctrl-C; all state is kept."""
    asyncio.run(_stay_up(home.absolute() if home else data_folder(), payers))


def web(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 8080,
) -> None:
    """Serve desk, portal and API of a practice whose database and Temporal run elsewhere; needs PERSESSION_SITE_URL."""
    asyncio.run(_serve(host, port))


def doctor(as_json: AsJson = False) -> None:
    """What is reachable, migrated and registered, and what to do about what is not. Exit 1 when something is wrong."""
    checks = asyncio.run(doctors.examine())
    fine = all(check.fine for check in checks)
    if as_json:
        show_json({"fine": fine, "checks": checks}, UTC_ZONE)
    else:
        console().print(table(checks, CHECKS, UTC_ZONE))
        say("everything is fine" if fine else "something is wrong: see above what to do")
    if not fine:
        raise typer.Exit(1)


def scenario(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios as TOML.")],
    as_json: AsJson = False,
) -> None:
    """Run scenarios with time skipped: each difference between what is expected and what came out is told."""
    from starter.scenarios import main

    raise typer.Exit(main(files, as_json))


def demo() -> None:
    """A believable practice living through every ending, with the proof that every cent is explained."""
    from starter.demo import main

    raise typer.Exit(main())


def bench(
    name: Annotated[str, typer.Argument(help="What to measure: lifecycle, claims, web, reports or simulate.")],
    as_json: AsJson = False,
    sessions: Annotated[int | None, typer.Option(min=1000, help="Fewer sessions than usual, for a quick look.")] = None,
) -> None:
    """Measure this machine."""
    from starter.bench import main

    raise typer.Exit(main(name, as_json, sessions))


def version() -> None:
    """Which PerSession this is."""
    try:
        say(installed("persession"))
    except PackageNotFoundError:
        say("not installed: run from its source")


async def _serve(host: str, port: int) -> None:
    import uvicorn  # here, as below: no other command has pages to serve, and to read what serves them takes a while

    from starter.web.app import create_app
    from starter.web.serving import configuration
    from starter.web.site import Site

    settings = read_settings()
    if not settings.site_url:
        raise Refused(
            "PERSESSION_SITE_URL is not set: say where people reach the pages, such as https://desk.elm.example"
        )
    engine = open_engine(settings.database_url)
    office = Office.on(await connected(settings), engine, Vault(settings.encryption_key))
    site = Site(
        office,
        adapters.cards(settings.cards_url),
        settings.site_url,
        ui_url=settings.ui_url,
        home=settings.home,
        backups=settings.backup_folder,
    )
    app = create_app(site)
    say(f"serving {settings.site_url} at {host}:{port}; Ctrl-C stops it")
    await uvicorn.Server(configuration(app, host, port)).serve()


async def _stay_up(home: Path, payers: Path) -> None:
    from starter.running import running_practice

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    say(f"starting in {home}")
    async with running_practice(home, say, payers=payers) as practice:
        found = _practice(practice)
        if found:
            await schedules.apply(practice.office.client, found)
        _tell(practice, is_set_up=found is not None)
        await stop.wait()
        say("stopping; all state is kept")
    say("stopped")


def _practice(practice: "RunningPractice") -> Practice | None:
    with Database(practice.engine, expire_on_commit=False) as db:
        return db.get(Practice, 1)


def _tell(practice: "RunningPractice", is_set_up: bool) -> None:
    """Where things are."""
    stack = practice.stack
    lines = {
        "desk and portal": stack.site_url,
        "Temporal UI": stack.ui_url or "where your own server has it",
        "mails": str(stack.mail_folder) if not os.environ.get("PERSESSION_SMTP_URL") else "your own server",
        "claim files": str(stack.clearinghouse_folder) if practice.sandbox else "your own clearinghouse",
        "worker's log": str(stack.home / "worker.log"),
        "data folder": str(stack.home),
    }
    say("up; Ctrl-C stops it")
    for name, where in lines.items():
        say(f"  {name:<17}{where}")
    if not is_set_up:
        say("no practice is set up yet: run `persession setup` in another terminal")
    elif not accounts(practice.engine):
        say("nobody can sign in yet: run `persession staff add --role owner ...` in another terminal")
