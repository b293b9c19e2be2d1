"""A practice to measure: one clinician and one client a session, and a policy whose hours are seconds.

The database is thrown away after, so its policy may hold fractions of an hour: reminders then really fire, a few
seconds apart, and sessions are attended after they have started, with nothing in the code told that it is measured.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine, text
from sqlmodel import Session as Database

from activities.ports import Cards
from models.facts import PayBasis
from models.tables import Client, Clinician, Coverage, Payer, PayRuleRow, PolicyRow, Practice, RateRow, Service

LEAD = timedelta(seconds=8)
"""From booking to start."""
REMINDED = (3, 2, 1)
"""Seconds before the start, for the 48, 24 and 2 hours of a usual policy."""
MINUTES = 45
SINCE = date(2000, 1, 1)
CARD = "4242424242424242"


@dataclass(frozen=True)
class People:
    """Who takes part: a clinician and a client for each session to be lived."""

    service_id: int
    clinicians: tuple[int, ...]
    clients: tuple[int, ...]


def noon(now: datetime) -> str:
    """A time zone in which it is about noon, so that no quiet hours hold a reminder back."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def move_in(engine: Engine, cards: Cards, self_pay: int, insured: int) -> People:
    """Write the practice with so many clients of each kind; the insured are the last."""
    now = datetime.now(UTC)
    with Database(engine) as db, db.begin():
        db.add(_practice(noon(now)))
        db.add(PolicyRow(effective_from=SINCE))
        service = Service(name="Session", code="90834", minutes=MINUTES)
        payer = Payer(name="Payer", payer_id="60054")
        db.add_all([service, payer])
        db.flush()
        db.add(RateRow(service_id=service.id or 0, amount=Decimal("150.00"), effective_from=SINCE))
        clinicians = [Clinician(name="C", npi="1999999984", taxonomy="101Y00000X") for _ in range(self_pay + insured)]
        clients = [_client(number, cards, now) for number in range(self_pay + insured)]
        db.add_all([*clinicians, *clients])
        db.flush()
        db.add_all(_pay_rule(clinician.id or 0) for clinician in clinicians)
        db.add_all(
            Coverage(client_id=client.id or 0, payer_id=payer.id or 0, member_id=f"M{client.id}")
            for client in clients[self_pay:]
        )
        _seconds_for_hours(db)
        return People(
            service.id or 0, tuple(each.id or 0 for each in clinicians), tuple(each.id or 0 for each in clients)
        )


def _seconds_for_hours(db: Database) -> None:
    db.flush()
    db.execute(text("alter table policy alter column reminder_hours type double precision[]"))
    hours = [seconds / 3600 for seconds in REMINDED]
    db.execute(text("update policy set reminder_hours = cast(:hours as double precision[])"), {"hours": hours})


def _practice(timezone: str) -> Practice:
    return Practice(
        name="Bench",
        email="office@bench.example",
        timezone=timezone,
        npi="1999999984",
        tax_id="123456789",
        taxonomy="101Y00000X",
        pay_anchor=SINCE,
        line1="1 Elm Street",
        city="Springfield",
        state="IL",
        zip="627041234",
    )


def _client(number: int, cards: Cards, now: datetime) -> Client:
    return Client(
        first="Client",
        last=f"Number{number}",
        email=f"client{number}@bench.example",
        birth=date(1985, 5, 17),
        line1="12 Elm Street",
        city="Springfield",
        state="IL",
        zip="62704",
        card=cards.store(CARD),
        autopay_since=now,
    )


def _pay_rule(clinician_id: int) -> PayRuleRow:
    return PayRuleRow(clinician_id=clinician_id, basis=PayBasis.FLAT, value=Decimal("90.00"), effective_from=SINCE)
