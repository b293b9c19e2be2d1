"""Events and billable actions of workflows: counted in their histories, and read from the server's own metric."""

import asyncio
import re
import urllib.request
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "start",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activity",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "upsert",
}
"""Each of these is an action; a retried activity and a refused update are too, and leave no event of their own."""

SIGNS_OF_LIFE = "grpc_RecordActivityTaskHeartbeat"
"""Of steps that read or write much: billed, but no event."""
ACTION = re.compile(r'^action\{.*?action_type="(?P<kind>[^"]+)",namespace="default".*\} (?P<count>\S+)$', re.MULTILINE)
SECONDS_TO_PUBLISH = 2.5
"""Longer than the server keeps its counts to itself (seen: over a second)."""


@dataclass(frozen=True)
class Count:
    """What some workflows left in their histories."""

    events: int
    fired: int
    kinds: Counter[str]

    @property
    def actions(self) -> int:
        return self.kinds.total()


async def in_histories(client: Client, workflow_ids: Iterable[str]) -> Count:
    """Count the latest runs of these workflows."""
    types: Counter[EventType.ValueType] = Counter()
    for workflow_id in workflow_ids:
        async for event in client.get_workflow_handle(workflow_id).fetch_history_events():
            types[event.event_type] += 1
    kinds = Counter({kind: types[event_type] for event_type, kind in BILLED.items() if types[event_type]})
    return Count(types.total(), types[EventType.EVENT_TYPE_TIMER_FIRED], kinds)


async def in_metric(url: str) -> Counter[str]:
    """The server's count of billable actions so far, by kind; it publishes late, so wait until nothing is added."""
    before, found = None, _parsed(await asyncio.to_thread(_read, url))
    while before != found:
        await asyncio.sleep(SECONDS_TO_PUBLISH)
        before, found = found, _parsed(await asyncio.to_thread(_read, url))
    return found


def _parsed(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in ACTION.finditer(text):
        found[line["kind"]] += int(float(line["count"]))
    return found


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: bytes = answer.read()
    return text.decode()
