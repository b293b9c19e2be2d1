"""Notes: written, saved as one types, signed, co-signed, added to. Without JavaScript a button saves."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from activities import charts, diagnoses, signatures
from models.errors import Refused
from models.facts import NoteFormat
from models.rules import charting
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.chart_frame import shown, vault_of
from starter.web.desk.details import Done, ways
from starter.web.desk.note_form import WORDS, Sheet, Typed, begun, done, keep, say_done, sheet, typed
from starter.web.forms import Filled, blank
from starter.web.templating import clock
from starter.web.visit import NotFound, Visit, clinician_of

router = APIRouter()
NOTE = "/clients/{client_id}/chart/notes/{note_id}"


class AddendumForm(BaseModel):
    words: str = Field(max_length=20_000)


class NewFormat(BaseModel):
    format: NoteFormat
    into: NoteFormat


@router.get(NOTE)
def note(
    client_id: int,
    note_id: UUID,
    session: UUID | None = None,
    format: NoteFormat | None = None,
    visit: Visit = may(Do.SEE_CHARTS),
) -> Response:
    """A draft to its clinician as a form; everything else to read."""
    here = sheet(visit, client_id, note_id, session)
    if here.row and (here.row.signed_at or here.row.clinician_id != visit.account.clinician_id):
        return _reading(visit, here, blank())
    if here.clinician_id not in (None, visit.account.clinician_id):
        return visit.go(f"/clients/{client_id}/chart", told="Nobody has written this note yet.")
    form = begun(visit, here, format)
    about = done(visit, here)
    if about:
        form.typed |= blank(**about.typed()).typed
    if here.row:
        visit.saw(client_id, _called(here))
    return _writing(visit, here, Typed(form, {}), about=about)


@router.post(NOTE)
def save(client_id: int, note_id: UUID, session: UUID | None = None, visit: Visit = may(Do.WRITE_NOTES)) -> Response:
    here, sent = sheet(visit, client_id, note_id, session), typed(visit)
    edition = keep(visit, here, sent)
    if edition is None or not say_done(visit, here, sent):
        return _writing(visit, *_again(visit, here, sent, edition), 422)
    visit.saw(client_id, _called(here), "changed")
    return visit.go(here.url, told="The draft is saved.")


@router.post(f"{NOTE}/autosave")
def autosave(
    client_id: int, note_id: UUID, session: UUID | None = None, visit: Visit = may(Do.WRITE_NOTES)
) -> Response:
    """The draft, saved by the page itself while somebody types."""
    here, sent = sheet(visit, client_id, note_id, session), typed(visit)
    edition = keep(visit, here, sent)
    if edition is None:
        return JSONResponse({"refused": next(iter(sent.form.errors.values()))}, 409)
    if here.row is None:
        visit.saw(client_id, _called(here), "began")
    return JSONResponse({"edition": edition, "saved": clock(visit.now.astimezone(visit.tz))})


@router.post(f"{NOTE}/format")
def reformat(
    client_id: int, note_id: UUID, session: UUID | None = None, visit: Visit = may(Do.WRITE_NOTES)
) -> Response:
    """The same words in another format, not saved yet."""
    here, sent, wanted = sheet(visit, client_id, note_id, session), typed(visit), visit.read(NewFormat)
    if wanted.ok:
        words = charting.recast(sent.words, wanted.values.format, wanted.values.into)
        others = {name: text for name, text in sent.form.typed.items() if not name.startswith(WORDS)}
        sent.form = Filled({**others, **{f"{WORDS}{key}": text for key, text in words.items()}})
        sent.form.typed["format"] = wanted.values.into.value
    return _writing(visit, here, sent, 200 if wanted.ok else 422)


@router.post(f"{NOTE}/sign")
def sign(client_id: int, note_id: UUID, session: UUID | None = None, visit: Visit = may(Do.WRITE_NOTES)) -> Response:
    """Save, then sign: what waits for the note of a session goes on."""
    here, sent = sheet(visit, client_id, note_id, session), typed(visit)
    if here.row and here.row.signed_at:
        return visit.go(
            here.url.partition("?")[0],
            told="This note is signed and stays as it is; what is new goes into an addendum.",
        )
    if not charting.says_something(sent.words):
        sent.form.refuse("write the note first: nothing is said in it yet")
    edition = keep(visit, here, sent)
    if edition is not None and say_done(visit, here, sent):
        try:
            _sign(visit, here)
            visit.saw(client_id, _called(here), "signed")
            return visit.go(here.url.partition("?")[0], told="Signed. This note stays as it is now.")
        except Refused as no:
            sent.form.refuse(no)
    return _writing(visit, *_again(visit, here, sent, edition), 422)


@router.post(f"{NOTE}/cosign")
def cosign(client_id: int, note_id: UUID, visit: Visit = may(Do.WRITE_NOTES)) -> Response:
    """The supervisor's signature."""
    here, me = sheet(visit, client_id, note_id, None), clinician_of(visit)
    try:
        if here.part:
            visit.ask(visit.office.sessions.cosign(here.part.session_id, client_id, me))
        else:
            visit.write(signatures.cosign_alone, client_id, note_id, me, visit.now)
            visit.ask(visit.office.charts.changed(client_id, note_id))
    except Refused as no:
        return _reading(visit, here, Filled(errors={"": str(no)}), 422)
    visit.saw(client_id, _called(here), "co-signed")
    return visit.go(here.url, told="Co-signed.")


