"""A believable small practice that lives through every ending of a session, and the proof that every cent is there.

people moving_in furnishing   who plays; entered as a new owner would; what a practice has beside its past
stage       what every act uses                    accounts   who may sign in
visits desk insurance eligibility   the acts: two weeks of sessions, money over the counter, claims, who is covered
closing     the pay period paid, the ledger proven, where to look
"""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session as Database

from activities import adapters
from activities.settings import LOCK_FILE
from models.calendar import local_day, zone
from models.errors import Refused
from models.tables import Practice
from starter import schedules
from starter.cli.output import say
from starter.demo import accounts, closing, desk, eligibility, furnishing, insurance, visits
from starter.demo.moving_in import move_in
from starter.demo.people import Cast
from starter.demo.stage import Stage, act, tell
from starter.running import RunningPractice, running_practice

__all__ = ["main", "open_stage", "perform", "show"]

MARK = "this-is-a-demo"
FOLDER = ".persession-demo"
TIMEZONES = ("America/Chicago", "America/Los_Angeles")
LAST_HOUR = 23


def main() -> int:
    """Play the demo; 1 when a proof fails. With a terminal everything stays up until Ctrl-C."""
    for name in [*os.environ]:
        if name.startswith("TEMPORAL_") or (name.startswith("PERSESSION_") and name != "PERSESSION_HOME"):
            del os.environ[name]  # it forgets and fills what it runs on, so it only ever runs on servers of its own
    home = Path(os.environ.get("PERSESSION_HOME") or FOLDER).absolute()
    return asyncio.run(show(home, stay=sys.stdin.isatty() and sys.stdout.isatty()))


async def show(home: Path, stay: bool, cast: Cast | None = None) -> int:
    """Start everything afresh in `home`, play, and stay when somebody watches."""
    began = datetime.now(UTC)
    own(home)
    say(f"starting Temporal, PostgreSQL, mail, clearinghouse and worker in {home}")
    async with running_practice(home, say, fresh=True) as practice:
        stage = replace(await open_stage(practice, cast or Cast()), stays=stay)
        holds = await perform(stage)
        say("")
        say(f"done in {(datetime.now(UTC) - began).seconds} s: {'everything holds' if holds else 'A PROOF FAILED'}")
        if stay:
            await until_interrupted()
    return 0 if holds else 1


def own(home: Path) -> None:
    """A folder the demo may empty: a new one, or one it made itself; Refused where a practice lives."""
    if (home / LOCK_FILE).exists() and not (home / MARK).exists():
        raise Refused(f"{home} holds a practice and the demo starts afresh: set PERSESSION_HOME to another folder")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / MARK).touch()


async def open_stage(practice: RunningPractice, cast: Cast) -> Stage:
    """The practice with its people, before anything has happened."""
    now = datetime.now(UTC)
    timezone = next(name for name in TIMEZONES if now.astimezone(zone(name)).hour != LAST_HOUR)
    tz = zone(timezone)
    cards = adapters.cards(practice.stack.settings.cards_url)
    act("A small practice")
    ids = await asyncio.to_thread(move_in, practice.engine, cards, cast, timezone, local_day(now, tz))
    with Database(practice.engine) as db:
        await schedules.apply(practice.office.client, db.get_one(Practice, 1))
    tell(f"{len(ids.clinicians)} clinicians: share of collections, flat with tiers and group, hourly with a guarantee")
    tell(f"{len(ids.clients)} clients: self-pay, sliding scale, a couple, a group, insured, two coverages")
    tell(f"{len(ids.payers)} payers, {len(ids.services)} services; first missed session of a year is free")
    return Stage(practice, cast, ids, tz, now)


async def perform(stage: Stage) -> bool:
    """Every act; whether every proof holds."""
    await visits.two_weeks(stage)
    await visits.ahead(stage)
    await visits.cards_charged(stage)
    await visits.waived(stage)
    await desk.at_the_desk(stage)
    await insurance.first_batch(stage)
    await insurance.mended(stage)
    await insurance.parked(stage)
    await furnishing.furnish(stage)
    await eligibility.asked(stage)
    await closing.pay_period(stage)
    closing.open_tasks(stage)
    closing.explained(stage)
    holds = closing.proven(stage).holds
    await closing.where_to_look(stage)
    accounts.open_accounts(stage)
    return holds


async def until_interrupted() -> None:
    """Ctrl-C ends it, in order."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say("everything stays up until Ctrl-C")
    await stop.wait()
