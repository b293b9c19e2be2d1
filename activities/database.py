"""One step, one transaction: how an activity reaches the database and the world. It is committed here, never within.

What people write without a workflow (a page, a command, an import of reference data) has a transaction of its own,
opened and committed by whoever asks: `Guest.write` of the pages, `starter/setup.py`, the commands.

`@step("noun.verb")` makes a function `(tx, message) -> answer` a step that workflows can ask for.
Its answer is kept under the workflow's run and the step's number in the same transaction: a step
asked again after a crash answers the same and changes nothing twice.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlmodel import Session as Database
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import announcing
from activities.adapters.web import PublicWeb
from activities.ports import Cards, Clearinghouse, Mailer, Web
from activities.profiles import Profile
from activities.relay import Relay
from activities.vault import Vault
from models.calendar import local_day, zone
from models.errors import Parked, Refused, Unreachable
from models.messages import (
    Answered,
    Booking,
    Cancellation,
    FreedTime,
    Handover,
    InvoiceStart,
    Mail,
    Move,
    PayPeriodRef,
    TaskStart,
)
from models.tables import AttendanceRow, Client, Clinician, Note, Payer, PolicyRow, Practice, Service, StepDone

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True)
class World:
    """What steps work on, put together once by `worker.py`."""

    engine: Engine
    relay: Relay
    mailer: Mailer
    clearinghouse: Clearinghouse
    cards: Cards
    vault: Vault
    site_url: str = ""
    web: Web = field(default_factory=PublicWeb)
    home: Path | None = None
    backups: Path | None = None
    profile: Profile = field(default_factory=Profile)


@dataclass
class After:
    """What a step collects for other workflows while it works."""

    claims: list[str] = field(default_factory=list)
    invoices: list[InvoiceStart] = field(default_factory=list)
    settled_invoices: list[str] = field(default_factory=list)
    tasks: list[TaskStart] = field(default_factory=list)
    closed_tasks: list[UUID] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    pay_periods: list[PayPeriodRef] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    charges: list[UUID] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    cancellations: list[Cancellation] = field(default_factory=list)
    freed: list[FreedTime] = field(default_factory=list)
    remittances: list[int] = field(default_factory=list)
    silent_claims: list[str] = field(default_factory=list)

    def handover(self) -> Handover:
        """The collected, frozen."""
        return Handover(
            tuple(self.claims),
            tuple(self.invoices),
            tuple(self.settled_invoices),
            tuple(self.tasks),
            tuple(self.closed_tasks),
            tuple(self.answers),
            tuple(self.pay_periods),
            tuple(self.mails),
            tuple(self.charges),
            bookings=tuple(self.bookings),
            moves=tuple(self.moves),
            cancellations=tuple(self.cancellations),
            freed=tuple(self.freed),
            remittances=tuple(self.remittances),
            silent_claims=tuple(self.silent_claims),
        )


@dataclass
class Tx:
    """A transaction: rows, the moment on the server's clock, the world, and what follows.

    `attending` is who was read to be in a session; who adds somebody forgets it. `notes` are those of attendances that
    were found, and are held until the end.
    """

    db: Database
    now: datetime
    world: World
    after: After = field(default_factory=After)
    attending: dict[UUID, Sequence[AttendanceRow]] = field(default_factory=dict)
    notes: dict[int, Note] = field(default_factory=dict)

    @cached_property
    def practice(self) -> Practice:
        """The practice; Refused before it is set up."""
        found = self.db.get(Practice, 1)
        if found is None:
            raise Refused("this database has no practice yet: run `persession setup` or `persession demo`")
        return found

    def next(self, sequence: str) -> int:
        """The next number of a sequence (invoice_number, claim_number, interchange_control)."""
        return self.next_ones(sequence, 1)[0]

    def next_ones(self, sequence: str, count: int) -> list[int]:
        """So many numbers of a sequence, in order."""
        query = text("select nextval(:name) from generate_series(1, :count)")
        return sorted(self.db.execute(query, {"name": sequence, "count": count}).scalars())

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Part of a step that may fail: then nothing of it is written, and nothing follows from it."""
        before = deepcopy(self.after)
        try:
            with self.db.begin_nested():
                yield
        except BaseException:
            self.after = before
            raise

    @property
    def tz(self) -> ZoneInfo:
        """The practice's time zone."""
        return zone(self.practice.timezone)

    @property
    def today(self) -> date:
        """The local day of the practice."""
        return local_day(self.now, self.tz)


