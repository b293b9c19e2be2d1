"""What payers said of a client's coverages, as pages and commands show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col

from activities import coverage_answers, shares
from activities.coverage_answers import Known
from activities.shares import ShareOf
from models.rules.eligibility import not_covered
from models.rules.share import Share
from models.tables import Coverage, Payer


@dataclass(frozen=True)
class CoverageSaid:
    """A coverage with the last inquiry and answer about it as it is now; None is what was not told.

    `holds` in a word: yes, no, not known; `why` where it does not. `called_on` and after: the last call.
    """

    coverage_id: int
    payer: str
    asks: bool
    asked_at: datetime | None
    day: date | None
    told_at: datetime | None
    holds: str
    why: str
    plan: str
    ends: date | None
    copay: Decimal | None
    coinsurance: Decimal | None
    deductible: Decimal | None
    deductible_left: Decimal | None
    out_of_pocket_left: Decimal | None
    visits: Decimal | None
    visits_left: Decimal | None
    carve_out: str
    problem: str
    called_on: date | None
    spoke_to: str
    reference: str
    called_until: date | None


def coverages(engine: Engine, client_id: int, tz: ZoneInfo) -> list[CoverageSaid]:
    """A client's coverages in the order they are billed."""
    with Database(engine) as db:
        return [_said(each, payer, tz) for each, payer in _known(db, client_id)]


@dataclass(frozen=True)
class Covered:
    """A client's coverages with what was said of them; the day of their next session and what it should bring in."""

    said: list[CoverageSaid]
    ahead: tuple[date, Share] | None


def covered(engine: Engine, client_id: int, now: datetime, tz: ZoneInfo) -> Covered:
    """In three queries."""
    with Database(engine) as db:
        known = _known(db, client_id)
        ahead = shares.next_share(db, [each for each, _ in known], client_id, now, tz) if known else None
        return Covered([_said(each, payer, tz) for each, payer in known], ahead)


def _known(db: Database, client_id: int) -> list[tuple[Known, Payer]]:
    """A client's coverages and their payers, in one query."""
    query = coverage_answers.told_of([client_id]).add_columns(Payer)
    found = db.execute(query.join(Payer, col(Payer.id) == Coverage.payer_id)).all()
    payers = {payer.id: payer for *_, payer in found}
    return [(each, payers[each.coverage.payer_id]) for each in coverage_answers.latest(found)]


def expected(engine: Engine, visits: Sequence[ShareOf], tz: ZoneInfo) -> list[Share]:
    """What each of these visits is expected to bring in from its client."""
    with Database(engine) as db:
        return shares.shares(db, visits, tz)


def _said(known: Known, payer: Payer, tz: ZoneInfo) -> CoverageSaid:
    inquiry, answer, call, told = known.inquiry, known.answer, known.call, known.told(tz)
    by_phone = call is not None and told is not None and told.told_on == call.called_on
    day = call.called_on if call and by_phone else inquiry.day if inquiry else None
    why = not_covered(told, day) if told and day else ""
    covered = told.covers(day) if told and day else None
    return CoverageSaid(
        coverage_id=known.coverage.id or 0,
        payer=payer.name,
        asks=payer.answers_eligibility,
        asked_at=inquiry.asked_at if inquiry else None,
        day=day,
        told_at=answer.told_at if answer else None,
        holds={True: "yes", False: "no", None: "not known"}[covered],
        why=why,
        plan=answer.plan if answer else "",
        ends=answer.ends if answer else None,
        copay=answer.copay if answer else None,
        coinsurance=answer.coinsurance if answer else None,
        deductible=answer.deductible if answer else None,
        deductible_left=answer.deductible_left if answer else None,
        out_of_pocket_left=answer.out_of_pocket_left if answer else None,
        visits=answer.visits if answer else None,
        visits_left=answer.visits_left if answer else None,
        carve_out=answer.carve_out if answer else "",
        problem=answer.problem if answer and not by_phone else "",
        called_on=call.called_on if call else None,
        spoke_to=call.spoke_to if call else "",
        reference=call.reference if call else "",
        called_until=call.active_until if call else None,
    )
