"""Files to and from the clearinghouse: claims of the day out, answers in, each known by its content."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import exists
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import (
    claim_files,
    claim_status,
    claims,
    eligibility_answers,
    ledger,
    matching,
    remittances,
    scrubbing,
    tasks,
    uploads,
)
from activities.database import After, Tx, step
from models.errors import Parked, Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered, Batch, ClaimFileRef, Handover
from models.money import ZERO
from models.rules.ledger import Event, draft
from models.tables import Claim, Interchange, Payer, RemittanceClaim, RemittanceRow, Submission
from models.x12 import acknowledgment, envelope, remittance_835
from models.x12.judge import judge

ANSWERS = {"TA1", "999", "277CA", "835", "271", "277"}

_leaving = select(Submission.id).where(Submission.claim_number == Claim.number, Submission.edition == Claim.edition)


@step("clearinghouse.build")
def build(tx: Tx, at_most: int) -> Batch:
    """One file a payer, and NPI that bills it, of the claims that are ready, `at_most` each; what is refused is held.

    Inquiries about silent claims go along, and files that an earlier batch wrote and could not deliver.
    """
    ready = tx.db.exec(
        select(Claim)
        .where(Claim.status == ClaimStatus.DRAFT, ~exists(_leaving))
        .order_by(col(Claim.payer_id), col(Claim.number))
        .with_for_update()
    ).all()
    ready = claims.scrubbed(tx, ready)
    groups = scrubbing.groups_of(tx, ready)
    by_file: dict[tuple[int, int | None], list[Claim]] = {}
    for claim in ready:
        group = groups[claim.number]
        by_file.setdefault((claim.payer_id, group.id if group else None), []).append(claim)
    for (payer_id, _), mine in by_file.items():
        for start in range(0, len(mine), at_most):
            _file(tx, payer_id, mine[start : start + at_most])
    claim_status.build(tx)
    return Batch(_undelivered(tx), tx.after.handover())


@step("clearinghouse.deliver")
def deliver(tx: Tx, file: ClaimFileRef) -> Handover:
    """Put a built file into the clearinghouse's inbox, and tell its claims; nothing when another run has done so."""
    interchange = tx.db.get_one(Interchange, file.interchange_id, with_for_update=True)
    if interchange.sent_at is not None:
        return Handover()
    if not _on_paper(tx, interchange):
        tx.world.clearinghouse.deliver(interchange.name, interchange.content)
    interchange.sent_at = tx.now
    interchange.status = "sent"
    tx.after.answers += [Answered(number, "sent", file.interchange_id) for number in file.claim_numbers]
    return tx.after.handover()


def _on_paper(tx: Tx, interchange: Interchange) -> bool:
    """Its payer takes no files: the claims in it are printed from it and mailed."""
    return interchange.payer_id is not None and tx.db.get_one(Payer, interchange.payer_id).on_paper


@step("clearinghouse.waiting")
def waiting(tx: Tx, _: None) -> list[str]:
    """The names of the answers that wait there, and of those that people brought."""
    return [*uploads.waiting(tx), *tx.world.clearinghouse.waiting()]


@step("clearinghouse.read")
def read(tx: Tx, name: str) -> Handover:
    """Store an answer whole and say what it means for which claim; one that contradicts itself is parked."""
    interchange = uploads.kept(tx, name) if name.startswith(uploads.UPLOAD) else _arrived(tx, name)
    if interchange is None:
        return Handover()
    content = interchange.content
    try:
        with tx.db.begin_nested():
            tx.after.answers += _answers(tx, interchange, envelope.decoded(content))
    except Parked as contradiction:
        tx.after = After()
        _park(tx, interchange, str(contradiction))
    return tx.after.handover()


@step("clearinghouse.archive")
def archive(tx: Tx, name: str) -> None:
    """Move an answer out of the way; it is stored here, as what was brought is already."""
    if not name.startswith(uploads.UPLOAD):
        tx.world.clearinghouse.archive(name)


def _arrived(tx: Tx, name: str) -> Interchange | None:
    """An answer, stored whole; None where the same was stored before."""
    content = tx.world.clearinghouse.fetch(name)
    digest = sha256(content).hexdigest()
    known = select(Interchange).where(Interchange.direction == "in", Interchange.digest == digest)
    if tx.db.exec(known).first():
        return None
    interchange = Interchange(
        direction="in", name=name, digest=digest, content=content, kinds=[], control=0, created_at=tx.now, status="read"
    )
    tx.db.add(interchange)
    tx.db.flush()
    return interchange


