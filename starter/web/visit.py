"""One request: who asks, what was typed, and how it is answered.

Handlers are plain functions that run in threads; `ask` takes a wish to the workflows and waits for the answer.
"""

import hmac
import secrets
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from itsdangerous import BadSignature
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import SQLModel
from starlette.datastructures import UploadFile

from activities.access import Known
from models.calendar import local_day, zone
from models.errors import Refused
from models.tables import ChartEvent, Client, Practice
from models.words import Words, words_of
from starter.office import Office
from starter.queries import access as queries
from starter.web import forms, sent_before, templating
from starter.web.access.permissions import Do, Role, allowed
from starter.web.forms import Filled, Typed
from starter.web.looking import Looking
from starter.web.menu import Item, desk_menu, portal_menu
from starter.web.person import Person
from starter.web.site import COOKIE, Site, answered

Answer = TypeVar("Answer")
Model = TypeVar("Model", bound=BaseModel)
Given = ParamSpec("Given")
TOLD = "told"
GUEST = "persession_guest"


class SignInNeeded(Exception):
    """Nobody is signed in at this browser, or not completely; afterwards they come back here."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.back = str(request.url.path) if request.method == "GET" else "/"


class NotFound(Exception):
    """No such page for this person: whose it is not learns nothing from the answer."""

    def __init__(self, forbidden: bool = False) -> None:
        super().__init__()
        self.forbidden = forbidden


class Stranger(Exception):
    """A form that did not come from our own page, or from one that is too old."""


class Guest:
    """A visit of anybody; `typed` is the form they sent."""

    def __init__(self, request: Request, site: Site, typed: Typed) -> None:
        self.request = request
        self.site = site
        self.typed = typed
        self.read_before: list[SQLModel] = []
        self.browser_key = request.cookies.get(COOKIE) or request.cookies.get(GUEST) or secrets.token_urlsafe(24)

    # ── what is known ────────────────────────────────────────────────────────

    @property
    def office(self) -> Office:
        return self.site.office

    @property
    def engine(self) -> Engine:
        return self.site.engine

    @cached_property
    def practice(self) -> Practice:
        return self.site.practice

    @cached_property
    def words(self) -> Words:
        return words_of(self.practice.kind)

    @cached_property
    def looking(self) -> Looking:
        """What this look at a page has read."""
        db = Looking(self.engine, expire_on_commit=False)
        with db.begin():
            db.add_all(self.read_before)
        return db

    @cached_property
    def now(self) -> datetime:
        """The moment of this visit, in UTC."""
        return self.site.now()

    @property
    def tz(self) -> ZoneInfo:
        """The practice's time zone."""
        return zone(self.practice.timezone)

    @property
    def today(self) -> date:
        """The practice's local day."""
        return local_day(self.now, self.tz)

    # ── what was sent ────────────────────────────────────────────────────────

    def read(self, model: type[Model]) -> Filled[Model]:
        """The form that was sent, checked."""
        return forms.read(model, self.typed)

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file; None when none was chosen."""
        chosen = [file for file in self.typed.files.get(name, []) if file.filename]
        return chosen[0] if chosen else None

    @cached_property
    def wish(self) -> UUID:
        """The id a form carries, so that sending it twice is one wish; SentBefore where the first was another."""
        try:
            wish = UUID(self.typed.text("wish"))
        except ValueError:
            raise Refused("this form is incomplete; please load the page again") from None
        with Database(self.engine) as db:
            sent_before.must_be_the_same(db, wish, self._said, self.typed)
        return wish

    @property
    def _said(self) -> str:
        return sent_before.digest(self.site.form_secret, self.typed)

    @property
    def form_key(self) -> str:
        """What only forms on our own pages, shown to this browser, carry."""
        return hmac.new(self.site.form_secret, self.browser_key.encode(), sha256).hexdigest()

    def must_come_from_here(self) -> None:
        """Stranger unless a form that changes something was sent from our own page."""
        if self.request.method == "GET":
            return
        elsewhere = self.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if elsewhere or not hmac.compare_digest(self.typed.text("form_key"), self.form_key):
            raise Stranger

    # ── asking and writing ───────────────────────────────────────────────────

    def ask(self, wish: Coroutine[Any, Any, Answer]) -> Answer:
        """Take a wish to the workflows; their answer, Refused or Unreachable."""
        return answered(wish)

    def write(
        self, work: Callable[Concatenate[Database, Given], Answer], *given: Given.args, **named: Given.kwargs
    ) -> Answer:
        """Do some writing in one transaction; on a page that is only looked at, what was read before is known."""
        if self.request.method == "GET":
            with self.looking.begin():
                return work(self.looking, *given, **named)
        with Database(self.engine, expire_on_commit=False) as db, db.begin():
            return work(db, *given, **named)

    # ── answering ────────────────────────────────────────────────────────────

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page from a template, with what was told before it."""
        told = self._told()
        html = templating.render(template, visit=self, told=told, new_wish=uuid4, **context)
        answer = HTMLResponse(html, status)
        if told:
            answer.delete_cookie(TOLD)
        if COOKIE not in self.request.cookies and GUEST not in self.request.cookies:
            self.keep(answer, GUEST, self.browser_key)
        return answer

    def go(self, url: str, told: str = "") -> Response:
        """To another page of ours, with a sentence it shows once; what a form said led here."""
        if "wish" in self.__dict__:
            with Database(self.engine) as db, db.begin():
                sent_before.keep(db, self.wish, self._said, self.now)
        answer = RedirectResponse(url, 303)
        if told:
            signed = self.site.signer.dumps(told)
            self.keep(answer, TOLD, signed if isinstance(signed, str) else signed.decode())
        return answer

    def keep(self, answer: Response, name: str, value: str) -> None:
        """Let the browser keep something until it is closed."""
        answer.set_cookie(name, value, httponly=True, secure=self.site.secure, samesite="lax")

    def _told(self) -> str:
        signed = self.request.cookies.get(TOLD)
        try:
            return str(self.site.signer.loads(signed)) if signed else ""
        except BadSignature:
            return ""


