"""The migrations make exactly the tables that the code names, and lose nothing of a practice that was there before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, text
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from activities.database import open_engine
from models.tables import PlayRow
from starter import migrations
from tests.activities.payer import pays, remit
from tests.activities.practice import Desk
from tests.databases import MakeEngine, unmigrated_database

Rows = dict[str, list[dict[str, Any]]]

BEFORE_CLAIM_LINES = "0019"
"""0024, 0023, 0020, 0022, 0025, 0028, 0026, 0029, 0031 and 0030 come after it, in this order."""


@pytest.fixture
def old(server_url: str) -> Iterator[Engine]:
    """A database of the shape of 0019."""
    with unmigrated_database(server_url) as url:
        engine = open_engine(url, threads=2)
        migrations.upgrade(engine, BEFORE_CLAIM_LINES)
        yield engine
        engine.dispose()


def tables(engine: Engine) -> list[Table]:
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def rows(engine: Engine) -> Rows:
    """What stands in every table, in an order that does not hang on where it lies."""
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(table.select()).mappings()), key=repr)
            for table in tables(engine)
        }


def lived(desk: Desk) -> None:
    """A practice with claims paid and denied, money taken, a play of its own, and pay by a rule and by one after it."""
    desk.pay_rule("flat", "60.00")
    payer = desk.payer()
    paid, denied = (desk.claim(desk.client(payer)) for _ in range(2))
    desk.send()
    remit(desk, pays(paid, "150.00"), pays(denied, "0.00", "CO-197 150.00", status="4"))
    desk.pay(desk.client(), "10.00", "cash")
    desk.pay_rule("percent_of_collected", "50.00", effective_from=date(2026, 3, 2))
    desk.hold(desk.client())
    late = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)  # the evening before, in Chicago
    desk.add(
        PlayRow(
            code="197",
            version=1,
            meaning="no authorization",
            action="appeal",
            chance=40,
            effective_from=date(2026, 3, 2),
            made_at=late,
        )
    )


def test_migrated_tables_are_those_of_the_code(new_engine: MakeEngine) -> None:
    with new_engine().connect() as connection:
        migrated = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migrated, SQLModel.metadata) == []


def as_before(today: Rows) -> Rows:
    """The same in the words of 0019: a claim named the one attendance that it was for."""
    attendances = {line["claim_number"]: line["attendance_id"] for line in today["claim_line"]}
    claims = [{**claim, "attendance_id": attendances[claim["number"]]} for claim in today["claim"]]
    return {**today, "claim": claims}


def test_a_practice_of_an_old_shape_is_the_same_practice_in_the_new_one(desk: Desk, old: Engine) -> None:
    """What the code writes today, taken back into the tables of before, comes out as it was written."""
    lived(desk)
    today = rows(desk.world.engine)
    before = as_before(today)
    with old.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))  # no trigger, no order of tables
        for table in tables(old):
            if found := before[table.name]:
                names = [column.name for column in table.columns]
                connection.execute(table.insert(), [{name: row[name] for name in names} for row in found])
    migrations.upgrade(old)
    assert rows(old) == today
    assert [len(today[name]) for name in ("claim_line", "play", "remittance_claim")] == [2, 1, 2]
    assert sorted(session["pay_rule_id"] for session in today["session"]) == [1, 1, 2]
