"""What happens in a practice, in the words of a scenario, and more than a scenario file may say."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from models.calendar import Period
from models.facts import By, Status
from starter.scenarios.run import BATCH_AT
from starter.simulate.behaviour import Answer, Part, Visit
from starter.simulate.contracts import contract_events
from starter.simulate.practice import Practice

NOON = time(12)
A_MOMENT = timedelta(minutes=2)
UNTIL_GIVEN_UP = timedelta(days=14)
DIAGNOSIS = ["F411"]
BATCH_DAY = 4
"""Claims leave on Fridays."""
Asked = dict[datetime, dict[str, list[tuple[str, str, Answer]]]]
"""What payers answer: at a moment, by payer, to the claims of a session and a client."""


def events_of(practice: Practice) -> Iterator[dict[str, Any]]:
    """Everything that happens, in no order."""
    for holder in practice.clinicians:
        yield from contract_events(holder, Period(practice.first, practice.last))
        for hours in holder.worked:
            about = {"clinician": holder.id, "kind": hours.kind.value, "minutes": hours.minutes}
            yield {"at": hours.at, "do": "log_hours", **about}
    for client in practice.clients:
        for money in client.paid:
            yield {"at": money.at, "do": "settle_up", "client": client.id, "money": money}
    yield from _of_visits(practice)


def _of_visits(practice: Practice) -> Iterator[dict[str, Any]]:
    minutes = {service.id: timedelta(minutes=service.minutes) for service in practice.services}
    payers = {client.id: client.payers for client in practice.clients}
    asked: Asked = defaultdict(lambda: defaultdict(list))
    for visit in practice.visits:
        ends = visit.times[-1] + minutes[visit.service]
        for move in visit.moves:
            yield {"at": move.at, "do": "reschedule", "session": visit.id, "starts": move.starts, "by": move.by}
        if visit.times[-1].date() > practice.last and any(part.ended is Status.BOOKED for part in visit.parts):
            over = datetime.combine(practice.last + timedelta(days=1), time()) + A_MOMENT
            yield {"at": over, "do": "cancel", "by": By.PRACTICE, "session": visit.id, "client": None}
        for part in visit.parts:
            yield from _of_client(visit, part, ends)
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


def _of_client(visit: Visit, part: Part, ends: datetime) -> Iterator[dict[str, Any]]:
    """How a visit ended for a client, unless nobody said so, and the fees that were waived."""
    told = {"session": visit.id, "client": part.client}
    if part.ended is Status.CANCELLED:
        yield {"at": part.at, "do": "cancel", "by": part.by, **told}
    elif part.ended is not Status.BOOKED:
        do = "attend" if part.ended is Status.ATTENDED else "no_show"
        yield {"at": part.at or ends + A_MOMENT, "do": do, "minutes": part.minutes, **told}
    for waived in part.waived:
        yield {"at": waived.at, "do": "waive", "of": waived.of, "reason": "waived by hand", **told}


def _answered(ready: datetime, days: int) -> datetime:
    """When a payer answers a claim that is ready at that moment: so many days later, but never before it has it."""
    leaves = ready.date() if ready.time() < BATCH_AT else ready.date() + timedelta(days=1)
    leaves += timedelta(days=(BATCH_DAY - leaves.weekday()) % 7)
    return datetime.combine(max(ready.date() + timedelta(days=days), leaves + timedelta(days=1)), NOON)


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
