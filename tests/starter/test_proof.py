"""The proof of the ledger finds what is not explained, to the cent."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session as Database

from activities.database import open_engine
from models.tables import Client, Entry, Posting
from starter.migrations import upgrade
from starter.queries.proof import proof
from starter.stack import Stack


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with Stack.start(tmp_path, temporal=None, environ={}) as stack:
        engine = open_engine(stack.settings.database_url)
        upgrade(engine)
        yield engine
        engine.dispose()


def post(engine: Engine, key: str, debit: str, credit: str, amount: str) -> None:
    """An entry that nothing else in the practice knows of."""
    with Database(engine) as db, db.begin():
        entry = Entry(key=key, at=datetime(2027, 1, 4, tzinfo=UTC), on_day=date(2027, 1, 4), event="x", rule="", why="")
        db.add(entry)
        db.flush()
        for account, signed in ((debit, Decimal(amount)), (credit, -Decimal(amount))):
            db.add(Posting(entry_id=entry.id or 0, account=account, amount=signed))


def test_an_empty_ledger_holds(engine: Engine) -> None:
    found = proof(engine)
    assert (found.holds, found.trial_balance, found.entries) == (True, Decimal("0.00"), 0)


@pytest.mark.parametrize(
    ("debit", "credit", "unexplained"),
    [
        ("cash:cash", "income:session", "cash:cash"),
        ("receivable:payer:1", "income:session", "receivable:payer:1"),
        ("expense:clinician_pay", "payable:clinician:1", "payable:clinician:1"),
        ("cash:payer", "income:session", "cash:payer"),
    ],
)
def test_money_nothing_else_knows_of_is_found(engine: Engine, debit: str, credit: str, unexplained: str) -> None:
    post(engine, "stray", debit, credit, "12.34")
    found = proof(engine)
    assert not found.holds
    assert found.trial_balance == Decimal("0.00")
    [wrong] = [part for part in found.explained if not part.holds]
    assert wrong.account == unexplained
    assert abs(wrong.balance - wrong.explained) == Decimal("12.34")


def test_credit_of_a_client_explains_itself(engine: Engine) -> None:
    with Database(engine) as db, db.begin():
        db.add(Client(id=1, first="Sam"))
    with Database(engine) as db, db.begin():
        entry = Entry(
            key="a",
            at=datetime(2027, 1, 4, tzinfo=UTC),
            on_day=date(2027, 1, 4),
            event="refund",
            rule="",
            why="",
            client_id=1,
        )
        db.add(entry)
        db.flush()
        db.add(Posting(entry_id=entry.id or 0, account="cash:cash", amount=Decimal("5.00")))
        db.add(Posting(entry_id=entry.id or 0, account="receivable:client:1", amount=Decimal("-5.00")))
    [client] = [part for part in proof(engine).explained if part.account == "receivable:client:1"]
    assert (client.balance, client.holds) == (Decimal("-5.00"), True)
