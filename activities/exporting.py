"""All that a practice has, for itself: every table as CSV, sessions as a calendar, papers as PDF, claims as X12.

What is left out is secret (passwords, keys) or nobody's but its author's (psychotherapy notes, 45 CFR 164.501). A table
added tomorrow is exported tomorrow: what must not leave is listed, not what may. Charts leave only where asked for.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from icalendar import Event
from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy import select as columns_of
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from activities import papers
from activities.calendar_file import PRODUCT
from activities.chart_document import chart_pdf
from activities.documents import invoice_pdf
from activities.files import content_of
from activities.vault import Vault
from models.calendar import local_day, zone
from models.tables import (
    AttendanceRow,
    ChartEvent,
    Client,
    DataExport,
    Document,
    Interchange,
    Invoice,
    Note,
    Practice,
    Service,
    Session,
)

Part = tuple[str, Iterator[bytes]]
ROWS_AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

SECRET_TABLES = {
    "api_answer",
    "api_token",
    "external_calendar",
    "feed",
    "import_run",
    "kept_words",
    "psychotherapy_note",
    "sign_in",
    "step_done",
    "ticket",
}
SECRET_COLUMNS = {
    "account": {"password", "totp", "totp_counter", "recovery", "failures"},
    "appeal": {"letter"},
    "client": {"card"},
    "bank_account": {"sealed"},
    "document": {"sealed"},
    "interchange": {"content"},
    "pay_file": {"sealed"},
    "webhook_endpoint": {"secret"},
}
CHART_TABLES = {"note", "addendum", "measure", "form_request"}
SEALED = {
    ("appeal", "words"): "appeal/{id}",
    ("note", "words"): "note/{id}",
    ("addendum", "words"): "addendum/{id}",
    ("form_request", "answers"): "answers/{id}",
    ("appointment_request", "wishes"): "wishes/{id}",
    ("appointment_request", "reply"): "reply/{id}",
}
"""Sealed columns, and the place each was sealed for."""

INSURANCE_TABLES = {
    "add_on",
    "appeal",
    "billing_group",
    "claim",
    "claim_line",
    "correction",
    "coverage",
    "coverage_call",
    "deposit",
    "estimate",
    "estimate_line",
    "estimate_request",
    "interchange",
    "measure",
    "overruling",
    "payer",
    "payer_rule",
    "play",
    "remittance",
    "remittance_claim",
    "submission",
    "write_off_asked",
}
"""What a practice of another kind (tutors, consultants) does not have."""

ABOUT = """This is all that {practice} has in PerSession, as of {day}.

tables/       every table as CSV (UTF-8); ids in one table name rows of another, times are UTC
sessions.ics  every session, for a calendar
invoices/     every invoice as PDF
documents/    the files of clients{more}

A cell that a spreadsheet would take for a formula begins with an apostrophe. Passwords and keys are not in here.
"""
THERAPY = """
x12/          the files exchanged with payers
charts/       charts as PDF, where they were asked for; psychotherapy notes stay with their authors"""


@dataclass(frozen=True)
class Taking:
    """What is taken out: from which database, opened by whose key, with or without charts."""

    engine: Engine
    vault: Vault
    with_charts: bool
    now: datetime


def note_export(db: Database, account_id: int | None, with_charts: bool, at: datetime) -> int:
    """Keep that somebody took everything out; of charts for each client (45 CFR 164.312(b))."""
    row = DataExport(account_id=account_id, with_charts=with_charts, at=at)
    db.add(row)
    db.flush()
    if with_charts and account_id is not None:
        seen = [
            {"at": at, "account_id": account_id, "client_id": client_id, "deed": "exported", "what": "the whole chart"}
            for client_id in db.exec(select(Note.client_id).distinct()).all()
        ]
        if seen:
            db.execute(insert(ChartEvent), seen)
    return row.id or 0


def archive(taking: Taking) -> Iterator[bytes]:
    """Everything in one ZIP, in pieces as it is made: no matter how large, little of it is held at once."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as bundle:
        for name, pieces in parts(taking):
            with bundle.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    yield sink.taken()
    yield sink.taken()


