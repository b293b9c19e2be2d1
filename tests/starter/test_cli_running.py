"""`persession up` and `doctor`: everything starts, says where it is, survives a killed worker, keeps its state."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.starter.cli_practice import ROOT, CommandLine, local, set_up, up


def workers_of(up_process: int) -> list[int]:
    """The worker processes that `up` started."""
    children = Path(f"/proc/{up_process}/task/{up_process}/children").read_text().split()
    return [int(pid) for pid in children if b"worker.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_killed_worker_is_replaced_and_a_restart_keeps_everything(tmp_path: Path) -> None:
    home = tmp_path / "home"
    book = ("book", "--clinician", 1, "--service", 1, "--client", 1)
    with up(home) as (cli, process):
        set_up(cli)
        [worker] = workers_of(process.pid)
        os.kill(worker, signal.SIGKILL)
        session = cli.json(*book, "--starts", local(20))["id"]
        log = home.with_name("home.log").read_text()
        assert "the worker ended (-9); starting another one" in log
        assert "mails" in log
    assert home.with_name("home.log").read_text().endswith("stopped\n")
    result = cli.run("list", "clients")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "persession up" in result.stderr
    with up(home) as (cli, _):
        assert cli.json("confirm", session[:6])["clients"][0]["status"] == "confirmed"
        assert "another session" in cli.refused(*book, "--starts", local(20))
        checks = cli.json("doctor")["checks"]
        assert {check["name"] for check in checks} >= {"migrations", "practice", "schedules", "worker on office"}
        assert all(check["fine"] for check in checks), checks


def test_doctor_says_what_to_do_about_what_is_not_there(tmp_path: Path) -> None:
    with up(tmp_path / "home") as (cli, _):
        result = cli.run("doctor")
        assert result.exit_code == 1
        assert "run `persession setup`" in result.stdout
        assert "run `persession demo`" in cli.run("list", "clients").stderr.replace("or `", "run `")


def test_doctor_names_each_server_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PERSESSION_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "PERSESSION_SMTP_URL": "smtp://127.0.0.1:1",
        "PERSESSION_CLEARINGHOUSE_URL": "sftp://a:b@127.0.0.1:1/?host_key=ssh-ed25519%20AAAA",
        "PERSESSION_CARDS_URL": "",
        "TEMPORAL_ADDRESS": "127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    result = CommandLine(tmp_path).run("doctor", "--json")
    assert result.exit_code == 1
    for name in ("database", "temporal", "mail", "clearinghouse", "cards", "encryption key"):
        assert f'"name": "{name}"' in result.stdout
    assert '"fine": true' in result.stdout  # the settings themselves
    refused = CommandLine(tmp_path).run("list", "clients")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "the database does not answer" in refused.stderr


def test_the_command_runs_as_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "starter.cli.main"]
    environ = os.environ | {"PERSESSION_HOME": str(tmp_path)}
    silent = subprocess.run([*command, "tasks", "list"], cwd=ROOT, capture_output=True, text=True, env=environ)
    assert (silent.returncode, silent.stdout) == (3, "")
    assert silent.stderr.startswith("nothing is running here")
    told = subprocess.run([*command, "version"], cwd=ROOT, capture_output=True, text=True, env=environ)
    assert told.returncode == 0
    assert told.stdout.strip()