@router.post(f"{NOTE}/addendum")
def add(client_id: int, note_id: UUID, visit: Visit = may(Do.WRITE_NOTES)) -> Response:
    """Something added to a signed note."""
    here, filled = sheet(visit, client_id, note_id, None), visit.read(AddendumForm)
    if filled.ok:
        try:
            words, me = filled.values.words, clinician_of(visit)
            visit.write(signatures.add, vault_of(visit), client_id, note_id, words, me, visit.now, visit.wish)
            visit.saw(client_id, _called(here), "added to")
            return visit.go(here.url, told="The addendum is signed and kept.")
        except Refused as no:
            filled.refuse(no, "words")
    return _reading(visit, here, filled, 422)


@router.post(f"{NOTE}/discard")
def discard(client_id: int, note_id: UUID, visit: Visit = may(Do.WRITE_NOTES)) -> Response:
    """Throw a draft away."""
    here = sheet(visit, client_id, note_id, None)
    visit.write(charts.discard, client_id, note_id, clinician_of(visit))
    visit.saw(client_id, _called(here), "discarded")
    return visit.go(f"/clients/{client_id}/chart", told="The draft is gone.")


def _sign(visit: Visit, here: Sheet) -> None:
    client_id, me = here.client_id, clinician_of(visit)
    if here.part:
        visit.ask(visit.office.sessions.sign(here.part.session_id, client_id=client_id, by=me))
        return
    visit.write(signatures.sign_alone, client_id, here.id, me, visit.now)
    visit.ask(visit.office.charts.changed(client_id, visit.wish))


def _again(visit: Visit, here: Sheet, sent: Typed, edition: int | None) -> tuple[Sheet, Typed]:
    """What was typed, to be shown again: over the edition that was saved meanwhile, where one was."""
    if edition is None:
        return here, sent
    sent.form.typed["seen"] = str(edition)
    session_id = here.part.session_id if here.part else None
    return sheet(visit, here.client_id, here.id, session_id), sent


def _called(here: Sheet) -> str:
    """How the trail names a note: never by what it says."""
    return f"note of {here.row.day}" if here.row else "a new note"


def _writing(visit: Visit, here: Sheet, sent: Typed, status: int = 200, about: Done | None = None) -> Response:
    form, therapy = NoteFormat(sent.form.typed["format"]), visit.words.therapy
    goals = len(charting.goals_of({key.removeprefix(WORDS): str(text) for key, text in sent.form.typed.items()}))
    codes = dict.fromkeys([*here.whose.diagnoses, *sent.form.typed.get("diagnoses", [])])
    return shown(
        visit,
        here.whose,
        "/plan" if form is NoteFormat.PLAN else "",
        "note_form.html",
        status,
        here=here,
        form=sent.form,
        layout=charting.layout(form, therapy),
        goals=[charting.goal_sections(n) for n in range(1, min(goals + 1, charting.MOST_GOALS) + 1)],
        is_plan=form is NoteFormat.PLAN,
        formats=[(f.value, charting.LAYOUTS[f].name) for f in charting.session_formats(therapy)] if here.part else [],
        offered=[(found.code, f"{found.code} {found.title}") for found in diagnoses.named(list(codes))],
        theirs=sent.theirs,
        prefix=WORDS,
        about=about or done(visit, here),
        ways=ways(),
    )


def _reading(visit: Visit, here: Sheet, form: Filled[AddendumForm], status: int = 200) -> Response:
    row = here.row
    if row is None:
        raise NotFound
    facts = charting.NoteFacts(
        clinician=row.clinician_id,
        supervisor=row.supervisor_id,
        signed=row.signed_at is not None,
        needs_cosign=row.needs_cosign,
        cosigned=row.cosigned_at is not None,
    )
    kind, words = NoteFormat(row.format), charts.unsealed(vault_of(visit), row.id, row.words or b"")
    visit.saw(here.client_id, _called(here))
    return shown(
        visit,
        here.whose,
        "/plan" if kind is NoteFormat.PLAN else "",
        "note.html",
        status,
        here=here,
        row=row,
        layout=charting.layout(kind, visit.words.therapy),
        said=words,
        goals=charting.goals_of(words) if kind is NoteFormat.PLAN else (),
        addenda=visit.write(signatures.addenda, vault_of(visit), here.id),
        may_cosign=charting.may_cosign(facts, visit.account.clinician_id).given,
        may_add=charting.may_add(facts, visit.account.clinician_id).given,
        form=form,
    )
