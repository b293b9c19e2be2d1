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
LONGEST_FIRST = ("journeys", "starter", "scenarios", "workflows", "activities")
"""Folders whose files take longest: begun first, so that none is left alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.nodeid.split("/")[1]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


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
