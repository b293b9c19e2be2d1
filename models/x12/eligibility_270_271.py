"""Eligibility: the 270 that asks (005010X279A1), written and read here; the answer is in `eligibility_271`."""

from collections.abc import Iterator, Sequence

from models.errors import Refused
from models.x12.eligibility import (
    Benefit,
    Contact,
    EligibilityAnswer,
    EligibilityRequest,
    EligibilityResponse,
    Inquiry,
    Rejection,
    Terms,
)
from models.x12.eligibility_271 import GUIDE, read_271, write_271
from models.x12.envelope import Envelope, Transaction, interchanges
from models.x12.parties import Payer, Person, Provider, birth_rows, level_of, read_person
from models.x12.segments import Segments, cut, every, first, need
from models.x12.writing import Body, Row, compose, day, own_control

__all__ = [
    "Benefit",
    "Contact",
    "EligibilityAnswer",
    "EligibilityRequest",
    "EligibilityResponse",
    "Inquiry",
    "Rejection",
    "Terms",
    "read_270",
    "read_271",
    "write_270",
    "write_271",
]

RELATIONSHIPS = ("01", "19", "34")
"""Spouse, child, other adult: the only ones the guide lets an inquiry name."""


def write_270(envelope: Envelope, requests: Sequence[EligibilityRequest]) -> str:
    """One interchange with a transaction per payer, each with any number of clients."""
    if not requests or not all(request.inquiries for request in requests):
        raise Refused("an eligibility request asks about at least one client")
    bodies = [
        Body("270", list(_rows(each, envelope)), GUIDE, own_control(envelope, place))
        for place, each in enumerate(requests)
    ]
    return compose(envelope, "HS", GUIDE, bodies)


def _rows(request: EligibilityRequest, envelope: Envelope) -> Iterator[Row]:
    created, provider = envelope.created, request.provider
    kind = "1" if provider.first else "2"
    yield ("BHT", "0022", "13", request.reference, day(created), created.strftime("%H%M"))
    yield ("HL", "1", "", "20", "1")
    yield ("NM1", "PR", "2", request.payer.name, "", "", "", "", "PI", request.payer.id)
    yield ("HL", "2", "1", "21", "1")
    yield ("NM1", "1P", kind, provider.name, provider.first, "", "", "", "XX", provider.npi)
    level = 2
    for inquiry in request.inquiries:
        level += 1
        yield from _subscriber(inquiry, level)
        if inquiry.patient:
            yield from _dependent(inquiry, inquiry.patient, level + 1, parent=level)
            level += 1


def _subscriber(inquiry: Inquiry, level: int) -> Iterator[Row]:
    person = inquiry.subscriber
    yield ("HL", str(level), "2", "22", "1" if inquiry.patient else "0")
    if not inquiry.patient:
        yield _trace(inquiry)
    yield ("NM1", "IL", "1", person.last, person.first, "", "", "", "MI", inquiry.member_id)
    yield from birth_rows(person)
    if not inquiry.patient:
        yield from _question(inquiry)


def _dependent(inquiry: Inquiry, patient: Person, level: int, parent: int) -> Iterator[Row]:
    yield ("HL", str(level), str(parent), "23", "0")
    yield _trace(inquiry)
    yield ("NM1", "03", "1", patient.last, patient.first)
    yield from birth_rows(patient)
    if inquiry.relationship in RELATIONSHIPS:
        yield ("INS", "N", inquiry.relationship)
    yield from _question(inquiry)


def _trace(inquiry: Inquiry) -> Row:
    """Our number of the question; TRN03 says that it is a number of our own making."""
    return ("TRN", "1", inquiry.trace, "9PERSESSN0")


def _question(inquiry: Inquiry) -> Iterator[Row]:
    yield ("DTP", "291", "D8", day(inquiry.on))
    for service in inquiry.services:
        yield ("EQ", service)


def read_270(text: str) -> tuple[EligibilityRequest, ...]:
    """Every request of the text, as the payer's side reads it."""
    return tuple(
        read_request(transaction)
        for interchange in interchanges(text)
        for transaction in interchange.transactions
        if transaction.set_id == "270"
    )


def read_request(transaction: Transaction) -> EligibilityRequest:
    """One 270."""
    header, levels = cut(transaction.segments, "HL")
    payer, provider = level_of(header, levels, "20"), level_of(header, levels, "21")
    name, asking = need(payer, "NM1"), need(provider, "NM1")
    return EligibilityRequest(
        payer=Payer(name.text(3), name.text(9)),
        provider=Provider(asking.text(9), asking.text(3), asking.text(4)),
        inquiries=tuple(_inquiries(levels)),
        reference=need(header, "BHT").text(3),
    )


def _inquiries(levels: Sequence[Segments]) -> Iterator[Inquiry]:
    """Who is asked about: a subscriber, or the dependent who follows one."""
    insured: Segments = ()
    for level in levels:
        kind = level[0].text(3)
        if kind == "22":
            insured = level
        if kind in ("22", "23") and first(level, "EQ"):
            if not insured:
                raise level[0].broken(3, "is a dependent before any subscriber")
            yield _inquiry(level, insured)


def _inquiry(level: Segments, insured: Segments) -> Inquiry:
    subscriber, trace, related = need(insured, "NM1", "IL"), first(level, "TRN"), first(level, "INS")
    dated = first(level, "DTP", "291") or need(level, "DTP")
    is_dependent = level is not insured
    return Inquiry(
        trace=trace.text(2) if trace else "",
        member_id=subscriber.text(9),
        subscriber=read_person(subscriber, insured),
        on=dated.day(3),
        patient=read_person(need(level, "NM1", "03"), level) if is_dependent else None,
        relationship=(related.text(2) if related else "") if is_dependent else "18",
        services=tuple(service for asked in every(level, "EQ") for service in asked.repeats(1)),
    )
