"""What clients change of their own record, and images of their insurance cards."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import files, records
from activities.records import Seen
from models.errors import Refused
from models.facts import FileKind
from models.tables import Coverage, Document, Payer
from starter.web import downloads
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.fields import Email, Line, Phone, State, Zip, Zone
from starter.web.forms import Filled, blank
from starter.web.portal.mine import Mine, mine
from starter.web.visit import NotFound, Visit

router = APIRouter()
ZONES = (
    ("America/New_York", "Eastern time (New York)"),
    ("America/Chicago", "Central time (Chicago)"),
    ("America/Denver", "Mountain time (Denver)"),
    ("America/Phoenix", "Arizona (Phoenix)"),
    ("America/Los_Angeles", "Pacific time (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Puerto Rico (San Juan)"),
)
SIDES = {"front": FileKind.CARD_FRONT, "back": FileKind.CARD_BACK}


class ProfileForm(BaseModel):
    seen: str
    preferred: Line = ""
    pronouns: Line = ""
    email: Email = ""
    phone: Phone = ""
    line1: Line = ""
    city: Line = ""
    state: State = ""
    zip: Zip = ""
    timezone: Zone | None = None


class CardForm(BaseModel):
    coverage_id: int | None = None


@router.get("/portal/profile")
def profile(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me = mine(visit)
    return _page(visit, me, _filled(me), blank())


@router.post("/portal/profile")
def change(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    me, filled = mine(visit), visit.read(ProfileForm)
    if filled.ok:
        fields = filled.values.model_dump(exclude={"seen"})
        try:
            visit.write(records.change_profile, Seen(me.id, filled.values.seen), fields)
            visit.ask(visit.office.records.changed(me.id, visit.wish))
            return visit.go("/portal/profile", told="Kept, thank you.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, me, filled, blank(), 422)


@router.post("/portal/cards")
def upload_card(visit: Visit = may(Do.USE_PORTAL)) -> Response:
    """Front and back of an insurance card; a newer image takes the place of the one before."""
    _must_be_therapy(visit)
    me, filled = mine(visit), visit.read(CardForm)
    sent = {side: file for side in SIDES if (file := visit.file(side))}
    if not sent:
        filled.refuse("Please choose a photo of the card.", "front")
    if filled.ok:
        contents = {side: (file.filename or side, file.file.read()) for side, file in sent.items()}
        try:
            visit.write(_keep_cards, visit, me.id, filled.values.coverage_id, contents)
            visit.ask(visit.office.records.changed(me.id, visit.wish))
            return visit.go("/portal/profile", told="We have your card, thank you.")
        except Refused as no:
            filled.refuse(no, "front")
    return _page(visit, me, _filled(me), filled, 422)


@router.get("/portal/cards/{document_id}")
def card(document_id: int, visit: Visit = may(Do.USE_PORTAL)) -> Response:
    _must_be_therapy(visit)
    me = mine(visit)
    if document_id not in {row.id for row in visit.write(_cards, me.id)}:
        raise NotFound
    found = visit.write(files.content_of, visit.office.line.vault, document_id, me.id)
    return downloads.uploaded(found.content, found.media_type, found.name)


def _page(
    visit: Visit, me: Mine, filled: Filled[ProfileForm], card_form: Filled[CardForm], status: int = 200
) -> Response:
    therapy = visit.words.therapy
    zones = ZONES if me.client.timezone in (None, *dict(ZONES)) else ((me.client.timezone, me.zone_name), *ZONES)
    return visit.page(
        "portal/profile.html",
        status,
        me=me,
        form=filled,
        card_form=card_form,
        zones=zones,
        coverages=visit.write(_coverages, me.id) if therapy else [],
        cards=visit.write(_cards, me.id) if therapy else [],
    )


def _filled(me: Mine) -> Filled[ProfileForm]:
    known = {name: getattr(me.client, name) for name in ProfileForm.model_fields if name != "seen"}
    return blank(**known, seen=records.fingerprint(me.client))


def _coverages(db: Database, client_id: int) -> list[tuple[int, str]]:
    query = select(Coverage, Payer).join(Payer, col(Payer.id) == Coverage.payer_id)
    rows = db.exec(query.where(Coverage.client_id == client_id).order_by(col(Coverage.sequence))).all()
    return [(coverage.id or 0, payer.name) for coverage, payer in rows]


def _cards(db: Database, client_id: int) -> list[Document]:
    query = select(Document).where(
        Document.client_id == client_id,
        col(Document.kind).in_([kind.value for kind in SIDES.values()]),
        col(Document.deleted_at).is_(None),
    )
    return list(db.exec(query.order_by(col(Document.coverage_id), col(Document.kind).desc())).all())


def _keep_cards(
    db: Database, visit: Visit, client_id: int, coverage_id: int | None, contents: dict[str, tuple[str, bytes]]
) -> None:
    def keep(db: Database) -> int:
        for side, (name, content) in contents.items():
            vault, account = visit.office.line.vault, visit.account.id
            files.keep(db, vault, client_id, SIDES[side], name, content, account, visit.now, coverage_id)
        return 0

    records.once(db, visit.wish, visit.now, keep)


def _must_be_therapy(visit: Visit) -> None:
    """A practice of another kind knows no insurance."""
    if not visit.words.therapy:
        raise NotFound
