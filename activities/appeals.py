"""Appeals against denials: drafted, signed by a person, sent, tracked to their decision; one a level.

The words are written straight to the database, sealed: they are a patient's. What happens to an appeal then is told to
the claim's workflow, whose clock it changes.
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import appeal_letters, claims, clocks, tasks
from activities.database import Tx, step
from activities.giving_up import cause
from activities.remittances import lines_of
from activities.vault import Vault
from models.calendar import local_day, zone
from models.errors import Refused
from models.facts import Adjusted, AppealStatus, ClaimStatus, TaskKind
from models.messages import AppealMove, ClaimStanding
from models.rules.appeal_letters import HIGHEST, LEVELS, TEMPLATES, WAYS, unfinished, words_of
from models.rules.deadlines import ANSWER_DAYS, appeal_clock
from models.tables import Account, Appeal, Claim, Payer, Practice

LONGEST = 8000
ALLOWED: dict[str, tuple[AppealStatus, ...]] = {
    "sign": (AppealStatus.DRAFT,),
    "send": (AppealStatus.SIGNED,),
    "won": (AppealStatus.SENT,),
    "upheld": (AppealStatus.SENT,),
    "withdraw": (AppealStatus.DRAFT, AppealStatus.SIGNED),
}
"""From where each deed leads on."""


@dataclass(frozen=True)
class Denied:
    """What an appeal begins with: the codes of the denial, and until when an appeal of which level is heard."""

    codes: str
    level: int
    heard_until: date


def denial_of(db: Database, claim: Claim, today: date) -> Denied:
    """The newest denial of a claim, and the appeal it is open to; Refused when there is none."""
    if claim.status != ClaimStatus.DENIED:
        raise Refused(f"claim {claim.number} is {claim.status}; an appeal is against a denial")
    before = _appeals(db, claim)
    last = before[-1] if before else None
    if last and last.status in (AppealStatus.DRAFT, AppealStatus.SIGNED, AppealStatus.SENT, AppealStatus.WON):
        raise Refused(f"the {LEVELS[last.level]} is {last.status}: it has to be decided first")
    level = last.level + 1 if last else 1
    if level > HIGHEST:
        raise Refused("there is no level left: the last appeal was decided")
    part, paid_on = clocks.newest_denial(db, claim) or (None, today)
    told = [a for line in lines_of(part) for a in line.adjustments] if part else []
    from_day = last.decided_on if last and last.decided_on else paid_on
    until = appeal_clock(from_day, db.get_one(Payer, claim.payer_id).appeal_days).last
    return Denied(_codes(told), level, until)


def adjustments_of(db: Database, claim: Claim) -> list[Adjusted]:
    """What the payer's newest denial says."""
    part, _ = clocks.newest_denial(db, claim) or (None, None)
    return [a for line in lines_of(part) for a in line.adjustments] if part else []


def proposed(db: Database, claim: Claim, template: str, today: date) -> str:
    """A template's words with the facts of the claim."""
    paper = appeal_letters.of_claim(db, claim)
    return words_of(template, appeal_letters.facts(paper, denial_of(db, claim, today).codes))


def draft(
    db: Database,
    vault: Vault,
    appeal_id: UUID,
    claim_number: str,
    template: str,
    words: str,
    at: datetime,
    by_id: int | None,
) -> Appeal:
    """Write an appeal, or write it anew while nobody has signed it; once per id."""
    if template not in TEMPLATES:
        raise Refused("there is no such letter")
    if not words.strip() or len(words) > LONGEST:
        raise Refused(f"an appeal needs words, {LONGEST} letters at most")
    appeal = db.get(Appeal, appeal_id, with_for_update=True)
    if appeal is None:
        appeal = _begun(db, appeal_id, claim_number, at, by_id)
    if appeal.claim_number != claim_number or appeal.status != AppealStatus.DRAFT:
        raise Refused("this appeal is signed: withdraw it to write another")
    appeal.template = template
    appeal.words = vault.seal(words.strip(), _place(appeal))
    db.add(appeal)
    db.flush()
    return appeal


def words(db: Database, vault: Vault, appeal_id: UUID) -> str:
    """What an appeal says."""
    appeal = _known(db, appeal_id)
    return vault.open(appeal.words, _place(appeal))


def letter(db: Database, vault: Vault, appeal_id: UUID, today: date) -> bytes:
    """The letter as PDF: as it was signed, or as it would be today."""
    appeal = _known(db, appeal_id)
    if appeal.letter:
        return base64.b64decode(vault.open(appeal.letter, f"{_place(appeal)}/letter"))
    return appeal_letters.letter(db, appeal, words(db, vault, appeal_id), today)


