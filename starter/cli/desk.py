"""What every command stands on: the practice's database, its clock, its workflows; and how people write things."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Engine
from sqlmodel import Session as Database
from temporalio.client import Client

from activities.codec import data_converter
from activities.database import open_engine
from activities.settings import NOTHING_RUNS, Settings, data_folder, read_settings, running_stack
from activities.vault import Vault
from models.calendar import instant, zone
from models.errors import Refused, Unreachable
from models.money import dollars
from models.tables import Practice
from starter.office import Office
from starter.queries.sessions import sessions_named

Answer = TypeVar("Answer")
SECONDS_FOR_A_BATCH = 120
BEGINNING = re.compile(r"[0-9a-fA-F-]{2,36}")


@dataclass(frozen=True)
class Desk:
    """Where somebody of the staff sits."""

    settings: Settings
    engine: Engine

    @cached_property
    def practice(self) -> Practice:
        """The practice; Refused before it is set up."""
        with Database(self.engine, expire_on_commit=False) as db:
            found = db.get(Practice, 1)
        if found is None:
            raise Refused("this database has no practice yet: run `persession setup` or `persession demo`")
        return found

    @property
    def tz(self) -> ZoneInfo:
        """The practice's time zone: in it people write times, and read them."""
        return zone(self.practice.timezone)

    def ask(self, wish: Callable[[Office], Awaitable[Answer]], within: int = SECONDS_FOR_A_BATCH) -> Answer:
        """Ask the practice's workflows for something, and wait so many seconds for the answer."""

        async def asking() -> Answer:
            office = Office.on(await connected(self.settings), self.engine, Vault(self.settings.encryption_key))
            try:
                async with asyncio.timeout(within):
                    return await wish(office)
            except TimeoutError:
                late = f"no answer within {within} s; what was asked for goes on by itself"
                raise Unreachable(late) from None

        return asyncio.run(asking())

    def session(self, name: str) -> UUID:
        """The session of that id, or of the only one that begins so."""
        return the_only([found.id for found in sessions_named(self.engine, beginning(name))], "session", name)

    def moment(self, text: str) -> datetime:
        """A time as written: local to the practice, or with an offset of its own."""
        try:
            return moment(text, self.tz)
        except ValueError as wrong:
            raise typer.BadParameter(str(wrong)) from None


def beginning(name: str) -> str:
    """The beginning of an id as a person typed it; Refused when no id begins so."""
    if not BEGINNING.fullmatch(name):
        raise Refused(f"{name!r} is not the beginning of an id")
    return name.lower()


def the_only(found: Sequence[Answer], kind: str, name: str) -> Answer:
    """What a beginning names; Refused when that is nothing, or not clear."""
    if len(found) != 1:
        raise Refused(f"more than one {kind} begins with {name}" if found else f"there is no {kind} {name}")
    return found[0]


@contextmanager
def at_desk() -> Iterator[Desk]:
    """Sit down where the environment or the running stack says; leave nothing open."""
    if not running_stack(data_folder()) and not os.environ.get("PERSESSION_DATABASE_URL"):
        raise Unreachable(NOTHING_RUNS)
    settings = read_settings()
    engine = open_engine(settings.database_url, threads=1)
    try:
        yield Desk(settings, engine)
    finally:
        engine.dispose()


async def connected(settings: Settings) -> Client:
    """A connection to Temporal; Unreachable when nobody listens."""
    try:
        return await Client.connect(**settings.temporal, data_converter=data_converter(settings.encryption_key))
    except RuntimeError:
        where = settings.temporal.get("target_host", "its address")
        raise Unreachable(f"Temporal does not answer at {where}: run `persession doctor`") from None


def moment(text: str, tz: ZoneInfo) -> datetime:
    """An aware moment; ValueError for a local time that does not exist or happens twice."""
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as 2027-03-02T11:00") from None
    if "T" not in text and " " not in text:
        raise ValueError(f"{text!r} has no time of day; write it such as {text}T11:00")
    if written.tzinfo:
        return written
    at = instant(written, tz)
    if at.astimezone(tz).replace(tzinfo=None) != written:
        raise ValueError(f"{text} does not exist in {tz.key}: the clocks skip that hour")
    first, second = (written.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        offset = written.replace(tzinfo=tz).strftime("%z")
        example = f"{written:%Y-%m-%dT%H:%M}{offset[:3]}:{offset[3:]}"
        raise ValueError(f"{text} happens twice in {tz.key}: add the offset, such as {example}")
    return at


def amount(text: str | Decimal) -> Decimal:
    """Dollars as written on a command line, or as a command knows them by itself."""
    try:
        return dollars(str(text))
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def day(text: str) -> date:
    """A day as written on a command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2027-03-02") from None


def this_moment() -> str:
    """What a run is called that nobody named."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"


SessionName = Annotated[str, typer.Argument(metavar="SESSION", help="The session's id, or its unique beginning.")]
ClientId = Annotated[int, typer.Argument(metavar="CLIENT", help="The client's id.")]
OneClient = Annotated[int | None, typer.Option("--client", help="Of this client only (default: of all).")]
Amount = Annotated[Decimal, typer.Argument(parser=amount, metavar="AMOUNT", help="Dollars, such as 120.00.")]
