"""Silent claims asked after (276), and what payers say of them (277)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import exists, func
from sqlmodel import col, select

from activities import claim_lines, claim_rows, insured, interchanges, tasks
from activities.database import Tx
from activities.giving_up import cause
from models.calendar import local_day, midnight
from models.errors import Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered
from models.rules.deadlines import SILENT_FOR, ask_on
from models.tables import BillingGroup, Claim, Client, Coverage, Interchange, Payer, StatusInquiryRow
from models.x12 import status_276_277 as x12
from models.x12.claim_status import StatusAnswer, StatusInquiry, StatusRequest
from models.x12.parties import Provider


def ask_at(tx: Tx, claim: Claim) -> datetime | None:
    """When to ask its payer, or ask again: nobody is asked about what was not accepted, or was answered."""
    if claim.status != ClaimStatus.ACCEPTED:
        return None
    asked = _newest(tx, claim)
    heard = max(claim.accepted_at or claim.made_at, asked.asked_at if asked else claim.made_at)
    return midnight(ask_on(local_day(heard, tx.tz)), tx.tz)


def overdue(tx: Tx, after: str, at_most: int) -> list[str]:
    """The numbers of claims after a number whose payer was to be asked by now and was not, in their order."""
    since = tx.now - SILENT_FOR
    asked = select(StatusInquiryRow.id).where(
        StatusInquiryRow.claim_number == Claim.number,
        StatusInquiryRow.edition == Claim.edition,
        StatusInquiryRow.asked_at > since,
    )
    query = (
        select(Claim)
        .where(Claim.status == ClaimStatus.ACCEPTED, Claim.number > after, ~exists(asked))
        .where(func.coalesce(Claim.accepted_at, Claim.made_at) <= since)
        .order_by(col(Claim.number))
    )
    late = ((claim.number, ask_at(tx, claim)) for claim in tx.db.exec(query))
    return list(islice((number for number, at in late if at and at <= tx.now), at_most))


def ask(tx: Tx, claim: Claim, by_person: bool = False) -> None:
    """Ask with the next batch, once until it left; where its payer takes no inquiries, a person asks."""
    asked = _newest(tx, claim)
    if asked and asked.interchange_id is None and asked.told_at is None:
        if by_person:
            raise Refused(f"claim {claim.number} is asked after with the next batch already")
        asked.asked_at = tx.now
        return
    row = StatusInquiryRow(claim_number=claim.number, edition=claim.edition, asked_at=tx.now)
    if not tx.db.get_one(Payer, claim.payer_id).answers_status:
        row.told_at, row.words = tx.now, "its payer takes no inquiries by file"
        since = local_day(claim.accepted_at or claim.made_at, tx.tz)
        what = f"claim {claim.number} was accepted on {since} and not answered; {row.words}: call, or look on its site"
        tasks.open_task(tx, TaskKind.CLAIM_SILENT, cause(claim), what, claim.client_id)
    tx.db.add(row)
    tx.db.flush()


def build(tx: Tx) -> None:
    """Write the inquiries that wait, a file a payer and NPI that billed; what was answered meanwhile is left out."""
    query = (
        select(StatusInquiryRow, Claim)
        .join(Claim, col(Claim.number) == StatusInquiryRow.claim_number)
        .where(col(StatusInquiryRow.interchange_id).is_(None), col(StatusInquiryRow.told_at).is_(None))
        .order_by(col(StatusInquiryRow.id))
    )
    waiting = tx.db.exec(query).all()
    for row, claim in waiting:
        if claim.status != ClaimStatus.ACCEPTED:
            row.told_at, row.words = tx.now, "answered before it was asked after"
    left = [(row, claim) for row, claim in waiting if row.told_at is None]
    groups = claim_rows.groups_of(tx, [claim for _, claim in left])
    by_file: dict[tuple[int, int | None], list[tuple[StatusInquiryRow, Claim]]] = {}
    for row, claim in left:
        group = groups[claim.number]
        by_file.setdefault((claim.payer_id, group.id if group else None), []).append((row, claim))
    for (payer_id, _), asked in by_file.items():
        _file(tx, payer_id, groups[asked[0][1].number], asked)


def take(tx: Tx, content: str) -> list[Answered]:
    """Keep what a 277 says of each claim that was asked after, and tell its workflow."""
    found = []
    for response in x12.read_277(content):
        for answer in response.answers:
            row = _asked_as(tx, answer.trace)
            if row is not None:
                found.append(_keep(tx, row, answer))
        for verdict in response.verdicts:
            found += [_keep(tx, row, verdict) for row in _in_request(tx, verdict.trace) if row.told_at is None]
    return found


def inquiry(tx: Tx, answered: Answered) -> StatusInquiryRow:
    """What an answer that was handed on is about."""
    return tx.db.get_one(StatusInquiryRow, answered.ref)


def _keep(tx: Tx, row: StatusInquiryRow, answer: StatusAnswer) -> Answered:
    status = answer.deciding
    row.told_at, row.told_on = tx.now, answer.on
    row.category, row.words, row.action = answer.category, answer.text, answer.action
    row.paid, row.reference = answer.paid, answer.check
    code = f"277 {status.category}:{status.code}"
    return Answered(row.claim_number, "status", row.id or 0, code, answer.payer_claim_number)


def _asked_as(tx: Tx, trace: str) -> StatusInquiryRow | None:
    number = trace.removeprefix("S")
    return tx.db.get(StatusInquiryRow, int(number[:9])) if number.isdigit() and trace.startswith("S") else None


def _in_request(tx: Tx, reference: str) -> Sequence[StatusInquiryRow]:
    """All that one of our files asked, by the number that it was sent under."""
    if not reference.isdigit():
        return []
    query = select(StatusInquiryRow).join(Interchange, col(Interchange.id) == StatusInquiryRow.interchange_id)
    return tx.db.exec(query.where(Interchange.direction == "out", Interchange.control == int(reference[:9]))).all()


def _newest(tx: Tx, claim: Claim) -> StatusInquiryRow | None:
    """The last time this edition of the claim was asked after."""
    query = select(StatusInquiryRow).where(
        StatusInquiryRow.claim_number == claim.number, StatusInquiryRow.edition == claim.edition
    )
    return tx.db.exec(query.order_by(col(StatusInquiryRow.id).desc())).first()


def _file(tx: Tx, payer_id: int, group: BillingGroup | None, asked: Sequence[tuple[StatusInquiryRow, Claim]]) -> None:
    control, practice = tx.next("interchange_control"), tx.practice
    envelope = insured.envelope(tx, control)
    request = StatusRequest(
        payer=insured.payer(tx, payer_id),
        submitter=Provider("", practice.name),
        submitter_id=envelope.sender,
        provider=Provider(*((group.npi, group.name) if group else (practice.npi, practice.name))),
        inquiries=tuple(_inquiry(tx, row, claim) for row, claim in asked),
        reference=str(control),
    )
    content = x12.write_276(envelope, [request])
    interchange = interchanges.written(tx, "276", control, payer_id, content)
    for row, _ in asked:
        row.interchange_id = interchange.id


def _inquiry(tx: Tx, row: StatusInquiryRow, claim: Claim) -> StatusInquiry:
    coverage, client = tx.db.get_one(Coverage, claim.coverage_id), tx.db.get_one(Client, claim.client_id)
    days = [line.held_on for line in claim_lines.of_claim(tx.db, claim.number)]
    return StatusInquiry(
        trace=row.trace,
        claim_number=claim.number,
        charge=claim.charge,
        first_day=min(days),
        last_day=max(days),
        member_id=coverage.member_id,
        subscriber=insured.subscriber(coverage, client),
        patient=insured.dependent(coverage, client),
        payer_claim_number=claim.payer_claim_number,
    )
