"""Rows that claims are about, read in one go for many at once: who, when, how it was held, what its payer wants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select

from activities import claim_lines, directory
from activities.database import Tx
from models.billed import Held, held_as
from models.facts import PayerRule, PayerRuleKind
from models.rules.payer_rules import Billed, billed_as, billing_npi
from models.rules.scrub_checks import MOST_POINTERS
from models.tables import (
    AddOnRow,
    AttendanceRow,
    BillingGroup,
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Note,
    Payer,
    PayerRuleRow,
    Service,
    Session,
)

LEFT_BY = """coalesce((select min(s.id) from submission s where s.claim_number = {0}.number),
    case when {0}.status in ('draft', 'held') then 9223372036854775807 else 0 end)"""
"""When a claim left, as SQL, by the order of what has left; what has not left comes after all that has."""
BEFORE = f"({LEFT_BY.format('o')}, o.number) < ({LEFT_BY.format('c')}, c.number)"
"""Whether claim `o` comes before claim `c`: it left earlier, or has the lower number where neither has left."""
TWINS = f"""
with mine as materialized (
  select c.number, c.status, c.payer_id, c.client_id, l.attendance_id, l.held_on, l.service_id, s.clinician_id
  from claim c join claim_line l on l.claim_number = c.number and not l.add_on
    join attendance a on a.id = l.attendance_id join session s on s.id = a.session_id
  where c.number = any(:numbers)),
others as materialized (
  select o.number, o.status, o.payer_id, o.client_id, l.attendance_id, l.held_on, l.service_id, s.clinician_id
  from claim o join claim_line l on l.claim_number = o.number and not l.add_on
    join attendance a on a.id = l.attendance_id join session s on s.id = a.session_id
  where o.client_id in (select client_id from mine) and o.status <> 'closed')
select c.number, c.attendance_id, o.number as twin
from mine c join others o using (client_id, held_on, payer_id, clinician_id, service_id)
where o.attendance_id <> c.attendance_id and {BEFORE}
order by c.number, o.number
"""
"""The other claims of these clients are looked up once, however the database guesses their number."""
USED = f"""
select c.number, (select count(*) from claim o join claim_line l on l.claim_number = o.number and not l.add_on
  where o.coverage_id = c.coverage_id and o."authorization" = c."authorization" and o.number <> c.number
    and o.status <> 'closed' and {BEFORE}) as used
from claim c where c.number = any(:numbers)
"""
"""How many sessions claims of before have had of an authorization."""


@dataclass(frozen=True)
class SessionOfClaim:
    """One session of a claim: whose part in it, and its lines, that of its own service first."""

    claim: Claim
    attendance: AttendanceRow
    lines: Sequence[ClaimLine]


@dataclass(frozen=True)
class Known:
    """What the facts of these claims are made of, by id; `minutes` of add-ons by attendance and service.

    `twins` are other claims that bill the same, by attendance.
    """

    attendances: dict[Any, AttendanceRow]
    sessions: dict[Any, Session]
    services: dict[Any, Service]
    coverages: dict[Any, Coverage]
    clinicians: dict[Any, Clinician]
    clients: dict[Any, Client]
    payers: dict[Any, Payer]
    notes: dict[Any, Note]
    rules: dict[int, tuple[PayerRule, ...]]
    lines: dict[str, list[ClaimLine]]
    minutes: dict[tuple[int, int], int | None]
    groups: Sequence[BillingGroup]
    notes_needed: dict[int, bool]
    twins: dict[int, tuple[str, ...]]
    used: dict[str, int]

    def first(self, claim: Claim) -> ClaimLine:
        """The line of its own service of a claim's first session."""
        return self.lines[claim.number][0]

    def visits(self, claim: Claim) -> list[SessionOfClaim]:
        """The sessions of a claim in the order of its lines."""
        found: dict[int, list[ClaimLine]] = {}
        for line in self.lines[claim.number]:
            found.setdefault(line.attendance_id, []).append(line)
        return [SessionOfClaim(claim, self.attendances[attendance_id], lines) for attendance_id, lines in found.items()]

    def session(self, line: ClaimLine) -> Session:
        """The session that a line is of."""
        return self.sessions[self.attendances[line.attendance_id].session_id]

    def clinician(self, line: ClaimLine) -> Clinician:
        """Who held it."""
        return self.clinicians[self.session(line).clinician_id]

    def diagnoses_of(self, claim: Claim, attendance_id: int) -> tuple[str, ...]:
        """Of one session: as corrected on the claim, else of the note, else of the client's record."""
        note = self.notes.get(attendance_id)
        return tuple(claim.diagnoses or (note.diagnoses if note else ()) or self.clients[claim.client_id].diagnoses)

    def diagnoses(self, claim: Claim) -> tuple[str, ...]:
        """Of all its sessions, those of the first one first."""
        lines = self.lines[claim.number]
        return tuple(dict.fromkeys(code for line in lines for code in self.diagnoses_of(claim, line.attendance_id)))

    def pointers(self, claim: Claim, attendance_id: int) -> tuple[int, ...]:
        """Which of the claim's diagnoses a session's lines point to, its most important first (SV107)."""
        listed = self.diagnoses(claim)
        own = dict.fromkeys(self.diagnoses_of(claim, attendance_id))
        return tuple(listed.index(code) + 1 for code in own)[:MOST_POINTERS]

    def held(self, attendance: AttendanceRow) -> Held:
        """How a client's part was held."""
        return held_as(self.sessions[attendance.session_id].place, attendance.held)

    def billed(self, claim: Claim, line: ClaimLine) -> Billed:
        """Place of service and modifiers as the payer wants them, for the writer and the scrub alike."""
        rules, held = self.rules.get(claim.payer_id, ()), self.held(self.attendances[line.attendance_id])
        return billed_as(rules, self.clinician(line).licence, held, line.held_on)

    def group(self, claim: Claim) -> BillingGroup | None:
        """Which further part of the practice bills a claim; None: the practice itself."""
        place = self.session(self.first(claim)).place
        npi = billing_npi(self.rules.get(claim.payer_id, ()), place, claim.held_on)
        if npi is not None:
            return next((group for group in self.groups if group.npi == npi), None)
        return next((group for group in self.groups if group.place and group.place == place), None)