def set_aside(db: Database, interchange_id: int) -> None:
    """A person decided that nothing of a parked file is needed."""
    interchange = db.get(Interchange, interchange_id, with_for_update=True)
    if interchange is None or interchange.status not in ("parked", "set_aside"):
        raise Refused("there is no such parked file")
    interchange.status = "set_aside"


def _file(tx: Tx, payer_id: int, mine: Sequence[Claim]) -> None:
    """Write and judge a file; where it is refused, hold the claims that a judge refuses alone and write it again."""
    control = tx.next("interchange_control")
    good = list(mine)
    content = _written(tx, good, control)
    if not content or judge(content):
        good = [claim for claim in mine if _passes_alone(tx, claim, control)]
        if not good:
            return
        content = claim_files.write(tx, good, control)
    interchange = Interchange(
        direction="out",
        name=tx.world.profile.name_of("837P", control, tx.now),
        digest=sha256(content.encode()).hexdigest(),
        content=content.encode(),
        kinds=["837P"],
        control=control,
        payer_id=payer_id,
        created_at=tx.now,
    )
    tx.db.add(interchange)
    tx.db.flush()
    tx.db.add_all(
        Submission(claim_number=c.number, interchange_id=interchange.id or 0, edition=c.edition) for c in good
    )


def _passes_alone(tx: Tx, claim: Claim, control: int) -> bool:
    try:
        problems = [f"{p.where}: {p.what}" for p in judge(claim_files.write(tx, [claim], control))]
    except Refused as unwritable:
        problems = [str(unwritable)]
    if problems:
        claims.hold(tx, claim, "; ".join(problems))
    return not problems


def _written(tx: Tx, mine: Sequence[Claim], control: int) -> str:
    """The file; nothing where one of the claims cannot be written at all."""
    try:
        return claim_files.write(tx, mine, control)
    except Refused:
        return ""


def _undelivered(tx: Tx) -> tuple[ClaimFileRef, ...]:
    """Every file that was written and has not left, oldest first."""
    query = select(Interchange.id).where(Interchange.direction == "out", col(Interchange.sent_at).is_(None))
    found = []
    for interchange_id in tx.db.exec(query.order_by(col(Interchange.id))).all():
        carried = select(Submission.claim_number).where(Submission.interchange_id == interchange_id)
        found.append(ClaimFileRef(interchange_id or 0, tuple(tx.db.exec(carried.order_by(col(Submission.id))).all())))
    return tuple(found)


def _answers(tx: Tx, interchange: Interchange, content: str) -> list[Answered]:
    if "\0" in content:
        raise Parked("it holds a zero byte, which no X12 file does and no database keeps as text")
    kinds = envelope.kinds(content)
    if not kinds or not kinds <= ANSWERS:
        raise Parked("this is no TA1, 999, 277CA, 835, 271 or 277")
    interchange.kinds = sorted(kinds)
    found: list[Answered] = []
    if "TA1" in kinds:
        for note in acknowledgment.read_ta1(content):
            found += _of_file(tx, note.control, note.accepted, f"TA1 {note.note or note.code}")
    if "999" in kinds:
        for ack in acknowledgment.read_999(content):
            found += _of_file(tx, ack.group_control, ack.accepted, f"999 {ack.code}")
    if "277CA" in kinds:
        found += _claim_acks(tx, interchange, content)
    if "835" in kinds:
        found += _remittances(tx, interchange, content)
    if "271" in kinds:
        eligibility_answers.take(tx, interchange, content)
    if "277" in kinds:
        found += claim_status.take(tx, content)
    return found


def _of_file(tx: Tx, control: int, accepted: bool, code: str) -> list[Answered]:
    """A verdict on a whole file: a refused one takes its claims with it."""
    sent = tx.db.exec(select(Interchange).where(Interchange.direction == "out", Interchange.control == control)).first()
    if sent is None:
        raise Parked(f"it judges file {control}, which was never sent from here")
    if accepted:
        sent.status = "acknowledged" if sent.status == "sent" else sent.status
        return []
    sent.status = "rejected"
    sent.why = code
    if sent.kinds != ["837P"]:
        what = f"file {sent.name} of inquiries was refused by the clearinghouse ({code}): nothing of it reached a payer"
        tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"exchange/{sent.id}", what)
    numbers = tx.db.exec(select(Submission.claim_number).where(Submission.interchange_id == sent.id)).all()
    return [Answered(number, "rejected", sent.id or 0, code) for number in numbers]


