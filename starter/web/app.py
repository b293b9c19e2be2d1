"""All pages together, and what holds for every answer: its headers, and how errors are told."""

import importlib
import logging
import pkgutil
import traceback
from collections.abc import Awaitable, Callable, Iterator

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from models.errors import PracticeError, Unreachable
from starter.web import access, api, desk, portal
from starter.web.forms import Typed
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
    return app


def routers() -> Iterator[APIRouter]:
    """Each module's `router`, in the order of the house."""
    for package in PACKAGES:
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            if isinstance(router := getattr(module, "router", None), APIRouter):
                yield router


async def with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """What every answer carries; a route may have said something narrower."""
    response = await answer(request)
    static = request.url.path.startswith("/static/")
    for name, value in HEADERS.items():
        if not (static and name == "Cache-Control"):
            response.headers.setdefault(name, value)
    if request.app.state.site.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def tell_errors(app: FastAPI) -> None:
    """Whatever happens, people read a sentence and a way on."""

    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, needed: SignInNeeded) -> Response:
        return Guest(request, app.state.site, Typed()).go(f"/sign-in?back={needed.back}")

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
        return told(request, fault.status_code, "There is no such page.")

    @app.exception_handler(RequestValidationError)
    def no_address(request: Request, _: RequestValidationError) -> Response:
        return told(request, 404, "There is no such page.")

    @app.exception_handler(Stranger)
    def stranger(request: Request, _: Stranger) -> Response:
        return told(request, 403, "This form is too old, or was not sent from our own page. Please load it again.")

    @app.exception_handler(PracticeError)
    def refused(request: Request, no: PracticeError) -> Response:
        return told(request, 503 if isinstance(no, Unreachable) else 422, str(no))

    @app.exception_handler(OperationalError)
    def silent(request: Request, _: OperationalError) -> Response:
        return told(request, 503, "The database does not answer. Nothing was changed; please try again in a minute.")

    @app.exception_handler(Exception)
    def fault(request: Request, error: Exception) -> Response:
        # where it happened, never the words of the error: they may quote what somebody typed
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("%s %s failed: %s\n%s", request.method, request.url.path, type(error).__name__, where)
        return told(request, 500, "Something went wrong here; it was noted. What you typed was not kept.")


def told(request: Request, status: int, sentence: str, start: str = "/") -> Response:
    """An error as a page, and where to go on from; it stands on nothing that may be broken."""
    guest = Guest(request, request.app.state.site, Typed())
    return guest.page("base/error.html", status, sentence=sentence, start=start)
