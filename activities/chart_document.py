"""A whole chart on paper: diagnoses, signed notes with addenda, measures; never drafts or psychotherapy notes."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import charts, diagnoses, signatures
from activities.documents import drawn
from activities.papers import card_of
from activities.vault import Vault
from activities.wording import long_date, moment
from models.calendar import zone
from models.facts import MeasureKind, NoteFormat
from models.rules import charting
from models.rules.measures import INSTRUMENTS, score
from models.tables import Client, Clinician, Measure, Note, Practice

THERAPY = "therapy"


def chart_pdf(db: Database, vault: Vault, client_id: int, today: date) -> bytes:
    """The chart of a client as it stands today."""
    practice, client = db.get_one(Practice, 1), db.get_one(Client, client_id)
    therapy, tz = practice.kind == THERAPY, zone(practice.timezone)
    notes = db.exec(select(Note).where(Note.client_id == client_id).order_by(col(Note.day), col(Note.signed_at))).all()
    signed = [note for note in notes if note.signed_at is not None]
    measures = db.exec(select(Measure).where(Measure.client_id == client_id).order_by(col(Measure.taken_at))).all()
    data = {
        "title": "Chart" if therapy else "Session notes",
        "client": client.name,
        "birth": long_date(client.birth) if client.birth else "",
        "diagnoses": [f"{found.code} {found.title}" for found in diagnoses.named(client.diagnoses)] if therapy else [],
        "notes": [_note(db, vault, note, tz, therapy) for note in signed],
        "drafts": len(notes) - len(signed),
        "measures": _measures(measures, tz) if therapy else [],
    }
    return drawn("chart", card_of(practice), today, data)


def _note(db: Database, vault: Vault, note: Note, tz: ZoneInfo, therapy: bool) -> dict[str, Any]:
    form, words = NoteFormat(note.format), charts.words_of(vault, note)
    by = db.get_one(Clinician, note.clinician_id).name
    signed = [f"Signed by {by}, {moment(note.signed_at.astimezone(tz))}"] if note.signed_at else []
    if note.cosigned_at and note.cosigned_by:
        cosigner = db.get_one(Clinician, note.cosigned_by).name
        signed.append(f"Co-signed by {cosigner}, {moment(note.cosigned_at.astimezone(tz))}")
    sections = charting.sections_of(form, therapy)
    return {
        "name": charting.layout(form, therapy).name,
        "day": long_date(note.day),
        "review_on": long_date(note.review_on) if note.review_on else "",
        "diagnoses": ", ".join(note.diagnoses) if therapy else "",
        "sections": [(section.label, words[section.key]) for section in sections if words.get(section.key)],
        "signatures": signed,
        "addenda": [
            (f"Added by {added.by}, {moment(added.at.astimezone(tz))}", added.words)
            for added in signatures.addenda(db, vault, note.id)
        ],
    }


def _measures(measures: Sequence[Measure], tz: ZoneInfo) -> list[tuple[str, str, str, str]]:
    found = []
    for row in measures:
        kind = MeasureKind(row.kind)
        told = score(kind, tuple(row.answers))
        points = f"{told.total} of {INSTRUMENTS[kind].highest}"
        found.append((long_date(row.taken_at.astimezone(tz).date()), INSTRUMENTS[kind].name, points, told.severity))
    return found
