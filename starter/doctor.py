"""What is reachable, migrated and registered, and what to do about what is not."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session as Database
from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities import adapters
from activities.adapters.smtp import SmtpMailer
from activities.codec import data_converter
from activities.database import open_engine
from activities.relay import SEARCH_ATTRIBUTES
from activities.settings import Settings, read_settings
from models.errors import PracticeError
from models.tables import Practice
from starter.migrations import revisions
from starter.schedules import standings
from workflows.steps import QUEUES

SECONDS = 10
LONG_POLL = timedelta(seconds=75)
"""A worker asks for work at least once a minute; one that has not for this long is gone."""


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is fine, what was seen, and what to do where it is not."""

    name: str
    fine: bool
    what: str
    mend: str = ""


async def examine(environ: Mapping[str, str] | None = None) -> list[Check]:
    """Everything the practice needs to work, each looked at even when others fail."""
    try:
        settings = read_settings(environ)
    except PracticeError as missing:
        return [Check("settings", False, str(missing), "start `persession up` in another terminal")]
    checks = [Check("settings", True, f"data folder {settings.home}")]
    checks += await asyncio.to_thread(_database, settings)
    checks += await _temporal(settings)
    checks += await asyncio.to_thread(_neighbours, settings)
    checks.append(_key(settings))
    return checks


def _database(settings: Settings) -> list[Check]:
    driver = settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(driver, connect_args={"connect_timeout": SECONDS})
    try:
        now, head = revisions(engine)
    except (OperationalError, DBAPIError) as down:
        mend = "start the database, or correct PERSESSION_DATABASE_URL"
        return [Check("database", False, f"does not answer ({type(down.orig).__name__})", mend)]
    finally:
        engine.dispose()
    checks = [Check("database", True, "answers")]
    if now != head:
        what = f"its tables are at {now or 'nothing'}, the newest are {head}"
        return [*checks, Check("migrations", False, what, "run `persession up`, which migrates")]
    return [*checks, Check("migrations", True, f"at {head}, the newest"), _practice(engine)]


def _practice(engine: Engine) -> Check:
    with Database(engine) as db:
        found = db.get(Practice, 1)
        timezone = found.timezone if found else ""
    engine.dispose()
    if not timezone:
        return Check("practice", False, "is not set up", "run `persession setup`, or `persession demo` to look around")
    return Check("practice", True, f"is set up, in {timezone}")


async def _temporal(settings: Settings) -> list[Check]:
    where = settings.temporal.get("target_host", "")
    try:
        async with asyncio.timeout(SECONDS):
            converter = data_converter(settings.encryption_key)
            client = await Client.connect(**settings.temporal, data_converter=converter)
            schedules = partial(_schedules, kind=await asyncio.to_thread(_practice_kind, settings))
            looks: list[Callable[[Client], Awaitable[list[Check]]]] = [_search_attributes, _workers, schedules]
            found = [check for look in looks for check in await look(client)]
    except (RuntimeError, RPCError, TimeoutError) as down:
        mend = "start the server, or correct TEMPORAL_ADDRESS or your Temporal profile"
        return [Check("temporal", False, f"does not answer at {where} ({type(down).__name__})", mend)]
    ui = f"; its UI: {settings.ui_url}" if settings.ui_url else ""
    return [Check("temporal", True, f"answers at {where}{ui}"), *found]


async def _search_attributes(client: Client) -> list[Check]:
    asked = ListSearchAttributesRequest(namespace=client.namespace)
    known = (await client.operator_service.list_search_attributes(asked)).custom_attributes
    missing = [key for key in SEARCH_ATTRIBUTES if key.name not in known]
    if not missing:
        return [Check("search attributes", True, "all are registered")]
    options = " ".join(f"--name {key.name} --type {_kind(key.indexed_value_type)}" for key in missing)
    mend = f"run `temporal operator search-attribute create {options}`"
    return [Check("search attributes", False, f"not registered: {', '.join(key.name for key in missing)}", mend)]


def _kind(number: int) -> str:
    """A search attribute's type as the command line of Temporal writes it."""
    return IndexedValueType.Name(IndexedValueType.ValueType(number)).removeprefix("INDEXED_VALUE_TYPE_").title()


async def _workers(client: Client) -> list[Check]:
    return [await _worker(client, queue) for queue in QUEUES]


async def _worker(client: Client, queue: str) -> Check:
    kind = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    asked = DescribeTaskQueueRequest(namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind)
    pollers = (await client.workflow_service.describe_task_queue(asked)).pollers
    seen = max((poller.last_access_time.ToDatetime(UTC) for poller in pollers), default=None)
    if seen and datetime.now(UTC) - seen < LONG_POLL:
        return Check(f"worker on {queue}", True, "asks for work")
    mend = "`persession up` keeps one alive; beside servers of your own run `python -m worker`"
    return Check(f"worker on {queue}", False, "nobody asks for work", mend)


def _practice_kind(settings: Settings) -> str:
    """What runs by the clock depends on it; a practice that cannot be asked is taken for one of therapy."""
    engine = open_engine(settings.database_url, threads=1)
    try:
        with Database(engine) as db:
            found = db.get(Practice, 1)
            return found.kind if found else "therapy"
    except DBAPIError:
        return "therapy"
    finally:
        engine.dispose()


async def _schedules(client: Client, kind: str) -> list[Check]:
    known = await standings(client, kind)
    missing = [standing.name for standing in known if not standing.applied]
    paused = [standing.name for standing in known if standing.paused]
    if missing:
        what = f"not applied: {', '.join(missing)}"
        return [Check("schedules", False, what, "set the practice up, then run `persession schedules apply`")]
    if paused:
        mend = f"run `persession schedules resume {paused[0]}`"
        return [Check("schedules", False, f"paused: {', '.join(paused)}", mend)]
    return [Check("schedules", True, f"{len(known)} are applied")]


def _neighbours(settings: Settings) -> list[Check]:
    return [
        _neighbour("mail", "PERSESSION_SMTP_URL", lambda: _greet(settings.smtp_url)),
        _neighbour(
            "clearinghouse",
            "PERSESSION_CLEARINGHOUSE_URL",
            lambda: f"{len(adapters.clearinghouse(settings.clearinghouse_url).waiting())} answers wait there",
        ),
        _neighbour("cards", "PERSESSION_CARDS_URL", lambda: _cards(settings.cards_url)),
    ]


def _neighbour(name: str, variable: str, look: Callable[[], str]) -> Check:
    """Anything that keeps a neighbour from answering is told, whatever it is."""
    try:
        return Check(name, True, look())
    except PracticeError as silent:
        return Check(name, False, str(silent), f"start it, or correct {variable}")
    except Exception as fault:
        return Check(name, False, f"does not answer ({type(fault).__name__})", f"start it, or correct {variable}")


def _greet(url: str) -> str:
    adapters.mailer(url)
    with SmtpMailer(url).connected() as server:
        server.noop()
    return "the mail server answers"


def _cards(url: str) -> str:
    adapters.cards(url)
    return "the gateway answers"


def _key(settings: Settings) -> Check:
    if settings.encryption_key:
        return Check("encryption key", True, "what Temporal keeps is encrypted")
    mend = "set PERSESSION_ENCRYPTION_KEY (openssl rand -base64 32) and keep it: without it nothing can be read again"
    return Check("encryption key", False, "is not set: no worker starts without it", mend)
