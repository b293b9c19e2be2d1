"""What every test may use: a practice that lives in skipped time."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.workflows.practice import Life


@pytest.fixture
async def life(tmp_path: Path) -> "AsyncIterator[Life]":
    """A small practice on real steps and a fresh time-skipping server; see `tests/workflows/practice.py`."""
    from tests.workflows.practice import a_life  # not for tests of rules, which need no server

    async with a_life(tmp_path) as living:
        yield living
