"""The demo's practice as reference data, entered as a new owner would enter it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from activities.ports import Cards
from models.facts import PayBasis
from models.money import dollars
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
from starter import setup
from starter.demo.people import OFFERS, PAYERS, STAFF, Cast, Person, Staff

FROM_THE_START = date(2020, 1, 1)
PERIOD = timedelta(days=13)
TAXONOMY = "101Y00000X"
CITY, STATE = "Springfield", "IL"


@dataclass(frozen=True)
class Ids:
    """What the names of the demo became in the database."""

    clinicians: dict[str, int]
    services: dict[str, int]
    payers: dict[str, int]
    clients: dict[str, int]


def move_in(engine: Engine, cards: Cards, cast: Cast, timezone: str, today: date) -> Ids:
    """Enter everything; the biweekly pay period ends today, so that it can be closed at the end of the story."""
    setup.add(engine, _practice(timezone, today))
    policy = PolicyRow(
        effective_from=FROM_THE_START, notice_hours=24, late_cancel_fee="100%", no_show_fee="75.00", waivers_per_year=1
    )
    setup.add(engine, policy)
    services = {
        offer.key: setup.add(engine, Service(name=offer.name, code=offer.code, minutes=offer.minutes))
        for offer in OFFERS
    }
    for offer in OFFERS:
        setup.add(engine, _rate(services[offer.key], offer.rate))
    return Ids(
        clinicians={staff.key: _clinician(engine, staff, services) for staff in STAFF},
        services=services,
        payers=(payers := {key: setup.add(engine, Payer(name=name, payer_id=key)) for key, name in PAYERS.items()}),
        clients={person.key: _client(engine, cards, person, services, payers) for person in cast.clients},
    )


def _practice(timezone: str, today: date) -> Practice:
    return Practice(
        name="Elm Street Therapy",
        email="office@elmstreet.example",
        phone="2175550142",
        timezone=timezone,
        npi="1999999984",
        tax_id="123456789",
        taxonomy=TAXONOMY,
        pay_cycle="biweekly",
        pay_anchor=today - PERIOD,
        line1="1 Elm Street",
        zip="62704-1234",
        city=CITY,
        state=STATE,
    )


def _rate(service_id: int, amount: str) -> RateRow:
    return RateRow(service_id=service_id, amount=dollars(amount), effective_from=FROM_THE_START)


def _clinician(engine: Engine, staff: Staff, services: dict[str, int]) -> int:
    email = f"{staff.key}@elmstreet.example"
    number = setup.add(engine, Clinician(name=staff.name, npi=staff.npi, email=email, taxonomy=TAXONOMY))
    for service, basis, value, after, each in staff.contract:
        rule = PayRuleRow(
            clinician_id=number,
            service_id=services.get(service),
            basis=PayBasis(basis),
            value=dollars(value),
            after_sessions=after,
            per_extra_attendee=dollars(each),
            effective_from=FROM_THE_START,
        )
        setup.add(engine, rule)
    terms = PayTerms(
        clinician_id=number,
        fee_share=dollars(staff.fee_share),
        guaranteed=dollars(staff.guaranteed),
        effective_from=FROM_THE_START,
    )
    setup.add(engine, terms)
    return number


def _client(engine: Engine, cards: Cards, person: Person, services: dict[str, int], payers: dict[str, int]) -> int:
    client = Client(
        first=person.first,
        last=person.last,
        email=person.email,
        birth=person.born,
        sex=person.sex,
        line1="12 Oak Avenue",
        zip="62704",
        card=cards.store(person.card) if person.card else None,
        autopay_since=datetime.now(UTC) - timedelta(days=60) if person.card else None,
        city=CITY,
        state=STATE,
    )
    number = setup.add(engine, client)
    for service, amount in person.agreed.items():
        agreed = RateRow(service_id=services[service], client_id=number, amount=amount, effective_from=FROM_THE_START)
        setup.add(engine, agreed)
    for sequence, cover in enumerate(person.covers, start=1):
        coverage = Coverage(
            client_id=number,
            payer_id=payers[cover.payer],
            member_id=cover.member_id,
            copay=cover.copay,
            authorization=cover.authorization,
            sequence=sequence,
        )
        setup.add(engine, coverage)
    return number
