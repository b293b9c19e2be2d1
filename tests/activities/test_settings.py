"""The environment, read once: what is missing is said, what is secret is not."""

from pathlib import Path

import pytest

from activities.settings import read_settings
from models.errors import Refused

HERE = {"PERSESSION_DATABASE_URL": "postgresql+psycopg://u:p@db/practice"}


def test_where_nothing_runs_people_are_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nothing is running here: start `persession up`.*PERSESSION_DATABASE_URL"):
        read_settings({"PERSESSION_HOME": str(tmp_path)})


def test_the_leavings_of_a_killed_stack_are_not_a_running_one(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"database_url": "postgresql://gone"}')
    (tmp_path / "stack.lock").write_text('{"owner": 1, "servers": []}')
    with pytest.raises(Refused, match="nothing is running"):
        read_settings({"PERSESSION_HOME": str(tmp_path)})


def test_a_database_address_reads_the_same_for_every_driver(tmp_path: Path) -> None:
    home = {"PERSESSION_HOME": str(tmp_path)}
    assert read_settings(HERE | home).database_url == "postgresql://u:p@db/practice"


def test_without_a_stack_there_is_no_sandbox_card_gateway_in_its_place(tmp_path: Path) -> None:
    settings = read_settings(HERE | {"PERSESSION_HOME": str(tmp_path)})
    assert (settings.cards_url, settings.smtp_url, settings.clearinghouse_url) == ("", "", "")


def test_secrets_do_not_show(tmp_path: Path) -> None:
    secret = {"PERSESSION_SMTP_URL": "smtp://u:hush@mail", "PERSESSION_HOME": str(tmp_path)}
    assert "hush" not in repr(read_settings(HERE | secret))


@pytest.mark.parametrize("key", ["short", "not base64!", "AAAA"])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(key: str, tmp_path: Path) -> None:
    bad = {"PERSESSION_ENCRYPTION_KEY": key, "PERSESSION_HOME": str(tmp_path)}
    with pytest.raises(Refused, match="32 bytes in base64") as error:
        read_settings(HERE | bad)
    assert key not in str(error.value)


def test_temporal_is_where_its_own_variables_say(tmp_path: Path) -> None:
    named = {"TEMPORAL_ADDRESS": "cluster.example:7233", "TEMPORAL_NAMESPACE": "practice"}
    settings = read_settings(HERE | named | {"PERSESSION_HOME": str(tmp_path)})
    assert settings.temporal["target_host"] == "cluster.example:7233"
    assert settings.temporal["namespace"] == "practice"
