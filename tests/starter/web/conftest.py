"""Pages for tests: asked over HTTP (`pages`), or looked at in a browser (`screen`)."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.starter.web.pages import Pages, Screen, on_screen, one_chromium, open_pages
from tests.workflows.practice import Life


@pytest.fixture
def pages(life: Life) -> Pages:
    """The pages of a small practice in skipped time."""
    return open_pages(life)


@pytest.fixture(scope="session")
def chromium_url() -> Iterator[str]:
    """Where Debian's Chromium is reached; its contexts know nothing of each other."""
    with one_chromium() as url:
        yield url


@pytest.fixture
async def screen(life: Life, chromium_url: str) -> AsyncIterator[Screen]:
    """The same pages in Debian's Chromium."""
    async with on_screen(life, chromium_url) as shown:
        yield shown
