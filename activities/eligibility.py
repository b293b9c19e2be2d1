"""Whether clients are covered: payers are asked before sessions (270); their answers are `eligibility_answers`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from activities import coverage_answers, estimates, insured, interchanges
from activities.coverage_answers import Known
from activities.database import Tx, step
from activities.directory import holds
from models.calendar import local_day
from models.errors import Refused
from models.facts import Relation
from models.messages import Batch, ClaimFileRef, EligibilityWish
from models.rules.eligibility import DAYS_BEFORE, due
from models.tables import (
    AttendanceRow,
    Client,
    Coverage,
    EligibilityInquiry,
    Payer,
    Service,
    Session,
)
from models.x12 import eligibility_270_271 as x12
from models.x12.parties import Provider

RELATIONSHIPS = {Relation.SELF: "18", Relation.SPOUSE: "01", Relation.CHILD: "19", Relation.OTHER: "34"}


@dataclass(frozen=True)
class Question:
    """A coverage to ask after, for a day."""

    coverage: Coverage
    day: date


@step("eligibility.ask")
def ask(tx: Tx, wish: EligibilityWish) -> Batch:
    """One file a payer about everybody who has to be asked after; or about one client, whatever was told before."""
    questions = list(_of(tx, wish.client_id) if wish.client_id is not None else _due(tx))
    found = []
    for payer_id in dict.fromkeys(each.coverage.payer_id for each in questions):
        found.append(_file(tx, payer_id, [each for each in questions if each.coverage.payer_id == payer_id]))
    return Batch(tuple(found), tx.after.handover())


def _due(tx: Tx) -> Iterator[Question]:
    """Coverages that would be billed for a session of the next days and are not known to hold."""
    seen: set[int | None] = set()
    expected = _expected(tx, tx.today + timedelta(days=DAYS_BEFORE))
    known = coverage_answers.known(tx.db, [client_id for client_id, _ in expected])
    askable = _askable(tx)
    for client_id, day in expected:
        for each in known:
            mine = each.coverage.client_id == client_id and each.coverage.payer_id in askable
            if not mine or not holds(each.coverage, day) or each.coverage.id in seen:
                continue
            if due(each.asked(tx.tz), day, tx.today, each.called) and _complete(tx, each.coverage):
                seen.add(each.coverage.id)
                yield Question(each.coverage, day)


def _of(tx: Tx, client_id: int) -> list[Question]:
    """A client's coverages that hold on the day they come next, else today; Refused where none can be asked after."""
    if tx.db.get(Client, client_id) is None:
        raise Refused("there is no such client")
    days = [day for other, day in _expected(tx, None) if other == client_id]
    day = min(days, default=tx.today)
    holding = [each for each in _coverages(tx, client_id) if holds(each.coverage, day)]
    if not holding:
        raise Refused(f"no coverage is entered that holds on {day}: add one first")
    askable = _askable(tx)
    asked = [each.coverage for each in holding if each.coverage.payer_id in askable]
    if not asked:
        raise Refused("this insurer takes no inquiries by file: ask by telephone or on its own site")
    if not all(_complete(tx, coverage) for coverage in asked):
        raise Refused(
            "the record lacks what an insurer goes by: member id, last name, birth date of the insured person"
        )
    return [Question(coverage, day) for coverage in asked]


def _coverages(tx: Tx, client_id: int) -> list[Known]:
    return coverage_answers.known(tx.db, [client_id])


def _expected(tx: Tx, last: date | None) -> list[tuple[int, date]]:
    """Who is expected for a session that an insurer may be billed for, and on which day, soonest first."""
    query = (
        select(AttendanceRow.client_id, Session.starts)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(Session.starts > tx.now, col(AttendanceRow.status).in_(estimates.AHEAD), Service.code != "")
        .order_by(col(Session.starts))
    )
    days = [(client_id, local_day(starts, tx.tz)) for client_id, starts in tx.db.exec(query).all()]
    return list(dict.fromkeys(each for each in days if last is None or each[1] <= last))


def _askable(tx: Tx) -> set[int]:
    return {found for found in tx.db.exec(select(Payer.id).where(Payer.answers_eligibility)).all() if found}


def _complete(tx: Tx, coverage: Coverage) -> bool:
    """Whether a payer can find somebody by what is known; what lacks is another task (missing demographics)."""
    person = insured.subscriber(coverage, tx.db.get_one(Client, coverage.client_id))
    return bool(coverage.member_id and person.last and person.birth)


def _file(tx: Tx, payer_id: int, questions: Sequence[Question]) -> ClaimFileRef:
    """Write one payer's questions down, before they leave."""
    control = tx.next("interchange_control")
    clients = {each.coverage.client_id: tx.db.get_one(Client, each.coverage.client_id) for each in questions}
    inquiries = [
        _inquiry(f"E{control:09d}N{place}", each, clients[each.coverage.client_id])
        for place, each in enumerate(questions, start=1)
    ]
    provider = Provider(tx.practice.npi, tx.practice.name)
    request = x12.EligibilityRequest(insured.payer(tx, payer_id), provider, tuple(inquiries), str(control))
    content = x12.write_270(insured.envelope(tx, control), [request])
    interchange = interchanges.written(tx, "270", control, payer_id, content)
    for inquiry, each in zip(inquiries, questions, strict=True):
        row = EligibilityInquiry(
            trace=inquiry.trace,
            coverage_id=each.coverage.id or 0,
            about=coverage_answers.about(each.coverage, clients[each.coverage.client_id]),
            day=each.day,
            asked_at=tx.now,
            interchange_id=interchange.id or 0,
        )
        tx.db.add(row)
    return ClaimFileRef(interchange.id or 0, ())


def _inquiry(trace: str, question: Question, client: Client) -> x12.Inquiry:
    coverage = question.coverage
    return x12.Inquiry(
        trace=trace,
        member_id=coverage.member_id,
        subscriber=insured.subscriber(coverage, client),
        on=question.day,
        patient=insured.dependent(coverage, client),
        relationship=RELATIONSHIPS[Relation(coverage.relation)],
    )
