"""The pages behind a port: inside `persession up`, or as `persession web` beside a stack of one's own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """uvicorn without hands on our signals: whoever runs it stops it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def configuration(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How the pages are served; paths name ids, so who looks at what goes into the audit trail and into no log."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )


@contextlib.asynccontextmanager
async def serving(app: FastAPI, host: str, port: int) -> AsyncIterator[None]:
    """Answer for as long as the context lasts."""
    server = Server(configuration(app, host, port))
    task = asyncio.create_task(server.serve())
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        await task
