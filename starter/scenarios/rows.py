"""A scenario's practice as rows: the small things a file does not say are filled in believably."""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid5

from sqlmodel import Session as Database

from activities.ports import Cards
from activities.tasks import NAMES
from models.calendar import midnight, zone
from models.facts import PayBasis
from models.tables import (
    Client,
    Clinician,
    Coverage,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)
from starter.scenarios.file import Scenario
from starter.scenarios.outcome import Names

Row = TypeVar("Row")
BEFORE_ALL = date(2000, 1, 1)
CARD_THAT_WORKS = "4242424242424242"
HOME: dict[str, Any] = {"line1": "12 Elm Street", "city": "Springfield", "state": "IL", "zip": "62704"}


def move_in(db: Database, cards: Cards, scenario: Scenario, later: int) -> Names:
    """Write the practice, its people and its agreements; what the file's names became."""
    practice = scenario.practice
    anchor = practice["pay_anchor"] or practice["today"]
    db.add(
        Practice(
            name="Elm Street Practice",
            email="office@elmstreet.example",
            phone="2175550142",
            timezone=practice["timezone"],
            npi="1999999984",
            tax_id="123456789",
            taxonomy="101Y00000X",
            pay_cycle=practice["pay_period"],
            pay_anchor=anchor.replace(year=anchor.year + later),
            line1="1 Elm Street",
            city="Springfield",
            state="IL",
            zip="627041234",
            gives_estimates=False,  # a scenario is about time and money; papers have tests of their own
        )
    )
    policy = dict(scenario.policy, note_required=practice["note_required"])
    db.add(PolicyRow(effective_from=BEFORE_ALL, **policy))
    db.flush()
    services = {row["id"]: _service(db, row) for row in scenario.services}
    payers = {row["id"]: _payer(db, row) for row in scenario.payers}
    agreeing = {event["clinician"] for event in scenario.events if event["do"] == "contract"}
    clinicians = {row["id"]: _clinician(db, row, services, row["id"] in agreeing) for row in scenario.clinicians}
    since = midnight(practice["today"].replace(year=practice["today"].year + later), zone(practice["timezone"]))
    clients: dict[str, int] = {}
    for row in scenario.clients:
        client = _client(db, row, services, payers)
        if row["autopay"]:
            client.card, client.autopay_since = cards.store(CARD_THAT_WORKS), since
        clients[row["id"]] = client.id or 0
    db.flush()
    sessions = {row["id"]: uuid5(NAMES, f"scenario/{row['id']}") for row in scenario.sessions}
    return Names(clients, payers, clinicians, sessions, services)


def _service(db: Database, row: Any) -> int:
    service = _added(db, Service(name=row["id"], code=row["code"], minutes=row["minutes"]))
    db.add(RateRow(service_id=service.id or 0, amount=row["rate"], effective_from=BEFORE_ALL))
    return service.id or 0


def _payer(db: Database, row: Any) -> int:
    payer = Payer(
        name=row["name"],
        payer_id=row["payer_id"],
        timely_filing_days=row["timely_filing_days"],
        allows_no_show_fee=row["allows_no_show_fee"],
        claims_per=row["claims_per"],
        filing_indicator=row["filing_indicator"],
    )
    return _added(db, payer).id or 0


def _clinician(db: Database, row: Any, services: dict[str, int], agrees_later: bool) -> int:
    """Somebody who holds sessions; who agrees on a contract by an event has none before it."""
    email = f"{row['id']}@elmstreet.example"
    clinician = _added(db, Clinician(name=row["name"], npi=row["npi"], email=email, taxonomy="101Y00000X"))
    number = clinician.id or 0
    for rule in row["pay"]:
        db.add(
            PayRuleRow(
                clinician_id=number,
                service_id=services.get(rule["service"]),
                basis=PayBasis(rule["basis"]),
                value=rule["value"],
                after_sessions=rule["after_sessions"],
                per_extra_attendee=rule["per_extra_attendee"],
                from_attendees=rule["from_attendees"],
                effective_from=BEFORE_ALL,
            )
        )
    for service, amount in row["rate"].items():
        own = RateRow(service_id=services[service], clinician_id=number, amount=amount, effective_from=BEFORE_ALL)
        db.add(own)
    terms = PayTerms(
        clinician_id=number, fee_share=row["fee_share"], guaranteed=row["guaranteed"], effective_from=BEFORE_ALL
    )
    if not agrees_later:
        db.add(terms)
    return number


def _client(db: Database, row: Any, services: dict[str, int], payers: dict[str, int]) -> Client:
    first, _, last = row["name"].rpartition(" ")
    email = f"{row['id']}@client.example"
    client = _added(db, Client(first=first or last, last=last, email=email, birth=date(1985, 5, 17), sex="U", **HOME))
    for service, amount in row["rate"].items():
        db.add(
            RateRow(
                service_id=services[service], client_id=client.id, amount=Decimal(amount), effective_from=BEFORE_ALL
            )
        )
    for sequence, coverage in enumerate(row["coverage"], start=1):
        db.add(
            Coverage(
                client_id=client.id or 0,
                payer_id=payers[coverage["payer"]],
                member_id=coverage["member_id"],
                copay=coverage["copay"],
                sequence=sequence,
            )
        )
    return client


def _added(db: Database, row: Row) -> Row:
    db.add(row)
    db.flush()
    return row
