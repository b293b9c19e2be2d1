"""The pages of docs/rules say what the tables say, and a stale one is noticed."""

import re
from pathlib import Path

import pytest

from models.rules.coding import CODE_MINUTES
from models.rules.denials import PLAYS
from models.rules.ledger import TABLE
from starter.rule_pages import FOLDER, main, pages, stale


def test_the_committed_pages_are_those_of_the_tables() -> None:
    assert stale(FOLDER) == []


def test_every_row_of_every_table_is_on_its_page() -> None:
    texts = pages()
    assert [e for e in TABLE if f"| {e.value} |" not in texts["postings.md"]] == []
    assert [code for code in PLAYS if code not in texts["denial-playbook.md"]] == []
    assert [code for code in CODE_MINUTES if f"| {code} |" not in texts["cpt-minutes.md"]] == []
    assert "| the last day to file | the payer's limit; 90 days when unknown |" in texts["deadlines.md"]


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_starts_with_its_reader_and_that_it_is_generated(name: str) -> None:
    first = pages()[name].splitlines()[0]
    assert first.startswith("For ")
    assert re.search("Generated from `(models/rules|starter/web/access)/", first)


def test_what_was_just_written_is_not_stale(tmp_path: Path) -> None:
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_a_page_edited_by_hand_or_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], tmp_path)
    (tmp_path / "postings.md").write_text("edited", encoding="utf-8")
    (tmp_path / "deadlines.md").unlink()
    assert main(["--check"], tmp_path) == 1
    told = capsys.readouterr().err
    assert [line.split()[0] for line in told.splitlines()] == ["docs/rules/postings.md", "docs/rules/deadlines.md"]
    assert (tmp_path / "postings.md").read_text(encoding="utf-8") == "edited", "checking writes nothing"


def test_an_unknown_argument_writes_nothing(tmp_path: Path) -> None:
    assert main(["--chek"], tmp_path) == 2
    assert list(tmp_path.iterdir()) == []
