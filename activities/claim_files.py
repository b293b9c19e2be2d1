"""Rows as a claim file: what the 837P says of the practice, the clinician, the client and earlier payers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from sqlmodel import col, select

from activities import claim_lines, claim_rows, claims, directory, insured, standing_answers
from activities.database import Tx
from activities.standing_answers import Said
from models.errors import Refused
from models.facts import PaidLine, Relation
from models.money import total
from models.tables import (
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Practice,
    RemittanceRow,
)
from models.x12 import claim_837p as x12
from models.x12.claims import REPLACEMENT, VOID, Frequency, LineAdjudication, OtherCoverage
from models.x12.claims import Sequence as Order
from models.x12.writing import own_control

ORDER: dict[int, Order] = {1: "P", 2: "S"}
Days = Mapping[int, date]
"""When payers paid, by remittance."""
RELATIONSHIPS: dict[str, str] = {Relation.SELF: "18", Relation.SPOUSE: "01", Relation.CHILD: "19", Relation.OTHER: "G8"}
"""Who the client is to the subscriber (SBR02, PAT01)."""


def write(tx: Tx, claims_: Sequence[Claim], control: int) -> str:
    """The 837P for these claims of one payer that one part of the practice bills."""
    practice, envelope = tx.practice, insured.envelope(tx, control)
    rows = _rows(tx, claims_)
    group = rows.known.group(claims_[0])
    file = x12.ClaimFile(
        envelope=envelope,
        submitter=x12.Submitter(practice.name, envelope.sender, "Billing", practice.phone, practice.email),
        receiver=x12.Payer(envelope.receiver, envelope.receiver),
        billing=insured.billing(group or practice),
        claims=tuple(_claim(tx, claim, rows) for claim in claims_),
        pay_to=None if group else _pay_to(practice),
        transaction=own_control(envelope),
    )
    return x12.write(file)


def _pay_to(of: Practice) -> x12.Address | None:
    """Where payers send money, when that is another address than the practice's."""
    if not of.pay_to_line1:
        return None
    return x12.Address(of.pay_to_line1, of.pay_to_city, of.pay_to_state, of.pay_to_zip.replace("-", ""))


@dataclass(frozen=True)
class Rows:
    """What the claims of a file are written from, read in one go; coverages by client, primary first."""

    known: claim_rows.Known
    coverages: Mapping[int, Sequence[Coverage]]

    def of(self, claim: Claim) -> Sequence[ClaimLine]:
        """The lines of a claim."""
        return self.known.lines[claim.number]


def _rows(tx: Tx, claims_: Sequence[Claim]) -> Rows:
    known = claim_rows.known_of(tx, claims_)
    coverages: dict[int, list[Coverage]] = {}
    query = select(Coverage).where(col(Coverage.client_id).in_(list(known.clients)))
    for coverage in tx.db.exec(query.order_by(col(Coverage.sequence))).all():
        coverages.setdefault(coverage.client_id, []).append(coverage)
    return Rows(known, coverages)


def _claim(tx: Tx, claim: Claim, rows: Rows) -> x12.Claim837:
    known, first = rows.known, rows.known.first(claim)
    client, coverage = known.clients[claim.client_id], known.coverages[claim.coverage_id]
    clinician, billed = known.clinician(first), known.billed(claim, first)
    return x12.Claim837(
        number=claim.number,
        charge=claim.charge,
        frequency=cast(Frequency, claim.frequency),
        place_of_service=billed.place_of_service,
        diagnoses=known.diagnoses(claim),
        rendering=_rendering(clinician),
        payer=insured.payer(tx, claim.payer_id),
        member_id=coverage.member_id,
        subscriber=insured.subscriber(coverage, client),
        relationship=RELATIONSHIPS[coverage.relation],
        patient=insured.dependent(coverage, client),
        group_number=coverage.group_number,
        lines=tuple(_line(claim, line, known, billed.place_of_service) for line in rows.of(claim)),
        payer_claim_number=claim.payer_claim_number if claim.frequency in (REPLACEMENT, VOID) else None,
        authorization=claim.authorization or None,
        payer_sequence=ORDER.get(claim.sequence, "T"),
        other_coverages=_others(tx, claim, client, rows),
        supervising=_supervising(tx, clinician),
        referring=_referring(coverage),
        onset=coverage.onset,
        note=claim.note,
    )


def _supervising(tx: Tx, clinician: Clinician) -> x12.Provider | None:
    """Who answers for a clinician in training, where their claims are to say so."""
    if not clinician.billed_supervised or clinician.supervisor_id is None:
        return None
    return replace(_rendering(tx.db.get_one(Clinician, clinician.supervisor_id)), taxonomy="")


def _referring(coverage: Coverage) -> x12.Provider | None:
    if not coverage.referrer_npi:
        return None
    return x12.Provider(coverage.referrer_npi, coverage.referrer_last, coverage.referrer_first)


