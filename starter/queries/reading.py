"""How screens read: SQL in, frozen rows out."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Engine, text

Row = TypeVar("Row")
AT_ONCE = 500


def rows(engine: Engine, into: Callable[..., Row], sql: str, **values: Any) -> list[Row]:
    """Every row of a query; its columns are named as what `into` takes."""
    with engine.connect() as connection:
        return [into(**found._mapping) for found in connection.execute(text(sql), values)]


def each(engine: Engine, into: Callable[..., Row], sql: str, **values: Any) -> Iterator[Row]:
    """The same one by one: of what is too large to be held whole."""
    with engine.connect() as connection:
        for found in connection.execution_options(yield_per=AT_ONCE).execute(text(sql), values):
            yield into(**found._mapping)


def covered(coverage: str, day: str) -> str:
    """Whether a coverage (its name in the query) holds on a day, as SQL: what `models.calendar.within` says."""
    return f"{day} between coalesce({coverage}.covered_from, {day}) and coalesce({coverage}.covered_until, {day})"


OWED_OF_LINE = """(select sum(o.amount) from entry e join posting o on o.entry_id = e.id
    where e.attendance_id = l.attendance_id and o.account = 'receivable:payer:' || m.payer_id)"""
"""What the payer of claim `m` still owes for the session of its line `l`, as SQL; null where nothing was entered."""

OWED_OF_CLAIM = """coalesce((select sum(o.amount) from claim_line l join entry e on e.attendance_id = l.attendance_id
    join posting o on o.entry_id = e.id and o.account = 'receivable:payer:' || m.payer_id
    where l.claim_number = m.number and not l.add_on), 0)"""
"""What the payer of claim `m` still owes for its sessions, as SQL."""

SESSIONS_OF_CLAIM = """lateral (select array_agg(a.session_id order by l.place) as sessions, max(l.held_on) as last_day
    from claim_line l join attendance a on a.id = l.attendance_id where l.claim_number = m.number and not l.add_on)"""
"""The sessions of claim `m` in the order of its lines, and the last of their days, as SQL."""


def only(found: list[Row]) -> Row | None:
    """The row, if there is one."""
    return next(iter(found), None)
