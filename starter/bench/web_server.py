"""The pages in a process of their own, on the stack in PERSESSION_HOME: `python -m starter.bench.web_server PORT`.

It is the real app. A request may ask that the SQL it runs is kept under a name; `/bench/bare/NAME` then runs the same
statements with the same values, on one connection, and answers how many rows there were: as little as a route can do.
"""

import asyncio
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from temporalio.client import Client

from activities import adapters
from activities.database import open_engine
from activities.settings import Settings, read_settings
from activities.vault import Vault
from starter.office import Office
from starter.web.app import create_app
from starter.web.serving import serving
from starter.web.site import Site

KEEP = b"x-bench-keep"
COUNT = b"x-bench-queries"
BARE = "/bench/bare/"
NOBODY = "127.0.0.1:1"
"""Where no Temporal listens: a page that is only looked at asks it nothing."""

Statement = tuple[str, Any]
running: ContextVar[list[Statement] | None] = ContextVar("running", default=None)


@dataclass
class Keeper:
    """Keeps what a request asks the database, where it is told to, and says how much that was."""

    app: ASGIApp
    kept: dict[str, list[Statement]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = dict(scope.get("headers", ())).get(KEEP, b"").decode()
        if not name:
            await self.app(scope, receive, send)
            return
        statements: list[Statement] = []

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (COUNT, str(_queries(statements)).encode())]
            await send(message)

        token = running.set(statements)
        try:
            await self.app(scope, receive, counted)
        finally:
            running.reset(token)
        self.kept[name] = statements


def _queries(statements: list[Statement]) -> int:
    """How many ask for something; a setting for the statement that follows does not."""
    return sum("set_config(" not in statement for statement, _ in statements)


def watch(engine: Engine) -> None:
    """Let the engine tell each statement to whom keeps it."""

    @event.listens_for(engine, "before_cursor_execute")
    def seen(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: bool) -> None:
        statements = running.get()
        if statements is not None:
            statements.append((statement, parameters))


def ask_again(engine: Engine, statements: list[Statement]) -> int:
    """Run the same statements with the same values; how many rows there were."""
    rows = 0
    with engine.begin() as connection:
        for statement, parameters in statements:
            found = connection.exec_driver_sql(statement, parameters)
            rows += len(found.fetchall()) if found.returns_rows else 0
    return rows


def with_bare_routes(app: FastAPI, engine: Engine) -> None:
    """Keep account of the app's pages, and give each that was kept a bare route."""
    kept: dict[str, list[Statement]] = {}

    @app.get(BARE + "{name}")
    def bare(name: str) -> Mapping[str, int]:
        return {"rows": ask_again(engine, kept[name])}

    app.add_middleware(Keeper, kept=kept)


async def serve(settings: Settings, port: int) -> None:
    """Answer until somebody ends the process."""
    engine = open_engine(settings.database_url)
    watch(engine)
    client = await Client.connect(NOBODY, lazy=True)
    office = Office.on(client, engine, Vault(settings.encryption_key))
    app = create_app(Site(office, adapters.cards(settings.cards_url), f"http://127.0.0.1:{port}"))
    with_bare_routes(app, engine)
    async with serving(app, "127.0.0.1", port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(read_settings(), int(sys.argv[1])))
