"""What the sandbox clearinghouse remembers: files it has seen, numbers it has given, answers its payers still owe.

One SQLite file. Files to send are noted in the same transaction that decides them and put into the outbox after it:
a crash in between neither loses an answer nor makes a second one. No patient is named in it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from models.x12.parties import Payer, Provider
from models.x12.remittances import ClaimPayment
from models.x12.structure import Party

TABLES = (
    "create table if not exists counters (name text primary key, value integer not null)",
    "create table if not exists uploads (sender text, control integer, digest text, taken integer not null, "
    "primary key (sender, control, digest))",
    "create table if not exists unsent (name text primary key, content blob not null)",
    "create table if not exists answers (id integer primary key, sender text not null, payer text not null, "
    "number text not null, icn text not null, root text not null, due text not null, released integer not null, "
    "standing integer not null, answer blob not null)",
)
SECONDS_TO_WAIT = 60


@dataclass(frozen=True)
class Route:
    """Between whom our answers travel: the practice's envelope turned around."""

    sender: Party
    receiver: Party
    production: bool


@dataclass(frozen=True)
class Answer:
    """A payer's decision on one claim, waiting for its day.

    `root` is the payer's first number of the claim, kept through replacements; `turn` counts what came before, so that
    a reversal never travels with the payment it reverses.
    """

    route: Route
    payer: Payer
    payee: Provider
    payment: ClaimPayment
    root: str
    due: datetime
    turn: int = 0


ANSWER = TypeAdapter(Answer)


class Books:
    """The file; one writer at a time, across threads and processes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.parent.chmod(0o700)
        file.touch(mode=0o600)
        with self.open() as book:
            for table in TABLES:
                book.database.execute(table)

    @contextmanager
    def open(self) -> "Iterator[Book]":
        """One transaction: all of what is done in it, or nothing."""
        with closing(sqlite3.connect(self.file, timeout=SECONDS_TO_WAIT, isolation_level=None)) as database:
            database.execute("begin immediate")
            try:
                yield Book(database)
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")


class Book:
    """The books while they are open."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def next(self, counter: str) -> int:
        """1, 2, 3 and so on, each number once."""
        [(value,)] = self.database.execute(
            "insert into counters values (?, 1) on conflict (name) do update set value = value + 1 returning value",
            (counter,),
        ).fetchall()
        return int(value)

    def seen(self, sender: str, control: int, digest: str) -> bool:
        """Whether exactly this interchange has been here before."""
        row = (sender, control, digest)
        return self._any("select 1 from uploads where sender = ? and control = ? and digest = ?", row)

    def taken(self, sender: str, control: int) -> bool:
        """Whether the control number is used up."""
        return self._any("select 1 from uploads where sender = ? and control = ? and taken", (sender, control))

    def note_upload(self, sender: str, control: int, digest: str, taken: bool) -> None:
        self.database.execute("insert into uploads values (?, ?, ?, ?)", (sender, control, digest, taken))

    def send(self, name: str, content: str) -> None:
        """Note a file for the outbox."""
        self.database.execute("insert into unsent values (?, ?)", (name, content.encode()))

    def unsent(self) -> list[tuple[str, bytes]]:
        return self.database.execute("select name, content from unsent order by name").fetchall()

    def sent(self, name: str) -> None:
        self.database.execute("delete from unsent where name = ?", (name,))

    def plan(self, answer: Answer) -> None:
        """Owe the practice an answer; a payment stands until something reverses it."""
        payment = answer.payment
        standing = not payment.denied and not payment.reversal
        self.database.execute(
            "insert into answers (sender, payer, number, icn, root, due, released, standing, answer) "
            "values (?, ?, ?, ?, ?, ?, 0, ?, ?)",
            (
                *(answer.route.receiver.id, answer.payer.id, payment.number, payment.icn, answer.root),
                *(moment(answer.due), standing, ANSWER.dump_json(answer)),
            ),
        )

    def standing(self, sender: str, payer: str, number: str, icn: str) -> Answer | None:
        """The payment in force of the claim of this number, or of the one the payer gave this number."""
        rows = self.database.execute(
            "select answer from answers where sender = ? and payer = ? and standing and (number = ? or root in "
            "(select root from answers where sender = ? and payer = ? and icn = ?)) order by id desc limit 1",
            (sender, payer, number, sender, payer, icn),
        ).fetchall()
        return ANSWER.validate_json(rows[0][0]) if rows else None

    def released(self, sender: str, payer: str, number: str) -> Answer | None:
        """The last answer to a claim that went out."""
        rows = self.database.execute(
            "select answer from answers where sender = ? and payer = ? and number = ? and released "
            "order by id desc limit 1",
            (sender, payer, number),
        ).fetchall()
        return ANSWER.validate_json(rows[0][0]) if rows else None

    def reversed(self, payment: Answer) -> None:
        """The payment stands no more."""
        self.database.execute(
            "update answers set standing = 0 where payer = ? and icn = ?", (payment.payer.id, payment.payment.icn)
        )

    def release(self, now: datetime) -> list[Answer]:
        """The answers due by now, in the order they were planned; each is given out once."""
        until = moment(now)
        rows = self.database.execute(
            "select answer from answers where not released and due <= ? order by id", (until,)
        ).fetchall()
        self.database.execute("update answers set released = 1 where due <= ?", (until,))
        return [ANSWER.validate_json(row[0]) for row in rows]

    def _any(self, query: str, values: tuple[str | int, ...]) -> bool:
        return self.database.execute(query, values).fetchone() is not None


def moment(at: datetime) -> str:
    """A time as text that sorts like time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
