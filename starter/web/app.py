"""All pages together, and what holds for every answer: its headers, and how errors are told."""

import importlib
import logging
import pkgutil
import traceback
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import unquote
from uuid import uuid4

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from models.errors import PracticeError, Unreachable
from starter.web import access, api, desk, portal, sent_before
from starter.web.access.gate import read_form
from starter.web.forms import Typed
from starter.web.sent_before import SentBefore
from starter.web.site import Site
from starter.web.templating import FOLDER
from starter.web.visit import Guest, NotFound, SignInNeeded, Stranger

PACKAGES = (access, desk, portal, api)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'self'",
        "frame-src 'self'",
        "form-action 'self' https://checkout.stripe.com",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SECRETS = ("password", "code", "current")
"""Fields that are typed again rather than written into a page."""
NO_PAGE = "There is no such page."
log = logging.getLogger("persession.web")


def create_app(site: Site) -> FastAPI:
    """The practice's pages."""
    app = FastAPI(title="PerSession", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for router in routers():
        app.include_router(router)
    app.middleware("http")(with_headers)
    tell_errors(app)
    give_back_what_was_typed(app)
    return app


def routers() -> Iterator[APIRouter]:
    """Each module's `router`, in the order of the house."""
    for package in PACKAGES:
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            if isinstance(router := getattr(module, "router", None), APIRouter):
                yield router


async def with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """What every answer carries; a route may have said something narrower.

    A fault ends here: a server that saw it would write its words to a log, and they may quote what somebody typed.
    """
    try:
        response = told(request, 404, NO_PAGE) if "\0" in unquote(str(request.url)) else await answer(request)
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("%s %s failed: %s\n%s", request.method, request.url.path, type(error).__name__, where)
        response = told(request, 500, "Something went wrong here; it was noted. What you typed was not kept.")
    static = request.url.path.startswith("/static/")
    for name, value in HEADERS.items():
        if not (static and name == "Cache-Control"):
            response.headers.setdefault(name, value)
    if request.app.state.site.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def tell_errors(app: FastAPI) -> None:
    """Whatever happens, people read a sentence and a way on."""

    @app.exception_handler(NotFound)
    def not_found(request: Request, why: NotFound) -> Response:
        if why.forbidden and request.url.path == "/":
            return told(request, 403, "This is where the staff begin. Your own pages are in the portal.", "/portal")
        if why.forbidden:
            return told(
                request, 403, "This is not part of what your role may do. The practice's owner can change that."
            )
        return told(request, 404, "There is no such page, or it is not yours to see.")

    @app.exception_handler(HTTPException)
    def http(request: Request, fault: HTTPException) -> Response:
        return told(request, fault.status_code, NO_PAGE)

    @app.exception_handler(RequestValidationError)
    def no_address(request: Request, _: RequestValidationError) -> Response:
        return told(request, 404, NO_PAGE)

    @app.exception_handler(PracticeError)
    def refused(request: Request, no: PracticeError) -> Response:
        return told(request, 503 if isinstance(no, Unreachable) else 422, str(no))

    @app.exception_handler(OperationalError)
    def silent(request: Request, _: OperationalError) -> Response:
        return told(request, 503, "The database does not answer. Nothing was changed; please try again in a minute.")

    @app.exception_handler(DataError)
    @app.exception_handler(OverflowError)
    def impossible(request: Request, _: Exception) -> Response:
        """A number no id has, a day no calendar has."""
        if request.method == "GET":
            return told(request, 404, NO_PAGE)
        return told(request, 422, "Something of this cannot be: a number is too large, or a day too far away.")


def give_back_what_was_typed(app: FastAPI) -> None:
    """A form that cannot be taken as it came is shown again, with a sentence why."""

    @app.exception_handler(SignInNeeded)
    async def sign_in(request: Request, needed: SignInNeeded) -> Response:
        if typed := await kept_for_later(request):
            return again(
                request, typed, "You are not signed in any more. Sign in in another window, then send this again."
            )
        return Guest(request, app.state.site, Typed()).go(f"/sign-in?back={needed.back}")

    @app.exception_handler(Stranger)
    async def stranger(request: Request, _: Stranger) -> Response:
        if typed := await kept_for_later(request):
            return again(request, typed, "You have signed in anew since this page was opened. Send it again to go on.")
        return told(request, 403, "This form is too old, or was not sent from our own page. Please load it again.")

    @app.exception_handler(SentBefore)
    def sent_otherwise(request: Request, why: SentBefore) -> Response:
        """What was typed comes back to be looked at, under a wish of its own."""
        sentence = "This form was sent before with other content, and that was kept. Below is what you typed now."
        return again(request, why.typed, sentence, 409, anew=True)


def told(request: Request, status: int, sentence: str, start: str = "/") -> Response:
    """An error as a page, and where to go on from; it stands on nothing that may be broken."""
    guest = Guest(request, request.app.state.site, Typed())
    return guest.page("base/error.html", status, sentence=sentence, start=start)


async def kept_for_later(request: Request) -> Typed | None:
    """What was typed into a form of ours that cannot be taken now; nothing where a browser does not say it was ours."""
    if request.method != "POST" or request.headers.get("sec-fetch-site") != "same-origin":
        return None
    typed = await read_form(request)
    return None if any(secret in typed.texts for secret in SECRETS) else typed


def again(request: Request, typed: Typed, sentence: str, status: int = 403, anew: bool = False) -> Response:
    """The form once more under a new key, so that nothing typed is lost; files must be chosen anew.

    `anew`: under a new wish too, with what was typed to look at.
    """
    guest = Guest(request, request.app.state.site, typed)
    untold = ("form_key", "wish") if anew else ("form_key",)
    fields = [(name, value) for name, values in typed.texts.items() if name not in untold for value in values]
    fields += [("wish", str(uuid4()))] if anew else []
    shown = sent_before.shown(typed) if anew else {}
    return guest.page(
        "base/again.html",
        status,
        sentence=sentence,
        fields=fields,
        path=request.url.path,
        files=typed.files,
        shown=shown,
        anew=anew,
    )