def groups_of(tx: Tx, claims: Sequence[Claim]) -> dict[str, BillingGroup | None]:
    """Which part of the practice bills each claim, by claim number (None: the practice itself)."""
    if not claims or tx.db.exec(select(BillingGroup.id).limit(1)).first() is None:
        return dict.fromkeys((claim.number for claim in claims), None)
    known = known_of(tx, claims)
    return {claim.number: known.group(claim) for claim in claims}


def rules_of(tx: Tx, payer_ids: Iterable[int]) -> dict[int, tuple[PayerRule, ...]]:
    """What payers want beyond the guide."""
    found: dict[int, list[PayerRule]] = {}
    for row in tx.db.exec(select(PayerRuleRow).where(col(PayerRuleRow.payer_id).in_(set(payer_ids)))).all():
        rule = PayerRule(PayerRuleKind(row.kind), row.applies_to, row.value, row.effective_from, row.effective_until)
        found.setdefault(row.payer_id, []).append(rule)
    return {payer_id: tuple(rules) for payer_id, rules in found.items()}


def known_of(
    tx: Tx, claims: Sequence[Claim], to_scrub: bool = False, lines: Mapping[str, list[ClaimLine]] | None = None
) -> Known:
    """The rows that these claims are about; as long as they are held, none is read again; `to_scrub`: also twins.

    `lines` are those of claims that are not kept yet.
    """
    numbers = [claim.number for claim in claims]
    lines = {**claim_lines.of_claims(tx.db, numbers), **(lines or {})}
    of_lines = [line for mine in lines.values() for line in mine]
    attendances = _by_id(tx, AttendanceRow, (line.attendance_id for line in of_lines))
    sessions = _by_id(tx, Session, (a.session_id for a in attendances.values()))
    notes = tx.db.exec(select(Note).where(col(Note.attendance_id).in_(list(attendances)))).all()
    policies = {session.policy_id for session in sessions.values()}
    payer_ids = {claim.payer_id for claim in claims}
    twins: dict[int, tuple[str, ...]] = {}
    for _, attendance_id, twin in tx.db.execute(text(TWINS), {"numbers": numbers}) if to_scrub else ():
        twins[attendance_id] = (*twins.get(attendance_id, ()), twin)
    limited = [claim.number for claim in claims if to_scrub and claim.authorization]
    return Known(
        attendances=attendances,
        sessions=sessions,
        services=_by_id(
            tx, Service, {line.service_id for line in of_lines} | {s.service_id for s in sessions.values()}
        ),
        coverages=_by_id(tx, Coverage, (claim.coverage_id for claim in claims)),
        clinicians=_by_id(tx, Clinician, (s.clinician_id for s in sessions.values())),
        clients=_by_id(tx, Client, (claim.client_id for claim in claims)),
        payers=_by_id(tx, Payer, payer_ids),
        notes={note.attendance_id: note for note in notes},
        rules=rules_of(tx, payer_ids),
        lines=lines,
        minutes=_minutes(tx, attendances),
        groups=tx.db.exec(select(BillingGroup).order_by(col(BillingGroup.id))).all(),
        notes_needed={number: directory.policy(tx.db, number).note_required for number in policies},
        twins=twins,
        used={row.number: row.used for row in tx.db.execute(text(USED), {"numbers": limited})} if limited else {},
    )


def _by_id(tx: Tx, table: Any, ids: Iterable[Any]) -> dict[Any, Any]:
    return {row.id: row for row in tx.db.exec(select(table).where(table.id.in_(set(ids)))).all()}


def _minutes(tx: Tx, attendance_ids: Iterable[int]) -> dict[tuple[int, int], int | None]:
    rows = tx.db.exec(select(AddOnRow).where(col(AddOnRow.attendance_id).in_(list(attendance_ids)))).all()
    return {(row.attendance_id, row.service_id): row.minutes for row in rows}
