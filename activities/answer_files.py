"""What a file of answers says, and of which claims: known by its content, never by its name."""

from sqlmodel import select

from activities import claim_status, eligibility_answers, remittance_files, tasks
from activities.database import Tx
from models.errors import Parked
from models.facts import TaskKind
from models.messages import Answered
from models.tables import Claim, Interchange, Submission
from models.x12 import acknowledgment, envelope

ANSWERS = {"TA1", "999", "277CA", "835", "271", "277"}


def told(tx: Tx, interchange: Interchange, content: str) -> list[Answered]:
    """Take an answer in, and tell which claims it is about; Parked where it contradicts itself."""
    if "\0" in content:
        raise Parked("it holds a zero byte, which no X12 file does and no database keeps as text")
    kinds = envelope.kinds(content)
    if not kinds or not kinds <= ANSWERS:
        envelope.interchanges(content, tolerant=True)  # what is wrong with it says more than what it is not
        raise Parked("interchange 1: this is no TA1, 999, 277CA, 835, 271 or 277")
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
        remittance_files.take(tx, interchange, content)
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
