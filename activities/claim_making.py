"""Claims made, each session once for a coverage, and scrubbed; what the scrub finds holds them with a task."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlmodel import col, select

from activities import claim_gathering, claim_lines, scrubbing, tasks
from activities.claim_answers import JOINED
from activities.database import Tx
from activities.giving_up import cause
from models.billed import ClaimsPer, ServiceLine
from models.facts import ClaimStatus, TaskKind
from models.messages import Answered
from models.money import total
from models.rules.claim_spans import leaves_on
from models.tables import Claim, ClaimLine, Coverage, Payer
from models.x12.claims import VOID


@dataclass(frozen=True)
class Wanted:
    """A claim to make of these lines to a coverage; `forwarded`: the payer before sent it on itself.

    `like`: the claim that they were on, which said the same of them.
    """

    lines: Sequence[ServiceLine]
    coverage: Coverage
    forwarded: bool = False
    like: Claim | None = None

    @property
    def held_on(self) -> date:
        """The earliest day on it."""
        return min(line.held_on for line in self.lines)


def bill(tx: Tx, lines: Sequence[ServiceLine], coverage: Coverage) -> None:
    """Bill a session to a coverage, once: on the claim that waits for such ones, else on one of its own."""
    for wanted in _unbilled(tx, [Wanted(lines, coverage)]):
        payer = tx.db.get_one(Payer, coverage.payer_id)
        claim = _draft(tx, wanted, ClaimsPer(payer.claims_per))
        waiting = claim_gathering.waiting_for(tx, claim, payer, wanted.lines)
        if waiting is None:
            _keep(tx, [(claim, wanted)])
            continue
        claim_gathering.join(tx, waiting, payer, wanted.lines)
        look_again(tx, [waiting])
        tx.after.answers.append(Answered(waiting.number, JOINED, 0))


def make_all(tx: Tx, wanted: Sequence[Wanted]) -> list[Claim]:
    """Make claims that wait for nothing, of the sessions that were not billed to their coverages yet."""
    drafts = [(_draft(tx, each, ClaimsPer.SESSION), each) for each in _unbilled(tx, wanted)]
    _keep(tx, drafts)
    return [claim for claim, _ in drafts]


def _unbilled(tx: Tx, wanted: Sequence[Wanted]) -> list[Wanted]:
    """What of it was not billed before: each session once to a coverage."""
    attendance_ids = {line.attendance_id for each in wanted for line in each.lines}
    of_these = select(col(ClaimLine.attendance_id), col(ClaimLine.coverage_id)).where(
        col(ClaimLine.attendance_id).in_(attendance_ids)
    )
    billed = set(tx.db.exec(of_these).all()) if wanted else set()
    found = []
    for each in wanted:
        left = [line for line in each.lines if (line.attendance_id, each.coverage.id or 0) not in billed]
        billed |= {(line.attendance_id, each.coverage.id or 0) for line in left}
        found += [replace(each, lines=left)] if left else []
    return found


def _draft(tx: Tx, wanted: Wanted, per: ClaimsPer) -> Claim:
    """A claim that has no number yet."""
    coverage, forwarded = wanted.coverage, wanted.forwarded
    return Claim(
        number="",
        client_id=coverage.client_id,
        coverage_id=coverage.id or 0,
        payer_id=coverage.payer_id,
        sequence=coverage.sequence,
        status=ClaimStatus.ACCEPTED if forwarded else ClaimStatus.DRAFT,
        charge=total(line.charge for line in wanted.lines),
        held_on=wanted.held_on,
        made_at=tx.now,
        authorization=(wanted.like or coverage).authorization,
        diagnoses=list(wanted.like.diagnoses) if wanted.like else [],
        note=wanted.like.note if wanted.like else "",
        accepted_at=tx.now if forwarded else None,
        claims_per=per,
    )


def _keep(tx: Tx, drafts: Sequence[tuple[Claim, Wanted]]) -> None:
    """Number them, keep them with their lines, and scrub those that do not travel already."""
    if not drafts:
        return
    payers = _payers(tx, (claim for claim, _ in drafts))
    for number, (claim, wanted) in zip(tx.next_ones("claim_number", len(drafts)), drafts, strict=True):
        payer = payers[claim.payer_id]
        claim.number = f"C{number:07d}"
        claim.leaves_on = leaves_on(ClaimsPer(claim.claims_per), claim.held_on, payer.timely_filing_days)
        tx.db.add(claim)
        tx.db.flush()
        claim_lines.keep(tx.db, claim, wanted.lines)
        claim_gathering.close_if_full(claim, payer, len(wanted.lines))
    claims = [claim for claim, _ in drafts]
    look_again(tx, [claim for claim in claims if claim.status == ClaimStatus.DRAFT])
    tx.after.claims += [claim.number for claim in claims]


def _payers(tx: Tx, claims: Iterable[Claim]) -> dict[int, Payer]:
    found = tx.db.exec(select(Payer).where(col(Payer.id).in_({claim.payer_id for claim in claims}))).all()
    return {payer.id or 0: payer for payer in found}


def scrubbed(tx: Tx, claims: Sequence[Claim]) -> list[Claim]:
    """Those of the claims that nothing holds; the others are held with a task. What is taken back may always leave."""
    found = scrubbing.look(tx, [claim for claim in claims if claim.frequency != VOID])
    for claim in claims:
        if held := found.get(claim.number):
            hold(tx, claim, "; ".join(finding.words for finding in held), [asdict(finding) for finding in held])
    return [claim for claim in claims if not found.get(claim.number)]


def look_again(tx: Tx, claims: Sequence[Claim]) -> None:
    """Claims that lack what their coverage knows by now take it over, and are looked at."""
    for claim in claims:
        claim.authorization = claim.authorization or tx.db.get_one(Coverage, claim.coverage_id).authorization
    clean = scrubbed(tx, claims) if claims else []
    for claim in clean:
        claim.status = ClaimStatus.DRAFT
        claim.why = ""
        claim.findings = []
    tasks.close_all(tx, [cause(claim) for claim in clean], "the scrub found nothing", TaskKind.CLAIM_HELD)


def hold(tx: Tx, claim: Claim, why: str, findings: Sequence[dict[str, object]] = ()) -> None:
    """Keep a claim back with a task that says why; `findings` are the scrub's, one by one."""
    claim.status = ClaimStatus.HELD
    claim.why = why
    claim.findings = list(findings)
    tasks.open_task(tx, TaskKind.CLAIM_HELD, cause(claim), f"claim {claim.number}: {why}", claim.client_id)
