"""Pages for tests: asked over HTTP (`pages`), or looked at in a browser (`screen`)."""

from collections.abc import AsyncIterator

import pytest

from tests.starter.web.pages import Pages, Screen, on_screen, open_pages
from tests.workflows.practice import Life


@pytest.fixture
def pages(life: Life) -> Pages:
    """The pages of a small practice in skipped time."""
    return open_pages(life)


@pytest.fixture
async def screen(life: Life) -> AsyncIterator[Screen]:
    """The same in Debian's Chromium."""
    async with on_screen(life) as shown:
        yield shown
