"""The answer to an eligibility request: the 271 (005010X279A1), read and written."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.errors import Refused
from models.x12.eligibility import (
    Benefit,
    Contact,
    EligibilityAnswer,
    EligibilityResponse,
    Level,
    Network,
    Rejection,
)
from models.x12.envelope import Envelope, Transaction, interchanges
from models.x12.parties import Payer, Person, Provider, address_rows, read_person
from models.x12.segments import Segment, Segments, cut, every, first, need, reference
from models.x12.writing import Body, Repeats, Row, compose, day, money, number

GUIDE = "005010X279A1"
LEVELS: dict[str, Level] = {"20": "payer", "21": "provider", "22": "subscriber", "23": "dependent"}
NETWORKS: dict[str, Network] = {"Y": "in", "N": "out", "W": "both"}
ANSWERS = {"Y": True, "N": False}
BEGINS, ENDS, THROUGHOUT = ("346", "348", "356"), ("347", "349", "357"), ("291", "292", "307")
"""Plan, benefit and eligibility: their first day, their last day, or both in one range."""


def read_271(text: str) -> tuple[EligibilityResponse, ...]:
    """Every response of the text."""
    return tuple(
        read_response(transaction)
        for interchange in interchanges(text, tolerant=True)
        for transaction in interchange.transactions
        if transaction.set_id == "271"
    )


def read_response(transaction: Transaction) -> EligibilityResponse:
    """One 271."""
    header, levels = cut(transaction.segments, "HL")
    payer, provider = _named(levels, "20"), _named(levels, "21")
    return EligibilityResponse(
        reference=need(header, "BHT").text(3),
        payer=Payer(payer.text(3), payer.text(9)) if payer else Payer("", ""),
        provider=Provider(provider.text(9), provider.text(3), provider.text(4)) if provider else Provider("", ""),
        answers=tuple(_answers(levels)),
        rejections=tuple(
            rejection for level in levels if level[0].text(3) in ("20", "21") for rejection in _rejections(level)
        ),
    )


def _named(levels: Sequence[Segments], kind: str) -> Segment | None:
    return next((first(level, "NM1") for level in levels if level[0].text(3) == kind), None)


def _rejections(level: Segments) -> Iterator[Rejection]:
    whose = LEVELS[level[0].text(3)]
    for refused in every(level, "AAA"):
        yield Rejection(whose, refused.required(3), refused.text(4))


def _answers(levels: Sequence[Segments]) -> Iterator[EligibilityAnswer]:
    """Those who are told about: a subscriber, or the dependent who follows one."""
    insured: Segments = ()
    for level in levels:
        kind = level[0].text(3)
        if kind not in LEVELS:
            raise level[0].broken(3, "is no level of an eligibility response")
        insured = level if kind == "22" else insured
        if kind in ("22", "23") and any(first(level, identifier) for identifier in ("TRN", "EB", "AAA")):
            if not insured:
                raise level[0].broken(3, "is a dependent before any subscriber")
            yield _answer(level, insured)


def _answer(level: Segments, insured: Segments) -> EligibilityAnswer:
    own, benefits = cut(level, "EB")
    subscriber = need(insured, "NM1", "IL")
    begins, ends = _span(own)
    return EligibilityAnswer(
        traces=tuple(trace.text(2) for trace in every(own, "TRN") if trace.text(1) != "1"),
        member_id=subscriber.text(9),
        subscriber=read_person(subscriber, insured),
        patient=None if level is insured else read_person(need(own, "NM1", "03"), own),
        begins=begins,
        ends=ends,
        group_number=reference(own, "6P") or reference(insured, "6P"),
        benefits=tuple(_benefit(run) for run in benefits),
        rejections=tuple(_rejections(level)),
    )


def _span(segments: Segments) -> tuple[dt.date | None, dt.date | None]:
    """First and last day, as far as they are told."""
    begins = ends = None
    for dated in every(segments, "DTP"):
        about, days = dated.text(1), dated.days(3)
        if about in BEGINS or about in THROUGHOUT:
            begins = begins or (days[0] if days else None)
        if about in ENDS or (about in THROUGHOUT and len(days) > 1):
            ends = ends or (days[-1] if days else None)
    return begins, ends


def _benefit(run: Segments) -> Benefit:
    told, counted = run[0], first(run, "HSD")
    begins, ends = _span(run)
    unit, quantity, period = told.text(9), _quantity(told, 10), told.text(6)
    if quantity is None and counted:
        unit, quantity, period = counted.text(1), _quantity(counted, 2), period or counted.text(5)
    return Benefit(
        kind=told.required(1),
        services=tuple(filter(None, told.repeats(3))),
        people=told.text(2),
        insurance_type=told.text(4),
        plan=told.text(5),
        period=period,
        amount=told.amount_or_none(7),
        percent=_percent(told),
        unit=unit,
        quantity=quantity,
        authorization=ANSWERS.get(told.text(11)),
        network=NETWORKS.get(told.text(12), ""),
        begins=begins,
        ends=ends,
        messages=tuple(message.text(1) for message in every(run, "MSG")),
        contacts=tuple(_contact(loop) for loop in cut(run, "NM1")[1]),
    )


def _quantity(segment: Segment, element: int) -> Decimal | None:
    return segment.quantity(element) if segment.text(element) else None


def _percent(told: Segment) -> Decimal | None:
    """EB08 is a part of one, .2 for 20 %; a payer who writes 20 means the same."""
    part = _quantity(told, 8)
    return part * 100 if part is not None and part <= 1 else part


def _contact(loop: Segments) -> Contact:
    name, reached = loop[0], first(loop, "PER")
    by_phone = reached and next((reached.text(n + 1) for n in (3, 5, 7) if reached.text(n) == "TE"), "")
    return Contact(name.text(1), " ".join(filter(None, (name.text(4), name.text(3)))), name.text(9), by_phone or "")


def write_271(envelope: Envelope, responses: Sequence[EligibilityResponse]) -> str:
    """One interchange with a transaction per response."""
    if not responses:
        raise Refused("an eligibility response answers at least one request")
    return compose(envelope, "HB", GUIDE, [Body("271", list(_rows(each, envelope)), GUIDE) for each in responses])


def _rows(response: EligibilityResponse, envelope: Envelope) -> Iterator[Row]:
    created, provider = envelope.created, response.provider
    refused = {each.level for each in response.rejections}
    yield ("BHT", "0022", "11", response.reference, day(created), created.strftime("%H%M"))
    yield ("HL", "1", "", "20", "0" if refused == {"payer"} else "1")
    yield from _refusals(each for each in response.rejections if each.level == "payer")
    yield ("NM1", "PR", "2", response.payer.name, "", "", "", "", "PI", response.payer.id)
    if refused == {"payer"}:
        return
    yield ("HL", "2", "1", "21", "1" if response.answers else "0")
    yield ("NM1", "1P", "1" if provider.first else "2", provider.name, provider.first, "", "", "", "XX", provider.npi)
    yield from _refusals(each for each in response.rejections if each.level == "provider")
    level = 2
    for answer in response.answers:
        level += 1
        yield from _insured(answer, level)
        if answer.patient:
            yield ("HL", str(level + 1), str(level), "23", "0")
            yield from _told(answer, ("NM1", "03", "1", answer.patient.last, answer.patient.first), answer.patient)
            level += 1


def _insured(answer: EligibilityAnswer, level: int) -> Iterator[Row]:
    person = answer.subscriber
    name: Row = ("NM1", "IL", "1", person.last, person.first, "", "", "", "MI", answer.member_id)
    yield ("HL", str(level), "2", "22", "1" if answer.patient else "0")
    if answer.patient:
        yield from (name, *_described(person))
    else:
        yield from _told(answer, name, person)


def _told(answer: EligibilityAnswer, name: Row, person: Person) -> Iterator[Row]:
    for trace in answer.traces:
        yield ("TRN", "2", trace, "9PERSESSN0")
    yield name
    if answer.group_number:
        yield ("REF", "6P", answer.group_number)
    yield from _refusals(answer.rejections)
    yield from _described(person)
    yield from _days(answer.begins, answer.ends, "346", "347")
    for benefit in answer.benefits:
        yield from _benefit_rows(benefit)


def _described(person: Person) -> Iterator[Row]:
    yield from address_rows(person.address)
    if person.birth:
        yield ("DMG", "D8", day(person.birth), person.sex)


def _refusals(rejections: Sequence[Rejection] | Iterator[Rejection]) -> Iterator[Row]:
    for each in rejections:
        yield ("AAA", "N", "", each.code, each.follow_up)


def _days(begins: dt.date | None, ends: dt.date | None, first_day: str, last_day: str) -> Iterator[Row]:
    for about, when in ((first_day, begins), (last_day, ends)):
        if when:
            yield ("DTP", about, "D8", day(when))


def _benefit_rows(benefit: Benefit) -> Iterator[Row]:
    signs = {True: "Y", False: "N", None: ""}
    network = next((sign for sign, meaning in NETWORKS.items() if meaning == benefit.network), "")
    numbers = (
        "" if benefit.amount is None else money(benefit.amount),
        "" if benefit.percent is None else number(benefit.percent / 100),
        benefit.unit,
        "" if benefit.quantity is None else number(benefit.quantity),
    )
    services = Repeats(benefit.services)
    about: Row = (benefit.kind, benefit.people, services, benefit.insurance_type, benefit.plan)
    yield ("EB", *about, benefit.period, *numbers, signs[benefit.authorization], network)
    yield from _days(benefit.begins, benefit.ends, "348", "349")
    for message in benefit.messages:
        yield ("MSG", message)
    for each in benefit.contacts:
        yield ("LS", "2120")
        yield ("NM1", each.role, "2", each.name, "", "", "", "", *(("PI", each.id) if each.id else ()))
        if each.phone:
            yield ("PER", "IC", "", "TE", each.phone)
        yield ("LE", "2120")
