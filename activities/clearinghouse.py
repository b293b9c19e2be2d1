"""Files to and from the clearinghouse: claims of the day out, answers in, each stored whole."""

from hashlib import sha256

from sqlalchemy import exists
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import answer_files, claim_batches, claim_making, claim_rows, claim_status, tasks, uploads
from activities.database import HELD, Tx, step
from models.errors import Parked, Refused
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered, Batch, ClaimFileRef, Handover
from models.tables import Claim, Interchange, Payer
from models.x12 import envelope


@step("clearinghouse.build")
def build(tx: Tx, at_most: int) -> Batch:
    """One file a payer, and NPI that bills it, of the claims that are ready, `at_most` each; what is refused is held.

    A claim that waits for further sessions of its span is not ready. Inquiries about silent claims go along, and files
    that an earlier batch wrote and could not deliver.
    """
    ready = tx.db.exec(
        select(Claim)
        .where(Claim.status == ClaimStatus.DRAFT, ~exists(claim_batches.LEAVING))
        .where(claim_batches.due(tx.today))
        .order_by(col(Claim.number))
        .with_for_update(**HELD)
    ).all()
    ready = claim_making.scrubbed(tx, sorted(ready, key=lambda claim: (claim.payer_id, claim.number)))
    groups = claim_rows.groups_of(tx, ready)
    by_file: dict[tuple[int, int | None], list[Claim]] = {}
    for claim in ready:
        group = groups[claim.number]
        by_file.setdefault((claim.payer_id, group.id if group else None), []).append(claim)
    for (payer_id, _), mine in by_file.items():
        for start in range(0, len(mine), at_most):
            claim_batches.write(tx, payer_id, mine[start : start + at_most])
    claim_status.build(tx)
    return Batch(claim_batches.undelivered(tx), tx.after.handover())


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
        with tx.attempt():
            tx.after.answers += answer_files.told(tx, interchange, envelope.decoded(content))
    except Parked as contradiction:
        _park(tx, interchange, str(contradiction))
    return tx.after.handover()


@step("clearinghouse.archive")
def archive(tx: Tx, name: str) -> None:
    """Move an answer out of the way; it is stored here, as what was brought is already."""
    if not name.startswith(uploads.UPLOAD):
        tx.world.clearinghouse.archive(name)


def _arrived(tx: Tx, name: str) -> Interchange | None:
    """An answer, stored whole; None where the same was stored before, or another run has read and archived it."""
    content = tx.world.clearinghouse.fetch(name)
    if content is None:
        return None
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


def _park(tx: Tx, interchange: Interchange, why: str) -> None:
    interchange.status = "parked"
    interchange.why = why
    what = f"answer file {interchange.id} was parked whole, nothing of it is posted: {why}"
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, f"interchange/{interchange.id}", what)


def _on_paper(tx: Tx, interchange: Interchange) -> bool:
    """Its payer takes no files: the claims in it are printed from it and mailed."""
    return interchange.payer_id is not None and tx.db.get_one(Payer, interchange.payer_id).on_paper