def _claim_acks(tx: Tx, interchange: Interchange, content: str) -> list[Answered]:
    found = []
    for batch in acknowledgment.read_277ca_files(content):
        if not batch.accepted and batch.reference.isdigit():
            found += _of_file(tx, int(batch.reference), False, f"277CA {batch.category}:{batch.status}")
    for ack in acknowledgment.read_277ca(content):
        if tx.db.get(Claim, ack.claim_number) is None:
            what = f"file {interchange.id} answers a claim that was never made here"
            tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"interchange/{interchange.id}", what)
            continue
        kind = "accepted" if ack.accepted else "rejected"
        code = f"277CA {ack.category}:{ack.status} {ack.text}".strip()
        found.append(Answered(ack.claim_number, kind, 0, code, ack.payer_claim_number or ""))
    return found


def _remittances(tx: Tx, interchange: Interchange, content: str) -> list[Answered]:
    """Keep each remittance once; nothing at all of a file in which one does not add up."""
    read_ones = remittance_835.read(content)
    wrong = [problem for r in read_ones for problem in remittance_835.problems(r)]
    if wrong:
        raise Parked("; ".join(f"{p.where}: {p.what}" for p in wrong))
    return [answer for r in read_ones for answer in _remittance(tx, interchange, r)]


def _remittance(tx: Tx, interchange: Interchange, r: remittance_835.Remittance) -> list[Answered]:
    key = r.payer.id or r.payer.name
    same = select(RemittanceRow).where(
        RemittanceRow.payer_key == key, RemittanceRow.trace == r.trace, RemittanceRow.payment == r.payment
    )
    if tx.db.exec(same).first():
        return []
    row = RemittanceRow(
        interchange_id=interchange.id or 0,
        payer_id=_payer(tx, r),
        payer_key=key,
        trace=r.trace,
        payment=r.payment,
        method=r.method,
        paid_on=r.date,
        read_at=tx.now,
    )
    tx.db.add(row)
    tx.db.flush()
    _provider_adjustments(tx, row, r)
    numbers = [number for i, payment in enumerate(r.claims) if (number := _claim(tx, row, i, payment))]
    return [Answered(number, "remitted", row.id or 0) for number in dict.fromkeys(numbers)]


def _claim(tx: Tx, row: RemittanceRow, position: int, payment: remittance_835.ClaimPayment) -> str | None:
    """Keep one claim of a remittance; parked when it is not ours or of another charge."""
    claim = matching.claim_of(tx, payment, row.payer_id)
    part = RemittanceClaim(
        remittance_id=row.id or 0,
        position=position,
        claim_number=claim.number if claim else None,
        status=payment.status,
        charged=payment.charged,
        paid=payment.paid,
        payer_claim_number=payment.icn,
        detail=remittances.as_detail(payment),
    )
    tx.db.add(part)
    tx.db.flush()
    if claim is None:
        alike = matching.suggestions(tx, payment, row.payer_id)
        remittances.park(tx, part, f"no claim of that number was made here{alike}")
    elif abs(payment.charged) != claim.charge:
        remittances.park(tx, part, f"it answers a charge of {payment.charged}, the claim was for {claim.charge}")
    return claim.number if claim and part.outcome == "read" else None


def _payer(tx: Tx, r: remittance_835.Remittance) -> int | None:
    """Our payer: by its id, else the one whose claims it answers."""
    named = tx.db.exec(select(Payer).where(Payer.payer_id == r.payer.id)).first()
    if named:
        return named.id
    answered = [claim for c in r.claims if (claim := tx.db.get(Claim, c.number.strip()))]
    return answered[0].payer_id if answered else None


def _provider_adjustments(tx: Tx, row: RemittanceRow, r: remittance_835.Remittance) -> None:
    """Money outside of claims: interest is income, all else stands between the payer and us."""
    if r.provider_adjustments and row.payer_id is None:
        raise Parked("it adjusts the provider's account, and its payer is not known here")
    for index, adjustment in enumerate(r.provider_adjustments):
        event = Event.INTEREST if adjustment.code == "L6" else Event.PROVIDER_ADJUSTMENT
        if adjustment.amount != ZERO:
            why = f"835 PLB {adjustment.code}"
            drafted = draft(event, adjustment.amount, "remittance.provider_adjustment", why, payer=row.payer_id or 0)
            ledger.post(tx, f"plb/{row.id}/{index}", drafted, remittance_id=row.id)


def _park(tx: Tx, interchange: Interchange, why: str) -> None:
    interchange.status = "parked"
    interchange.why = why
    what = f"answer file {interchange.id} was parked whole, nothing of it is posted: {why}"
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"interchange/{interchange.id}", what)
