"""What a practice has beside its past: hours, standing appointments, agreements, measures, somebody who waits."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from uuid import uuid5

from sqlmodel import Session as Database

from activities import agreement_samples, agreements, availability, directory, forms, measures, waitlist
from activities.availability import Shift
from activities.tasks import NAMES
from models.calendar import instant, local_day
from models.facts import Audience, MeasureKind
from models.tables import Clinician, Service
from starter.demo.stage import Stage, act, tell

WEEKDAYS = range(5)


@dataclass(frozen=True)
class Standing:
    """An appointment that stands in the calendar every week, on this weekday (0: Monday) at this hour."""

    clinician: str
    service: str
    clients: tuple[str, ...]
    weekday: int
    at: time


STANDING = (
    Standing("levin", "long", ("olivia",), 1, time(10)),
    Standing("levin", "short", ("noah",), 2, time(13)),
    Standing("levin", "long", ("walter",), 3, time(9)),
    Standing("reid", "short", ("amelia",), 1, time(11)),
    Standing("reid", "group", ("ava", "leo", "maya", "owen", "zoe"), 3, time(16)),
    Standing("nair", "couple", ("hank", "joan"), 2, time(15)),
    Standing("nair", "long", ("daisy",), 4, time(9)),
)
WEEKS = 4
LONGEST = timedelta(minutes=60)
TODAY = (
    Standing("levin", "long", ("julian",), 0, time(9)),
    Standing("levin", "short", ("dylan",), 0, time(11)),
    Standing("levin", "short", ("olivia",), 0, time(16)),
    Standing("reid", "long", ("victor",), 0, time(10)),
    Standing("reid", "short", ("nora",), 0, time(14)),
    Standing("reid", "short", ("ben",), 0, time(16)),
)
"""What the pages show on the day of the demo, whichever weekday that is."""
PHQ_9 = (
    (2, 2, 3, 2, 2, 1, 2, 1, 0),
    (2, 2, 2, 2, 1, 1, 2, 1, 0),
    (1, 1, 2, 1, 1, 1, 1, 0, 0),
    (1, 1, 1, 1, 0, 0, 1, 0, 0),
)
GAD_7 = ((3, 2, 3, 2, 2, 2, 2), (2, 2, 2, 2, 1, 2, 1), (1, 2, 1, 1, 1, 1, 1))


async def furnish(stage: Stage) -> None:
    """Fill the weeks ahead and the cabinets."""
    act("The weeks ahead, and what lies in the cabinets")
    with Database(stage.practice.engine) as db, db.begin():
        _hours(db, stage)
        _agreements(db, stage)
        _measured(db, stage)
        _waiting(db, stage)
    tell("hours from Monday to Friday, a holiday, agreements signed and open, measures, a form to fill in, a waitlist")
    for standing in STANDING:
        await _begin(stage, standing)
    tell(f"{len(STANDING)} standing appointments for {WEEKS} weeks, at the same local hour whatever the clocks do")
    for visit in TODAY:
        await _fill_today(stage, visit)
    tell(f"{len(TODAY)} sessions today: who came this morning has no note yet, the others are expected")


async def _fill_today(stage: Stage, visit: Standing) -> None:
    now = datetime.now(UTC)
    starts = instant(datetime.combine(local_day(stage.opened, stage.tz), visit.at), stage.tz)
    session = await stage.office.sessions.book(
        stage.ids.clinicians[visit.clinician],
        stage.ids.services[visit.service],
        tuple(stage.client(client) for client in visit.clients),
        starts,
        place="1 Elm Street, room 2",
        entered_afterwards=starts < now,
    )
    if starts + LONGEST < now:
        await stage.office.sessions.attend(session, stage.client(visit.clients[0]))


async def _begin(stage: Stage, standing: Standing) -> None:
    day = next(day for day in stage.working_days(1) if day.weekday() == standing.weekday)
    await stage.office.series.book(
        stage.ids.clinicians[standing.clinician],
        stage.ids.services[standing.service],
        tuple(stage.client(client) for client in standing.clients),
        f"FREQ=WEEKLY;COUNT={WEEKS}",
        day,
        standing.at,
        "1 Elm Street, room 2",
    )


def _hours(db: Database, stage: Stage) -> None:
    shifts = [Shift(day, time(9), time(17)) for day in WEEKDAYS]
    for clinician_id in stage.ids.clinicians.values():
        availability.set_hours(db, clinician_id, shifts, stage.opened.date() - timedelta(days=60))
        db.get_one(Clinician, clinician_id).self_book = True
    db.get_one(Service, stage.ids.services["short"]).self_book = True
    away = next(islice(stage.working_days(1), 12, None))
    availability.take_off(db, stage.ids.clinicians["nair"], away, away + timedelta(days=1), "Training", stage.tz)


def _agreements(db: Database, stage: Stage) -> None:
    today = stage.opened.astimezone(stage.tz).date()
    policy = directory.policy(db, directory.policy_in_force(db, today).id or 0)
    for sample in agreement_samples.samples("Elm Street Therapy", policy, therapy=True).values():
        agreements.write(db, sample.title, Audience.EVERYONE, sample.words, today - timedelta(days=90))
    db.flush()
    for key in ("olivia", "noah", "isabel"):
        for one in agreements.open_for(db, stage.client(key), today):
            agreements.sign(db, stage.client(key), one.version_id, stage.person(key).name, None, stage.opened)


def _measured(db: Database, stage: Stage) -> None:
    olivia = stage.client("olivia")
    for kind, taken in ((MeasureKind.PHQ_9, PHQ_9), (MeasureKind.GAD_7, GAD_7)):
        for number, answers in enumerate(taken):
            at = stage.opened - timedelta(days=14 * (len(taken) - number))
            measures.record(db, olivia, kind, answers, "client", at, uuid5(NAMES, f"demo {kind} {number}"))


def _waiting(db: Database, stage: Stage) -> None:
    until = stage.opened.date() + timedelta(days=60)
    who, what = stage.client("sofia"), stage.ids.services["short"]
    waitlist.wish(db, who, what, None, [1, 2, 3], time(12), time(18), until, stage.opened)
    for key in ("olivia", "grace"):
        intake, *_ = (choice.key for choice in forms.choices(db) if choice.key.startswith("house:"))
        forms.ask(db, uuid5(NAMES, f"demo intake {key}"), stage.client(key), intake, None, stage.opened)
