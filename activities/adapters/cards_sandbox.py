"""A card gateway that takes test cards only, kept in one SQLite file: `sandbox:PATH`.

| number | answer |
|---|---|
| 4242 4242 4242 4242 | approved |
| 4000 0000 0000 0002 | declined for good |
| 4000 0000 0000 9995 | declined twice, may be tried again; then approved |
| 0001 2345 6789 | a bank account: pending, approved when asked again |

It behaves like a real one where that matters: it remembers keys across restarts and processes, and has pages on
which clients pay (`starter/web/gateway_page.py` shows them).
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from activities.ports import Charge, Kept, Order
from models.collecting import ChargeState
from models.errors import Refused, Unreachable
from models.money import ZERO, total

APPROVES, DECLINES, HESITATES, BANK = "4242424242424242", "4000000000000002", "4000000000009995", "000123456789"
REFUSALS_OF_HESITATING = 2
SCHEMA = """
create table if not exists cards (token text primary key, number text not null);
create table if not exists payments (
    key text primary key, kind text not null, subject text not null, amount text not null,
    state text not null, reference text not null, reason text not null, retry integer not null
);
create table if not exists pages (
    token text primary key, key text not null unique, amount text not null, what text not null,
    back_url text not null, state text not null, reference text not null
);
"""


@dataclass(frozen=True)
class SandboxPage:
    """A page on which a client pays, or leaves a card (amount 0.00)."""

    token: str
    key: str
    amount: Decimal
    what: str
    back_url: str
    state: ChargeState
    reference: str

    @property
    def url(self) -> str:
        return f"/sandbox/gateway/{self.token}"


class SandboxCards:
    """Every call is one transaction on the file, so a key is answered once whoever asks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.transaction() as database:
            for statement in SCHEMA.split(";"):
                database.execute(statement)
        path.chmod(0o600)

    def store(self, number: str) -> str:
        with self.transaction() as database:
            return stored(database, number)

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

    def page(self, order: Order, key: str) -> Charge:
        with self.transaction() as database:
            if not (found := page_where(database, "key", key)):
                values = (
                    secrets.token_hex(8),
                    key,
                    str(order.amount),
                    order.what,
                    order.back_url,
                    ChargeState.OPEN,
                    "",
                )
                database.execute("insert into pages values (?, ?, ?, ?, ?, ?, ?)", values)
                found = page_where(database, "key", key)
            return standing(database, known(found))

    def close(self, reference: str) -> Charge:
        with self.transaction() as database:
            database.execute(
                "update pages set state = ? where token = ? and state = ?",
                (ChargeState.EXPIRED, reference, ChargeState.OPEN),
            )
            return standing(database, known(page_where(database, "token", reference)))

    def look(self, reference: str) -> Charge:
        """How it stands; a pending payment by bank is approved when it is asked for."""
        with self.transaction() as database:
            if found := page_where(database, "token", reference):
                return standing(database, found)
            database.execute(
                "update payments set state = ? where reference = ? and state = ?",
                (ChargeState.APPROVED, reference, ChargeState.PENDING),
            )
            return paid(database, reference)

    def heard(self, payload: bytes, signature: str) -> tuple[str, str] | None:
        raise Refused(f"the sandbox sends no messages ({len(payload)} bytes signed with {len(signature)})")

    def page_of(self, token: str) -> SandboxPage:
        """A page as its client sees it; Refused when there is none."""
        with self.transaction() as database:
            return known(page_where(database, "token", token))

    def pay(self, token: str, number: str) -> Charge:
        """The client types a number on a page: paid, or declined and the page stays open."""
        with self.transaction() as database:
            page = known(page_where(database, "token", token))
            if page.state is not ChargeState.OPEN:
                return standing(database, page)
            card = stored(database, number)
            answer = judged(database, card) if page.amount else Charge(ChargeState.APPROVED, card)
            if answer.state is ChargeState.DECLINED:
                return answer
            if page.amount:
                answer = remembered(database, page.key, "charge", card, page.amount, answer)
            values = (ChargeState.APPROVED, answer.reference, token)
            database.execute("update pages set state = ?, reference = ? where token = ?", values)
            return answer

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
    if row[0] == BANK:
        return Charge(ChargeState.PENDING, next_reference(database, "charge"))
    if row[0] == DECLINES:
        return declined("card_declined")
    tried = database.execute("select count(*) from payments where kind = 'charge' and subject = ?", (card,)).fetchone()
    if row[0] == HESITATES and tried[0] < REFUSALS_OF_HESITATING:
        return declined("insufficient_funds", retry=True)
    return approved(database, "charge")


