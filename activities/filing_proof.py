"""Proof of timely filing: what left for a payer, when, and how it was acknowledged, as one PDF from the kept files.

What is shown of a file is what stands in it: its control numbers, the claim's own segments in ours, the segments that
acknowledge it in the answers, and the digest by which the whole file can be checked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import papers
from activities.appeal_letters import ClaimOnPaper, of_claim
from activities.documents import drawn
from activities.wording import long_date, usd
from models.calendar import local_day, zone
from models.errors import Refused
from models.rules.deadlines import filing_clock
from models.tables import Claim, Interchange, Practice, Submission
from models.x12 import acknowledgment
from models.x12.envelope import survey

AFTER = timedelta(days=60)
"""How long after a file its acknowledgments are looked for."""
MOST = 40
KINDS = {"TA1": "Acknowledgment of the file (TA1)", "999": "Acknowledgment of the file (999)"}


@dataclass(frozen=True)
class Exhibit:
    """A file of the proof: what it is, when it left or came, and its own words."""

    title: str
    at: datetime
    name: str
    digest: str
    says: str
    segments: tuple[str, ...]


def exhibits(db: Database, claim: Claim) -> list[Exhibit]:
    """Our files that carried the claim, and what acknowledged them, in order of time."""
    sent = select(Interchange, Submission).join(Submission, col(Submission.interchange_id) == Interchange.id)
    sent = sent.where(Submission.claim_number == claim.number, col(Interchange.sent_at).is_not(None))
    found: list[Exhibit] = []
    for file, submission in db.exec(sent.order_by(col(Interchange.sent_at))).all():
        assert file.sent_at is not None
        title = f"Our claim file (837P), edition {submission.edition}"
        lines = _claim_segments(file.content.decode(errors="replace"), claim.number)
        found.append(Exhibit(title, file.sent_at, file.name, file.digest, f"control {file.control:09d}", lines))
        found += _acknowledgments(db, file, claim.number)
    return sorted(found, key=lambda exhibit: exhibit.at)


def pdf(db: Database, number: str, today: date) -> bytes:
    """The proof of a claim; Refused when nothing has left yet."""
    claim = db.get(Claim, number)
    if claim is None:
        raise Refused(f"there is no claim {number}")
    shown = exhibits(db, claim)
    if not shown:
        raise Refused(f"claim {number} has not left yet, so there is nothing to prove")
    practice = db.get_one(Practice, 1)
    tz = zone(practice.timezone)
    data = {"about": _about(claim, of_claim(db, claim), shown, tz), "exhibits": [_on_paper(e, tz) for e in shown]}
    return drawn("filing_proof", papers.card_of(practice), today, data)


def _about(claim: Claim, paper: ClaimOnPaper, shown: list[Exhibit], tz: ZoneInfo) -> list[tuple[str, str]]:
    last = filing_clock(claim.held_on, paper.payer.timely_filing_days).last
    first = local_day(shown[0].at, tz)
    in_time = "in time" if first <= last else "after the limit"
    return [
        ("Payer", f"{paper.payer.name} ({paper.payer.payer_id})"),
        ("Claim", claim.number),
        ("Payer's number", claim.payer_claim_number or "–"),
        ("Patient", paper.client.name),
        ("Member id", paper.coverage.member_id),
        paper.dates,
        ("Charge", usd(claim.charge)),
        ("Limit", f"{paper.payer.timely_filing_days} days: {long_date(last)}"),
        ("First filed", f"{long_date(first)}, {in_time}"),
    ]


def _on_paper(exhibit: Exhibit, tz: ZoneInfo) -> dict[str, object]:
    return {
        "title": exhibit.title,
        "at": f"{exhibit.at.astimezone(tz):%B %-d, %Y, %-I:%M %p %Z}",
        "name": exhibit.name,
        "digest": exhibit.digest,
        "says": exhibit.says,
        "segments": exhibit.segments,
    }


def _acknowledgments(db: Database, file: Interchange, number: str) -> Iterator[Exhibit]:
    """Answers that came after a file and speak of it, or of the claim."""
    assert file.sent_at is not None
    query = text(
        "select id from interchange where direction = 'in' and created_at between :first and :last "
        "and kinds && array['TA1', '999', '277CA'] and (position(cast(:control as bytea) in content) > 0 "
        "or position(cast(:number as bytea) in content) > 0) order by created_at limit :most"
    )
    found = db.execute(
        query,
        {
            "first": file.sent_at,
            "last": file.sent_at + AFTER,
            "control": str(file.control).encode(),
            "number": number.encode(),
            "most": MOST,
        },
    )
    for interchange_id in found.scalars():
        yield from _exhibits_of(db.get_one(Interchange, interchange_id), file.control, number)


def _exhibits_of(answer: Interchange, control: int, number: str) -> Iterator[Exhibit]:
    content = answer.content.decode("utf-8-sig", errors="replace")
    told = (answer.created_at, answer.name, answer.digest)
    if "TA1" in answer.kinds:
        for note in acknowledgment.read_ta1(content):
            if note.control == control:
                says = "accepted" if note.accepted else "refused"
                yield Exhibit(KINDS["TA1"], *told, says, _segments(content, "TA1"))
    if "999" in answer.kinds:
        for ack in acknowledgment.read_999(content):
            if ack.group_control == control:
                says = "accepted" if ack.accepted else "refused"
                yield Exhibit(KINDS["999"], *told, says, _segments(content, "AK1", "AK2", "IK5", "AK9"))
    if "277CA" in answer.kinds:
        for claim_ack in acknowledgment.read_277ca(content):
            if claim_ack.claim_number == number:
                says = "accepted" if claim_ack.accepted else "rejected"
                if claim_ack.payer_claim_number:
                    says += f", the payer's number is {claim_ack.payer_claim_number}"
                lines = _around(content, number)
                yield Exhibit("Acknowledgment of the claim (277CA)", *told, says, lines)


def _claim_segments(content: str, number: str) -> tuple[str, ...]:
    """The envelope's head and the claim itself: from its CLM to the next claim or subscriber."""
    found: list[str] = []
    inside = False
    for segment in _lines(content):
        name = segment.partition("*")[0]
        if name == "CLM":
            inside = segment.split("*")[1:2] == [number]
        elif name in ("HL", "SE"):
            inside = False
        if inside or name in ("ISA", "GS", "ST", "BHT"):
            found.append(segment)
    return tuple(found)


def _around(content: str, number: str) -> tuple[str, ...]:
    """The claim's own loop of a 277CA: from the TRN that names it to the next."""
    found: list[str] = []
    inside = False
    for segment in _lines(content):
        name = segment.partition("*")[0]
        if name in ("TRN", "HL", "SE"):
            inside = name == "TRN" and segment.split("*")[2:3] == [number]
        if inside:
            found.append(segment)
    return tuple(found)


def _segments(content: str, *names: str) -> tuple[str, ...]:
    return tuple(segment for segment in _lines(content) if segment.partition("*")[0] in names)


def _lines(content: str) -> list[str]:
    """Every segment with asterisks between its elements, whatever separators its ISA announces."""
    found, _ = survey(content)
    return ["*".join(segment.elements) for interchange in found for segment in interchange.source.walk()]
