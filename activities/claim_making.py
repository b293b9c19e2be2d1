"""Claims made, each once for its attendance and coverage, and scrubbed; what the scrub finds holds them with a task."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import col, select

from activities import claim_lines, scrubbing, tasks
from activities.database import Tx
from activities.giving_up import cause, client_of
from models.billed import ServiceLine
from models.facts import ClaimStatus, TaskKind
from models.money import total
from models.tables import Claim, Coverage
from models.x12.claims import VOID


@dataclass(frozen=True)
class Wanted:
    """A claim to make of these lines to a coverage; `forwarded`: the payer before sent it on itself."""

    lines: Sequence[ServiceLine]
    coverage: Coverage
    on: date
    forwarded: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """Each attendance is claimed once of a coverage."""
        return self.lines[0].attendance_id, self.coverage.id or 0


def make(tx: Tx, lines: Sequence[ServiceLine], coverage: Coverage, on: date) -> None:
    """Make the claim of an attendance to a coverage, once."""
    make_all(tx, [Wanted(lines, coverage, on)])


def pass_on(tx: Tx, claim: Claim, coverage: Coverage) -> None:
    """Make the claim to the next coverage, with the same lines."""
    make(tx, claim_lines.as_billed(claim_lines.of_claim(tx.db, claim.number)), coverage, claim.held_on)


def make_all(tx: Tx, wanted: Sequence[Wanted]) -> None:
    """Make claims, each once for its attendance and coverage, and scrub those that do not travel already."""
    if not wanted:
        return
    of_these = select(col(Claim.attendance_id), col(Claim.coverage_id)).where(
        col(Claim.attendance_id).in_([each.key[0] for each in wanted])
    )
    made = set(tx.db.exec(of_these).all())
    new = {each.key: each for each in wanted if each.key not in made}
    numbers = tx.next_ones("claim_number", len(new)) if new else []
    claims = [_made(tx, f"C{number:07d}", each) for number, each in zip(numbers, new.values(), strict=True)]
    tx.db.add_all(claims)
    tx.db.flush()
    for claim, each in zip(claims, new.values(), strict=True):
        claim_lines.keep(tx.db, claim, each.lines)
    look_again(tx, [claim for claim in claims if claim.status == ClaimStatus.DRAFT])
    tx.after.claims += [claim.number for claim in claims]


def _made(tx: Tx, number: str, wanted: Wanted) -> Claim:
    coverage, forwarded = wanted.coverage, wanted.forwarded
    return Claim(
        number=number,
        attendance_id=wanted.key[0],
        coverage_id=coverage.id or 0,
        payer_id=coverage.payer_id,
        sequence=coverage.sequence,
        status=ClaimStatus.ACCEPTED if forwarded else ClaimStatus.DRAFT,
        charge=total(line.charge for line in wanted.lines),
        held_on=wanted.on,
        made_at=tx.now,
        authorization=coverage.authorization,
        accepted_at=tx.now if forwarded else None,
    )


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
    tasks.open_task(tx, TaskKind.CLAIM_HELD, cause(claim), f"claim {claim.number}: {why}", client_of(tx, claim))
