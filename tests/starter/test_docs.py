"""The docs speak of commands, files and settings that exist."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from activities import settings
from activities.mail import CONTEXTS
from models.facts import ClaimStatus, TaskKind
from starter.cli.main import app
from starter.scenarios import file as scenarios
from starter.scenarios.schema import EVENTS, TABLES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
SPAN = re.compile(r"`(persession [^`]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
COMMANDS = get_command(app)


def commands(page: Path) -> Iterator[list[str]]:
    """What a page tells people to type after `persession`, word by word."""
    text = page.read_text(encoding="utf-8")
    lines = [line for fence in FENCE.findall(text) for line in fence.replace("\\\n", " ").splitlines()]
    for line in (*lines, *SPAN.findall(text)):
        found = re.search(r"(?:^|[ (/])persession (.*)", line)
        if found:
            words = shlex.split(re.split(r" \\| | \| |\)$", found[1])[0], comments=True)
            if words and words[0] != "...":
                yield words


def wrong(words: list[str]) -> str:
    """Why a line cannot be typed; nothing when it can."""
    command = COMMANDS
    while words and isinstance(command, TyperGroup):
        if words[0] == "...":
            return ""
        found = command.commands.get(words[0])
        if found is None:
            return f"no command {words[0]!r}"
        command, words = found, words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in words if word.startswith("--") and word not in {*known, "--help"}]
    return f"no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_the_docs_exists(page: Path) -> None:
    assert [" ".join(words) + ": " + why for words in commands(page) if (why := wrong(words))] == []


def test_the_readme_walks_through_a_whole_session() -> None:
    verbs = {words[0] for words in commands(ROOT / "README.md")}
    assert {"up", "setup", "add", "book", "attend", "sign", "claims", "remit", "pay", "take", "explain"} <= verbs


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert wrong(["fly"]) == "no command 'fly'"
    assert wrong(["claims", "send", "--wings"]) == "no option --wings"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs" / "decisions").glob("*.md") if page.name not in index] == []


@pytest.mark.parametrize("page", ["README.md", "docs/guide/operators.md"])
def test_every_setting_is_told(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"PERSESSION_[A-Z_]+", settings.__doc__ or "")
    assert [name for name in named if name not in text] == []


def test_every_key_of_a_scenario_is_told() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert [name for name in (*TABLES, *EVENTS) if not re.search(rf"\b{name}\b", text)] == []


def test_the_small_scenario_in_the_docs_can_be_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    [small] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "small.toml").write_text(small, encoding="utf-8")
    assert scenarios.read(tmp_path / "small.toml").name == tomllib.loads(small)["name"]


def test_every_task_and_claim_status_is_explained_to_somebody() -> None:
    pages = [*(ROOT / "docs" / "guide").glob("*.md"), ROOT / "docs" / "rules" / "tasks.md"]
    guides = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [word for word in (*TaskKind, *ClaimStatus) if f"`{word.value}`" not in guides] == []


def test_scenarios_tell_every_mail_a_client_can_get() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    to_staff = {"pay_statement", "tasks_due", "tasks_escalated", "figures"}
    assert [kind for kind in CONTEXTS if kind not in to_staff and kind not in text] == []
