"""The house keeps its shape: what import contracts cannot say, read from the sources themselves."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import models.messages
import worker
from activities.database import Step
from workflows.steps import OUTSIDE

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("models", "activities", "workflows", "starter")
SOURCES = [*sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")), ROOT / "worker.py"]
DRIVERS = {"psycopg", "sqlalchemy", "sqlmodel"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MIGRATIONS = ROOT / "models" / "tables" / "migrations"


def name(path: Path) -> str:
    """A source as a module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> set[str]:
    """The top-level packages a source imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def members(package: str) -> Iterator[tuple[str, object]]:
    for path in sorted((ROOT / package).glob("*.py")):
        module = importlib.import_module(name(path))
        for found in vars(module).items():
            if getattr(found[1], "__module__", module.__name__) == module.__name__ or isinstance(found[1], Step):
                yield found


def test_the_worker_lists_every_workflow_once() -> None:
    defined = {thing for _, thing in members("workflows") if hasattr(thing, "__temporal_workflow_definition")}
    assert set(worker.WORKFLOWS) == defined
    assert len(worker.WORKFLOWS) == len(defined)


def test_the_worker_lists_every_step_once() -> None:
    defined = {id(thing): thing.name for _, thing in members("activities") if isinstance(thing, Step)}
    listed = [step.name for step in worker.STEPS]
    assert sorted(listed) == sorted(defined.values())


def test_no_two_steps_and_no_two_workflows_share_a_name() -> None:
    for names in (
        [step.name for step in worker.STEPS],
        [getattr(workflow, "__temporal_workflow_definition").name for workflow in worker.WORKFLOWS],
    ):
        assert len(names) == len(set(names))


def test_a_step_is_named_after_its_module_and_function() -> None:
    for step in worker.STEPS:
        module = step.work.__module__.removeprefix("activities.")
        assert step.name == f"{module}.{step.work.__name__}"


def test_every_step_on_a_queue_of_its_own_exists() -> None:
    assert set(OUTSIDE) <= {step.name for step in worker.STEPS}


def may_know_the_database(path: Path) -> bool:
    top, *below = path.relative_to(ROOT).parts
    return top in ("activities", "starter") or (top == "models" and below[0] == "tables")


def test_only_activities_and_starter_reach_the_database() -> None:
    assert [name(p) for p in SOURCES if imports(p) & DRIVERS and not may_know_the_database(p)] == []


def test_only_the_step_decorator_commits() -> None:
    commits = re.compile(r"\.commit\(|\.begin\(")
    found = {name(p) for p in SOURCES if commits.search(p.read_text()) and p.is_relative_to(ROOT / "activities")}
    # the card gateway stands for the world: it keeps books of its own; reference data needs no workflow;
    # typed words are kept before a workflow is told of them (decision 0030)
    outside_steps = {"activities.directory", "activities.kept_words", "activities.adapters.cards_sandbox"}
    assert found <= {"activities.database", *outside_steps}


def test_a_source_says_what_it_is() -> None:
    assert [name(p) for p in SOURCES if not ast.get_docstring(tree(p)) and MIGRATIONS not in p.parents] == []


def test_a_source_leaves_nothing_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    assert [name(p) for p in SOURCES if later.search(p.read_text())] == []


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_files_and_functions_fit_their_reader() -> None:
    read = [p for p in SOURCES if MIGRATIONS not in p.parents]
    assert [name(p) for p in read if len(p.read_text().splitlines()) > LONGEST_FILE] == []
    too_long = [f for p in read for f in functions(p) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]
    assert [f.name for f in too_long] == []


@pytest.mark.parametrize("package", ["models", "models.rules", "models.x12", "activities", "workflows", "starter"])
def test_a_packages_docstring_is_a_map_of_its_modules(package: str) -> None:
    folder = ROOT / package.replace(".", "/")
    docstring = importlib.import_module(package).__doc__ or ""
    modules = {p.stem for p in folder.glob("*.py")} | {p.name for p in folder.iterdir() if (p / "__init__.py").exists()}
    assert [m for m in sorted(modules - {"__init__"}) if not re.search(rf"\b{m}\b", docstring)] == []


def is_frozen(kind: object) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    return bool(parameters and parameters.frozen)


def test_every_message_is_frozen() -> None:
    found = [m for _, m in inspect.getmembers(models.messages, inspect.isclass) if ".messages." in m.__module__]
    assert len(found) > 20
    for message in found:
        assert is_frozen(message), message


def test_every_step_takes_and_gives_frozen_or_plain_data() -> None:
    for step in worker.STEPS:
        for kind in (step.asks, step.answers):
            assert not dataclasses.is_dataclass(kind) or is_frozen(kind), step.name