def returned(database: sqlite3.Connection, reference: str, amount: Decimal) -> Charge:
    """A refund is approved as long as the charge has enough left."""
    taken = database.execute("select amount from payments where reference = ? and kind = 'charge'", (reference,))
    back = database.execute(
        "select amount from payments where subject = ? and kind = 'refund' and state = 'approved'", (reference,)
    )
    left = total(Decimal(row[0]) for row in taken) - total(Decimal(row[0]) for row in back)
    return approved(database, "refund") if reference and amount <= left else declined("more_than_charged")


def approved(database: sqlite3.Connection, kind: str) -> Charge:
    """The money moved."""
    return Charge(ChargeState.APPROVED, next_reference(database, kind))


def next_reference(database: sqlite3.Connection, kind: str) -> str:
    """The next reference of its kind."""
    count = database.execute("select count(*) from payments where kind = ? and reference <> ''", (kind,)).fetchone()[0]
    return f"{kind}-{count + 1:06}"


def declined(reason: str, retry: bool = False) -> Charge:
    """No money moved."""
    return Charge(ChargeState.DECLINED, reason=reason, retry=retry)


def stored(database: sqlite3.Connection, number: str) -> str:
    """The token of a test card; any other number is refused."""
    digits = number.replace(" ", "").replace("-", "")
    if digits not in (APPROVES, DECLINES, HESITATES, BANK):
        raise Refused("the sandbox takes test cards only, such as 4242 4242 4242 4242")
    token = f"card-{secrets.token_hex(8)}"
    database.execute("insert into cards values (?, ?)", (token, digits))
    return token


def page_where(database: sqlite3.Connection, column: str, value: str) -> SandboxPage | None:
    """The page of a token or a key."""
    columns = "token, key, amount, what, back_url, state, reference"
    row = database.execute(f"select {columns} from pages where {column} = ?", (value,)).fetchone()
    return SandboxPage(row[0], row[1], Decimal(row[2]), row[3], row[4], ChargeState(row[5]), row[6]) if row else None


def known(page: SandboxPage | None) -> SandboxPage:
    """A page that is there."""
    if page is None:
        raise Refused("the sandbox has no such page")
    return page


def standing(database: sqlite3.Connection, page: SandboxPage) -> Charge:
    """How a page stands: open, closed, or what its payment became."""
    if page.state is not ChargeState.APPROVED:
        url = page.url if page.state is ChargeState.OPEN else ""
        return Charge(page.state, page.token, url=url)
    if page.amount:
        return paid(database, page.reference)
    return Charge(ChargeState.APPROVED, page.reference, kept=kept(database, page.reference))


def paid(database: sqlite3.Connection, reference: str) -> Charge:
    """How a payment stands."""
    query = "select state, reason, retry from payments where reference = ?"
    row = database.execute(query, (reference,)).fetchone()
    if row is None:
        raise Refused("the sandbox has no such payment")
    return Charge(ChargeState(row[0]), reference, row[1], bool(row[2]))


def kept(database: sqlite3.Connection, token: str) -> Kept:
    """A card as its owner knows it."""
    number: str = database.execute("select number from cards where token = ?", (token,)).fetchone()[0]
    what, method = ("Bank account", "ach") if number == BANK else ("Test card", "card")
    return Kept(token, method, f"{what} ending in {number[-4:]}")


def earlier(database: sqlite3.Connection, key: str, kind: str, subject: str, amount: Decimal) -> Charge | None:
    """The answer given under this key before; a key serves one payment only."""
    row = database.execute(
        "select kind, subject, amount, state, reference, reason, retry from payments where key = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    if (row[0], row[1], Decimal(row[2])) != (kind, subject, amount):
        raise Refused(f"the key {key} was used for another payment")
    return Charge(ChargeState(row[3]), row[4], row[5], bool(row[6]))


def remembered(
    database: sqlite3.Connection, key: str, kind: str, subject: str, amount: Decimal, answer: Charge
) -> Charge:
    """The answer, kept under its key."""
    database.execute(
        "insert into payments values (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, kind, subject, str(amount), answer.state, answer.reference, answer.reason, answer.retry),
    )
    return answer
