"""A practice that really runs, as `persession up` starts it, and its command line."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from typer.testing import CliRunner, Result

from starter.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class CommandLine:
    """`persession` on the practice in `home`."""

    home: Path

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=self.environ)

    def done(self, *words: object) -> str:
        """What it says; it must have worked."""
        result = self.run(*words)
        assert result.exit_code == 0, f"{words}: {result.exit_code} {result.stderr} {result.exception!r}"
        return result.stdout

    def json(self, *words: object) -> Any:
        return json.loads(self.done(*words, "--json"))

    def refused(self, *words: object) -> str:
        """The sentence on stderr of a refusal: exit 1, nothing on stdout, no trace."""
        result = self.run(*words)
        assert (result.exit_code, result.stdout) == (1, ""), f"{words}: {result.exit_code} {result.stdout}"
        assert "Traceback" not in result.stderr
        return result.stderr.strip()

    def misused(self, *words: object) -> str:
        """What is said to a wrong usage: exit 2."""
        result = self.run(*words)
        assert result.exit_code == 2, f"{words}: {result.exit_code} {result.stdout} {result.stderr}"
        return " ".join(result.stderr.replace("│", " ").split())

    def eventually(self, wanted: Any, *words: object, seconds: int = 20) -> Any:
        """The JSON answer, once `wanted` is true of it."""
        deadline = time.monotonic() + seconds
        while not wanted(answer := self.json(*words)):
            assert time.monotonic() < deadline, f"{words}: {answer}"
            time.sleep(0.3)
        return answer

    @property
    def environ(self) -> dict[str, str]:
        return {"PERSESSION_HOME": str(self.home)}


@contextmanager
def up(home: Path) -> "Iterator[tuple[CommandLine, subprocess.Popen[str]]]":
    """`persession up` in a process of its own until the context ends, then Ctrl-C."""
    process = started(home)
    try:
        yield CommandLine(home), process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def started(home: Path) -> "subprocess.Popen[str]":
    """`persession up`, once it says that it is."""
    log = home.with_name(f"{home.name}.log")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PERSESSION_", "TEMPORAL_"))}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "starter.cli.main", "up", "--home", str(home)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean,
        )
    deadline = time.monotonic() + SECONDS_TO_START
    while "Ctrl-C" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return process


def set_up(cli: CommandLine) -> None:
    """A practice of one clinician, one service, a client who pays and one who is insured; a week of pay ends today."""
    a_year_of_weeks = datetime.now(ZONE).date() - timedelta(days=52 * 7 + 6)
    cli.done(
        *("setup", "--name", "Elm Street", "--email", "desk@elm.example", "--timezone", ZONE.key),
        *("--npi", "1234567893", "--tax-id", "12-3456789", "--taxonomy", "101YM0800X", "--street", "1 Elm St"),
        *("--city", "Boston", "--state", "MA", "--zip", "02139-0001", "--phone", "6175550100"),
        *("--pay-period", "weekly", "--pay-anchor", a_year_of_weeks),
    )
    since = ("--from", "2026-01-01")
    cli.done("add", "policy", "--late-fee", "100%", "--no-show-fee", "75.00", *since)
    cli.done("add", "clinician", "--name", "Ada Hill", "--npi", "1245319599", "--email", "ada@elm.example")
    cli.done("add", "service", "--name", "Talk", "--code", "90834", "--minutes", 45, "--rate", "150.00", *since)
    cli.done("add", "pay-rule", "--clinician", 1, "--basis", "percent_of_collected", "--value", "60%", *since)
    cli.done("add", "payer", "--name", "Aetna", "--payer-id", "60054")
    cli.done("add", "client", "--first", "Sam", "--last", "Self", "--email", "sam@example.com")
    cli.done(
        *("add", "client", "--first", "Ina", "--last", "Sured", "--email", "ina@example.com", "--sex", "F"),
        *("--birth", "1990-01-02", "--street", "2 Oak St", "--city", "Boston", "--state", "MA", "--zip", "02139"),
    )
    cli.done("add", "coverage", "--client", 2, "--payer", 1, "--member-id", "W123", "--copay", "25.00")


def local(days: int, hour: int = 11) -> str:
    """A local time some days from now, as typed."""
    day = datetime.now(UTC) + timedelta(days=days)
    return f"{day:%Y-%m-%d}T{hour:02d}:00"


def booked(cli: CommandLine, starts: str, *clients: int, afterwards: bool = False) -> str:
    """A session's id."""
    words = [word for client in clients for word in ("--client", client)]
    late = ["--afterwards"] if afterwards else []
    session: str = cli.json("book", "--clinician", 1, "--service", 1, "--starts", starts, *words, *late)["id"]
    return session


def held(cli: CommandLine, starts: str, *clients: int) -> str:
    """A session that was attended and signed; its id."""
    session = booked(cli, starts, *clients, afterwards=True)
    cli.done("attend", session)
    cli.done("sign", session, "--diagnosis", "f41.1")
    return session


def paid_claim(cli: CommandLine, session: str) -> Any:
    """The claim of a held session, once it has been sent and its payer has paid."""
    cli.eventually(lambda claims: _of(claims, session)["status"] == "draft", "claims", "list")
    assert cli.json("claims", "send")["claims_sent"] >= 1

    def read_and_paid(claims: Any) -> bool:
        cli.done("remit", "inbox")
        return bool(_of(claims, session)["status"] == "paid")

    return _of(cli.eventually(read_and_paid, "claims", "list"), session)


def _of(claims: Any, session: str) -> Any:
    return next((claim for claim in claims if claim["session_id"] == session), {"status": "not there yet"})
