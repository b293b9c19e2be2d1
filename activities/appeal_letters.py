"""A letter of appeal as PDF: the claim's facts in its head, the words a person wrote, the hand that signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import claim_lines, papers
from activities.documents import drawn
from activities.wording import long_date, usd
from models.calendar import local_day, zone
from models.rules.appeal_letters import LEVELS, TEMPLATES
from models.tables import (
    Appeal,
    AttendanceRow,
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Interchange,
    Note,
    Payer,
    Practice,
    Session,
    Submission,
)


@dataclass(frozen=True)
class ClaimOnPaper:
    """What a letter to a payer says of a claim."""

    claim: Claim
    client: Client
    coverage: Coverage
    payer: Payer
    code: str
    clinician: Clinician
    filed_on: date | None
    diagnoses: tuple[str, ...]
    days: tuple[date, ...]

    @property
    def dates(self) -> tuple[str, str]:
        """The days of service, under their name."""
        name = "Date of service" if len(self.days) == 1 else "Dates of service"
        return name, "; ".join(map(long_date, self.days))


def of_claim(db: Database, claim: Claim) -> ClaimOnPaper:
    """The facts of a claim, as the payer knows it."""
    own = [line for line in claim_lines.of_claim(db, claim.number) if not line.add_on]
    codes = claim_lines.codes_of(db, own)
    session = db.get_one(Session, db.get_one(AttendanceRow, own[0].attendance_id).session_id)
    first = (
        select(Interchange.sent_at)
        .join(Submission, col(Submission.interchange_id) == Interchange.id)
        .where(Submission.claim_number == claim.number, col(Interchange.sent_at).is_not(None))
        .order_by(col(Interchange.sent_at))
    )
    sent = db.exec(first).first()
    client = db.get_one(Client, claim.client_id)
    return ClaimOnPaper(
        claim=claim,
        client=client,
        coverage=db.get_one(Coverage, claim.coverage_id),
        payer=db.get_one(Payer, claim.payer_id),
        code=", ".join(dict.fromkeys(codes[line.service_id] for line in own)),
        clinician=db.get_one(Clinician, session.clinician_id),
        filed_on=local_day(sent, zone(db.get_one(Practice, 1).timezone)) if sent else None,
        diagnoses=_diagnoses(db, claim, client, own),
        days=tuple(dict.fromkeys(line.held_on for line in own)),
    )


def facts(on_paper: ClaimOnPaper, codes: str) -> dict[str, str]:
    """What a template's words may name."""
    claim = on_paper.claim
    return {
        "codes": codes or "no reason was given",
        "held_on": on_paper.dates[1],
        "filed_on": long_date(on_paper.filed_on) if on_paper.filed_on else "[the day it was filed]",
        "filing_days": str(on_paper.payer.timely_filing_days),
        "diagnoses": ", ".join(on_paper.diagnoses) or "[diagnosis]",
        "code": on_paper.code,
        "authorization": claim.authorization or "[number]",
    }


def letter(db: Database, appeal: Appeal, words: str, on: date) -> bytes:
    """The letter as PDF, dated that day; unsigned it says that it is a draft."""
    paper = of_claim(db, db.get_one(Claim, appeal.claim_number))
    claim, client = paper.claim, paper.client
    about = [
        ("Patient", client.name),
        ("Born", long_date(client.birth) if client.birth else ""),
        ("Member id", paper.coverage.member_id),
        ("Claim", f"{claim.number}, yours {claim.payer_claim_number}" if claim.payer_claim_number else claim.number),
        paper.dates,
        ("Service", paper.code),
        ("Charge", usd(claim.charge)),
        ("Rendered by", f"{paper.clinician.name}, NPI {paper.clinician.npi}"),
    ]
    practice = db.get_one(Practice, 1)
    data = {
        "to": "\n".join(part for part in (paper.payer.name, paper.payer.appeals_to) if part),
        "level": LEVELS[appeal.level].capitalize(),
        "about": [(name, value) for name, value in about if value],
        "paragraphs": [part.strip() for part in words.split("\n\n") if part.strip()],
        "enclosed": TEMPLATES[appeal.template].enclosed,
        "signer": appeal.signer,
        "signed_on": long_date(on) if appeal.signer else "",
        "draft": not appeal.signer,
        "npi": practice.npi,
        "tax_id": f"{practice.tax_id[:2]}-{practice.tax_id[2:]}" if practice.tax_id else "",
        "no_address": not paper.payer.appeals_to,
    }
    return drawn("appeal", papers.card_of(practice), on, data)


def _diagnoses(db: Database, claim: Claim, client: Client, own: Sequence[ClaimLine]) -> tuple[str, ...]:
    """As on the claim, else of the notes, else of the client's record."""
    noted = select(Note).where(col(Note.attendance_id).in_([line.attendance_id for line in own]))
    notes = {note.attendance_id: note.diagnoses for note in db.exec(noted).all()}
    of_notes = dict.fromkeys(code for line in own for code in notes.get(line.attendance_id, ()))
    return tuple(claim.diagnoses or of_notes or client.diagnoses)
