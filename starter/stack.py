"""The embedded stack: every server the practice needs, real ones, started together on 127.0.0.1.

What the environment already names (`activities/settings.py`) is not started. All state is in one folder and survives
a restart; ports and passwords stay the same where they can.
"""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.codec import KEY_BYTES, data_converter
from activities.settings import (
    LOCK_FILE,
    STACK_FILE,
    TEMPORAL_CHOICES,
    Settings,
    key_from,
    plain_scheme,
    temporal_config,
)
from models.errors import Refused
from starter.sandbox.clearinghouse_server import ClearinghouseServer, OnUpload
from starter.sandbox.home import Lock, Ports, kept, private, remove
from starter.sandbox.mailbox import Mailbox
from starter.sandbox.postgres import Postgres
from starter.sandbox.temporal_server import DevServer, Temporal, time_skipping

Clock = Literal["dev", "time-skipping"]
STATE = [
    *(
        "temporal-test-server",
        "postgres",
        "postgres.new",
        "postgres.log",
        "temporal.db",
        "temporal.db-shm",
        "temporal.db-wal",
        "temporal.log",
    ),
    *("mail", "backups", "clearinghouse", "clearinghouse-access", "cards.db", "key", "ports.json", STACK_FILE),
]


@dataclass(frozen=True)
class Stack:
    """A running stack; leave its context to stop it."""

    home: Path
    settings: Settings
    ports: Ports
    temporal: Temporal | None

    @staticmethod
    @asynccontextmanager
    async def start(
        home: Path,
        temporal: Clock | None = "dev",
        fresh: bool = False,
        on_upload: OnUpload | None = None,
        environ: Mapping[str, str] | None = None,
        sealed: bool = True,
    ) -> "AsyncIterator[Stack]":
        """Start what is missing, stop it at the end; `fresh` forgets all state in `home` first.

        `on_upload` is awaited, in the clearinghouse's thread, for each file the sandbox clearinghouse has received.
        Not `sealed`: what Temporal keeps is not encrypted, for invented people on a server in memory.
        Refused: another stack is running in `home`.
        """
        environ = os.environ if environ is None else environ
        home = home.absolute()
        async with AsyncExitStack() as running:
            lock = await locked_home(running, home)
            if fresh:
                for name in STATE:
                    remove(home / name)
            starting = Starting(home, environ, lock, Ports(home / "ports.json"), running)
            settings = await starting.settings(throwaway=temporal == "time-skipping", on_upload=on_upload)
            connection = await starting.temporal(temporal, settings, sealed)
            stack = Stack(home, starting.with_temporal(settings, connection), starting.ports, connection)
            private(home / STACK_FILE, stack.told())
            running.callback(remove, home / STACK_FILE)
            yield stack

    @property
    def client(self) -> Client:
        return self.connection().client

    @property
    def env(self) -> WorkflowEnvironment:
        return self.connection().env

    @property
    def ui_url(self) -> str:
        return self.settings.ui_url

    @property
    def site_url(self) -> str:
        """Where people reach the pages."""
        return self.settings.site_url

    @property
    def metrics_url(self) -> str:
        """The server's own metrics in Prometheus' format; empty with skipped time."""
        return self.connection().metrics_url

    @property
    def mail_folder(self) -> Path:
        """Where the sandbox mailbox keeps its mails."""
        return self.home / "mail"

    @property
    def clearinghouse_folder(self) -> Path:
        """The sandbox clearinghouse's inbox, outbox and archive."""
        return self.home / "clearinghouse"

    def connection(self) -> Temporal:
        if self.temporal is None:
            raise Refused("this stack was started without Temporal")
        return self.temporal

    def told(self) -> bytes:
        """What other commands need to find this stack: `activities.settings.running_stack` reads it."""
        known = asdict(self.settings)
        names = ("database_url", "smtp_url", "clearinghouse_url", "cards_url", "ui_url", "site_url")
        key = self.settings.encryption_key or b""
        address = self.temporal.address if self.temporal else ""
        told = {name: known[name] for name in names}
        return json.dumps(told | {"encryption_key": base64.b64encode(key).decode(), "temporal": address}).encode()


@dataclass(frozen=True)
class Starting:
    """Starts one server after the other and remembers how to stop each."""

    home: Path
    environ: Mapping[str, str]
    lock: Lock
    ports: Ports
    running: AsyncExitStack

    async def settings(self, throwaway: bool, on_upload: OnUpload | None) -> Settings:
        """Where everything is, started here or named by the environment."""
        given = self.environ.get
        key = given("PERSESSION_ENCRYPTION_KEY") or kept(self.home / "key", new_key).decode()
        return Settings(
            home=self.home,
            database_url=plain_scheme(given("PERSESSION_DATABASE_URL") or await self.database(throwaway)),
            smtp_url=given("PERSESSION_SMTP_URL") or self.mailbox(),
            clearinghouse_url=given("PERSESSION_CLEARINGHOUSE_URL") or self.clearinghouse(on_upload),
            cards_url=given("PERSESSION_CARDS_URL") or f"sandbox:{self.home / 'cards.db'}",
            encryption_key=key_from(key),
            backups=given("PERSESSION_BACKUPS") or "",
            ui_url=(given("PERSESSION_TEMPORAL_UI") or "").rstrip("/"),
            site_url=(given("PERSESSION_SITE_URL") or f"http://127.0.0.1:{self.ports.port('pages')}").rstrip("/"),
        )

    async def database(self, throwaway: bool) -> str:
        server = Postgres(self.home / "postgres", self.home / "postgres.log", self.lock, throwaway)
        server.launch()
        self.running.callback(server.stop)
        await asyncio.to_thread(server.wait)
        return server.url

    def mailbox(self) -> str:
        server = Mailbox(self.home / "mail", self.ports.port("mail"))
        server.start()
        self.running.callback(server.stop)
        return server.url

    def clearinghouse(self, on_upload: OnUpload | None) -> str:
        access = self.home / "clearinghouse-access"
        server = ClearinghouseServer(self.home / "clearinghouse", access, self.ports.port("clearinghouse"), on_upload)
        server.start()
        self.running.callback(server.stop)
        return server.url

    async def temporal(self, clock: Clock | None, settings: Settings, sealed: bool) -> Temporal | None:
        """A server of our own, or the one the environment names; skipped time is always our own."""
        converter = data_converter(settings.encryption_key if sealed else None)
        if clock == "time-skipping":
            skipping = await time_skipping(self.home, converter)
            self.running.push_async_callback(skipping.env.shutdown)
            return skipping
        if clock is None:
            return None
        if any(self.environ.get(choice) for choice in TEMPORAL_CHOICES):
            config = temporal_config(self.environ)
            client = await Client.connect(**config, data_converter=converter)
            return Temporal(client, WorkflowEnvironment.from_client(client))
        server = DevServer(self.home, self.ports, self.lock, f"{settings.site_url}/codec")
        self.running.callback(server.stop)
        return await server.connected(converter)

    def with_temporal(self, settings: Settings, connection: Temporal | None) -> Settings:
        """The settings as a command beside us would read them."""
        if connection is None:
            return settings
        config = temporal_config({}, connection.address) if connection.address else temporal_config(self.environ)
        return replace(settings, temporal=config, ui_url=settings.ui_url or connection.ui_url)


async def locked_home(running: AsyncExitStack, home: Path) -> Lock:
    """The data folder, ours alone until the end."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(home / LOCK_FILE)
    running.callback(lock.release)
    await lock.acquire()
    return lock


def new_key() -> bytes:
    """A key for `activities/codec.py`, in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES))
