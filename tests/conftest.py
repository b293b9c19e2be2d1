"""What every test may use: a database server for all, and a practice that lives in skipped time."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workflows.practice import Life


gc.disable()
"""While modules are read: all of them stay, and to look through them again and again takes a tenth of a short run."""
LONGEST_FIRST = ("starter", "scenarios", "workflows", "activities")
"""Folders whose files take longest: begun first, so that none is left alone at the end."""
WAITING = (
    "tests/journeys/test_faults.py",
    "tests/starter/test_bench.py",
    "tests/journeys/test_browser.py",
    "tests/journeys/test_demo.py",
    "tests/starter/test_stack.py",
    "tests/starter/test_cli_running.py",
    "tests/starter/test_cli_money.py",
    "tests/starter/test_temporal_ui.py",
    "tests/starter/test_schedules.py",
    "tests/starter/test_cli.py",
)
"""Files that mostly wait for servers and real timers: dealt among those that work, which use the processors then."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)

    def place(file: str) -> int:
        folder = file.split("/")[1]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    working = sorted((file for file in files if file not in WAITING), key=place)
    waiting = [file for file in WAITING if file in files]
    share = -(-len(working) // max(len(waiting), 1))
    dealt = [[wait, *working[n * share : (n + 1) * share]] for n, wait in enumerate(waiting)] or [working]
    items[:] = [item for files_in_turn in dealt for file in files_in_turn for item in files[file]]


def pytest_collection_finish() -> None:
    """What is there now stays; only what tests make is looked through."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A running PostgreSQL with a migrated template in it; see `tests/databases.py`.

    Not below pytest's own folder: the next pytest closes that to the user whom PostgreSQL runs as.
    """
    from tests.databases import running  # not for tests of rules, which need no server

    with TemporaryDirectory(prefix="persession-tests-") as home, running(Path(home)) as url:
        yield url


@pytest.fixture
async def life(tmp_path: Path, server_url: str) -> "AsyncIterator[Life]":
    """A small practice on real steps and a fresh time-skipping server; see `tests/workflows/practice.py`."""
    from tests.databases import new_database
    from tests.workflows.practice import a_life

    with new_database(server_url) as database_url:
        async with a_life(tmp_path, database_url) as living:
            yield living
