"""How the command line reads times and amounts, writes tables and JSON, and tells what a database is not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from activities.database import open_engine
from starter.cli.desk import moment
from starter.cli.main import SILENT, told
from starter.cli.output import plain, words
from tests.databases import unmigrated_database

BOSTON = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2027-03-02T11:00", datetime(2027, 3, 2, 16, tzinfo=UTC)),
        ("2027-07-02 11:00", datetime(2027, 7, 2, 15, tzinfo=UTC)),
        ("2027-03-14T03:00", datetime(2027, 3, 14, 7, tzinfo=UTC)),
        ("2027-11-07T01:30-04:00", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
        ("2027-11-07T01:30-05:00", datetime(2027, 11, 7, 6, 30, tzinfo=UTC)),
        ("2027-11-07T02:00", datetime(2027, 11, 7, 7, tzinfo=UTC)),
    ],
)
def test_a_typed_time_is_the_practices_local_time(typed: str, at: datetime) -> None:
    assert moment(typed, BOSTON) == at


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2027-03-14T02:30", "does not exist in America/New_York"),
        ("2027-11-07T01:30", "happens twice in America/New_York: add the offset, such as 2027-11-07T01:30-04:00"),
        ("2027-03-02", "has no time of day"),
        ("next week", "is not a time such as"),
        ("2027-02-30T10:00", "is not a time such as"),
    ],
)
def test_a_time_that_is_not_clear_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        moment(typed, BOSTON)


@given(st.integers(1_735_689_600, 1_893_456_000))
def test_a_time_written_with_its_offset_reads_back_as_itself(second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    assert moment(at.astimezone(BOSTON).isoformat(), BOSTON) == at


@dataclass(frozen=True)
class Line:
    amount: Decimal
    at: datetime
    on: date
    who: tuple[UUID, ...]
    nothing: None = None


def test_json_keeps_cents_as_text_and_times_with_their_offset() -> None:
    line = Line(Decimal("5"), datetime(2027, 3, 2, 16, tzinfo=UTC), date(2027, 3, 2), (UUID(int=7),))
    assert plain([line], BOSTON) == [
        {
            "amount": "5.00",
            "at": "2027-03-02T11:00:00-05:00",
            "on": "2027-03-02",
            "who": ["00000000-0000-0000-0000-000000000007"],
            "nothing": None,
        }
    ]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Decimal("-5"), "-5.00"),
        (True, "yes"),
        (None, ""),
        (["a", 1], "a, 1"),
        (datetime(2027, 7, 2, 15, tzinfo=UTC), "2027-07-02 11:00"),
    ],
)
def test_a_table_shows_two_decimals_and_local_times(value: object, read: str) -> None:
    assert words(value, BOSTON) == read


def test_a_database_of_an_older_release_is_told_with_what_to_do_and_a_fault_of_ours_is_not_hidden(
    server_url: str,
) -> None:
    def failed(asked: str) -> ProgrammingError:
        with engine.connect() as connection, pytest.raises(ProgrammingError) as why:
            connection.execute(text(asked))
        return why.value

    with unmigrated_database(server_url) as url:
        engine = open_engine(url, threads=1)
        sentence, code = told(failed("select number from claim"))
        with pytest.raises(ProgrammingError):
            told(failed("select select"))
        engine.dispose()
    assert (code, "it migrates" in sentence, "claim" in sentence) == (SILENT, True, False)
