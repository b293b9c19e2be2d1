"""What payers last said of coverages as they are now: a coverage changed since it was asked after knows no answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session as Database
from sqlmodel import col

from models.calendar import local_day
from models.rules.eligibility import Asked, Called, Told
from models.tables import Client, Coverage, CoverageCall, EligibilityAnswerRow, EligibilityInquiry


@dataclass(frozen=True)
class Known:
    """A coverage as it is now with the last inquiry about it, the last answer that came, and the last call."""

    coverage: Coverage
    inquiry: EligibilityInquiry | None = None
    answer: EligibilityAnswerRow | None = None
    call: CoverageCall | None = None

    def asked(self, tz: ZoneInfo) -> Asked | None:
        """For the rule that says whether to ask again."""
        if self.inquiry is None:
            return None
        told = self.answer is not None and not self.answer.again and self.answer.inquiry_id == self.inquiry.id
        return Asked(local_day(self.inquiry.asked_at, tz), self.inquiry.day, told)

    @property
    def called(self) -> Called | None:
        """For the rule that says whether to ask at all."""
        return Called(self.call.called_on, self.call.active, self.call.active_until) if self.call else None

    def told(self, tz: ZoneInfo) -> Told | None:
        """For the rules that say what it means: what was told last, by file or on the telephone."""
        by_file, call = self._told_by_file(tz), self.call
        if call is None or (by_file and by_file.told_on > call.called_on):
            return by_file
        before = by_file or Told(call.called_on)
        return replace(before, told_on=call.called_on, active=call.active, ends=call.active_until, problem="")

    def _told_by_file(self, tz: ZoneInfo) -> Told | None:
        """What may be told another day says nothing yet."""
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
    return latest(db.execute(told_of(client_ids)).all())


def told_of(client_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Clients with their coverages, what was asked and answered, the newest last, and the newest call; for `latest`."""
    other = aliased(CoverageCall)
    newest = columns_of(func.max(other.id)).where(col(other.coverage_id) == Coverage.id).scalar_subquery()
    return (
        columns_of(Client, Coverage, EligibilityInquiry, EligibilityAnswerRow, CoverageCall)
        .join(Coverage, col(Coverage.client_id) == Client.id, isouter=True)
        .join(EligibilityInquiry, col(EligibilityInquiry.coverage_id) == Coverage.id, isouter=True)
        .join(EligibilityAnswerRow, col(EligibilityAnswerRow.inquiry_id) == EligibilityInquiry.id, isouter=True)
        .join(CoverageCall, col(CoverageCall.id) == newest, isouter=True)
        .where(col(Client.id).in_(client_ids))
        .order_by(col(Client.id), col(Coverage.sequence), col(EligibilityInquiry.id), col(EligibilityAnswerRow.id))
    )


def latest(rows: Iterable[Sequence[Any]]) -> list[Known]:
    """Each coverage with its newest inquiry about what it is now, and the newest answer to any of these."""
    found: dict[int, Known] = {}
    for client, coverage, inquiry, answer, call, *_ in rows:
        if coverage is None:
            continue
        now = about(coverage, client)
        before = found.setdefault(coverage.id, Known(coverage, call=call if call and call.about == now else None))
        if inquiry and inquiry.about == now:
            found[coverage.id] = replace(before, inquiry=inquiry, answer=answer or before.answer)
    return list(found.values())
