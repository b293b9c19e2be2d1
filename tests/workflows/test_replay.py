"""Workflows that began before a deploy go on after it: recorded histories replay on today's code."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.codec import data_converter
from worker import WORKFLOWS, runner

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))


def kind(history: Path) -> str:
    started = json.loads(history.read_text())["events"][0]["workflowExecutionStartedEventAttributes"]
    return str(started["workflowType"]["name"])


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=data_converter(None))
    await replayer.replay_workflow(WorkflowHistory.from_json(path.stem, path.read_text()))


def test_every_kind_of_workflow_has_a_history() -> None:
    names = {getattr(workflow, "__temporal_workflow_definition").name for workflow in WORKFLOWS}
    assert {kind(path) for path in HISTORIES} == names


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_names_no_person_and_no_machine(path: Path) -> None:
    text = path.read_text()
    assert "Ortiz" not in text
    assert set(json.loads(text)) == {"events"}
    identities = {line.strip() for line in text.splitlines() if '"identity"' in line}
    assert identities <= {'"identity": "recorded"', '"identity": "recorded",'}
