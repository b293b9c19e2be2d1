"""A practice with years behind it, written in bulk into a database that is thrown away after.

Triggers and foreign keys rest while it is written (a million rows would be asked one by one); the ledger is proved
afterwards. The people who look at it are made as the practice makes them, each with a sign-in.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Engine, literal, text
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from activities import access, charts, ledger
from activities.vault import Vault
from models.calendar import local_day, zone
from models.facts import NoteFormat
from models.rules.charting import TEXT
from models.tables import Account, AttendanceRow, Note, PolicyRow, Practice, RateRow, Service
from starter.bench import web_money, web_sessions
from starter.bench.bulk import in_bulk
from starter.bench.practice import SINCE, noon
from starter.bench.web_sessions import A_WEEK
from starter.web.access.permissions import Role

Say = Callable[[str], None]
MOST_CLINICIANS = 25
FEWEST_CLINICIANS = 2
SESSIONS_A_CLINICIAN = 400
"""In the smallest practices; larger ones have more clinicians, the largest only more years."""
WORDS = "Spoke at length about the week. " * 30
WATCHED = 1
"""The clinician and the client whose pages are asked for."""

STEPS: tuple[tuple[str, str], ...] = (
    ("sessions", web_sessions.PARTS),
    ("", "create index on part (id)"),
    ("", "analyze part"),
    ("people", web_sessions.CLINICIANS),
    ("", web_sessions.AVAILABILITY),
    ("", web_sessions.PAYER_ROWS),
    ("", web_sessions.CLIENTS),
    ("", web_sessions.COVERAGES),
    ("", web_sessions.SESSIONS),
    ("", web_sessions.ATTENDANCES),
    ("charts", web_sessions.NOTES),
    ("", web_sessions.MEASURES),
    ("", web_sessions.DOCUMENTS),
    ("", web_sessions.TRAIL),
    ("", web_sessions.MESSAGES),
    ("claims", web_money.CLAIMS),
    ("", web_money.CLAIM_LINES),
    ("", "analyze claim"),
    ("", web_money.FILES),
    ("", web_money.INTERCHANGES),
    ("", web_money.REMITTANCES),
    ("", web_money.ANSWERS),
    ("money", web_money.ASKED),
    ("", web_money.INVOICES),
    ("", web_money.INVOICE_LINES),
    ("", web_money.FEES),
    ("", web_money.PAYMENTS),
    ("", web_money.PAY_STATEMENTS),
    ("", web_money.PAY_LINES),
    ("", web_money.POSTED),
    ("", web_money.ENTRIES),
    ("", web_money.POSTINGS),
    ("tasks", web_sessions.TASKS),
)
NUMBERED = (
    *("clinician", "payer", "client", "coverage", "attendance", "interchange", "remittance", "remittance_claim"),
    *("pay_line", "pay_statement", "entry", "posting"),
)
"""Tables whose rows were numbered here; what is written next goes on after them."""


@dataclass(frozen=True)
class Watched:
    """What pages are asked about, and the secret of each one's sign-in."""

    cookies: dict[str, str]
    today: date
    session_ahead: UUID
    session_held: UUID
    note: UUID
    draft: UUID
    draft_client: int
    claim: str
    remittance: int
    invoice: str
    payment: UUID
    task: UUID


