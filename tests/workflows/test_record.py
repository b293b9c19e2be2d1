"""Records are looked through each morning, and at once when somebody changed them."""

from datetime import date
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.tables import Coverage, Task
from tests.workflows.practice import INA, Life


def open_kinds(life: Life) -> list[str]:
    return life.rows(select(Task.kind).where(col(Task.closed_at).is_(None)).order_by(col(Task.kind)))


def end_coverages(life: Life, on: date | None) -> None:
    with Database(life.office.engine) as db, db.begin():
        for row in db.exec(select(Coverage).where(Coverage.client_id == INA)).all():
            row.covered_until = on


async def test_a_coverage_that_ended_overnight_is_somebodys_task_in_the_morning_until_it_holds_again(
    life: Life,
) -> None:
    await life.book(life.at(2, 10), INA)
    end_coverages(life, life.at(1, 0).date())
    assert open_kinds(life) == []
    assert await life.office.records.review("2027-03-02") == 1
    assert open_kinds(life) == ["coverage_terminated"]
    end_coverages(life, None)
    await life.office.records.changed(INA, UUID(int=7))
    await life.eventually(lambda: open_kinds(life) == [])


async def test_a_change_told_twice_is_looked_at_once(life: Life) -> None:
    for _ in range(2):
        await life.office.records.changed(INA, UUID(int=8))
    assert await life.ended(f"record/{INA}/{UUID(int=8)}") == 1
