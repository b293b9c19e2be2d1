"""What payers last said of coverages as they are now: a coverage changed since it was asked after knows no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.calendar import local_day
from models.rules.eligibility import Asked, Told
from models.tables import Client, Coverage, EligibilityAnswerRow, EligibilityInquiry


@dataclass(frozen=True)
class Known:
    """A coverage as it is now with the last inquiry about it and the last answer that came."""

    coverage: Coverage
    inquiry: EligibilityInquiry | None = None
    answer: EligibilityAnswerRow | None = None

    def asked(self, tz: ZoneInfo) -> Asked | None:
        """For the rule that says whether to ask again."""
        if self.inquiry is None:
            return None
        told = self.answer is not None and not self.answer.again and self.answer.inquiry_id == self.inquiry.id
        return Asked(local_day(self.inquiry.asked_at, tz), self.inquiry.day, told)

    def told(self, tz: ZoneInfo) -> Told | None:
        """For the rules that say what it means; what may be told another day says nothing yet."""
        said = self.answer
        if said is None or said.again:
            return None
        return Told(
            told_on=local_day(said.told_at, tz),
            active=said.active,
            begins=said.begins,
            ends=said.ends,
            copay=said.copay,
            coinsurance=said.coinsurance,
            deductible_left=said.deductible_left,
            out_of_pocket_left=said.out_of_pocket_left,
            visits_left=said.visits_left,
            carve_out=said.carve_out,
            problem=said.problem,
        )


def about(coverage: Coverage, client: Client) -> str:
    """What of a coverage a payer goes by, short; another when anything of it changes."""
    who = (client.first, client.last, client.birth, client.sex)
    whose = (coverage.subscriber_first, coverage.subscriber_last, coverage.subscriber_birth, coverage.subscriber_sex)
    told = (coverage.payer_id, coverage.member_id, coverage.relation, *who, *whose)
    return sha256(repr(told).encode()).hexdigest()[:16]


def known(db: Database, client_ids: Sequence[int]) -> list[Known]:
    """The coverages of some clients, each client's in the order they are billed."""
    mine = select(Coverage, Client).join(Client, col(Client.id) == Coverage.client_id)
    mine = mine.where(col(Coverage.client_id).in_(client_ids)).order_by(col(Coverage.client_id), col(Coverage.sequence))
    rows = db.exec(mine).all()
    asked = _asked(db, {coverage.id or 0: about(coverage, client) for coverage, client in rows})
    return [Known(coverage, *asked.get(coverage.id or 0, (None, None))) for coverage, _ in rows]


def _asked(db: Database, as_now: dict[int, str]) -> dict[int, tuple[EligibilityInquiry, EligibilityAnswerRow | None]]:
    """The newest inquiry of each coverage, and the newest answer to any of its inquiries."""
    query = (
        select(EligibilityInquiry, EligibilityAnswerRow)
        .join(EligibilityAnswerRow, col(EligibilityAnswerRow.inquiry_id) == EligibilityInquiry.id, isouter=True)
        .where(col(EligibilityInquiry.coverage_id).in_(as_now))
        .order_by(col(EligibilityInquiry.id), col(EligibilityAnswerRow.id))
    )
    found: dict[int, tuple[EligibilityInquiry, EligibilityAnswerRow | None]] = {}
    for inquiry, answer in db.exec(query).all():
        if inquiry.about == as_now[inquiry.coverage_id]:
            before = found.get(inquiry.coverage_id, (inquiry, None))[1]
            found[inquiry.coverage_id] = (inquiry, answer or before)
    return found