@dataclass(frozen=True)
class Step(Generic[In, Out]):
    """A step's name and work; `bind` gives the activity a worker registers."""

    name: str
    work: Callable[[Tx, In], Out]
    asks: Any
    answers: Any

    def bind(self, world: World) -> Callable[[Any], Any]:
        """The activity, working on this world."""
        adapter = _kept_as(self.answers)

        def run(message: Any) -> Any:
            try:
                answer, webhooks = _once(world, self.work, message, adapter)
            except (Refused, Parked) as no:
                raise ApplicationError(str(no), type=type(no).__name__, non_retryable=True) from None
            except OperationalError as down:
                raise Unreachable(f"the database does not answer ({type(down.orig).__name__})") from None
            except StatementError as failed:
                raise _without_values(failed) from None
            handover = answer if isinstance(answer, Handover) else getattr(answer, "handover", Handover())
            world.relay.hand_on(replace(handover, webhooks=webhooks))
            return answer

        run.__annotations__ = {"message": self.asks, "return": self.answers}
        return activity.defn(name=self.name)(run)


HELD: dict[str, Any] = {"key_share": True}
"""How a claim or a client is held while it is worked on (FOR NO KEY UPDATE): others who would work on it wait, rows
that only name it are written meanwhile. Who holds several takes them in the order of their keys, claims before
clients; coverages that claims are gathered for come before those claims."""


def step(name: str) -> Callable[[Callable[[Tx, In], Out]], Step[In, Out]]:
    """Make a function a step of that name (`noun.verb`)."""

    def make(work: Callable[[Tx, In], Out]) -> Step[In, Out]:
        hints = get_type_hints(work)
        answers = hints.pop("return")
        *_, asks = hints.values()
        return Step(name, work, asks, answers)

    return make


def open_engine(url: str, threads: int = 16) -> Engine:
    """A pool of connections for so many threads; sessions think in UTC, errors name no values.

    The connection used last is used next: its server process knows our tables and statements already.
    """
    driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(
        driver,
        pool_size=threads,
        max_overflow=4,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC"},
    )


def _without_values(failed: StatementError) -> ApplicationError:
    """An error of the database as logs and Temporal may have it: PostgreSQL's own words quote rows."""
    diagnosis = getattr(failed.orig, "diag", None)
    broken = [
        name for name in (getattr(diagnosis, "table_name", ""), getattr(diagnosis, "constraint_name", "")) if name
    ]
    where = f" ({', '.join(broken)})" if broken else ""
    kind = type(failed.orig).__name__
    told = ApplicationError(f"the database refused what the step wrote or asked: {kind}{where}", type=kind)
    return told.with_traceback(failed.__traceback__)


@cache
def _kept_as(answers: Any) -> TypeAdapter[Any]:
    """How answers of a type are written down; making it takes longer than a step."""
    return TypeAdapter(answers)


STANDING = (Practice, PolicyRow, Service, Clinician, Client, Payer)
"""What a step looks up again and again."""


def _remember(db: Database) -> None:
    """A row of these that a step has read is known until its end: SQLAlchemy forgets one that nobody holds."""
    known: list[object] = []

    def keep(_: Database, row: object) -> None:
        if isinstance(row, STANDING):
            known.append(row)

    event.listen(db, "loaded_as_persistent", keep)


def _once(
    world: World, work: Callable[[Tx, Any], Any], message: Any, adapter: TypeAdapter[Any]
) -> tuple[Any, tuple[UUID, ...]]:
    """The step's answer, and the webhooks that what it changed sets going."""
    info = activity.info()
    key = f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}"
    with Database(world.engine) as db, db.begin():
        done = db.get(StepDone, key) if info.attempt > 1 else None  # a first attempt has none; the key refuses a second
        if done:
            return adapter.validate_python(done.answer), announcing.left_by(db, key)
        watch = announcing.Watch(db)
        _remember(db)
        answer = work(Tx(db, info.started_time, world), message)
        db.flush()
        webhooks = announcing.announce(db, watch.seen, key, info.started_time)
        db.add(StepDone(key=key, done_at=info.started_time, answer=adapter.dump_python(answer, mode="json")))
    return answer, webhooks
