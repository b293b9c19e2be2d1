"""The Temporal UI beside the desk: what it shows is decrypted here, for who is signed in and may read it.

`POST /codec/decode` is what Temporal calls a codec server. The UI's page asks it from the browser, with the desk's own
cookie: so it must be opened at the desk's host, or below the same domain. It answers that UI's pages and no others'.
"""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from google.protobuf.json_format import MessageToDict, Parse, ParseError
from temporalio.api.common.v1 import Payload, Payloads

from activities.codec import ABOUT_PAY, about_of
from activities.relay import SEARCH_ATTRIBUTES
from models.errors import Refused
from starter.web.access.gate import may
from starter.web.access.permissions import Do, Role, allowed
from starter.web.site import Site
from starter.web.temporal_views import VIEWS
from starter.web.visit import Visit

router = APIRouter()
LARGEST = 16 * 1024 * 1024
CODEC = "/codec"
WITHHELD = Payload(metadata={"encoding": b"json/plain"}, data=b'"about pay: only owners read this"')


@router.get("/temporal")
def temporal(visit: Visit = may(Do.READ_WORKFLOWS)) -> Response:
    """Where the UI is, how it learns to read, what to look for there."""
    site = visit.site
    return visit.page(
        "desk/runs/temporal.html",
        ui=site.ui_url,
        codec=f"{site.url}{CODEC}",
        views=[view for view in VIEWS if visit.can(view.do) and (visit.words.therapy or not view.therapy)],
        attributes=[key.name for key in SEARCH_ATTRIBUTES],
    )


@router.options(f"{CODEC}/decode")
def asked_before(request: Request) -> Response:
    """The browser asks whether that page may ask."""
    site: Site = request.app.state.site
    ours = _from_ui(site, request)
    return Response(status_code=204 if ours else 403, headers=_readable(site) if ours else {})


@router.post(f"{CODEC}/decode")
async def decode(request: Request) -> Response:
    """Payloads as they were before encryption; 403 for whoever is not signed in or may not.

    What is about pay is read by who decides on it: others are told so in its place.
    """
    site: Site = request.app.state.site
    if not _from_ui(site, request):
        return JSONResponse({"message": "only the practice's own Temporal UI may ask"}, 403)
    known = site.known(request)
    roles = frozenset(Role(role) for role in known.account.roles) if known and known.complete else frozenset[Role]()
    if not allowed(roles, Do.READ_WORKFLOWS):
        sentence = f"sign in at {site.url} in this browser, as somebody whose role may read this"
        return JSONResponse({"message": sentence}, 403, headers=_readable(site))
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return JSONResponse({"message": "this is too much at once"}, 413, headers=_readable(site))
    try:
        payloads = Parse(await request.body(), Payloads())
        codec = site.office.client.data_converter.payload_codec
        plain = await codec.decode(payloads.payloads) if codec else payloads.payloads
        if not allowed(roles, Do.MANAGE_PAY):
            plain = [
                WITHHELD if about_of(sealed) == ABOUT_PAY else read
                for sealed, read in zip(payloads.payloads, plain, strict=True)
            ]
    except (Refused, ParseError) as no:
        message = str(no) if isinstance(no, Refused) else "these are no payloads"
        return JSONResponse({"message": message}, 400, headers=_readable(site))
    return JSONResponse(MessageToDict(Payloads(payloads=plain)), headers=_readable(site))


def _from_ui(site: Site, request: Request) -> bool:
    """Whether a page of our UI asks; a page elsewhere cannot say that it is another."""
    return bool(site.ui_url) and request.headers.get("origin") == origin_of(site.ui_url)


def origin_of(url: str) -> str:
    """Scheme, host and port: what a browser calls a page's origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _readable(site: Site) -> dict[str, str]:
    """What lets the UI's page read the answer, and send the desk's cookie."""
    return {
        "Access-Control-Allow-Origin": origin_of(site.ui_url),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Namespace, Caller-Type",
        "Vary": "Origin",
    }
