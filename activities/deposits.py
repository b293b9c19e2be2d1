"""The bank's list of deposits, laid beside what payers say they paid (TRN): facts that confirm, never entries."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.money import ZERO, dollars
from models.rules.deposits import Announced, Arrived, match
from models.tables import Deposit, Payer, RemittanceRow

LARGEST = 2_000_000
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
COLUMNS = {
    "day": ("date", "day", "posting date", "posted", "transaction date", "posted date"),
    "amount": ("amount", "credit", "deposit", "credit amount"),
    "words": ("description", "memo", "details", "words", "reference", "name"),
}
"""What banks call the columns."""


@dataclass(frozen=True)
class Taken:
    """What became of a list: new deposits, known ones, and how many found their payment."""

    new: int
    known: int
    matched: int


def enter(db: Database, deposit: Arrived, at: datetime, by_id: int | None, number: int = 1) -> Deposit | None:
    """Keep a deposit, once; `number` tells equal ones of a day apart. None where it is known."""
    if deposit.amount <= ZERO:
        raise Refused("a deposit is more than nothing")
    told = f"{deposit.on_day}|{deposit.amount}|{' '.join(deposit.words.split())}|{number}"
    key = sha256(told.encode()).hexdigest()
    if db.exec(select(Deposit.id).where(Deposit.key == key)).first():
        return None
    row = Deposit(key=key, on_day=deposit.on_day, amount=deposit.amount, words=deposit.words[:300], entered_at=at)
    row.entered_by = by_id
    db.add(row)
    db.flush()
    return row


def take_list(db: Database, content: bytes, at: datetime, by_id: int | None) -> Taken:
    """The bank's list as CSV; what it held before is known again. Refused names the line that is wrong."""
    rows = read_list(content)
    seen: dict[Arrived, int] = {}
    new = 0
    for row in rows:
        seen[row] = seen.get(row, 0) + 1
        new += enter(db, row, at, by_id, seen[row]) is not None
    return Taken(new, len(rows) - new, match_all(db, at))


def match_all(db: Database, at: datetime) -> int:
    """Give each deposit that has none its payment, where only one fits; how many found theirs."""
    waiting = db.exec(
        select(Deposit).where(col(Deposit.remittance_id).is_(None)).order_by(col(Deposit.on_day), col(Deposit.id))
    ).all()
    announced = unconfirmed(db)
    matched = 0
    for deposit in waiting:
        if found := match(Arrived(deposit.on_day, deposit.amount, deposit.words), announced):
            deposit.remittance_id, deposit.matched_how, deposit.matched_at = found.remittance_id, found.how, at
            announced = [a for a in announced if a.remittance_id != found.remittance_id]
            matched += 1
    db.flush()
    return matched


def assign(db: Database, deposit_id: int, remittance_id: int, at: datetime) -> None:
    """A person says which payment a deposit is; the amounts agree, or it is another."""
    deposit, row = db.get(Deposit, deposit_id, with_for_update=True), db.get(RemittanceRow, remittance_id)
    if deposit is None or row is None:
        raise Refused("there is no such deposit or payment")
    if deposit.remittance_id is not None:
        raise Refused("this deposit has its payment already")
    if row.payment != deposit.amount:
        raise Refused(f"the payment is {row.payment}, the deposit {deposit.amount}: they are not the same money")
    if db.exec(select(Deposit.id).where(Deposit.remittance_id == remittance_id)).first():
        raise Refused("another deposit is this payment already")
    deposit.remittance_id, deposit.matched_how, deposit.matched_at = remittance_id, "by hand", at


def unconfirmed(db: Database) -> list[Announced]:
    """Payments above zero that no deposit confirms yet, the oldest first."""
    query = (
        select(RemittanceRow, Payer)
        .join(Payer, col(Payer.id) == RemittanceRow.payer_id, isouter=True)
        .join(Deposit, col(Deposit.remittance_id) == RemittanceRow.id, isouter=True)
        .where(RemittanceRow.payment > ZERO, col(Deposit.id).is_(None))
        .order_by(col(RemittanceRow.paid_on), col(RemittanceRow.id))
    )
    return [
        Announced(row.id or 0, payer.name if payer else row.payer_key, row.trace, row.payment, row.paid_on)
        for row, payer in db.exec(query).all()
    ]


def read_list(content: bytes) -> list[Arrived]:
    """Deposits of a CSV: columns for day and amount, in the bank's own words; money that left is passed over."""
    if len(content) > LARGEST:
        raise Refused("that is more than two megabytes; export fewer days")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"))))
    if not lines:
        raise Refused("the file is empty")
    heads = [head.strip().lower() for head in lines[0]]
    places = {name: _place(heads, known) for name, known in COLUMNS.items()}
    if places["day"] is None or places["amount"] is None:
        raise Refused("the first line names no columns such as Date, Amount and Description")
    found = (_arrived(line, number, places) for number, line in enumerate(lines[1:], start=2) if any(line))
    return [deposit for deposit in found if deposit]


def _arrived(line: list[str], number: int, places: dict[str, int | None]) -> Arrived | None:
    def cell(name: str) -> str:
        place = places[name]
        return line[place].strip() if place is not None and place < len(line) else ""

    plain = cell("amount").replace("$", "").replace(",", "")
    if not plain or plain.startswith(("-", "(")):
        return None
    try:
        return Arrived(_day(cell("day")), dollars(plain), cell("words"))
    except ValueError:
        raise Refused(f"line {number}: its day or amount cannot be read; nothing was taken in") from None


def _day(text: str) -> date:
    for shape in DAYS:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise ValueError("no day")


def _place(heads: list[str], known: Iterable[str]) -> int | None:
    return next((heads.index(name) for name in known if name in heads), None)
