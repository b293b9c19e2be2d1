"""What the card gateway sends by itself: signed, about one of our charges, heard once each."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from models.errors import Refused
from starter.web.site import Site

router = APIRouter()
LARGEST = 256 * 1024
"""Bytes of a message; the gateway's are far smaller."""


@router.post("/hooks/stripe")
async def stripe(request: Request) -> Response:
    """Taken over by the charge's workflow before it is answered: what is not, Stripe sends again."""
    site: Site = request.app.state.site
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return Response(status_code=413)
    try:
        heard = site.cards.heard(await request.body(), request.headers.get("stripe-signature", ""))
        if heard:
            event_id, charge = heard
            await site.office.money.told(UUID(charge), event_id)
    except Refused:
        return Response(status_code=400)
    except ValueError:
        return Response(status_code=200)  # another program's charge on the same account
    return Response(status_code=200)
