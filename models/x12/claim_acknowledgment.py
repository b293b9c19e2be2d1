"""What became of each claim at the clearinghouse's or payer's door: the 277CA (005010X214)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from models.money import total
from models.x12.envelope import Envelope, Transaction, interchanges
from models.x12.parties import Payer, Provider
from models.x12.segments import Segments, cut, first, need, reference
from models.x12.status import Status, deciding, read_statuses, told
from models.x12.writing import Body, Row, compose, day, money

GUIDE = "005010X214"
Level = Literal["file", "provider"]
LEVELS: dict[str, Level] = {"21": "file", "19": "provider"}


@dataclass(frozen=True)
class ClaimAck:
    """The verdict on one claim; of several statuses the first that rejects speaks for it, `text` tells them all."""

    claim_number: str
    accepted: bool
    category: str
    status: str
    entity: str = ""
    text: str = ""
    payer_claim_number: str | None = None
    charge: Decimal | None = None
    on: date | None = None

    @property
    def action(self) -> str:
        return Status(self.category, self.status, self.entity).action


@dataclass(frozen=True)
class FileAck:
    """The verdict on a whole batch, or on one billing provider in it; `reference` is our batch number."""

    level: Level
    reference: str
    accepted: bool
    category: str
    status: str
    entity: str = ""
    text: str = ""
    on: date | None = None

    @property
    def action(self) -> str:
        return Status(self.category, self.status, self.entity).action


def read_277ca(text: str) -> tuple[ClaimAck, ...]:
    """The verdict on each claim. A batch refused as a whole names no claims: see `read_277ca_files`."""
    return tuple(ack for transaction in _transactions(text) for ack in claim_acks(transaction))


def claim_acks(transaction: Transaction) -> tuple[ClaimAck, ...]:
    """The verdicts of one 277CA on claims."""
    patients = [level for level in _levels(transaction) if level[0].text(3) == "PT"]
    return tuple(_claim_ack(run) for level in patients for run in cut(level, "TRN")[1])


def read_277ca_files(text: str) -> tuple[FileAck, ...]:
    """The verdicts on batches and on billing providers."""
    return tuple(ack for transaction in _transactions(text) for ack in file_acks(transaction))


def file_acks(transaction: Transaction) -> tuple[FileAck, ...]:
    """The verdicts of one 277CA on batches and billing providers."""
    return tuple(
        _file_ack(LEVELS[level[0].text(3)], level)
        for level in _levels(transaction)
        if level[0].text(3) in LEVELS and first(level, "STC")
    )


def _transactions(text: str) -> Iterator[Transaction]:
    for interchange in interchanges(text, tolerant=True):
        for transaction in interchange.transactions:
            if transaction.set_id == "277" and transaction.version.startswith(GUIDE):
                yield transaction


def _levels(transaction: Transaction) -> list[Segments]:
    return cut(transaction.segments, "HL")[1]


def _claim_ack(run: Segments) -> ClaimAck:
    verdict = need(run, "STC")
    statuses = read_statuses(run)
    verdict_of_all = deciding(statuses)
    return ClaimAck(
        claim_number=run[0].required(2),
        accepted=verdict_of_all.accepted,
        category=verdict_of_all.category,
        status=verdict_of_all.code,
        entity=verdict_of_all.entity,
        text=told(statuses),
        payer_claim_number=reference(run, "1K") or None,
        charge=verdict.amount_or_none(4),
        on=verdict.day_or_none(2),
    )


def _file_ack(level: Level, segments: Segments) -> FileAck:
    verdict, batch = need(segments, "STC"), first(segments, "TRN")
    statuses = read_statuses(segments)
    verdict_of_all = deciding(statuses)
    return FileAck(
        level=level,
        reference=batch.text(2) if batch else "",
        accepted=verdict_of_all.accepted,
        category=verdict_of_all.category,
        status=verdict_of_all.code,
        entity=verdict_of_all.entity,
        text=told(statuses),
        on=verdict.day_or_none(2),
    )


def write_277ca(
    envelope: Envelope,
    acks: Sequence[ClaimAck],
    *,
    payer: Payer,
    provider: Provider,
    batch: str,
    rejection: FileAck | None = None,
) -> str:
    """The answer to one batch: its claims one by one, or the one verdict that refused the whole of it."""
    rows = [*_head(envelope, payer, batch), *_batch_rows(envelope, provider, batch, acks, rejection)]
    if not rejection:
        rows += [row for place, ack in enumerate(acks, start=4) for row in _claim_rows(ack, place, envelope)]
    return compose(envelope, "HN", GUIDE, [Body("277", rows, GUIDE)])


def _head(envelope: Envelope, payer: Payer, batch: str) -> list[Row]:
    today, time = day(envelope.created), envelope.created.strftime("%H%M")
    return [
        ("BHT", "0085", "08", str(envelope.control), today, time, "TH"),
        ("HL", "1", "", "20", "1"),
        ("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.id),
        ("TRN", "1", batch),
        ("DTP", "050", "D8", today),
        ("DTP", "009", "D8", today),
    ]


def _batch_rows(
    envelope: Envelope, provider: Provider, batch: str, acks: Sequence[ClaimAck], rejection: FileAck | None
) -> Iterator[Row]:
    """The submitter's level with verdict and totals, and the billing provider's below it where claims follow."""
    taken = [] if rejection else [ack for ack in acks if ack.accepted]
    refused = [ack for ack in acks if ack not in taken]
    verdict = (rejection.category, rejection.status, rejection.entity) if rejection else ("A1", "19", "PR")
    action, charged = "U" if rejection else "WQ", money(_charges(acks))
    yield ("HL", "2", "1", "21", "0" if rejection else "1")
    yield ("NM1", "41", "2", provider.name, "", "", "", "", "46", envelope.receiver)
    yield ("TRN", "2", batch)
    yield ("STC", verdict, day(envelope.created), action, charged)
    yield from _totals("90", "AA", taken, refused)
    if rejection:
        return
    yield ("HL", "3", "2", "19", "1")
    yield ("NM1", "85", "2", provider.name, "", "", "", "", "XX", provider.npi)
    yield ("TRN", "1", batch)
    yield ("STC", verdict, "", action, charged)
    yield from _totals("QA", "QC", taken, refused)


def _totals(taken_as: str, refused_as: str, taken: list[ClaimAck], refused: list[ClaimAck]) -> Iterator[Row]:
    if taken:
        yield ("QTY", taken_as, str(len(taken)))
    if refused:
        yield ("QTY", refused_as, str(len(refused)))
    if taken:
        yield ("AMT", "YU", money(_charges(taken)))
    if refused:
        yield ("AMT", "YY", money(_charges(refused)))


def _claim_rows(ack: ClaimAck, place: int, envelope: Envelope) -> Iterator[Row]:
    """One claim; it names our number of the claim and no patient, since that is what the answer is found by."""
    on = day(ack.on or envelope.created)
    status = (ack.category, ack.status, ack.entity)
    yield ("HL", str(place), "3", "PT")
    yield ("NM1", "QC", "1", "PATIENT", "", "", "", "", "MI", ack.claim_number)
    yield ("TRN", "2", ack.claim_number)
    yield ("STC", status, on, "WQ" if ack.accepted else "U", *([] if ack.charge is None else [money(ack.charge)]))
    if ack.payer_claim_number:
        yield ("REF", "1K", ack.payer_claim_number)
    yield ("DTP", "472", "D8", on)


def _charges(acks: Sequence[ClaimAck]) -> Decimal:
    return total(ack.charge for ack in acks if ack.charge is not None)
