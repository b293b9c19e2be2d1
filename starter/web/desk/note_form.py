"""A note as it is being written: what the form begins with, what was typed, and how it is kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import Field

from activities import charts, diagnoses
from activities.charts import Draft, Stale
from activities.wording import day
from models.errors import Refused
from models.facts import NoteFormat
from models.rules import charting
from models.tables import Client
from starter.queries import chart as queries
from starter.queries.chart import NoteRow, Part
from starter.web.desk.chart import WITHOUT_SESSION, current_plan
from starter.web.desk.chart_frame import vault_of
from starter.web.desk.details import Done, DoneForm, done_of, tell
from starter.web.forms import Filled, blank
from starter.web.templating import clock
from starter.web.visit import NotFound, Visit, clinician_of

LONGEST = 20_000
"""Characters of a section."""
WORDS = "words-"
"""How the fields of a note's sections begin."""


class NoteForm(DoneForm):
    format: NoteFormat
    day: date
    seen: int = 0
    diagnoses: list[str] = Field(default_factory=list)
    another: str = Field(default="", max_length=10)
    review_on: date | None = None


@dataclass(frozen=True)
class Sheet:
    """A note in its client's chart, written or not; `part` the client's part in the session it is about."""

    id: UUID
    whose: Client
    row: NoteRow | None
    part: Part | None

    @property
    def client_id(self) -> int:
        """Whose chart it is in."""
        return self.whose.id or 0

    @property
    def url(self) -> str:
        """Where the note is read and written."""
        return self.to("")

    def to(self, deed: str) -> str:
        """Where something is done with it; a note that is not written yet names its session."""
        session = f"?session={self.part.session_id}" if self.part and self.row is None else ""
        return f"/clients/{self.whose.id}/chart/notes/{self.id}{deed}{session}"

    @property
    def clinician_id(self) -> int | None:
        """Whose note it is; None while anybody may begin it."""
        known = self.row or self.part
        return known.clinician_id if known else None


def sheet(visit: Visit, client_id: int, note_id: UUID, session_id: UUID | None) -> Sheet:
    """The note of that id; NotFound where the session is not one of this client's, or has another note."""
    whose = visit.must_see_chart(client_id)
    row = queries.note(visit.engine, client_id, note_id)
    about = row.session_id if row else session_id
    if about is None:
        return Sheet(note_id, whose, row, None)
    parts = [part for part in queries.parts(visit.engine, about) if part.client_id == client_id]
    if not parts or charts.note_id(about, client_id) != note_id:
        raise NotFound
    return Sheet(note_id, whose, row, parts[0])


# ── what it begins with ──────────────────────────────────────────────────────


def begun(visit: Visit, here: Sheet, wanted: NoteFormat | None) -> Filled[NoteForm]:
    """The form of a draft as it is kept; of a new note with session, plan and diagnoses filled in."""
    if here.row:
        kept = charts.unsealed(vault_of(visit), here.id, here.row.words or b"")
        return _form(here.row.format, here.row.day, here.row.review_on, here.row.diagnoses, kept, here.row.edition)
    notes = queries.notes(visit.engine, here.client_id)
    form = _first_format(visit, here, notes, wanted)
    plan = current_plan(notes)
    goals = charts.unsealed(vault_of(visit), plan.id, plan.words or b"") if plan else {}
    words = charting.first_words(form, _session_words(visit, here.part), goals, visit.words.therapy)
    review_on = visit.today + charting.REVIEW_EVERY if form is NoteFormat.PLAN else None
    last = next((note.diagnoses for note in notes if note.diagnoses), here.whose.diagnoses)
    return _form(form, _day_of(visit, here) or visit.today, review_on, last, words, 0)


def done(visit: Visit, here: Sheet) -> Done | None:
    """What can be said of the session beside the note; None where the note is about none, or it is never claimed."""
    if here.part is None or not visit.words.therapy:
        return None
    found = done_of(visit, here.part.session_id, here.client_id)
    return found if found.part.code else None


def _form(
    form: str, on: date, review_on: date | None, codes: list[str], words: dict[str, str], seen: int
) -> Filled[NoteForm]:
    texts = {f"{WORDS}{key}": text for key, text in words.items()}
    return blank(format=form, day=on, review_on=review_on, diagnoses=codes, seen=seen, **texts)


