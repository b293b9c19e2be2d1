"""The rules as files that run: every scenario here passes, and a file or a practice that is wrong is told so."""

import json
from pathlib import Path
from typing import Any

import pytest

from starter.scenarios.command import main
from starter.scenarios.file import WrongFile, read

FILES = sorted(Path(__file__).parent.glob("*.toml"))
SHORT = """
name = "One self-pay session"
until = 2027-03-03

[practice]
timezone = "America/New_York"
today = 2027-03-01

[[service]]
id = "individual"
minutes = 60
rate = "150.00"

[[clinician]]
id = "dana"
name = "Dana Reyes"

[[client]]
id = "ana"
name = "Ana Ortiz"

[[session]]
id = "s1"
clients = ["ana"]
clinician = "dana"
service = "individual"
starts = 2027-03-01T11:00:00

[[event]]
at = 2027-03-01T12:00:00
do = "attend"
session = "s1"

[[event]]
at = 2027-03-01T12:05:00
do = "sign_note"
session = "s1"

[expect]
client_balance = { ana = "150.00" }
"""


def a_file(folder: Path, *changes: tuple[str, str]) -> Path:
    """SHORT with words replaced."""
    text = SHORT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "short.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_it_says(path: Path, server_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([path], False, server_url) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "where", "why"),
    [
        ([('rate = "150.00"', 'price = "150.00"')], "line 12: [service] price", "is not a key here"),
        ([('rate = "150.00"', "")], "line 9: [service] rate", "is missing"),
        ([("minutes = 60", 'minutes = "60"')], "line 11: [service] minutes", "whole number"),
        ([('"150.00"', "150.0")], "line 12: [service] rate", "text in quotes"),
        ([('clinician = "dana"', 'clinician = "dora"')], "line 25: [session] clinician", "does not define"),
        ([("New_York", "New_Yorck")], "line 6: [practice] timezone", "New_Yorck"),
        ([("today = 2027-03-01", 'today = "2027-03-01"')], "line 7: [practice] today", "must be a date"),
        ([('do = "attend"', 'do = "attended"')], "line 31: [event] do", "must be one of"),
        ([("[expect]", "[expected]")], "line 39: expected", "is not a key of a scenario"),
        ([('id = "s1"', 'id = "s1"\nid = "s2"')], "is no TOML", "line 24"),
    ],
)
def test_a_wrong_file_is_refused_with_key_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: list[tuple[str, str]], where: str, why: str
) -> None:
    path = a_file(tmp_path, *changes)
    assert main([path], as_json=False) == 2
    told = capsys.readouterr().err
    assert where in told
    assert why in told


def test_a_wrong_file_is_found_before_any_file_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = a_file(tmp_path, ("minutes = 60", "minuten = 60"))
    assert main([FILES[0], wrong], as_json=False) == 2
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="cannot be read"):
        read(tmp_path / "nowhere.toml")


def test_a_difference_is_told_with_both_values(
    tmp_path: Path, server_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_file(tmp_path, ('ana = "150.00" }', 'ana = "149.00" }'))
    assert main([path], False, server_url) == 1
    assert "client_balance.ana: expected 149.00, came out 150.00" in capsys.readouterr().out


def test_an_event_that_is_refused_is_told_with_the_reason(
    tmp_path: Path, server_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_file(tmp_path, ('do = "attend"', 'do = "cancel"'))
    assert main([path], False, server_url) == 1
    assert "an event was refused: this session has started" in capsys.readouterr().out


def test_json_names_all_that_can_be_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([a_file(tmp_path)], as_json=True) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["name"] == "One self-pay session"
    assert told["differences"] == []
    assert told["client_balance"] == {"ana": "150.00"}
    assert told["income"]["session"] == "150.00"
    assert told["session"] == {"s1": {"ana": "attended"}}
    assert told["mail"]["ana"]["booked"] == 1
    assert told["tasks"] == []
    assert told["trial_balance"] == "0.00"
    wanted = {"payer_balance", "contractual", "written_off", "cash", "pay", "claim"}
    assert wanted <= told.keys()
