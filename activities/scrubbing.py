"""Claims before they leave: rows as the facts of the scrub, for many at once; what it finds holds a claim.

One look at the database a kind of row, however many claims: the day's batch is scrubbed again just before it leaves,
for a coverage may have ended since, or another claim have used the last authorized session.
"""

from collections.abc import Sequence

from sqlmodel import col, select

from activities import code_lists
from activities.claim_rows import Known, SessionOfClaim, known_of
from activities.database import Tx
from models.billed import BilledAddOn
from models.facts import AuthorizationFacts, ClaimFacts, Status
from models.money import total
from models.rules.deadlines import filing_clock
from models.rules.payer_rules import billing_npi
from models.rules.scrub import Finding, holding, scrub_sessions
from models.tables import (
    Claim,
    Client,
    Coverage,
    Overruling,
)


def look(tx: Tx, claims: Sequence[Claim]) -> dict[str, list[Finding]]:
    """What holds each of these claims: all that the scrub finds, less what somebody answered for."""
    overruled = overruled_of(tx, [claim.number for claim in claims])
    return {
        number: holding(scrub_sessions(each), overruled.get(number, frozenset()))
        for number, each in facts(tx, claims).items()
    }


def facts(tx: Tx, claims: Sequence[Claim]) -> dict[str, list[ClaimFacts]]:
    """The claims as the scrub sees them, session by session."""
    tx.db.flush()
    known = known_of(tx, claims, to_scrub=True)
    return {
        claim.number: [_facts(tx, visit, known, nth) for nth, visit in enumerate(known.visits(claim))]
        for claim in claims
    }


def overruled_of(tx: Tx, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
    """The warnings that somebody answered for, by claim."""
    found: dict[str, set[str]] = {}
    for row in tx.db.exec(select(Overruling).where(col(Overruling.claim_number).in_(numbers))).all():
        found.setdefault(row.claim_number, set()).add(row.code)
    return {number: frozenset(codes) for number, codes in found.items()}


def _add_ons(visit: SessionOfClaim, known: Known) -> tuple[BilledAddOn, ...]:
    """The lines beside the session's own."""
    return tuple(
        BilledAddOn(
            known.services[line.service_id].code,
            line.units,
            known.minutes.get((line.attendance_id, line.service_id)),
            line.charge,
        )
        for line in visit.lines[1:]
    )


def _facts(tx: Tx, visit: SessionOfClaim, known: Known, nth: int) -> ClaimFacts:
    """The nth session of a claim (from 0) as the scrub sees it."""
    claim, attendance, line = visit.claim, visit.attendance, visit.lines[0]
    session, clinician = known.session(line), known.clinician(line)
    service, coverage = known.services[session.service_id], known.coverages[claim.coverage_id]
    note, rules = known.notes.get(attendance.id), known.rules.get(claim.payer_id, ())
    diagnoses = known.diagnoses(claim)
    listed, billed, group = code_lists.diagnoses(), known.billed(claim, line), known.group(claim)
    unlisted = tuple(code for code in diagnoses if not listed.has(code))
    return ClaimFacts(
        code=service.code,
        minutes=attendance.minutes or service.minutes,
        held_on=line.held_on,
        charge=total(each.charge for each in visit.lines),
        diagnoses=diagnoses,
        member_id=coverage.member_id,
        rendering_npi=clinician.npi,
        billing_npi=group.npi if group else tx.practice.npi,
        billing_wanted=billing_npi(rules, session.place, line.held_on) or "",
        note_signed=(note is not None and note.complete) or not known.notes_needed[session.policy_id],
        covered_from=coverage.covered_from,
        covered_until=coverage.covered_until,
        missing=_missing(known.clients[claim.client_id]),
        pointers=known.pointers(claim, line.attendance_id),
        unlisted=unlisted,
        categories=tuple(code for code in unlisted if listed.is_category(code)),
        list_in_force=listed.in_force(line.held_on),
        held=known.held(attendance),
        place_of_service=billed.place_of_service,
        modifiers=billed.modifiers,
        twins=known.twins.get(line.attendance_id, ()),
        authorization=_authorization(claim, coverage, known.used.get(claim.number, 0) + nth),
        file_by=filing_clock(claim.held_on, known.payers[claim.payer_id].timely_filing_days).last,
        today=tx.today,
        billable=attendance.status == Status.ATTENDED and not session.billed_elsewhere,
        licence=clinician.licence,
        taxonomy=clinician.taxonomy,
        payer_rules=rules,
        add_ons=_add_ons(visit, known),
    )


def _authorization(claim: Claim, coverage: Coverage, used: int) -> AuthorizationFacts | None:
    """Of the number a claim goes under; its limits are known where it is the coverage's own."""
    if not claim.authorization:
        return None
    if claim.authorization != coverage.authorization:
        return AuthorizationFacts(claim.authorization)
    return AuthorizationFacts(claim.authorization, coverage.authorized_until, coverage.authorized_sessions, used)


def _missing(client: Client) -> tuple[str, ...]:
    """What a claim must say of a subscriber (837P loop 2010BA) and the record does not know."""
    known = {
        "last name": client.last,
        "birth date": client.birth,
        "street": client.line1,
        "city": client.city,
        "state": client.state,
        "ZIP": client.zip,
    }
    return tuple(name for name, value in known.items() if not value)
