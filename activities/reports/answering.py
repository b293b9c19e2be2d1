"""A report answered: its SQL asked once, ratios and sums made of the columns it answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, text

from models.calendar import month_before
from models.money import ratio, rounded
from models.reports.asking import Asked
from models.reports.declaration import Column, Kind, Report

Number = Decimal | int | None
PLANNED = """select set_config('random_page_cost', '1.1', true), set_config('work_mem', '64MB', true),
  set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"""
"""A month is a range of an index and fits into memory; compiling its plan or sharing it out would take longer."""


@dataclass(frozen=True)
class Line:
    """A group and its numbers, in the order of the columns; `who` None: the row that belongs to no group."""

    who: Any
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Answer:
    """A report as asked for: its columns that are shown, a line a group, and the sums under them.

    `left_out`: how many of what cannot be counted there are, where the report has such.
    """

    report: Report
    asked: Asked
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: tuple[Number, ...]
    left_out: int = 0

    def column(self, name: str) -> list[Number]:
        """The numbers of a column, group by group."""
        place = self._place(name)
        return [line.numbers[place] for line in self.lines]

    def sum_of(self, name: str) -> Number:
        """What stands under a column."""
        return self.total[self._place(name)]

    def _place(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)


def answer(engine: Engine, report: Report, asked: Asked) -> Answer:
    """Ask the database once, and once more for what it cannot count."""
    with engine.connect() as connection:
        found = made_of(report, asked, read(connection, report, asked))
        if not report.left_out or not asked.claims:
            return found
        count = connection.execute(text(report.left_out.sql), asked.values()).scalar_one()
        return replace(found, left_out=int(count))


def read(connection: Connection, report: Report, asked: Asked) -> Sequence[RowMapping]:
    """The rows as the SQL answers them."""
    connection.execute(text(PLANNED))
    return connection.execute(text(report.sql_by(asked.grouping)), asked.values()).mappings().all()


def made_of(report: Report, asked: Asked, rows: Sequence[Mapping[Any, Any]]) -> Answer:
    """Lines and sums of rows; months in which nothing was are lines, too, where there is any."""
    columns = shown(report, asked)
    kept = {column.name: column for column in report.columns if column.read}
    if rows and asked.grouping.kind is Kind.MONTH:
        nothing = {name: 0 if column.adds else None for name, column in kept.items()}
        rows = list(_month_by_month(asked, rows, nothing))
    parts = [{name: _exact(column, row[name]) for name, column in kept.items()} for row in rows]
    sums = {name: _sum(part[name] for part in parts) for name, column in kept.items()}
    lines = [
        Line(row["who"], tuple(_number(column, part, sums) for column in columns))
        for row, part in zip(rows, parts, strict=True)
    ]
    under = tuple(_number(column, sums, sums) if column.adds else None for column in columns)
    return Answer(report, asked, columns, tuple(lines), under)


def shown(report: Report, asked: Asked) -> tuple[Column, ...]:
    """The columns for this practice, this person and this grouping."""
    return tuple(
        column
        for column in report.columns
        if (asked.claims or not column.claims)
        and (asked.money or column.kind is not Kind.MONEY)
        and column.only_by in ("", asked.grouping.name)
    )


def _month_by_month(
    asked: Asked, rows: Sequence[Mapping[Any, Any]], nothing: Mapping[str, int | None]
) -> Iterator[Mapping[Any, Any]]:
    """A row for each month that is asked for, and then those of no month."""
    known = {row["who"]: row for row in rows}
    month = month_before(asked.first, 0)
    while month <= asked.last:
        yield known.pop(month, {"who": month, **nothing})
        month = month_before(month, -1)
    yield from known.values()


def _exact(column: Column, value: Any) -> Number:
    if value is None:
        return None
    if column.kind is Kind.COUNT:
        return int(value)
    return rounded(Decimal(value))


def _number(column: Column, part: Mapping[str, Number], sums: Mapping[str, Number]) -> Number:
    if column.ratio:
        places = 2 if column.kind is Kind.MONEY else 1
        return ratio(part[column.ratio.part] or 0, part[column.ratio.whole] or 0, column.ratio.times, places)
    if column.share_of:
        return ratio(part[column.share_of] or 0, sums[column.share_of] or 0, 100, 1)
    return part[column.name]


def _sum(numbers: Iterable[Number]) -> Number:
    found = [number for number in numbers if number is not None]
    return sum(found[1:], found[0]) if found else None
