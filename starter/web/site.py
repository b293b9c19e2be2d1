"""What the pages stand on: the office, the clock, the address people type, and who is signed in."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import anyio.from_thread
from fastapi import Request
from itsdangerous import URLSafeSerializer
from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import access
from activities.access import Known
from activities.ports import Cards
from models.errors import Refused
from models.tables import Practice
from starter.office import Office

COOKIE = "persession"

Answer = TypeVar("Answer")


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def answered(wish: Coroutine[Any, Any, Answer]) -> Answer:
    """What the workflows answer to a wish, for a request that waits in a thread of its own; Refused or Unreachable."""

    async def asked() -> Answer:
        return await wish

    return anyio.from_thread.run(asked)


@dataclass
class Site:
    """One practice's pages; `url` is the address they are reached at, without a slash at its end; so is `ui_url`, the
    Temporal UI's. `home` and `backups` are the folders of logs and of backups."""

    office: Office
    cards: Cards
    url: str
    now: Callable[[], datetime] = field(default=clock)
    ui_url: str = ""
    home: Path | None = None
    backups: Path | None = None

    @property
    def engine(self) -> Engine:
        return self.office.engine

    @property
    def secure(self) -> bool:
        """Reached over TLS, so cookies never leave otherwise."""
        return self.url.startswith("https://")

    @property
    def practice(self) -> Practice:
        """The practice as it is now; Refused before it is set up."""
        with Database(self.engine, expire_on_commit=False) as db:
            found = db.get(Practice, 1)
        if found is None:
            raise Refused("no practice is set up yet: run `persession setup`")
        return found

    @cached_property
    def signer(self) -> URLSafeSerializer:
        """Signs what a browser keeps for us."""
        return URLSafeSerializer(self.office.line.vault.subkey("what browsers keep"), salt="told")

    @cached_property
    def form_secret(self) -> bytes:
        return self.office.line.vault.subkey("forms of our own pages")

    def known(self, request: Request) -> Known | None:
        """Who is signed in at this browser."""
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        with Database(self.engine, expire_on_commit=False) as db, db.begin():
            return access.known(db, token, self.now())
