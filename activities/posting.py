"""Posting what payers paid: many claims in one transaction, exactly once, mirrored when taken back (RULES 3 and 4).

A remittance is posted by its workflow, some hundred claims a step. `Books` holds what the rules go by, read in a few
looks however many claims; the rules decide claim by claim; then all entries are written, and what follows from them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import (
    claim_answers,
    claim_lines,
    claim_making,
    directory,
    earnings,
    invoices,
    kept_answers,
    ledger,
    playbook,
    standing_answers,
)
from activities.answered_lines import About, Asked, by_session, misfit
from activities.claim_answers import Verdict
from activities.database import Tx
from activities.heard import Heard, codes_of, moved_on
from activities.ledger import Wanted
from activities.verdicts import verdict
from models.facts import Answer, ClaimStatus, PaidLine
from models.money import ZERO, total
from models.rules.claim_stages import OVER
from models.rules.denials import Play
from models.rules.ledger import Draft, Event, client_account, payer_account
from models.rules.remittance import decide, is_denied
from models.tables import AttendanceRow, Claim, ClaimLine, Coverage, Entry, InvoiceLine, Posting, RemittanceClaim
from models.x12.remittances import REVERSAL

Balances = dict[tuple[str, int], Decimal]
"""Of an account, what an attendance moved on it."""


def post(tx: Tx, locked: Mapping[str, Claim], parts: Sequence[RemittanceClaim]) -> None:
    """Post these answers to the claims they name, each claim's in the order of the file."""
    if not parts:
        return
    books = Books.opened(tx, locked, parts)
    of_claims: dict[str, list[RemittanceClaim]] = {}
    for part in parts:
        of_claims.setdefault(part.claim_number or "", []).append(part)
    for number, mine in of_claims.items():
        books.take(locked[number], mine)
    books.close()


