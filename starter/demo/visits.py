"""The demo's sessions: two weeks entered afterwards, each with its ending, and what lies ahead."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from uuid import UUID

from sqlmodel import col, select

from models.calendar import instant
from models.facts import By
from models.tables import Client, FeeRow, Invoice, Task
from starter.demo.stage import Stage, act, tell

AT_ONCE = 4
"""Clerks who enter the past weeks side by side."""


@dataclass(frozen=True)
class Visit:
    """A session that was held, or should have been; `missed` are the clients who did not come."""

    key: str
    clinician: str
    service: str
    clients: tuple[str, ...]
    missed: tuple[str, ...] = ()
    minutes: int | None = None
    signed: bool = True


GROUP = ("ava", "leo", "maya", "owen", "zoe")
VISITS = (  # of each clinician the latest first, one a working day
    Visit("olivia-2", "levin", "long", ("olivia",)),
    Visit("noah-2", "levin", "short", ("noah",)),
    Visit("noah-1", "levin", "short", ("noah",)),
    Visit("isabel", "levin", "long", ("isabel",)),
    Visit("walter", "levin", "long", ("walter",)),
    Visit("julian", "levin", "long", ("julian",)),
    Visit("dylan", "levin", "short", ("dylan",)),
    Visit("unsigned", "levin", "short", ("olivia",), signed=False),
    Visit("olivia-1", "levin", "intake", ("olivia",)),
    Visit("amelia", "reid", "short", ("amelia",)),
    Visit("lucas", "reid", "long", ("lucas",)),
    Visit("ruth", "reid", "short", ("ruth",)),
    Visit("ben", "reid", "short", ("ben",)),
    Visit("henry", "reid", "long", ("henry",)),
    Visit("nora", "reid", "short", ("nora",)),
    Visit("victor", "reid", "long", ("victor",)),
    Visit("group-2", "reid", "group", GROUP, missed=("zoe",)),
    Visit("group-1", "reid", "group", GROUP),
    Visit("couple", "nair", "couple", ("hank", "joan")),
    Visit("sofia", "nair", "short", ("sofia",)),
    Visit("grace", "nair", "long", ("grace",)),
    Visit("daisy", "nair", "long", ("daisy",)),
    Visit("ethan", "nair", "short", ("ethan",)),
    Visit("chloe-3", "nair", "short", ("chloe",), missed=("chloe",)),
    Visit("chloe-2", "nair", "short", ("chloe",), missed=("chloe",)),
    Visit("chloe-1", "nair", "short", ("chloe",), missed=("chloe",)),
)


async def two_weeks(stage: Stage) -> None:
    """The past two weeks, entered afterwards: nobody is mailed about what is over."""
    act("Two weeks of sessions, entered afterwards")
    free = {clinician: stage.past_slots() for clinician in stage.ids.clinicians}
    times = {visit.key: next(free[visit.clinician]) for visit in VISITS}
    clerks = asyncio.Semaphore(AT_ONCE)
    missed = [visit for visit in VISITS if visit.clients == visit.missed]
    in_order = sorted(VISITS, key=lambda visit: times[visit.key])
    await asyncio.gather(*(_held(stage, v, times[v.key], clerks) for v in in_order if v not in missed))
    for visit in (v for v in in_order if v in missed):
        await _held(stage, visit, times[visit.key], clerks)


async def _held(stage: Stage, visit: Visit, starts: datetime, clerks: asyncio.Semaphore) -> None:
    async with clerks:
        session = await _book(stage, visit.key, visit.clinician, visit.service, visit.clients, starts)
        for client in visit.clients:
            if client in visit.missed:
                await stage.office.sessions.no_show(session, stage.client(client))
            else:
                await stage.office.sessions.attend(session, stage.client(client), visit.minutes)
        if visit.clients != visit.missed and visit.signed:
            await stage.office.sessions.sign(session, stage.cast.note, stage.cast.diagnoses)
    tell(f"{starts.astimezone(stage.tz):%a %d %b %H:%M}  {visit.service:<7} {_ended(stage, visit)}")


def _ended(stage: Stage, visit: Visit) -> str:
    came = tuple(client for client in visit.clients if client not in visit.missed)
    words = [f"{stage.named(came)} attended"] if came else []
    words += [f"{stage.named(visit.missed)} did not come"] if visit.missed else []
    words += [] if visit.signed else ["the note is not signed yet: charge and pay wait for it"]
    return "; ".join(words)


async def ahead(stage: Stage) -> None:
    """What is booked for the coming hours and days: mails with calendar files, a change of mind in time and late."""
    act("Ahead: booked, confirmed, moved, cancelled")
    hours = stage.coming_hours()
    soon, later = next(hours), next(hours)
    for key, starts in (("late-1", soon), ("late-2", later)):
        session = await _book(stage, key, "nair", "short", ("grace",), starts)
        await stage.office.sessions.cancel(session, By.CLIENT, stage.client("grace"))
        tell(f"{stage.named(('grace',))} cancels {_when(stage, starts)} with less than 24 hours' notice: {_fee(stage)}")
    ahead_by = islice(stage.working_days(1), 3, 8)
    days = [instant(datetime.combine(day, time(11)), stage.tz) for day in ahead_by]
    moved = await _book(stage, "next-lucas", "reid", "long", ("lucas",), days[0])
    await stage.office.sessions.reschedule(moved, days[1] + timedelta(hours=3), By.CLIENT)
    tell(f"{stage.named(('lucas',))} moves {_when(stage, days[0])} in good time: no fee, a new calendar entry by mail")
    confirmed = await _book(stage, "next-isabel", "levin", "long", ("isabel",), days[1])
    await stage.office.sessions.confirm(confirmed, stage.client("isabel"))
    tell(f"{stage.named(('isabel',))} confirms {_when(stage, days[1])}")
    cancelled = await _book(stage, "next-ben", "reid", "short", ("ben",), days[2])
    await stage.office.sessions.cancel(cancelled, By.CLIENT, stage.client("ben"))
    tell(f"{stage.named(('ben',))} cancels {_when(stage, days[2])} in good time: no fee")
    await _book(stage, "next-couple", "nair", "couple", ("hank", "joan"), days[3])
    tell(f"{stage.named(('hank', 'joan'))} are booked {_when(stage, days[3])}; reminders wait for their hour")


async def waived(stage: Stage) -> None:
    """Staff waive a fee that was charged already: the money becomes credit."""
    fees = [fee for fee in stage.all(select(FeeRow)) if fee.client_id == stage.client("chloe")]
    free, charged = sum(f.waived_by_itself for f in fees), sum(f.charged for f in fees)
    tell(f"{stage.named(('chloe',))} missed {len(fees)} sessions: {free} fee waived by itself, {charged} charged")
    await stage.office.sessions.waive(
        stage.sessions["chloe-3"], stage.client("chloe"), "was in hospital; called the day after"
    )
    tell("staff waive the last fee with a reason: its entry is reversed, never changed; the card's money is credit now")


async def cards_charged(stage: Stage) -> None:
    """Cards on file are charged by the invoices' own workflows."""
    await stage.until(lambda: not _uncharged(stage), "cards on file to be charged")