def parts(taking: Taking) -> Iterator[Part]:
    """The files of an export, all as of one moment."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with taking.engine.connect().execution_options(**options) as connection, Database(bind=connection) as db:
        practice = db.get_one(Practice, 1)
        yield "README.txt", _about(practice, taking)
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in _kept_back(practice, taking.with_charts):
                yield f"tables/{table.name}.csv", table_csv(connection, table, taking.vault)
        yield "sessions.ics", sessions_ics(db, practice, taking.now)
        for invoice in db.exec(select(Invoice.number).order_by(col(Invoice.number))).all():
            yield f"invoices/{invoice}.pdf", iter((invoice_pdf(papers.invoice(db, invoice, taking.now)),))
        yield from _documents(db, taking.vault)
        yield from _interchanges(db)
        if taking.with_charts:
            yield from _charts(db, taking, local_day(taking.now, zone(practice.timezone)))


def table_csv(connection: Connection, table: Table, vault: Vault) -> Iterator[bytes]:
    """A table as CSV, sealed columns opened."""
    kept = [column for column in table.columns if column.name not in SECRET_COLUMNS.get(table.name, ())]
    yield _line([column.name for column in kept])
    query = columns_of(*kept).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
        yield _line([_shown(table.name, column.name, row, vault) for column in kept])


def sessions_ics(db: Database, practice: Practice, now: datetime) -> Iterator[bytes]:
    """Every session with who came, as a calendar."""
    yield f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n".encode()
    host = practice.email.rpartition("@")[2]
    query = select(Session, Service).join(Service, col(Service.id) == Session.service_id).order_by(col(Session.starts))
    for session, service in db.exec(query.execution_options(yield_per=ROWS_AT_ONCE)):
        event = Event()
        event.add("uid", f"{session.id}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", session.starts)
        event.add("dtend", session.ends)
        event.add("summary", f"{service.name}: {_who(db, session)}")
        event.add("location", session.place)
        event.add("status", "CANCELLED" if session.released else "CONFIRMED")
        yield event.to_ical()
    yield b"END:VCALENDAR\r\n"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell) else cell


class _Sink(io.RawIOBase):
    """Where the ZIP is written: a few pieces, until they are taken on."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        whole = b"".join(self.pieces)
        self.pieces.clear()
        return whole


def _about(practice: Practice, taking: Taking) -> Iterator[bytes]:
    day = local_day(taking.now, zone(practice.timezone))
    yield ABOUT.format(practice=practice.name, day=day, more=THERAPY if practice.kind == "therapy" else "").encode()


def _kept_back(practice: Practice, with_charts: bool) -> set[str]:
    """The tables that do not leave."""
    charts = set() if with_charts else CHART_TABLES
    return SECRET_TABLES | charts | (INSURANCE_TABLES if practice.kind != "therapy" else set())


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(harmless(cell) for cell in cells)
    return text.getvalue().encode()


def _shown(table: str, column: str, row: Any, vault: Vault) -> str:
    value = row[column]
    if value is None:
        return ""
    if place := SEALED.get((table, column)):
        return vault.open(bytes(value), place.format(**row)) if value else ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _who(db: Database, session: Session) -> str:
    query = select(Client).join(AttendanceRow, col(AttendanceRow.client_id) == Client.id)
    found = db.exec(query.where(AttendanceRow.session_id == session.id).order_by(col(AttendanceRow.id))).all()
    return ", ".join(client.name for client in found)


def _documents(db: Database, vault: Vault) -> Iterator[Part]:
    query = select(Document.id, Document.client_id).where(col(Document.deleted_at).is_(None))
    for document_id, client_id in db.exec(query.order_by(col(Document.id))).all():
        content = content_of(db, vault, document_id or 0, client_id)
        yield f"documents/client-{client_id}/{content.name}", iter((content.content,))


def _interchanges(db: Database) -> Iterator[Part]:
    for number in db.exec(select(Interchange.id).order_by(col(Interchange.id))).all():
        file = db.get_one(Interchange, number)
        name = re.sub(r"[^A-Za-z0-9._-]", "_", file.name)
        yield f"x12/{file.direction}/{number}-{name}", iter((file.content,))
        db.expunge(file)


def _charts(db: Database, taking: Taking, today: date) -> Iterator[Part]:
    for client_id in db.exec(select(Note.client_id).distinct().order_by(col(Note.client_id))).all():
        yield f"charts/client-{client_id}.pdf", iter((chart_pdf(db, taking.vault, client_id, today),))