@step("appeals.move")
def move(tx: Tx, wish: AppealMove) -> ClaimStanding:
    """An appeal goes on: signed, sent, won, upheld against us, withdrawn."""
    claim = claims.locked(tx, wish.claim_number)
    appeal = tx.db.get(Appeal, wish.appeal_id, with_for_update=True)
    if appeal is None or appeal.claim_number != claim.number:
        raise Refused(f"claim {claim.number} has no such appeal")
    if appeal.status not in ALLOWED.get(wish.deed, ()):
        raise Refused(f"this appeal is {appeal.status}; it cannot be marked so now")
    if wish.deed == "sign":
        _sign(tx, appeal, wish)
    elif wish.deed == "send":
        _send(tx, claim, appeal, wish)
    elif wish.deed == "withdraw":
        appeal.status = AppealStatus.WITHDRAWN
    else:
        _decide(tx, claim, appeal, wish)
    return claims.standing(tx, claim)


def _sign(tx: Tx, appeal: Appeal, wish: AppealMove) -> None:
    """A person stands for the words; the letter is drawn once and kept as it was signed."""
    signer = tx.db.get(Account, wish.by_id) if wish.by_id is not None else None
    if signer is None:
        raise Refused("a person who is signed in has to sign an appeal")
    said = words(tx.db, tx.world.vault, appeal.id)
    if unfinished(said):
        raise Refused("something in brackets still has to be written before anybody can sign")
    appeal.signer, appeal.signed_by, appeal.signed_at = signer.name, signer.id, tx.now
    appeal.status = AppealStatus.SIGNED
    pdf = appeal_letters.letter(tx.db, appeal, said, tx.today)
    appeal.letter = tx.world.vault.seal(base64.b64encode(pdf).decode(), f"{_place(appeal)}/letter")


def _send(tx: Tx, claim: Claim, appeal: Appeal, wish: AppealMove) -> None:
    if wish.how not in WAYS:
        raise Refused("say how it left: " + ", ".join(WAYS))
    on = wish.on or tx.today
    if on > tx.today:
        raise Refused("it cannot have left on a day to come")
    appeal.sent_at, appeal.sent_how = tx.now, wish.how
    appeal.answer_by = on + timedelta(days=ANSWER_DAYS)
    appeal.status = AppealStatus.SENT
    tasks.close_tasks(tx, cause(claim), "an appeal was sent", TaskKind.APPEAL_DUE, TaskKind.CLAIM_DENIED)


def _decide(tx: Tx, claim: Claim, appeal: Appeal, wish: AppealMove) -> None:
    appeal.status = AppealStatus.WON if wish.deed == "won" else AppealStatus.UPHELD
    appeal.decided_on = min(wish.on or tx.today, tx.today)
    tasks.close_tasks(tx, cause(claim), "the appeal was decided", TaskKind.APPEAL_DUE)
    if appeal.status == AppealStatus.UPHELD and claim.status == ClaimStatus.DENIED:
        further = "; a further level is open" if appeal.level < HIGHEST else ""
        claims.ask_biller(tx, claim, f"the payer upheld its denial on {appeal.decided_on}{further}: decide what now")


def _begun(db: Database, appeal_id: UUID, claim_number: str, at: datetime, by_id: int | None) -> Appeal:
    claim = db.get(Claim, claim_number)
    if claim is None:
        raise Refused(f"there is no claim {claim_number}")
    today = local_day(at, zone(db.get_one(Practice, 1).timezone))
    denied = denial_of(db, claim, today)
    return Appeal(
        id=appeal_id,
        claim_number=claim_number,
        level=denied.level,
        template="general",
        words=b"",
        heard_until=denied.heard_until,
        made_at=at,
        made_by=by_id,
    )


def _appeals(db: Database, claim: Claim) -> list[Appeal]:
    """Those that were not withdrawn, the lowest level first."""
    query = select(Appeal).where(Appeal.claim_number == claim.number, Appeal.status != AppealStatus.WITHDRAWN)
    return list(db.exec(query.order_by(col(Appeal.level))).all())


def _codes(told: list[Adjusted]) -> str:
    return ", ".join(dict.fromkeys(f"{a.group}-{a.reason}" for a in told))


def _known(db: Database, appeal_id: UUID) -> Appeal:
    appeal = db.get(Appeal, appeal_id)
    if appeal is None:
        raise Refused("there is no such appeal")
    return appeal


def _place(appeal: Appeal) -> str:
    return f"appeal/{appeal.id}"