@dataclass
class Books:
    """What is known of the claims of a batch, and what is to be written of them."""

    tx: Tx
    attendances: Mapping[int, AttendanceRow]
    coverages: Mapping[int, Sequence[Coverage]]
    lines: Mapping[str, Sequence[ClaimLine]]
    codes: Mapping[int, str]
    plays: Mapping[str, Play]
    balances: Balances
    standing: dict[str, list[RemittanceClaim]] = field(default_factory=dict)
    """The answers that stand, by claim, the newest first."""
    before: set[int | None] = field(default_factory=set)
    """Answers that came before their claim left again."""
    entries_of: dict[int | None, list[tuple[Entry, Draft]]] = field(default_factory=dict)
    """What those posted, by answer."""
    wanted: list[Wanted] = field(default_factory=list)
    shares: list[Wanted] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)
    undone: dict[str, list[tuple[Entry, Draft]]] = field(default_factory=dict)
    following: list[claim_making.Wanted] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    """Claims of which the batch denies something."""
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    unfit: list[tuple[RemittanceClaim, str]] = field(default_factory=list)
    """What cannot be posted, and why."""

    @staticmethod
    def opened(tx: Tx, locked: Mapping[str, Claim], parts: Sequence[RemittanceClaim]) -> "Books":
        lines = claim_lines.of_claims(tx.db, locked)
        ids = {line.attendance_id for mine in lines.values() for line in mine}
        attendances = {a.id or 0: a for a in tx.db.exec(select(AttendanceRow).where(col(AttendanceRow.id).in_(ids)))}
        clients = {a.client_id for a in attendances.values()}
        invoices.hold(tx, clients)
        coverages: dict[int, list[Coverage]] = {}
        query = select(Coverage).where(col(Coverage.client_id).in_(clients)).order_by(col(Coverage.sequence))
        for coverage in tx.db.exec(query).all():
            coverages.setdefault(coverage.client_id, []).append(coverage)
        reversed_ones = {part.claim_number for part in parts if part.status == REVERSAL}
        codes = claim_lines.codes_of(tx.db, (line for mine in lines.values() for line in mine))
        books = Books(tx, attendances, coverages, lines, codes, playbook.plays(tx.db, tx.today), _moved(tx.db, ids))
        books.standing = standing_answers.of_claims(tx.db, locked)
        books.before = standing_answers.went_again(tx.db, locked.values()) - {part.id for part in parts}
        backs = [part.id for number in reversed_ones for part in books.standing.get(number or "", ())]
        books.entries_of = _entries_of(tx.db, backs)
        return books

    def take(self, claim: Claim, parts: Sequence[RemittanceClaim]) -> None:
        """Post what remittances say of a claim, in turn; in each what takes back comes first.

        A correction may stand before the reversal in the file.
        """

        def goes_later(part: RemittanceClaim) -> bool:
            return not (part.status == REVERSAL and self._original(claim, part))

        for _, mine in groupby(parts, key=lambda part: part.remittance_id):
            for part in sorted(mine, key=goes_later):
                if part.status == REVERSAL:
                    self._reverse(claim, part)
                else:
                    self._answer(claim, part)

    def close(self) -> None:
        """Write the entries, and what follows for the claims, their clients and those who treated them."""
        tx = self.tx
        self._write_out()
        kept_answers.park_all(tx, self.unfit)
        claim_making.make_all(tx, self.following)
        claim_answers.decided(tx, self.verdicts)
        for number in self.undone.keys() - self.verdicts.keys():
            claim_answers.taken_back(tx, tx.db.get_one(Claim, number))
        self._ask_clients()
        clients = sorted({attendance.client_id for attendance in self.attendances.values()})
        invoices.settle_all(tx, clients)
        earnings.accrue_clients(tx, clients)

    def _answer(self, claim: Claim, part: RemittanceClaim) -> None:
        asked = Asked(self.lines.get(claim.number, ()), self.codes)
        if unlike := misfit(asked, part):
            self.unfit.append((part, unlike))
            return
        heard = [self._heard(claim, *of_session) for of_session in by_session(asked, part).items()]
        if any(each.overpays for each in heard):
            self.unfit.append((part, "it pays a claim that has been paid, without taking the first payment back"))
            return
        denied = [line for each in heard for line in each.decision.denied_lines]
        if denied and not any(each.decision.entries for each in heard) and self._over(claim):
            self._note(claim, part, denied)
            return
        entries = [(each, *entry) for each in heard for entry in each.entries]
        for index, (each, line, drafted) in enumerate(entries):
            wanted = Wanted(f"remittance/{part.id}/{index}", drafted, each.cause(claim, part, line))
            self._write(wanted)
            if drafted.event is Event.CLIENT_SHARE:
                self.shares.append(wanted)
        part.outcome = "denied" if denied else "posted"
        self.standing.setdefault(claim.number, []).insert(0, part)
        claim.payer_claim_number = part.payer_claim_number or claim.payer_claim_number
        self._follow(part, asked, heard)
        self.denied |= {claim.number} if denied else set()
        self._judge(claim)

    def _heard(self, claim: Claim, attendance_id: int, told: Sequence[About]) -> Heard:
        """What an answer means for one session of the claim."""
        attendance, lines = self.attendances[attendance_id], self.lines[claim.number]
        on = next(line.held_on for line in lines if line.attendance_id == attendance_id)
        following = directory.next_after(self.coverages.get(claim.client_id, ()), claim, on)
        answer = Answer(
            lines=tuple(line for _, line in told),
            client_id=claim.client_id,
            payer_id=claim.payer_id,
            next_payer_id=following.payer_id if following else None,
            secondary=claim.sequence > 1,
            left_open=self._open_of(claim, attendance_id),
        )
        return Heard(attendance, told, following, answer, decide(answer))

    def _follow(self, part: RemittanceClaim, asked: Asked, heard: Sequence[Heard]) -> None:
        """The next coverage is billed on one claim for the sessions of which it bears a share; where the payer sent its
        claim on itself, for all that it answered.
        """
        forwarded = part.status in kept_answers.FORWARDED
        sharing = {
            each.following.id: each.following for each in heard if each.following and each.decision.shared > ZERO
        }
        for coverage in sharing.values():
            mine = [each for each in heard if each.following and each.following.id == coverage.id]
            billed = {each.attendance.id for each in mine if forwarded or each.decision.shared > ZERO}
            lines = claim_lines.as_billed(line for line in asked.lines if line.attendance_id in billed)
            self.following.append(claim_making.Wanted(lines, coverage, forwarded))

    def _note(self, claim: Claim, part: RemittanceClaim, denied: Sequence[PaidLine]) -> None:
        """A denial of what is paid or closed, as of a claim that came twice: it is kept, and changes nothing."""
        part.outcome = "denied"
        self.standing.setdefault(claim.number, []).insert(0, part)
        noted = f"denied later with {codes_of(denied)}: what was posted before stands"
        why = f"{claim.why}; {noted}" if claim.why else noted
        self.verdicts[claim.number] = Verdict(claim, self._status(claim), why, "")

    def _status(self, claim: Claim) -> ClaimStatus:
        """Where a claim stands, after what is in the batch."""
        verdict = self.verdicts.get(claim.number)
        return verdict.status if verdict else ClaimStatus(claim.status)

    def _over(self, claim: Claim) -> bool:
        """Whether a claim is paid or closed and its payer owes nothing any more."""
        return self._status(claim) in OVER and self._left_open(claim) <= ZERO

    def _judge(self, claim: Claim) -> None:
        """Where the claim stands now: by all answers that stand, whichever came last."""
        mine = Asked(self.lines.get(claim.number, ()), self.codes)
        said = standing_answers.newest(mine, self.standing.get(claim.number, ()))
        said = [one for one in said if not (one.part.id in self.before and is_denied(one.told))]
        left = {each: self._open_of(claim, each) for each in claim_lines.sessions(mine.lines)}
        if found := verdict(claim, mine, said, left, self.plays, claim.number in self.denied):
            self.verdicts[claim.number] = found
        else:
            claim.status, claim.why = ClaimStatus.ACCEPTED, ""
            self.verdicts.pop(claim.number, None)

    def _reverse(self, claim: Claim, part: RemittanceClaim) -> None:
        """Mirror what an earlier answer posted."""
        original = self._original(claim, part)
        if original is None:
            self.unfit.append((part, "it takes back a payment that was never posted"))
            return
        undone, posted = self.undone.setdefault(claim.number, []), self._posted(original)
        for entry, drafted in posted:
            why = "the payer took its answer back"
            self._write(ledger.mirrored(entry, drafted, why, remittance_claim_id=part.id))
            undone.append((entry, drafted))
        original.reversed_by_id = part.id
        part.outcome = "reversal"
        self.standing[claim.number].remove(original)
        if posted or not self._over(claim):
            self._judge(claim)

    def _original(self, claim: Claim, part: RemittanceClaim) -> RemittanceClaim | None:
        return standing_answers.meant(part, self.standing.get(claim.number, ()))

    def _posted(self, part: RemittanceClaim) -> Sequence[tuple[Entry, Draft]]:
        """What an answer posted, in this batch or before it."""
        if part.id not in self.entries_of:
            self._write_out()
            self.entries_of |= _entries_of(self.tx.db, [part.id])
        return self.entries_of.get(part.id, ())

    def _write(self, wanted: Wanted) -> None:
        """An entry of the batch: it counts from now on, and is written with the others."""
        self.wanted.append(wanted)
        for account, amount in wanted.draft.postings:
            place = account, wanted.cause["attendance_id"]
            self.balances[place] = self.balances.get(place, ZERO) + amount

    def _write_out(self) -> None:
        self.tx.db.flush()
        self.written |= ledger.post_many(self.tx, self.wanted)
        self.wanted.clear()

    def _left_open(self, claim: Claim) -> Decimal:
        """What this payer still owes for the claim, after what is in the batch."""
        return total(self._open_of(claim, each) for each in claim_lines.sessions(self.lines.get(claim.number, ())))

    def _open_of(self, claim: Claim, attendance_id: int) -> Decimal:
        """The same of one of its sessions."""
        return self.balances.get((payer_account(claim.payer_id), attendance_id), ZERO)

    def _ask_clients(self) -> None:
        """Invoice the clients' new shares, a claim's at once; one taken back alike stays on the invoice it stood on."""
        asked: dict[str, invoices.Asked] = {}
        for share in self.shares:
            client_id = share.cause["client_id"]
            amount, entry_id = moved_on(share.draft, client_account(client_id)), self.written[share.key]
            if invoice := self._invoice_of_twin(share, amount):
                self.tx.db.add(InvoiceLine(entry_id=entry_id, invoice_number=invoice))
            else:
                together = asked.setdefault(share.cause["claim_number"], invoices.Asked(client_id))
                together.entry_ids.append(entry_id)
                together.amount += amount
        self.tx.db.flush()
        invoices.ask_each(self.tx, list(asked.values()))

    def _invoice_of_twin(self, share: Wanted, amount: Decimal) -> str | None:
        """The invoice that asked for the same share of the same session before it was taken back in this batch."""
        account = client_account(share.cause["client_id"])
        twins = [
            entry.id
            for entry, drafted in self.undone.get(share.cause["claim_number"], ())
            if (entry.event, entry.attendance_id) == (share.draft.event.value, share.cause["attendance_id"])
            and moved_on(drafted, account) == amount
        ]
        if not twins:
            return None
        return self.tx.db.exec(select(InvoiceLine.invoice_number).where(col(InvoiceLine.entry_id).in_(twins))).first()


def _moved(db: Database, attendance_ids: Collection[int]) -> Balances:
    """What payers owe for these attendances."""
    query = (
        select(Posting.account, Entry.attendance_id, func.sum(Posting.amount))
        .join(Entry, col(Entry.id) == Posting.entry_id)
        .where(col(Entry.attendance_id).in_(attendance_ids), col(Posting.account).startswith("receivable:payer:"))
        .group_by(Posting.account, col(Entry.attendance_id))
    )
    return {(account, number or 0): amount for account, number, amount in db.exec(query).all()}


def _entries_of(db: Database, part_ids: Collection[int | None]) -> dict[int | None, list[tuple[Entry, Draft]]]:
    if not part_ids:
        return {}
    mine = select(Entry).where(col(Entry.remittance_claim_id).in_(part_ids), col(Entry.reverses_id).is_(None))
    entries = db.exec(mine.order_by(col(Entry.id))).all()
    drafts = ledger.as_drafts(db, entries)
    found: dict[int | None, list[tuple[Entry, Draft]]] = {}
    for entry in entries:
        found.setdefault(entry.remittance_claim_id, []).append((entry, drafts[entry.id or 0]))
    return found
