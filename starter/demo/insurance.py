"""The demo's claims: sent as real X12, answered by the sandbox's payers, mended where they were refused."""

from datetime import UTC, datetime

from sqlmodel import col, select

from models.errors import Unreachable
from models.facts import ClaimStatus
from models.money import dollars
from models.tables import (
    Claim,
    Coverage,
    Interchange,
    Payer,
    Practice,
    RemittanceRow,
    Task,
)
from starter import setup
from starter.demo.people import PAYERS
from starter.demo.stage import Stage, act, tell
from starter.scenarios import answers

SILENT = "ethan"
"""Whose payer accepts claims and never answers them."""

CLAIMS = select(Claim).order_by(col(Claim.number))

CONTROL = 900_000_001
ON_THEIR_WAY = (ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED)
MOST_READS = 20


async def first_batch(stage: Stage) -> None:
    """The day's claims: one file per payer, over SFTP."""
    act("Claims: one 837P file per payer and day")
    await _batch(stage, "first")
    _tell_claims(stage)


async def mended(stage: Stage) -> None:
    """The denied and the rejected claim are corrected; Medicare's share of the rest goes to the second payer."""
    act("Claims: denied, rejected, secondary")
    denied = _claim(stage, "julian")
    await stage.office.claims.correct(denied.number, authorization="AU5528817")
    tell(f"{denied.number}: the authorization was asked for; replacement (frequency 7) of the payer's own number")
    rejected = _claim(stage, "daisy")
    member_id = {"member_id": "H36019427"}
    setup.change(stage.practice.engine, Coverage, rejected.coverage_id, member_id)
    await stage.office.claims.correct(rejected.number)
    tell(
        f"{rejected.number}: the member id had two digits swapped; sent again as an original, it was never adjudicated"
    )
    await _batch(stage, "second")
    _tell_claims(stage, ("julian", "daisy", "walter"))


async def parked(stage: Stage) -> None:
    """An 835 whose amounts do not add up is kept whole and posted nowhere."""
    act("A remittance that does not add up")
    claim = _claim(stage, SILENT)
    [practice], [payer] = stage.all(select(Practice)), stage.all(select(Payer).where(Payer.id == claim.payer_id))
    told = {
        "session": claim.number,
        "status": "1",
        "paid": dollars("80.00"),
        "adjust": [("CO", "45", dollars("10.00"))],
        "icn": "HM-1",
    }
    answer = answers.Answered(told, claim)
    text = answers.remittance(practice, payer, "HM-0000001", [answer], [], CONTROL, datetime.now(UTC))
    (stage.practice.stack.clearinghouse_folder / "outbox" / f"{CONTROL}.835").write_text(text)
    await stage.office.claims.read_answers("demo-parked")
    tell(f"{payer.name} pays 80.00 of {claim.charge:.2f}, explains 10.00 and forgets the rest")
    await stage.until(lambda: bool(_open_tasks(stage, "remittance_parked")), "the remittance to be parked")
    for task in _open_tasks(stage, "remittance_parked"):
        tell(f"task for the {task.role}: {task.what}", "!")


async def answered(stage: Stage, turn: str) -> None:
    """Read the clearinghouse's folder as often as needed until nothing is awaited but the payer that never speaks."""
    outbox = stage.practice.stack.clearinghouse_folder / "outbox"
    for read in range(MOST_READS):
        await stage.until(lambda: any(outbox.glob("[!.]*")) or not _awaited(stage), "files of the clearinghouse")
        if not _awaited(stage):
            return
        await stage.office.claims.read_answers(f"demo-{turn}-{read}")
    raise Unreachable(f"{len(_awaited(stage))} claims were not answered")


def _awaited(stage: Stage) -> list[Claim]:
    silent = stage.ids.payers["00000"]
    return [c for c in stage.all(select(Claim)) if c.status in ON_THEIR_WAY and c.payer_id != silent]


async def _batch(stage: Stage, turn: str) -> None:
    """Send what is ready, then hear what became of it."""
    before = {file.id for file in _files(stage)}
    paid_before = {paid.id for paid in _remittances(stage)}
    count = await stage.office.claims.send(f"demo-{turn}")
    tell(f"{count} claims leave over SFTP, one file for each payer")
    for file in _files(stage):
        if file.id not in before:
            tell(f"{file.name}: {', '.join(file.kinds)}")
    drafts = select(Claim).where(Claim.status == ClaimStatus.DRAFT)
    await stage.until(lambda: not stage.all(drafts), "every claim to leave")
    await answered(stage, turn)
    for paid in _remittances(stage):
        if paid.id not in paid_before:
            tell(f"835 {paid.trace}: {paid.payment:.2f} by {paid.method}")


def _files(stage: Stage) -> list[Interchange]:
    return stage.all(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))


def _remittances(stage: Stage) -> list[RemittanceRow]:
    return stage.all(select(RemittanceRow).order_by(col(RemittanceRow.id)))


def _tell_claims(stage: Stage, only: tuple[str, ...] = ()) -> None:
    clients = {number: key for key, number in stage.ids.clients.items()}
    names = {number: PAYERS[key] for key, number in stage.ids.payers.items()}
    for claim in stage.all(CLAIMS):
        key = clients[claim.client_id]
        if not only or key in only:
            why = f": {claim.why}" if claim.why else ""
            who = f"{stage.person(key).name}, {names[claim.payer_id]}"
            tell(f"{claim.number} {who}, {claim.charge:.2f}: {claim.status}{why}", "!" if why else "·")


def _claim(stage: Stage, key: str) -> Claim:
    """A client's only claim."""
    found = [claim for claim in stage.all(CLAIMS) if claim.client_id == stage.client(key)]
    claim: Claim = found[0]
    return claim


def _open_tasks(stage: Stage, kind: str) -> list[Task]:
    return stage.all(select(Task).where(Task.kind == kind, col(Task.closed_at).is_(None)))
