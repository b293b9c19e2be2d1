"""A card gateway that takes test cards only, kept in one SQLite file: `sandbox:PATH`.

| number | answer |
|---|---|
| 4242 4242 4242 4242 | approved |
| 4000 0000 0000 0002 | declined for good |
| 4000 0000 0000 9995 | declined twice, may be tried again; then approved |

It behaves like a real one where that matters: it remembers keys across restarts and processes.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from activities.ports import Charge
from models.errors import Refused, Unreachable
from models.money import ZERO, total

APPROVES, DECLINES, HESITATES = "4242424242424242", "4000000000000002", "4000000000009995"
REFUSALS_OF_HESITATING = 2
SCHEMA = """
create table if not exists cards (token text primary key, number text not null);
create table if not exists payments (
    key text primary key, kind text not null, subject text not null, amount text not null,
    approved integer not null, reference text not null, reason text not null, retry integer not null
);
"""


class SandboxCards:
    """Every call is one transaction on the file, so a key is answered once whoever asks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.transaction() as database:
            for statement in SCHEMA.split(";"):
                database.execute(statement)
        path.chmod(0o600)

    def store(self, number: str) -> str:
        digits = number.replace(" ", "").replace("-", "")
        if digits not in (APPROVES, DECLINES, HESITATES):
            raise Refused("the sandbox takes test cards only, such as 4242 4242 4242 4242")
        token = f"card-{secrets.token_hex(8)}"
        with self.transaction() as database:
            database.execute("insert into cards values (?, ?)", (token, digits))
        return token

    def charge(self, card: str, amount: Decimal, key: str) -> Charge:
        positive(amount)
        with self.transaction() as database:
            return earlier(database, key, "charge", card, amount) or remembered(
                database, key, "charge", card, amount, judged(database, card)
            )

    def refund(self, reference: str, amount: Decimal, key: str) -> Charge:
        positive(amount)
        with self.transaction() as database:
            return earlier(database, key, "refund", reference, amount) or remembered(
                database, key, "refund", reference, amount, returned(database, reference, amount)
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Alone on the file until done; a file that stays locked is a gateway that does not answer."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as database:
                database.execute("begin immediate")
                yield database
                database.execute("commit")
        except sqlite3.OperationalError as error:
            raise Unreachable(f"the card sandbox cannot use its file: {error}") from None


def positive(amount: Decimal) -> None:
    """Money moves one way a call."""
    if amount <= ZERO:
        raise Refused("a card payment needs an amount above zero")


def judged(database: sqlite3.Connection, card: str) -> Charge:
    """What the card's number makes the sandbox say."""
    row = database.execute("select number from cards where token = ?", (card,)).fetchone()
    if row is None:
        return declined("card_unknown")
    if row[0] == DECLINES:
        return declined("card_declined")
    tried = database.execute("select count(*) from payments where kind = 'charge' and subject = ?", (card,)).fetchone()
    if row[0] == HESITATES and tried[0] < REFUSALS_OF_HESITATING:
        return declined("insufficient_funds", retry=True)
    return approved(database, "charge")


def returned(database: sqlite3.Connection, reference: str, amount: Decimal) -> Charge:
    """A refund is approved as long as the charge has enough left."""
    paid = database.execute("select amount from payments where reference = ? and kind = 'charge'", (reference,))
    back = database.execute(
        "select amount from payments where subject = ? and kind = 'refund' and approved", (reference,)
    )
    left = total(Decimal(row[0]) for row in paid) - total(Decimal(row[0]) for row in back)
    return approved(database, "refund") if reference and amount <= left else declined("more_than_charged")


def approved(database: sqlite3.Connection, kind: str) -> Charge:
    """The next reference of its kind."""
    count = database.execute("select count(*) from payments where kind = ? and approved", (kind,)).fetchone()[0]
    return Charge(approved=True, reference=f"{kind}-{count + 1:06}", reason="", retry=False)


def declined(reason: str, retry: bool = False) -> Charge:
    """No money moved."""
    return Charge(approved=False, reference="", reason=reason, retry=retry)


def earlier(database: sqlite3.Connection, key: str, kind: str, subject: str, amount: Decimal) -> Charge | None:
    """The answer given under this key before; a key serves one payment only."""
    row = database.execute(
        "select kind, subject, amount, approved, reference, reason, retry from payments where key = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    if (row[0], row[1], Decimal(row[2])) != (kind, subject, amount):
        raise Refused(f"the key {key} was used for another payment")
    return Charge(approved=bool(row[3]), reference=row[4], reason=row[5], retry=bool(row[6]))


def remembered(
    database: sqlite3.Connection, key: str, kind: str, subject: str, amount: Decimal, answer: Charge
) -> Charge:
    """The answer, kept under its key."""
    database.execute(
        "insert into payments values (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, kind, subject, str(amount), answer.approved, answer.reference, answer.reason, answer.retry),
    )
    return answer
