"""The pages on a practice of 200,000 sessions, measured beside bare routes that run the very same SQL.

| key | meaning |
|---|---|
| `ratio_to_bare` | median over the rounds of pages a second as a share of the bare routes'; taken in turns |
| `pages_per_s`, `bare_per_s` | medians over the rounds, while `AT_ONCE` people ask |
| `p95_ms`, `p50_ms` | time until a page is there whole, of all pages of all rounds, while `AT_ONCE` people ask |
| `alone_p95_ms` | the same while nobody else asks |
| `queries_max` | most SQL statements of a page, sign-in and audit trail counted |
| `page_kb_max` | the heaviest page's HTML, in 1,000 bytes as it is sent, without styles and images |
| `slowest_ms`, `most_queries`, `heaviest_kb` | the five pages that lead; `slowest_ms` is a page's median |
| `rows` | how much the database holds |

The server is a process of its own, as `persession web` is. Each page is asked once before it is measured.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from os import environ
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from activities.database import open_engine
from activities.vault import Vault
from starter import migrations
from starter.bench import web_practice
from starter.bench.web_pages import Page, pages
from starter.bench.web_server import BARE, COUNT, KEEP
from starter.queries.proof import proof
from starter.sandbox.home import free_port
from starter.sandbox.processes import Server
from starter.stack import Stack
from starter.web.site import COOKIE

Say = Callable[[str], None]
AT_ONCE = 4
LEADING = 5
SECONDS_TO_START = 60
HERE = "http://127.0.0.1"


@dataclass(frozen=True)
class Amount:
    """How much to measure; `times` is how often each page is asked for in a round."""

    sessions: int = 200_000
    rounds: int = 3
    times: int = 3


async def measure(amount: Amount, say: Say) -> dict[str, Any]:
    """Everything, on a stack of its own without Temporal."""
    with TemporaryDirectory(prefix="persession-bench-") as home:
        async with Stack.start(Path(home), temporal=None, environ={}) as stack:
            engine = open_engine(stack.settings.database_url)
            await asyncio.to_thread(migrations.upgrade, engine)
            vault = Vault(stack.settings.encryption_key)
            watched = await asyncio.to_thread(web_practice.move_in, engine, vault, amount.sessions, say)
            proved = proof(engine)
            if proved.unbalanced or proved.trial_balance:
                raise RuntimeError("the practice of the bench does not balance: mend starter/bench/web_money.py")
            rows = web_practice.figures(engine)
            engine.dispose()
            async with served(stack.home) as url, httpx.AsyncClient(base_url=url, timeout=60) as browser:
                bench = Bench(browser, watched.cookies, pages(watched), amount, say)
                return await bench.measured() | {"rows": rows}


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[str]:
    """The pages of the stack in `home`, in a process of their own."""
    port = free_port()
    ours = {"PERSESSION_HOME": str(home)}
    others = {name: value for name, value in environ.items() if not name.startswith(("PERSESSION_", "TEMPORAL_"))}
    command = [sys.executable, "-m", "starter.bench.web_server", str(port)]
    server = Server(command, home / "pages.log", None, environ=others | ours)
    try:
        async with asyncio.timeout(SECONDS_TO_START), httpx.AsyncClient() as probe:
            while not await _answers(probe, f"{HERE}:{port}/sign-in"):
                server.check()
                await asyncio.sleep(0.05)
        yield f"{HERE}:{port}"
    finally:
        await asyncio.to_thread(server.stop)


async def _answers(probe: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await probe.get(url)).status_code == httpx.codes.OK
    except httpx.ConnectError:
        return False


@dataclass
class Bench:
    """One run over all pages."""

    browser: httpx.AsyncClient
    cookies: Mapping[str, str]
    pages: list[Page]
    amount: Amount
    say: Say
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    async def measured(self) -> dict[str, Any]:
        self.say(f"asking for {len(self.pages)} pages once")
        for page in self.pages:
            await self.first(page)
        self.say("asking for each while nobody else asks")
        alone = [await self.seconds(page) for page in self.pages for _ in range(self.amount.times)]
        ours, bare = await self.compared()
        for page in sorted(self.pages, key=lambda page: -median(self.took[page.name])):
            name = page.name
            self.say(
                f"{median(self.took[name]) * 1000:7.0f} ms {self.queries[name]:3} queries "
                f"{self.weights[name]:6.1f} kB  {name}"
            )
        every = [took for name in self.took for took in self.took[name]]
        return {
            "ratio_to_bare": round(median(o / b for o, b in zip(ours, bare, strict=True)), 2),
            "p95_ms": milliseconds(percentile(every, 95)),
            "queries_max": max(self.queries.values()),
            "page_kb_max": max(self.weights.values()),
            "pages": len(self.pages),
            "pages_per_s": round(median(ours), 1),
            "bare_per_s": round(median(bare), 1),
            "p50_ms": milliseconds(percentile(every, 50)),
            "alone_p95_ms": milliseconds(percentile(alone, 95)),
            "slowest_ms": leading({name: milliseconds(median(took)) for name, took in self.took.items()}),
            "most_queries": leading(self.queries),
            "heaviest_kb": leading(self.weights),
        }

    async def first(self, page: Page) -> None:
        """The first look, whose SQL is kept for the bare route; the page must be there."""
        answer = await self.get(page, {KEEP.decode(): page.name})
        if answer.status_code != httpx.codes.OK or not answer.headers["content-type"].startswith("text/html"):
            raise RuntimeError(f"{page.path} answers {answer.status_code} to the {page.role.value}")
        self.queries[page.name] = int(answer.headers[COUNT.decode()])
        self.weights[page.name] = round(len(answer.content) / 1000, 1)

    async def compared(self) -> tuple[list[float], list[float]]:
        """Pages and bare routes a second, in turns."""
        ours, bare = [], []
        for turn in range(1, self.amount.rounds + 1):
            ours.append(await self.pace(self.timed))
            bare.append(await self.pace(self.bare))
            self.say(f"round {turn} of {self.amount.rounds}: {ours[-1]:.1f} pages, {bare[-1]:.1f} bare a second")
        return ours, bare

    async def pace(self, ask: Callable[[Page], Any]) -> float:
        """How many a second while several people ask, each for the next page that nobody has asked for."""
        waiting = iter(self.pages * self.amount.times)
        began = time.perf_counter()
        await asyncio.gather(*(self.asks(waiting, ask) for _ in range(AT_ONCE)))
        return len(self.pages) * self.amount.times / (time.perf_counter() - began)

    async def asks(self, waiting: Iterator[Page], ask: Callable[[Page], Any]) -> None:
        for page in waiting:
            await ask(page)

    async def timed(self, page: Page) -> None:
        self.took[page.name].append(await self.seconds(page))

    async def seconds(self, page: Page) -> float:
        began = time.perf_counter()
        await self.get(page)
        return time.perf_counter() - began

    async def bare(self, page: Page) -> None:
        (await self.browser.get(BARE + page.name)).raise_for_status()

    async def get(self, page: Page, headers: Mapping[str, str] | None = None) -> httpx.Response:
        cookie = {"Cookie": f"{COOKIE}={self.cookies[page.role.value]}"}
        return (await self.browser.get(page.path, headers=cookie | dict(headers or {}))).raise_for_status()


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def leading(values: Mapping[str, float]) -> dict[str, float]:
    """The largest few."""
    return dict(sorted(values.items(), key=lambda item: -item[1])[:LEADING])
