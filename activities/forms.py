"""Forms that clients are asked to fill in: asked for, saved half-way, sent once; the answers are sealed."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import measures
from activities.database import HELD
from activities.vault import Vault
from models.errors import Refused
from models.facts import MeasureKind
from models.rules import form_library
from models.rules.forms import Answers, read
from models.rules.measures import INSTRUMENTS
from models.tables import Client, FormRequest, Practice, PracticeForm

LONGEST_NAME = 80
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Choice:
    """A form that can be sent, or a measure; `key` finds it again."""

    key: str
    name: str
    questions: str = ""
    measure: str = ""


def choices(db: Database) -> list[Choice]:
    """What can be sent to a client: the practice's own forms, those of the house, and measures."""
    kind = db.get_one(Practice, 1).kind
    query = select(PracticeForm).where(col(PracticeForm.retired_at).is_(None)).order_by(PracticeForm.name)
    own = [Choice(f"own:{row.id}", row.name, row.questions) for row in db.exec(query).all()]
    house = [Choice(f"house:{name}", name, text) for name, text in form_library.built_in(kind).items()]
    known = INSTRUMENTS.items() if kind == "therapy" else ()
    asked = [Choice(f"measure:{key}", instrument.name, measure=key) for key, instrument in known]
    return own + house + asked


def ask(db: Database, request: UUID, client_id: int, key: str, by: int | None, now: datetime) -> None:
    """Ask a client to fill in a form, once per request; Refused while the same one is open."""
    if db.get(FormRequest, request):
        return
    chosen = next((choice for choice in choices(db) if choice.key == key), None)
    if chosen is None:
        raise Refused("choose one of the forms")
    db.exec(select(Client.id).where(Client.id == client_id).with_for_update(**HELD)).one()
    if any(open_.title == chosen.name for open_ in open_for(db, client_id)):
        raise Refused("the client has this form already and has not sent it yet")
    row = FormRequest(id=request, client_id=client_id, title=chosen.name, asked_at=now, asked_by=by)
    row.questions, row.measure = chosen.questions, chosen.measure
    db.add(row)


def open_for(db: Database, client_id: int) -> list[FormRequest]:
    """The forms a client still has to send, the oldest first."""
    query = select(FormRequest).where(
        FormRequest.client_id == client_id, col(FormRequest.sent_at).is_(None), col(FormRequest.withdrawn_at).is_(None)
    )
    return list(db.exec(query.order_by(col(FormRequest.asked_at))).all())


def save(db: Database, vault: Vault, request: UUID, client_id: int, answers: Answers, now: datetime) -> None:
    """Keep unfinished answers, to go on later."""
    row = _open(db, request, client_id)
    row.answers, row.saved_at = _sealed(vault, request, answers), now


def send(
    db: Database, vault: Vault, request: UUID, client_id: int, answers: Answers, by: int | None, now: datetime
) -> None:
    """Keep finished answers, for good; sent a second time they change nothing."""
    row = _of_client(db, request, client_id)
    if row.sent_at is None:
        row = _open(db, request, client_id)
        row.answers, row.sent_at, row.sent_by = _sealed(vault, request, answers), now, by


def send_measure(
    db: Database, request: UUID, client_id: int, points: tuple[int, ...], by: int | None, now: datetime
) -> None:
    """Keep a measure's answers in the chart, once."""
    row = _of_client(db, request, client_id)
    if row.sent_at is None:
        row = _open(db, request, client_id)
        measures.record(db, client_id, MeasureKind(row.measure), points, "client", now, request)
        row.sent_at, row.sent_by = now, by


def answers_of(vault: Vault, row: FormRequest) -> Answers:
    """What was answered so far."""
    if row.answers is None:
        return {}
    given: dict[str, list[str]] = json.loads(vault.open(row.answers, _place(row.id)))
    return {name: tuple(said) for name, said in given.items()}


def withdraw(db: Database, request: UUID, client_id: int, now: datetime) -> None:
    """Do not ask for it any more; Refused once it was sent."""
    _open(db, request, client_id).withdrawn_at = now


def write(db: Database, form_id: int | None, name: str, questions: str, now: datetime) -> None:
    """Keep a form of the practice's own; who was sent an earlier text goes on with that."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"a form needs a name of at most {LONGEST_NAME} characters")
    if len(questions) > LONGEST_TEXT:
        raise Refused(f"a form has at most {LONGEST_TEXT:,} characters")
    read(questions)
    taken = select(PracticeForm.id).where(func.lower(PracticeForm.name) == name.lower(), PracticeForm.id != form_id)
    if db.exec(taken).first():
        raise Refused("there is a form of that name already")
    row = db.get(PracticeForm, form_id) if form_id else PracticeForm(name=name, questions="", changed_at=now)
    if row is None:
        raise Refused("there is no such form")
    row.name, row.questions, row.changed_at, row.retired_at = name, questions, now, None
    db.add(row)


def retire(db: Database, form_id: int, now: datetime) -> None:
    """Offer a form no more."""
    row = db.get(PracticeForm, form_id)
    if row is None:
        raise Refused("there is no such form")
    row.retired_at = row.retired_at or now


def _of_client(db: Database, request: UUID, client_id: int) -> FormRequest:
    row = db.get(FormRequest, request, with_for_update=True)
    if row is None or row.client_id != client_id:
        raise Refused("there is no such form")
    return row


def _open(db: Database, request: UUID, client_id: int) -> FormRequest:
    row = _of_client(db, request, client_id)
    if row.sent_at is not None:
        raise Refused("this form was sent already; what was sent is not changed")
    if row.withdrawn_at is not None:
        raise Refused("the practice does not ask for this form any more")
    return row


def _sealed(vault: Vault, request: UUID, answers: Answers) -> bytes:
    return vault.seal(json.dumps({name: list(said) for name, said in answers.items()}), _place(request))


def _place(request: UUID) -> str:
    return f"answers/{request}"