def _line(claim: Claim, line: ClaimLine, known: claim_rows.Known, usual_place: str) -> x12.Line:
    billed = known.billed(claim, line)
    return x12.Line(
        control=claim_lines.control(claim.number, line.place),
        code=known.services[line.service_id].code,
        modifiers=billed.modifiers,
        charge=line.charge,
        units=Decimal(line.units),
        date=line.held_on,
        diagnosis_pointers=known.pointers(claim, line.attendance_id),
        place_of_service="" if billed.place_of_service == usual_place else billed.place_of_service,
    )


def _others(tx: Tx, claim: Claim, client: Client, rows: Rows) -> tuple[OtherCoverage, ...]:
    """The other payers of the client: those before with what they decided, those after with nothing yet."""
    decided = {c.coverage_id: c for c in claims.earlier_claims(tx, claim)} if claim.sequence > 1 else {}
    found = []
    for coverage in directory.in_force(rows.coverages.get(client.id or 0, ()), claim.held_on):
        if coverage.id in decided:
            found.append(_decided(tx, rows.of(claim), decided[coverage.id], coverage, client))
        elif coverage.sequence > claim.sequence:
            found.append(_other(tx, coverage, client))
    return tuple(found)


def _other(tx: Tx, coverage: Coverage, client: Client) -> OtherCoverage:
    return OtherCoverage(
        payer=insured.payer(tx, coverage.payer_id),
        member_id=coverage.member_id,
        subscriber=insured.subscriber(coverage, client),
        relationship=RELATIONSHIPS[coverage.relation],
        group_number=coverage.group_number,
        sequence=ORDER.get(coverage.sequence, "T"),
    )


def _decided(tx: Tx, lines: Sequence[ClaimLine], earlier: Claim, coverage: Coverage, client: Client) -> OtherCoverage:
    """What an earlier payer paid and adjusted of these lines (837P loops 2320 and 2430)."""
    said, days = _said(tx, earlier, {line.attendance_id for line in lines})
    adjustments = _adjustments(one.told for one in said)
    by_line = _adjudicated(lines, said, days)
    return OtherCoverage(
        payer=insured.payer(tx, coverage.payer_id),
        member_id=coverage.member_id,
        subscriber=insured.subscriber(coverage, client),
        relationship=RELATIONSHIPS[coverage.relation],
        group_number=coverage.group_number,
        sequence=ORDER.get(coverage.sequence, "T"),
        paid=total(one.told.paid for one in said),
        patient_owes=total(a.amount for a in adjustments if a.group == "PR"),
        paid_on=max(days.values()),
        adjustments=() if by_line else adjustments,
        lines=by_line,
        claim_number=earlier.payer_claim_number or None,
    )


def _adjudicated(lines: Sequence[ClaimLine], said: Sequence[Said], days: Days) -> tuple[LineAdjudication, ...]:
    """What was decided on each line, and when; nothing where the payer spoke of the claim as a whole."""
    of: dict[tuple[int, int], list[Said]] = {}
    for one in said:
        if one.line is None:
            return ()
        of.setdefault((one.line.attendance_id, one.line.service_id), []).append(one)
    decided = [(line, of.get((line.attendance_id, line.service_id), ())) for line in lines]
    return tuple(
        LineAdjudication(
            claim_lines.control(line.claim_number, line.place),
            total(one.told.paid for one in mine),
            _adjustments(one.told for one in mine),
            max(days[one.part.remittance_id] for one in mine),
        )
        for line, mine in decided
        if mine
    )


def _adjustments(lines: Iterable[PaidLine]) -> tuple[x12.Adjustment, ...]:
    return tuple(x12.Adjustment(a.group, a.reason, a.amount) for line in lines for a in line.adjustments)


def _said(tx: Tx, claim: Claim, attendance_ids: set[int]) -> tuple[list[Said], Days]:
    """What the newest answers that stand say of these sessions of a claim, and on which days they were given."""
    stands = standing_answers.of_claim(tx.db, claim.number)
    said = [one for one in stands if one.line is None or one.line.attendance_id in attendance_ids]
    if not said:
        raise Refused(f"claim {claim.number} has no answer that stands; the next payer cannot be billed")
    query = select(col(RemittanceRow.id), col(RemittanceRow.paid_on))
    of_these = col(RemittanceRow.id).in_({one.part.remittance_id for one in said})
    return said, {number or 0: day for number, day in tx.db.exec(query.where(of_these)).all()}


def _rendering(clinician: Clinician) -> x12.Provider:
    name, _, _titles = clinician.name.partition(",")
    first, _, last = name.rpartition(" ")
    return x12.Provider(npi=clinician.npi, name=last, first=first, taxonomy=clinician.taxonomy)