class Visit(Guest):
    """A visit of somebody who is signed in."""

    def __init__(self, request: Request, site: Site, typed: Typed, known: Known) -> None:
        super().__init__(request, site, typed)
        self.account = Person.of(known)
        self.read_before.append(known.account)
        self.chosen = known.acting_for
        if known.practice is not None:
            self.practice = known.practice
            self.read_before.append(known.practice)

    def can(self, do: Do) -> bool:
        """Whether this person may; for what a page offers."""
        return allowed(self.account.roles, do)

    @cached_property
    def menu(self) -> list[Item]:
        """The navigation for this person on this page."""
        path = self.request.url.path
        if Role.CLIENT in self.account.roles:
            return portal_menu(path)
        return desk_menu(frozenset(do for do in Do if self.can(do)), self.words, path)

    @property
    def acting_for(self) -> int:
        """The client whose things a portal visit is about: their own, or the child's they chose."""
        if not self.account.client_ids:
            raise NotFound
        if self.chosen in self.account.client_ids:
            return self.chosen or 0
        return self.account.client_ids[0]

    def must_see_client(self, client_id: int) -> Client:
        """Who the client is; NotFound unless there is one and this person may see their record.

        Clinicians and supervisors see those they hold or held sessions with, or whose clinician they supervise.
        """
        return self._seen(client_id, self.whose_clients(Do.SEE_CLIENTS))

    def must_see_chart(self, client_id: int) -> Client:
        """Whose chart it is; NotFound unless this person treats the client, or supervises who does."""
        mine = self.account.clinician_id
        if mine is None:
            raise NotFound
        return self._seen(client_id, (mine, *self._supervised))

    def _seen(self, client_id: int, clinicians: tuple[int, ...] | None) -> Client:
        """Asked once on a page, however many parts of it ask."""
        if (client_id, clinicians) not in self._clients:
            found = self.write(queries.seen, client_id, clinicians)
            if found is None:
                raise NotFound
            self._clients[client_id, clinicians] = found
        return self._clients[client_id, clinicians]

    @cached_property
    def _clients(self) -> dict[tuple[int, tuple[int, ...] | None], Client]:
        return {}

    def saw(self, client_id: int, what: str, deed: str = "viewed") -> None:
        """Keep who saw or changed what of a client's chart (45 CFR 164.312(b)); `what` names things, not contents."""
        event = ChartEvent(at=self.now, account_id=self.account.id, client_id=client_id, deed=deed, what=what)
        self.write(lambda db: db.add(event))

    @cached_property
    def _supervised(self) -> tuple[int, ...]:
        """The clinicians whom this person supervises."""
        if Role.SUPERVISOR not in self.account.roles or self.account.clinician_id is None:
            return ()
        return queries.supervised_by(self.engine, self.account.clinician_id)

    def whose_clients(self, do: Do) -> tuple[int, ...] | None:
        """Whose clients this person sees; None: everybody's."""
        wide = self.account.roles - {Role.CLINICIAN, Role.SUPERVISOR, Role.CLIENT}
        if allowed(wide, do):
            return None
        mine = self.account.clinician_id
        return (mine, *self._supervised) if mine is not None else ()


def clinician_of(visit: Visit) -> int:
    """The clinician who asks; NotFound for an account that is none."""
    if visit.account.clinician_id is None:
        raise NotFound
    return visit.account.clinician_id
