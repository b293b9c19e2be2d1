"""A failure that nobody waits for is told by its kind and place: its own words may quote people's data."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from models.errors import Refused
from starter.simulate import crew
from starter.web.desk import exchange

WORDS = "Pat Doe, W110001"


async def breaks() -> None:
    await asyncio.sleep(0.01)
    raise ValueError(WORDS)


async def test_a_file_read_beside_that_fails_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    wrong: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    with caplog.at_level(logging.ERROR):
        assert not await exchange._within(0, breaks())
        await asyncio.sleep(0.05)
    assert exchange.under_way == set()
    assert [record.getMessage() for record in caplog.records] == [
        "a file that somebody brought was not read to its end: ValueError"
    ]
    assert wrong == []


class Line:
    """The line of a worker that is given one part; it keeps what it is told."""

    def __init__(self) -> None:
        self.parts, self.said = ["a part"], list[object]()

    def recv(self) -> str:
        if not self.parts:
            raise EOFError
        return self.parts.pop()

    def send(self, said: object) -> None:
        self.said.append(said)


@pytest.mark.parametrize(
    ("fault", "told"),
    [(ValueError(WORDS), "ValueError, test_failures_told.py line "), (Refused("no such payer"), "no such payer")],
)
async def test_a_part_that_fails_is_told_by_kind_and_place_unless_it_was_refused(
    fault: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(crew, "run_part", fails)
    line: Any = Line()
    with pytest.raises(EOFError):
        await crew._run_all(line, Path(), "")
    [said] = line.said
    assert said.startswith(told)
    assert WORDS not in said


@pytest.mark.parametrize("silent", [2, 1])
async def test_a_part_whose_server_was_silent_is_run_once_more(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    async def falls_silent(*_: object) -> None:
        runs.append(1)
        if len(runs) <= silent:
            raise RPCError(WORDS, RPCStatusCode.UNAVAILABLE, b"")

    monkeypatch.setattr(crew, "run_part", falls_silent)
    line: Any = Line()
    with pytest.raises(EOFError):
        await crew._run_all(line, Path(), "")
    [said] = line.said
    assert len(runs) == 2
    assert said == 0 if silent == 1 else str(said).startswith("RPCError, test_failures_told.py line ")
