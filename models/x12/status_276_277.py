"""Where a silent claim stands (005010X212): the 276 that asks and the 277 that answers, both written and read."""

from collections.abc import Iterator, Sequence

from models.errors import Refused
from models.x12.claim_status import StatusAnswer, StatusInquiry, StatusRequest, StatusResponse
from models.x12.envelope import Envelope, Transaction, interchanges
from models.x12.parties import Payer, Person, Provider, birth_rows, level_of, read_person
from models.x12.segments import Segments, cut, every, first, need, reference
from models.x12.status import read_statuses
from models.x12.writing import Body, Row, compose, day, money, own_control

GUIDE = "005010X212"
PAYER, SUBMITTER, PROVIDER, SUBSCRIBER, DEPENDENT = "20", "21", "19", "22", "23"
Levels = Sequence[Segments]


def write_276(envelope: Envelope, requests: Sequence[StatusRequest]) -> str:
    """One interchange with a transaction per payer, each about any number of claims."""
    if not requests or not all(request.inquiries for request in requests):
        raise Refused("a status request asks after at least one claim")
    bodies = [
        Body("276", list(_asked(each, envelope)), GUIDE, own_control(envelope, place))
        for place, each in enumerate(requests)
    ]
    return compose(envelope, "HR", GUIDE, bodies)


def _asked(request: StatusRequest, envelope: Envelope) -> Iterator[Row]:
    created = envelope.created
    yield ("BHT", "0010", "13", request.reference, day(created), created.strftime("%H%M"))
    yield from _heads(request.payer, request.submitter, request.submitter_id, request.provider)
    level = 3
    for inquiry in request.inquiries:
        level += 1
        yield from _insured(inquiry.subscriber, inquiry.member_id, level, has_dependent=inquiry.patient is not None)
        if inquiry.patient:
            yield from _treated(inquiry.patient, level + 1, parent=level)
            level += 1
        yield ("TRN", "1", inquiry.trace)
        yield from _claim_of(inquiry)


