"""Many held and signed sessions of insured clients with their claims, written straight into a throwaway database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Engine
from sqlmodel import Session as Database

from models.tables import (
    AttendanceRow,
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Entry,
    Note,
    Payer,
    PolicyRow,
    Posting,
    Practice,
    Service,
    Session,
)

NAMES = UUID("4f0e1c52-6a4e-4a3f-9d0f-3c6c8a0f2b11")
NOW = datetime(2026, 3, 25, 15, 0, tzinfo=UTC)
CHARGE, CODE, PAYER = Decimal("150.00"), "90837", "60054"
A_CLIENT = 20
"""Claims of one client, on as many days."""
FIRST_DAY = datetime(2026, 2, 2, 15, 0, tzinfo=UTC)


def furnish(engine: Engine, count: int) -> None:
    """A practice with so many claims that wait to be sent, each charged to its payer."""
    with Database(engine) as db, db.begin():
        _reference(db, clinicians=count // A_CLIENT + 1)
        db.flush()
        for start in range(0, count, A_CLIENT):
            _client(db, start // A_CLIENT + 1, range(start, min(start + A_CLIENT, count)))


def _reference(db: Database, clinicians: int) -> None:
    db.add(
        Practice(
            name="Bench",
            email="office@bench.example",
            phone="2175550142",
            timezone="America/Chicago",
            npi="1999999984",
            tax_id="123456789",
            taxonomy="101Y00000X",
            pay_anchor=date(2026, 1, 5),
            line1="1 Elm Street",
            city="Springfield",
            state="IL",
            zip="627041234",
        )
    )
    db.add(Payer(id=1, name="Bench Health", payer_id=PAYER))
    db.add(PolicyRow(id=1, effective_from=date(2020, 1, 1)))
    db.add(Service(id=1, name="Therapy", code=CODE, minutes=60))
    for number in range(1, clinicians + 1):
        db.add(Clinician(id=number, name="Ada Stone", npi="1987654328", taxonomy="103TC0700X"))


def _client(db: Database, number: int, claims: range) -> None:
    """A client with a clinician of their own, and a session a day."""
    db.add(
        Client(
            id=number,
            first="Pat",
            last="Doe",
            birth=date(1985, 5, 17),
            sex="F",
            line1="12 Elm Street",
            city="Springfield",
            state="IL",
            zip="62704",
            diagnoses=["F41.1"],
        )
    )
    db.flush()
    db.add(Coverage(id=number, client_id=number, payer_id=1, member_id=f"W{number:08d}"))
    for place, claim in enumerate(claims):
        _session(db, number, claim + 1, FIRST_DAY + timedelta(days=place))
    db.flush()
    for place, claim in enumerate(claims):
        _claim(db, number, claim + 1, FIRST_DAY + timedelta(days=place))


def _session(db: Database, client: int, number: int, starts: datetime) -> None:
    name = uuid5(NAMES, str(number))
    ends = starts + timedelta(hours=1)
    db.add(
        Session(
            id=name,
            clinician_id=client,
            service_id=1,
            policy_id=1,
            starts=starts,
            ends=ends,
            place="Room",
            booked_at=NOW,
        )
    )
    db.flush()
    db.add(AttendanceRow(id=number, session_id=name, client_id=client, status="attended", minutes=60))


def _claim(db: Database, client: int, number: int, starts: datetime) -> None:
    name = uuid5(NAMES, f"note {number}")
    day = starts.date()
    db.add(
        Note(
            id=name,
            client_id=client,
            clinician_id=client,
            attendance_id=number,
            day=day,
            diagnoses=["F41.1"],
            signed_at=NOW,
        )
    )
    db.add(
        Claim(
            number=f"C{number:07d}",
            client_id=client,
            coverage_id=client,
            payer_id=1,
            sequence=1,
            charge=CHARGE,
            held_on=day,
            made_at=NOW,
        )
    )
    db.flush()
    line: dict[str, Any] = {"coverage_id": client, "attendance_id": number, "held_on": day, "charge": CHARGE}
    db.add(ClaimLine(claim_number=f"C{number:07d}", place=1, service_id=1, **line))
    session = uuid5(NAMES, str(number))
    entry = Entry(
        key=f"charge/{number}",
        at=NOW,
        on_day=day,
        event="attended, insured",
        rule="bench",
        why="",
        client_id=client,
        session_id=session,
        attendance_id=number,
    )
    db.add(entry)
    db.flush()
    db.add(Posting(entry_id=entry.id or 0, account="receivable:payer:1", amount=CHARGE))
    db.add(Posting(entry_id=entry.id or 0, account="income:session", amount=-CHARGE))