def _uncharged(stage: Stage) -> list[str]:
    """Invoices whose card was neither charged nor declined yet."""
    declined = {task.cause for task in stage.all(select(Task)) if task.kind == "payment_failed"}
    with_card = {client.id for client in stage.all(select(Client)) if client.autopay_since}
    asked = stage.all(select(Invoice).where(col(Invoice.settled_at).is_(None)))
    return [i.number for i in asked if i.client_id in with_card and f"invoice/{i.number}" not in declined]


async def _book(
    stage: Stage, key: str, clinician: str, service: str, clients: tuple[str, ...], starts: datetime
) -> UUID:
    session = await stage.office.sessions.book(
        stage.ids.clinicians[clinician],
        stage.ids.services[service],
        tuple(stage.client(client) for client in clients),
        starts,
        place="1 Elm Street, room 2",
        entered_afterwards=starts < stage.opened,
    )
    stage.sessions[key] = session
    return session


def _fee(stage: Stage) -> str:
    """What the last decision about a late cancellation was."""
    fees = [fee for fee in stage.all(select(FeeRow)) if fee.client_id == stage.client("grace")]
    last = max(fees, key=lambda fee: fee.decided_at)
    return f"{last.amount:.2f} {'waived by itself, ' if last.waived_by_itself else 'charged, '}{last.why}"


def _when(stage: Stage, at: datetime) -> str:
    return f"{at.astimezone(stage.tz):%a %d %b %H:%M}"