def _heads(payer: Payer, submitter: Provider, submitter_id: str, provider: Provider) -> Iterator[Row]:
    """The levels above the claims: payer, who asks, whose claims."""
    yield ("HL", "1", "", PAYER, "1")
    yield ("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.id)
    yield ("HL", "2", "1", SUBMITTER, "1")
    yield ("NM1", "41", "2", submitter.name, "", "", "", "", "46", submitter_id)
    yield ("HL", "3", "2", PROVIDER, "1")
    yield ("NM1", "1P", "1" if provider.first else "2", provider.name, provider.first, "", "", "", "XX", provider.npi)


def _insured(person: Person, member_id: str, level: int, has_dependent: bool) -> Iterator[Row]:
    yield ("HL", str(level), "3", SUBSCRIBER, "1" if has_dependent else "0")
    if not has_dependent:
        yield from birth_rows(person)
    yield ("NM1", "IL", "1", person.last, person.first, "", "", "", "MI", member_id)


def _treated(patient: Person, level: int, parent: int) -> Iterator[Row]:
    yield ("HL", str(level), str(parent), DEPENDENT)
    yield from birth_rows(patient)
    yield ("NM1", "QC", "1", patient.last, patient.first)


def _claim_of(inquiry: StatusInquiry) -> Iterator[Row]:
    if inquiry.payer_claim_number:
        yield ("REF", "1K", inquiry.payer_claim_number)
    yield ("REF", "EJ", inquiry.claim_number)
    yield ("AMT", "T3", money(inquiry.charge))
    yield ("DTP", "472", "RD8", f"{day(inquiry.first_day)}-{day(inquiry.last_day)}")


def read_276(text: str) -> tuple[StatusRequest, ...]:
    """Every request of the text, as the payer's side reads it."""
    return tuple(
        read_request(transaction)
        for interchange in interchanges(text)
        for transaction in interchange.transactions
        if transaction.set_id == "276"
    )


def read_request(transaction: Transaction) -> StatusRequest:
    """One 276."""
    header, levels = cut(transaction.segments, "HL")
    submitter = need(level_of(header, levels, SUBMITTER), "NM1")
    return StatusRequest(
        payer=_payer(header, levels),
        submitter=Provider("", submitter.text(3), submitter.text(4)),
        submitter_id=submitter.text(9),
        provider=_provider(header, levels),
        inquiries=tuple(_inquiry(*found) for found in _traced(levels)),
        reference=need(header, "BHT").text(3),
    )


def _payer(header: Segments, levels: Levels) -> Payer:
    name = need(level_of(header, levels, PAYER), "NM1")
    return Payer(name.text(3), name.text(9))


def _provider(header: Segments, levels: Levels) -> Provider:
    name = need(level_of(header, levels, PROVIDER), "NM1")
    return Provider(name.text(9), name.text(3), name.text(4))


def _traced(levels: Levels) -> Iterator[tuple[Segments, Segments, Segments]]:
    """Each claim of the levels: its own segments, its patient's level, its subscriber's."""
    insured: Segments = ()
    for level in levels:
        kind = level[0].text(3)
        if kind == SUBSCRIBER:
            insured = level
        if kind not in (SUBSCRIBER, DEPENDENT):
            continue
        if not insured:
            raise level[0].broken(3, "is a dependent before any subscriber")
        for run in cut(level, "TRN")[1]:
            yield run, level, insured


def _inquiry(run: Segments, level: Segments, insured: Segments) -> StatusInquiry:
    subscriber, days = need(insured, "NM1", "IL"), need(run, "DTP", "472")
    return StatusInquiry(
        trace=run[0].required(2),
        claim_number=reference(run, "EJ"),
        charge=need(run, "AMT", "T3").amount(2),
        first_day=days.day(3),
        last_day=(days.days(3) or (days.day(3),))[-1],
        member_id=subscriber.text(9),
        subscriber=read_person(subscriber, insured),
        patient=None if level is insured else read_person(need(level, "NM1", "QC"), level),
        payer_claim_number=reference(run, "1K"),
    )


def read_277(text: str) -> tuple[StatusResponse, ...]:
    """Every answer of the text; a 277CA in it is another matter (`claim_acknowledgment`)."""
    return tuple(
        read_response(transaction)
        for interchange in interchanges(text, tolerant=True)
        for transaction in interchange.transactions
        if transaction.set_id == "277" and transaction.version.startswith(GUIDE)
    )


def read_response(transaction: Transaction) -> StatusResponse:
    """One 277; where it tells nothing of a provider (the request was refused before), that is left empty."""
    header, levels = cut(transaction.segments, "HL")
    provider = next((first(level, "NM1") for level in levels if level[0].text(3) == PROVIDER), None)
    refused = [level for level in levels if level[0].text(3) in (PAYER, SUBMITTER, PROVIDER) and first(level, "STC")]
    return StatusResponse(
        payer=_payer(header, levels),
        provider=Provider(provider.text(9), provider.text(3), provider.text(4)) if provider else Provider("", ""),
        answers=tuple(_answer(run) for run, _, _ in _traced(levels)),
        verdicts=tuple(_verdict(level) for level in refused),
        reference=need(header, "BHT").text(3),
    )


def _answer(run: Segments) -> StatusAnswer:
    claim, _ = cut(run, "SVC")
    verdict, check = need(claim, "STC"), first(claim, "STC")
    return StatusAnswer(
        trace=run[0].required(2),
        statuses=tuple(read_statuses(claim)),
        claim_number=reference(claim, "EJ"),
        payer_claim_number=reference(claim, "1K"),
        charge=verdict.amount_or_none(4),
        paid=verdict.amount_or_none(5),
        on=verdict.day_or_none(2),
        check=check.text(9) if check else "",
    )


def _verdict(level: Segments) -> StatusAnswer:
    named = first(level, "TRN")
    statuses = tuple(read_statuses(level))
    return StatusAnswer(named.text(2) if named else "", statuses, on=every(level, "STC")[0].day_or_none(2))


def write_277(envelope: Envelope, request: StatusRequest, answers: Sequence[StatusAnswer]) -> str:
    """The answer to one request: each claim that was asked after, by its trace."""
    told = {answer.trace: answer for answer in answers}
    if not told or not all(inquiry.trace in told for inquiry in request.inquiries):
        raise Refused("a status response answers every claim that was asked after")
    rows = list(_response(envelope, request, told))
    return compose(envelope, "HN", GUIDE, [Body("277", rows, GUIDE)])


def _response(envelope: Envelope, request: StatusRequest, told: dict[str, StatusAnswer]) -> Iterator[Row]:
    created = envelope.created
    yield ("BHT", "0010", "08", str(envelope.control), day(created), created.strftime("%H%M"), "DG")
    yield from _heads(request.payer, request.submitter, request.submitter_id, request.provider)
    level = 3
    for inquiry in request.inquiries:
        level += 1
        yield ("HL", str(level), "3", SUBSCRIBER, "1" if inquiry.patient else "0")
        person = inquiry.subscriber
        yield ("NM1", "IL", "1", person.last, person.first, "", "", "", "MI", inquiry.member_id)
        if inquiry.patient:
            level += 1
            yield ("HL", str(level), str(level - 1), DEPENDENT)
            yield ("NM1", "QC", "1", inquiry.patient.last, inquiry.patient.first)
        yield from _told(told[inquiry.trace], inquiry)


def _told(answer: StatusAnswer, inquiry: StatusInquiry) -> Iterator[Row]:
    amounts = ["" if amount is None else money(amount) for amount in (answer.charge, answer.paid)]
    on = day(answer.on) if answer.on else ""
    first_status, *others = [(each.category, each.code, each.entity) for each in answer.statuses]
    yield ("TRN", "2", inquiry.trace)
    yield ("STC", first_status, on, "", *amounts, "", "", "", answer.check, *others[:2])
    if answer.payer_claim_number:
        yield ("REF", "1K", answer.payer_claim_number)
    if answer.claim_number:
        yield ("REF", "EJ", answer.claim_number)
    yield ("DTP", "472", "RD8", f"{day(inquiry.first_day)}-{day(inquiry.last_day)}")