def move_in(engine: Engine, vault: Vault, sessions: int, say: Say) -> Watched:
    """Write the whole practice."""
    now = datetime.now(UTC)
    timezone = noon(now)
    today = local_day(now, zone(timezone))
    clinicians = max(FEWEST_CLINICIANS, min(MOST_CLINICIANS, sessions // SESSIONS_A_CLINICIAN))
    weeks = -(-sessions // (clinicians * A_WEEK))
    values = {
        **{"sessions": sessions, "clinicians": clinicians, "weeks": weeks, "weeks_past": weeks - ahead(weeks)},
        **{"today": today, "now": now, "timezone": timezone},
    }
    with Database(engine) as db, db.begin():
        _tell_defaults(db)
        with in_bulk(db):
            _furnish(db, timezone, today)
            for name, statement in STEPS:
                if name:
                    say(f"writing {name}")
                db.execute(text(statement), {key: values[key] for key in values if f":{key}" in statement})
            say("building indexes")
        for table in NUMBERED:
            db.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"))
        ledger.carry(db)
        cookies = dict(_people(db, now))
        _write_notes(db, vault)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
        found = {name: connection.execute(text(sql), {"today": today, "now": now}).scalar_one() for name, sql in LOOK}
    return Watched(cookies=cookies, today=today, **found)


def ahead(weeks: int) -> int:
    """How many of the weeks lie ahead: a month, in a short history less."""
    return min(4, max(1, weeks // 4))


LOOK: tuple[tuple[str, str], ...] = tuple(
    {
        "session_ahead": """select s.id from session s join attendance a on a.session_id = s.id where s.clinician_id = 1
            and s.starts > :now and a.status in ('booked', 'confirmed') order by s.starts limit 1""",
        "session_held": """select s.id from session s join attendance a on a.session_id = s.id where a.client_id = 1
            and a.status = 'attended' order by s.starts desc limit 1""",
        "note": "select id from note where client_id = 1 and signed_at is not null and format <> 'plan' limit 1",
        "draft": "select id from note where clinician_id = 1 and signed_at is null order by day desc, id limit 1",
        "draft_client": """select client_id from note where clinician_id = 1 and signed_at is null
            order by day desc, id limit 1""",
        "claim": """select number from claim where coverage_id = 1 and status = 'paid' order by held_on desc limit 1""",
        "remittance": "select id from remittance order by paid_on desc, id desc limit 1",
        "invoice": "select number from invoice where client_id = 1 order by issued_on desc, number desc limit 1",
        "payment": "select id from payment where client_id = 1 order by at desc limit 1",
        "task": "select id from task where closed_at is null and role = 'biller' order by due_at limit 1",
    }.items()
)


def _tell_defaults(db: Database) -> None:
    """Let this database know what new rows are made with, so that plain SQL names only what it has to say."""
    connection = db.connection()
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            default: Any = column.default
            if default is None:
                continue
            shown: Any = "'{}'" if isinstance(column.type, ARRAY) else "'[]'"  # a new list each time
            if default.is_scalar:
                shown = literal(default.arg, column.type).compile(connection, compile_kwargs={"literal_binds": True})
            connection.exec_driver_sql(f'alter table "{table.name}" alter column "{column.name}" set default {shown}')


def _furnish(db: Database, timezone: str, today: date) -> None:
    """The practice, what it offers, and at which rules."""
    db.add(
        Practice(
            name="Bench",
            email="office@bench.example",
            timezone=timezone,
            npi="1999999984",
            tax_id="123456789",
            taxonomy="101Y00000X",
            pay_anchor=today,
            line1="1 Elm Street",
            city="Springfield",
            state="IL",
            zip="627041234",
        )
    )
    db.add(PolicyRow(id=1, effective_from=SINCE, no_show_fee="50%"))
    db.add(Service(id=1, name="Psychotherapy, 45 minutes", code="90834", minutes=50, self_book=True))
    db.add(Service(id=2, name="Group", code="90853", minutes=50))
    db.flush()
    for service_id in (1, 2):
        db.add(RateRow(service_id=service_id, amount=Decimal(web_money.CHARGE), effective_from=SINCE))
    db.flush()


def _people(db: Database, now: datetime) -> Iterator[tuple[str, str]]:
    """Somebody of each role, signed in."""
    for role in Role:
        works = WATCHED if role in (Role.CLINICIAN, Role.SUPERVISOR) else None
        mine = [(WATCHED, "self")] if role is Role.CLIENT else []
        login = f"{role}@bench.example"
        account = Account(login=login, email=login, name=role.value, roles=[role], clinician_id=works, created_at=now)
        access.new_account(db, account, mine)
        yield role.value, access.open_sign_in(db, account, now, "bench")


def _write_notes(db: Database, vault: Vault) -> None:
    """Words in the notes of the watched client and clinician that open, and a plan among them."""
    about = select(Note, AttendanceRow).join(AttendanceRow, col(AttendanceRow.id) == Note.attendance_id)
    mine = db.exec(about.where((col(Note.client_id) == WATCHED) | col(Note.signed_at).is_(None))).all()
    plan = next(note for note, _ in mine if note.signed_at)
    for note, attendance in mine:
        told = {TEXT.key: WORDS}
        note.format, note.id = NoteFormat.FREE, charts.note_id(attendance.session_id, note.client_id)
        if note is plan:
            told = {"problem": WORDS, "goal-1": "Sleep through the night", "steps-1": "Up at the same hour each day"}
            note.format, note.attendance_id = NoteFormat.PLAN, None
        note.words = vault.seal(json.dumps(told), f"note/{note.id}")
    db.flush()


def figures(engine: Engine) -> dict[str, Any]:
    """How much there is."""
    tables = ("session", "attendance", "note", "claim", "invoice", "payment", "posting", "task")
    with engine.connect() as connection:
        return {t: connection.execute(text(f"select count(*) from {t}")).scalar_one() for t in tables}
