"""The sandbox gateway's own page, where a card is typed; a real gateway has such a page at its own address."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities.adapters.cards_sandbox import APPROVES, BANK, DECLINES, SandboxCards
from models.errors import Refused
from starter.web.access.gate import anyone
from starter.web.forms import Filled, blank
from starter.web.visit import Guest, NotFound

router = APIRouter()
NUMBERS = (
    (APPROVES, "a card that is approved"),
    (DECLINES, "a card that is declined"),
    (BANK, "a bank account: on its way, then approved"),
)


class NumberForm(BaseModel):
    number: str = Field(max_length=30)


@router.get("/sandbox/gateway/{token}")
def page(token: str, guest: Guest = anyone()) -> Response:
    return _page(guest, token, blank(number=APPROVES))


@router.post("/sandbox/gateway/{token}")
def pay(token: str, guest: Guest = anyone()) -> Response:
    cards = _sandbox(guest)
    filled = guest.read(NumberForm)
    if filled.ok:
        try:
            answer = cards.pay(token, filled.values.number)
            if not answer.reason:
                return guest.go(_path(cards.page_of(token).back_url))
            filled.refuse(f"it was declined: {answer.reason.replace('_', ' ')}", "number")
        except Refused as no:
            filled.refuse(no, "number")
    return _page(guest, token, filled, 422)


def _page(guest: Guest, token: str, filled: Filled[NumberForm], status: int = 200) -> Response:
    try:
        found = _sandbox(guest).page_of(token)
    except Refused:
        raise NotFound from None
    back = _path(found.back_url)
    return guest.page("desk/billing/gateway.html", status, paper=found, form=filled, numbers=NUMBERS, back=back)


def _sandbox(guest: Guest) -> SandboxCards:
    """The sandbox; with a real gateway there is no such page."""
    if not isinstance(guest.site.cards, SandboxCards):
        raise NotFound
    return guest.site.cards


def _path(url: str) -> str:
    """Only the path of where the page leads back to: never to another site."""
    return "/" + url.partition("://")[2].partition("/")[2] if "://" in url else url
