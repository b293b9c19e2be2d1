"""A practice's behaviour in the words of a scenario: its rows, and what happens when."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from models.facts import PayBasis, Status
from starter.scenarios.file import Scenario
from starter.scenarios.run import BATCH_AT
from starter.scenarios.schema import EVENTS, EXPECT, TABLES
from starter.simulate.practice import (
    PLAIN,
    Answer,
    Besides,
    Comer,
    Holder,
    Insurer,
    Offered,
    Part,
    PayTerm,
    Practice,
    Visit,
)

NOON = time(12)
A_MOMENT = timedelta(minutes=2)
UNTIL_GIVEN_UP = timedelta(days=14)
DIAGNOSIS = ["F411"]
NPI = "1234567893"
SHARES = (PayBasis.PERCENT_OF_BILLED, PayBasis.PERCENT_OF_COLLECTED)
BATCH_DAY = 4
"""Claims leave on Fridays."""


def scenario_of(practice: Practice) -> Scenario:
    """The same practice in the words of a scenario file; nobody is reminded, for a mail moves no money."""
    return Scenario(
        name=practice.source,
        until=practice.last + timedelta(days=1),
        practice=_checked(
            "practice",
            timezone=practice.timezone,
            today=practice.first,
            pay_period=practice.pay_period.value,
            pay_anchor=practice.pay_anchor,
            note_required=practice.note_required,
        ),
        policy=_checked("policy", **vars(practice.policy), reminder_hours=[]),
        services=[_service(row) for row in practice.services],
        payers=[_payer(row) for row in practice.payers],
        clinicians=[_clinician(row) for row in practice.clinicians],
        clients=[_client(row) for row in practice.clients],
        sessions=[_session(visit) for visit in practice.visits],
        events=sorted(_events(practice), key=lambda event: event["at"]),
        expect=EXPECT({}),
    )


def _checked(table: str, **values: Any) -> Any:
    return TABLES[table][0](values)


def _service(row: Offered) -> Any:
    return _checked("service", id=row.id, code=row.code, minutes=row.minutes, rate=str(row.rate))


def _payer(row: Insurer) -> Any:
    return _checked("payer", name=f"Payer {row.id}", **vars(row))


def _clinician(row: Holder) -> Any:
    """With pay rules of their own, or none where a contract brings them."""
    agreed = {
        "fee_share": f"{row.fee_share}%",
        "guaranteed": str(row.guaranteed),
        "pay": [_pay(term) for term in row.pay],
    }
    return _checked(
        "clinician",
        id=row.id,
        name=f"Clinician {row.id}",
        npi=NPI,
        rate={service: str(amount) for service, amount in row.rates.items()},
        **(agreed if row.contract == PLAIN else {}),
    )


def _contract(row: Holder, first: date) -> dict[str, Any]:
    """All that is agreed with a clinician, from the first day on."""
    agreed = row.contract
    told: dict[str, Any] = EVENTS["contract"](
        {
            "at": datetime.combine(first, time()),
            "do": "contract",
            "clinician": row.id,
            "from": first,
            "pay": [_pay(term) for term in row.pay],
            "adjust": [_besides(each) for each in agreed.adjust],
            "fee_share": f"{row.fee_share}%",
            "guaranteed": str(row.guaranteed),
            "draw": str(agreed.draw),
            **({} if agreed.clawback_cap is None else {"clawback_cap": str(agreed.clawback_cap)}),
            "admin": agreed.admin.value,
            "admin_rate": str(agreed.admin_rate),
            "admin_minutes": agreed.admin_minutes,
            "supervision_rate": str(agreed.supervision_rate),
            "sign": False,
        }
    )
    return told


def _besides(row: Besides) -> dict[str, Any]:
    more = f"{row.percent}%" if row.percent else str(row.amount)
    told = {"name": row.name, "more": more, "service": row.service, "min_minutes": row.min_minutes}
    limits = {"from_time": row.from_time, "until_time": row.until_time, "remote": row.remote}
    return told | {key: value for key, value in limits.items() if value is not None}


def _pay(term: PayTerm) -> dict[str, Any]:
    value = f"{term.value}%" if term.basis in SHARES else str(term.value)
    return dict(vars(term), basis=term.basis.value, value=value, per_extra_attendee=str(term.per_extra_attendee))


def _client(row: Comer) -> Any:
    return _checked(
        "client",
        id=row.id,
        name=f"Client {row.id}",
        rate={service: str(amount) for service, amount in row.rates.items()},
        autopay=row.autopay,
        coverage=[{"payer": payer, "member_id": f"M{row.id}"} for payer in row.payers],
    )


def _session(visit: Visit) -> Any:
    return _checked(
        "session",
        id=visit.id,
        clients=[part.client for part in visit.parts],
        clinician=visit.clinician,
        service=visit.service,
        starts=visit.starts,
        booked=visit.booked,
    )


Asked = dict[datetime, dict[str, list[tuple[str, str, Answer]]]]
"""What payers answer: at a moment, by payer, to the claims of a session and a client."""


def _events(practice: Practice) -> Iterator[dict[str, Any]]:
    minutes = {service.id: timedelta(minutes=service.minutes) for service in practice.services}
    payers = {client.id: client.payers for client in practice.clients}
    asked: Asked = defaultdict(lambda: defaultdict(list))
    for holder in practice.clinicians:
        if holder.contract != PLAIN:
            yield _contract(holder, practice.first)
        for hours in holder.worked:
            about = {"clinician": holder.id, "kind": hours.kind.value, "minutes": hours.minutes}
            yield {"at": hours.at, "do": "log_hours", **about}
    for visit in practice.visits:
        ends = visit.starts + minutes[visit.service]
        for part in visit.parts:
            yield _ending(visit, part, ends)
            ready = visit.signed or ends
            for payer, answer in zip(payers[part.client], part.answers, strict=False):
                ready = _answered(ready, answer.days)
                asked[ready][payer].append((visit.id, part.client, answer))
                if answer.denied:
                    yield from _after_denial(visit, part, payer, answer, ready, asked)
                    break
        if visit.signed:
            yield {"at": visit.signed, "do": "sign_note", "session": visit.id, "diagnosis": DIAGNOSIS}
    for at, of_payers in asked.items():
        yield {"at": at, "do": "answer", "asked": of_payers}


def _answered(ready: datetime, days: int) -> datetime:
    """When a payer answers a claim that is ready at that moment: so many days later, but never before it has it."""
    leaves = ready.date() if ready.time() < BATCH_AT else ready.date() + timedelta(days=1)
    leaves += timedelta(days=(BATCH_DAY - leaves.weekday()) % 7)
    return datetime.combine(max(ready.date() + timedelta(days=days), leaves + timedelta(days=1)), NOON)


def _ending(visit: Visit, part: Part, ends: datetime) -> dict[str, Any]:
    told = {"session": visit.id, "client": part.client}
    if part.ended == Status.CANCELLED:
        return {"at": part.at, "do": "cancel", "by": part.by, **told}
    do = "attend" if part.ended == Status.ATTENDED else "no_show"
    return {"at": ends + A_MOMENT, "do": do, "minutes": part.minutes, **told}


def _after_denial(
    visit: Visit, part: Part, payer: str, answer: Answer, at: datetime, asked: Asked
) -> Iterator[dict[str, Any]]:
    """What a biller does about a claim that was denied: sends it again, or gives it up."""
    about = {"session": visit.id, "client": part.client, "payer": payer}
    if answer.mended is None:
        yield {"at": at + UNTIL_GIVEN_UP, "do": "give_up", "denied": answer.denied, **about}
        return
    again = at + timedelta(days=answer.mended)
    yield {"at": again, "do": "correct", **about}
    paid = Answer(answer.days, answer.allowed, answer.share)
    asked[_answered(again, answer.days)][payer].append((visit.id, part.client, paid))
