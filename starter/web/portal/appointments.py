"""A client's appointments: looked at, confirmed, cancelled with the fee said before."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from activities import fees, requests
from activities.calendar_file import appointment_file
from activities.fees import Preview
from activities.papers import card_of
from models.errors import Refused
from models.facts import By
from models.money import ZERO
from models.words import sentence
from starter.queries import portal as queries
from starter.queries.portal import Appointment
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.portal.mine import Mine, mine
from starter.web.visit import Guest, NotFound, Visit

router = APIRouter()
MOST_PAST = 50


class CancelForm(BaseModel):
    """`fee` is what the page said it costs."""

    fee: Decimal
    moves: int


@router.get("/portal/appointments")
def appointments(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me, vault = mine(visit), visit.office.line.vault
    wishes = queries.wishes(visit.engine, me.id)
    found = queries.appointments(visit.engine, me.id, visit.now, MOST_PAST)
    upcoming = [one for one in found if one.ahead and one.ends > visit.now]
    return visit.page(
        "portal/appointments.html",
        me=me,
        upcoming=upcoming,
        past=[one for one in reversed(found) if one not in upcoming],
        wishes=[(wish, requests.reply_of(vault, wish.id, wish.reply)) for wish in wishes],
        offers=queries.offers(visit.engine, me.id, visit.now),
        self_book=bool(queries.bookable_services(visit.engine)),
    )


@router.get("/portal/appointments/{session_id}")
def one(session_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    return visit.page("portal/appointment.html", me=me, appointment=_appointment(visit, me, session_id))


@router.post("/portal/appointments/{session_id}/confirm")
def confirm(session_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    _appointment(visit, me, session_id)
    try:
        visit.ask(visit.office.sessions.confirm(session_id, me.id))
    except Refused as no:
        return visit.go(f"/portal/appointments/{session_id}", told=f"{sentence(str(no))}.")
    return visit.go(f"/portal/appointments/{session_id}", told="Thank you, we look forward to seeing you.")


@router.get("/portal/appointments/{session_id}/cancel")
def cancel_page(session_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    return _cancel_page(visit, me, _appointment(visit, me, session_id), blank())


@router.post("/portal/appointments/{session_id}/cancel")
def cancel(session_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    appointment = _appointment(visit, me, session_id)
    if not appointment.ahead:
        return visit.go(f"/portal/appointments/{session_id}", told="This appointment is cancelled already.")
    filled = visit.read(CancelForm)
    if filled.ok and cancelled(visit, appointment, me.id, filled):
        return visit.go("/portal/appointments", told="Cancelled. You can ask for another time here.")
    return _cancel_page(visit, me, _appointment(visit, me, session_id), filled, 422)


@router.get("/portal/appointments/{session_id}/calendar.ics")
def calendar_file(session_id: UUID, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    found, practice = _appointment(visit, me, session_id), card_of(visit.practice)
    file = appointment_file(
        uid=f"{found.session_id}@{practice.sender.domain}",
        sequence=found.moves,
        starts=found.starts.astimezone(me.tz),
        ends=found.ends.astimezone(me.tz),
        summary=f"Appointment with {practice.name}",
        place=found.place,
        organizer=practice.sender,
        at=visit.now,
        cancelled=not found.ahead,
    )
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(file, media_type="text/calendar", headers=headers)


def cost_of_cancelling(visit: Guest, session_id: UUID, client_id: int, at: datetime) -> Preview | None:
    """What cancelling now would cost a client; None when they are not expected any more."""
    found = visit.write(fees.preview, session_id, "cancel", By.CLIENT, at, client_id)
    return found[0] if found else None


def cancelled(visit: Guest, appointment: Appointment, client_id: int, filled: Filled[CancelForm]) -> bool:
    """Cancel as the page said; where that is not true any more, the form says how it stands now."""
    wish, cost = filled.values, cost_of_cancelling(visit, appointment.session_id, client_id, visit.now)
    if wish.moves != appointment.moves:
        filled.refuse("This appointment was moved meanwhile: please look at its new time first.")
    elif (cost.fee.charged if cost else ZERO) != wish.fee:
        filled.refuse("The fee has changed since you opened this page: please look at it again.")
    else:
        try:
            visit.ask(visit.office.sessions.cancel(appointment.session_id, By.CLIENT, client_id))
        except Refused as no:
            filled.refuse(no)
    return not filled.errors


def _cancel_page(
    visit: Visit, me: Mine, appointment: Appointment, filled: Filled[CancelForm], status: int = 200
) -> Response:
    cost = cost_of_cancelling(visit, appointment.session_id, me.id, visit.now)
    if cost is None or appointment.starts <= visit.now:
        return visit.go(f"/portal/appointments/{appointment.session_id}", told="This appointment is over.")
    return visit.page("portal/cancel.html", status, me=me, appointment=appointment, cost=cost, form=filled)


def _appointment(visit: Visit, me: Mine, session_id: UUID) -> Appointment:
    found = queries.appointment(visit.engine, me.id, session_id)
    if found is None:
        raise NotFound
    return found
