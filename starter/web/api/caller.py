"""Who asks the API: the key they show, what it may do, how often, and each of their wishes once."""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities import tokens
from activities.tokens import Kept
from models.errors import Refused
from models.tables import ApiToken
from starter.office import Office
from starter.web.api.answering import Problem
from starter.web.site import Site, answered

Answer = TypeVar("Answer")
NAMES = UUID("5f4e6d0e-2a57-4c0f-8b5e-0d1f5f3f9c11")
LONGEST_KEY = 255
BEARER = Depends(HTTPBearer(auto_error=False, description="A key of the practice: ps_..."))


class Scope(StrEnum):
    """What a key may do."""

    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    MONEY_READ = "money:read"
    MONEY_WRITE = "money:write"
    CLAIMS_READ = "claims:read"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    PRACTICE_READ = "practice:read"


MEANINGS: dict[Scope, str] = {
    Scope.CLIENTS_READ: "read who comes: names, addresses, birth dates",
    Scope.CLIENTS_WRITE: "add clients and change how they are reached",
    Scope.SESSIONS_READ: "read the calendar",
    Scope.SESSIONS_WRITE: "book, move, cancel and confirm sessions, and record how they ended",
    Scope.MONEY_READ: "read invoices and payments",
    Scope.MONEY_WRITE: "record payments",
    Scope.CLAIMS_READ: "read claims and where they stand",
    Scope.TASKS_READ: "read tasks",
    Scope.TASKS_WRITE: "close tasks",
    Scope.PRACTICE_READ: "read services, who holds sessions, and free times",
}
THERAPY_ONLY = frozenset({Scope.CLAIMS_READ})
"""What a practice of another kind does not have."""


@dataclass
class Pace:
    """So many requests a minute for each key, in bursts of as many."""

    a_minute: int = 120
    left: dict[int, tuple[float, float]] = field(default_factory=dict)

    def wait(self, token_id: int, now: float) -> int:
        """Seconds until the next request is welcome; 0 when this one is."""
        left, before = self.left.get(token_id, (float(self.a_minute), now))
        left = min(float(self.a_minute), left + (now - before) * self.a_minute / 60)
        self.left[token_id] = (max(left - 1, 0.0), now) if left >= 1 else (left, now)
        return 0 if left >= 1 else max(1, int((1 - left) * 60 / self.a_minute) + 1)


@dataclass
class Caller:
    """A request of another program."""

    site: Site
    token: ApiToken
    key: str
    asked: bytes

    @property
    def office(self) -> Office:
        return self.site.office

    @property
    def engine(self) -> Engine:
        return self.site.engine

    @property
    def now(self) -> datetime:
        return self.site.now()

    def ask(self, wish: Coroutine[Any, Any, Answer]) -> Answer:
        """Take a wish to the workflows; their answer, Refused or Unreachable."""
        return answered(wish)

    def write(self, work: Callable[..., Answer], *given: Any) -> Answer:
        """Do some writing in one transaction."""
        with Database(self.engine, expire_on_commit=False) as db, db.begin():
            return work(db, *given)

    def once(self, do: Callable[[UUID], object], status: int = 201) -> Response:
        """Do what is wished and answer; with the same Idempotency-Key again, only answer the same.

        The wish's name comes from the key, so that even a request cut off before its answer was kept is done once.
        """
        vault, token_id = self.office.line.vault, self.token.id or 0
        if self.key:
            try:
                before = self.write(tokens.answered, vault, token_id, self.key, self.asked)
            except Refused as other:
                raise Problem("key-reused", 422, str(other)) from None
            if before:
                return _json(before, {"Idempotency-Replayed": "true"})
        wish = uuid5(NAMES, f"{token_id}/{self.key}") if self.key else uuid4()
        answer = do(wish)
        kept = Kept(status, TypeAdapter(type(answer)).dump_json(answer))
        if self.key:
            self.write(tokens.keep_answer, vault, token_id, self.key, self.asked, kept, self.now)
        return _json(kept, {})


class KeyGate:
    """Lets through whose key holds and has the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request, _: Any = BEARER) -> Caller:
        site: Site = request.app.state.site
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        with Database(site.engine, expire_on_commit=False) as db, db.begin():
            token = tokens.known(db, shown.strip(), site.now()) if kind.lower() == "bearer" else None
        if token is None:
            raise Problem("unauthorized", 401, "send a key that holds: Authorization: Bearer ps_...")
        if wait := _pace(request).wait(token.id or 0, time.monotonic()):
            raise Problem("too-many", 429, f"ask again in {wait} s", wait=wait)
        if self.scope in THERAPY_ONLY and site.practice.kind != "therapy":
            raise Problem("missing", 404, "there is no such address")
        if self.scope not in token.scopes:
            raise Problem("forbidden", 403, f"this key has no scope {self.scope.value}")
        key = request.headers.get("idempotency-key", "").strip()
        if len(key) > LONGEST_KEY:
            raise Problem("invalid", 422, f"an Idempotency-Key has at most {LONGEST_KEY} characters")
        asked = f"{request.method} {request.url.path} ".encode() + await request.body()
        return Caller(site, token, key, asked)


def wants(scope: Scope) -> Any:
    """The default of a handler's `caller: Caller` parameter: only a key with this scope gets there."""
    return Depends(KeyGate(scope))


def _pace(request: Request) -> Pace:
    state = request.app.state
    if not hasattr(state, "api_pace"):
        state.api_pace = Pace()
    pace: Pace = state.api_pace
    return pace


def _json(kept: Kept, headers: dict[str, str]) -> Response:
    return Response(kept.body, kept.status, headers, media_type="application/json")