def _first_format(visit: Visit, here: Sheet, notes: list[NoteRow], wanted: NoteFormat | None) -> NoteFormat:
    """As asked for; for a session else as the clinician wrote last."""
    offered = charting.session_formats(visit.words.therapy) if here.part else WITHOUT_SESSION
    if wanted in offered:
        return NoteFormat(wanted)
    if here.part is None:
        raise NotFound
    mine = [NoteFormat(n.format) for n in notes if n.clinician_id == here.clinician_id]
    return next((form for form in mine if form in offered and form is not NoteFormat.INTAKE), offered[0])


def _session_words(visit: Visit, part: Part | None) -> str:
    """The session in a sentence: other clients of a group are counted, not named."""
    if part is None:
        return ""
    starts, ends = part.starts.astimezone(visit.tz), part.ends.astimezone(visit.tz)
    minutes = part.minutes or int((ends - starts).total_seconds() // 60)
    others = f", with {part.others} others" if part.others > 1 else ", with one other" if part.others else ""
    where = f", {part.place}" if part.place else ""
    when = f"{day(starts)}, {clock(starts)} to {clock(ends)}, {minutes} minutes"
    return f"{when}{where}. {part.service}. Present: {part.client}{others}."


def _day_of(visit: Visit, here: Sheet) -> date | None:
    return here.part.starts.astimezone(visit.tz).date() if here.part else None


# ── what was typed ───────────────────────────────────────────────────────────


@dataclass
class Typed:
    """A note's form as it was sent; `theirs` what another window saved meanwhile."""

    form: Filled[NoteForm]
    words: dict[str, str]
    theirs: dict[str, str] | None = None


def typed(visit: Visit) -> Typed:
    """The form that was sent, with the words of its sections."""
    filled = visit.read(NoteForm)
    words = {name.removeprefix(WORDS): text for name, text in filled.typed.items() if name.startswith(WORDS)}
    for key, text in words.items():
        if len(text) > LONGEST:
            filled.refuse(f"at most {LONGEST:,} characters, please; this has {len(text):,}", f"{WORDS}{key}")
    return Typed(filled, words)


def keep(visit: Visit, here: Sheet, sent: Typed) -> int | None:
    """Save what was typed, and answer its edition; None where that was refused, with the reason at its field."""
    if not sent.form.ok:
        return None
    try:
        codes = diagnoses.checked([*sent.form.values.diagnoses, sent.form.values.another])
    except Refused as no:
        sent.form.refuse(no, "another")
        return None
    try:
        return visit.write(charts.write, vault_of(visit), _draft(visit, here, sent, codes), visit.now)
    except Stale as no:
        sent.theirs = visit.write(charts.opened, vault_of(visit), here.id)
        sent.form.typed["seen"] = str(no.edition)
        sent.form.refuse(no)
    except Refused as no:
        sent.form.refuse(no)
    return None


def say_done(visit: Visit, here: Sheet, sent: Typed) -> bool:
    """Tell the session what the note's form says of it; False where that was refused, which the form then says."""
    about = done(visit, here)
    if about is None or sent.form.values.held is None:
        return True
    try:
        tell(visit, about, sent.form.values)
    except Refused as no:
        sent.form.refuse(no, "add_ons")
        return False
    return True


def _draft(visit: Visit, here: Sheet, sent: Typed, codes: tuple[str, ...]) -> Draft:
    values = sent.form.values
    if values.format not in (charting.session_formats(visit.words.therapy) if here.part else WITHOUT_SESSION):
        raise NotFound
    known = {section.key for section in charting.sections_of(values.format, visit.words.therapy)}
    return Draft(
        id=here.id,
        client_id=here.client_id,
        by=clinician_of(visit),
        format=values.format,
        day=_day_of(visit, here) or values.day,
        words={key: text for key, text in sent.words.items() if key in known},
        diagnoses=codes if visit.words.therapy else (),
        review_on=values.review_on if values.format is NoteFormat.PLAN else None,
        attendance_id=here.part.attendance_id if here.part else None,
        seen=values.seen,
    )
