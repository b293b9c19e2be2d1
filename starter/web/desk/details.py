"""What was done in a session: how a client's part was held, and add-ons beside its service; asked with the note too."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from models.billed import HELD_WORDS, AddOn, Held, held_as
from models.errors import Refused
from models.rules.amending import against, goes_again
from models.rules.coding import WITH_A_VISIT, misplaced
from starter.queries import calendar as calendar_queries
from starter.queries import services as queries
from starter.queries.services import AddOnOffer, PartDone
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, blank
from starter.web.visit import NotFound, Visit

router = APIRouter()
DONE = "/sessions/{session_id}/done/{client_id}"


class DoneForm(BaseModel):
    held: Held | None = None
    add_ons: list[int] = Field(default_factory=list)
    psychotherapy_minutes: int | None = Field(None, ge=1, le=24 * 60)
    replace: bool = False


@dataclass(frozen=True)
class Done:
    """What may be said of a client's part: the add-ons that go with its service, and what is said so far."""

    session_id: UUID
    client_id: int
    part: PartDone
    offers: list[AddOnOffer]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Add-ons as a form offers them."""
        return [(offer.id, f"{offer.code} {offer.name}") for offer in self.offers]

    @property
    def beside_a_visit(self) -> bool:
        """Whether minutes of psychotherapy can be told."""
        return any(offer.code in WITH_A_VISIT for offer in self.offers)

    @property
    def fixed(self) -> str:
        """Why add-ons cannot be changed any more; "" where they can."""
        return (self.part.charged and against(self.part.claims, replace=True)) or ""

    @property
    def replaced(self) -> str:
        """The claim that would have to go again, as a replacement."""
        claim = goes_again(self.part.claims)
        return claim.number if claim else ""

    def typed(self) -> dict[str, Any]:
        """What the form begins with."""
        said = next((minutes for minutes in self.part.add_ons.values() if minutes), None)
        held = held_as(self.part.place, self.part.held)
        return {"held": held.value, "add_ons": list(self.part.add_ons), "psychotherapy_minutes": said}

    def chosen(self, wanted: DoneForm) -> tuple[AddOn, ...]:
        """The add-ons of a form, those beside a visit with its minutes."""
        codes = {offer.id: offer.code for offer in self.offers}
        return tuple(
            AddOn(number, wanted.psychotherapy_minutes if codes.get(number) in WITH_A_VISIT else None)
            for number in dict.fromkeys(wanted.add_ons)
        )


def done_of(visit: Visit, session_id: UUID, client_id: int) -> Done:
    """What is to be said of a client's part; NotFound where they have none."""
    part = queries.part_done(visit.engine, session_id, client_id)
    if part is None:
        raise NotFound
    known = part.add_ons_known if part.code else []
    codes = [offer.code for offer in known]
    offers = [offer for offer in known if _goes_with(offer.code, part.code, codes)]
    return Done(session_id, client_id, part, offers)


def tell(visit: Visit, about: Done, wanted: DoneForm) -> None:
    """Say it, where it is not what stands already; Refused where it cannot be."""
    held = None if wanted.held == held_as(about.part.place, about.part.held) else wanted.held
    chosen = about.chosen(wanted)
    said = {str(add_on.service_id): add_on.minutes for add_on in chosen}
    offered = {str(offer.id) for offer in about.offers}
    stands = {number: minutes for number, minutes in about.part.add_ons.items() if number in offered}
    if held is not None or said != stands:
        add_ons = None if said == stands else chosen
        wish = visit.office.sessions.detail(about.session_id, about.client_id, held, add_ons, wanted.replace)
        visit.ask(wish)


def ways() -> list[tuple[str, str]]:
    """How a part can be held, in words."""
    return [(held.value, words) for held, words in HELD_WORDS.items()]


@router.get(DONE)
def page(session_id: UUID, client_id: int, visit: Visit = may(Do.BOOK)) -> Response:
    about = _seen(visit, session_id, client_id)
    return _page(visit, about, blank(**about.typed()))


@router.post(DONE)
def save(session_id: UUID, client_id: int, visit: Visit = may(Do.BOOK)) -> Response:
    about, filled = _seen(visit, session_id, client_id), visit.read(DoneForm)
    if filled.ok:
        try:
            tell(visit, about, filled.values)
            return visit.go(f"/sessions/{session_id}", told="Kept.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, about, filled, 422)


def _goes_with(code: str, own: str, offered: list[str]) -> bool:
    """With the session's own service, or with an add-on that goes with it."""
    return misplaced(code, [own]) is None or any(
        misplaced(other, [own]) is None and misplaced(code, [own, other]) is None for other in offered if other != code
    )


def _seen(visit: Visit, session_id: UUID, client_id: int) -> Done:
    found = calendar_queries.session(visit.engine, session_id)
    whose = visit.whose_clients(Do.SEE_CALENDAR)
    if found is None or (whose is not None and found.clinician_id not in whose):
        raise NotFound
    return done_of(visit, session_id, client_id)


def _page(visit: Visit, about: Done, form: Filled[DoneForm], status: int = 200) -> Response:
    session = calendar_queries.session(visit.engine, about.session_id)
    names = {one.client_id: one.client for one in session.clients} if session else {}
    return visit.page(
        "desk/calendar/done.html",
        status,
        session=session,
        who=names[about.client_id],
        about=about,
        ways=ways(),
        form=form,
    )
