"""Appeals against denials: drafted, signed by a person, sent, tracked to their decision; one a level.

Everything that happens to an appeal is told to the claim's workflow, whose clock it changes; its words are a patient's,
sealed in the database, and the workflow knows where.
"""

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import appeal_letters, claim_answers, claims, clocks, kept_words, tasks
from activities.database import Tx, step
from activities.giving_up import cause
from activities.kept_answers import lines_of
from activities.vault import Vault
from models.errors import Refused
from models.facts import Adjusted, AppealStatus, ClaimStatus, TaskKind
from models.messages import AppealDraft, AppealMove, ClaimStanding
from models.rules.appeal_letters import HIGHEST, LEVELS, TEMPLATES, WAYS, unfinished, words_of
from models.rules.deadlines import ANSWER_DAYS, appeal_clock
from models.tables import Account, Appeal, Claim, Payer

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


@step("appeals.draft")
def draft(tx: Tx, wish: AppealDraft) -> ClaimStanding:
    """Write an appeal, or write it anew while nobody has signed it; once per id."""
    claim = claims.locked(tx, wish.claim_number)
    if wish.template not in TEMPLATES:
        raise Refused(f"there is no letter {wish.template!r}; there are: {', '.join(TEMPLATES)}")
    said = kept_words.opened(tx, cause(claim), wish.kept_id) if wish.kept_id else ""
    if not said or len(said) > LONGEST:
        raise Refused(f"an appeal needs words, {LONGEST} letters at most")
    appeal = tx.db.get(Appeal, wish.appeal_id, with_for_update=True) or _begun(tx, claim, wish)
    if appeal.claim_number != claim.number or appeal.status != AppealStatus.DRAFT:
        raise Refused(f"this appeal is {appeal.status}: its words stay as they are; withdraw it to write another")
    appeal.template = wish.template
    appeal.words = tx.world.vault.seal(said, _place(appeal))
    tx.db.add(appeal)
    return claims.standing(tx, claim)


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
        what = f"the payer upheld its denial on {appeal.decided_on}{further}: decide what now"
        claim_answers.ask_biller(tx, claim, what)


def _begun(tx: Tx, claim: Claim, wish: AppealDraft) -> Appeal:
    denied = denial_of(tx.db, claim, tx.today)
    return Appeal(
        id=wish.appeal_id,
        claim_number=claim.number,
        level=denied.level,
        template=wish.template,
        words=b"",
        heard_until=denied.heard_until,
        made_at=tx.now,
        made_by=wish.by_id,
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
