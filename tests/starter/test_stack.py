"""The embedded stack: it starts, keeps its state, tells others where it is, and leaves nothing running."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from temporalio import workflow
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.adapters.cards_sandbox import SandboxCards
from activities.adapters.sftp import SftpClearinghouse
from activities.adapters.smtp import SmtpMailer
from activities.relay import SEARCH_ATTRIBUTES
from activities.settings import read_settings
from models.errors import Refused
from starter.sandbox.mailbox import mails
from starter.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
BARE: Mapping[str, str] = {}

UP = """
import asyncio, signal, sys
from pathlib import Path
from starter.stack import Stack

signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background hands it down ignored

async def up():
    async with Stack.start(Path(sys.argv[1]), sys.argv[2], environ={}) as stack:
        print("up", flush=True)
        await asyncio.Event().wait()

asyncio.run(up())
"""


@workflow.defn
class Wait:
    """Sleeps for ninety days."""

    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(timedelta(days=90))
        return workflow.now().isoformat()


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        "a@b.example",
        "c@d.example",
        "Hello",
        "<1@b.example>",
    )
    mail.set_content("Hello")
    return mail


def page(url: str | urllib.request.Request) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def processes_of(home: Path) -> list[str]:
    """The command lines of every process that works in this folder, but for the one that asks."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(home) in command and entry.name != str(os.getpid()):
            found.append(command)
    return found


async def test_all_state_survives_a_restart(tmp_path: Path) -> None:
    attribute = SearchAttributeKey.for_keyword("ClaimStatus")
    async with Stack.start(tmp_path, environ=BARE) as first:
        with psycopg.connect(first.settings.database_url) as database:
            database.execute("create table sessions (id int); insert into sessions values (7)")
        SmtpMailer(first.settings.smtp_url).send(a_mail())
        await asyncio.to_thread(SftpClearinghouse(first.settings.clearinghouse_url).deliver, "a.837", b"ISA")
        card = SandboxCards(tmp_path / "cards.db").store("4242424242424242")
        attributes = TypedSearchAttributes([SearchAttributePair(attribute, "denied")])
        await first.client.start_workflow("Claim", id="claim/1", task_queue="office", search_attributes=attributes)
    async with Stack.start(tmp_path, environ=BARE) as second:
        assert second.settings == first.settings
        with psycopg.connect(second.settings.database_url) as database:
            assert database.execute("select id from sessions").fetchall() == [(7,)]
        assert [mail["Subject"] for mail in mails(second.mail_folder)] == ["Hello"]
        assert (second.clearinghouse_folder / "inbox" / "a.837").read_bytes() == b"ISA"
        assert second.settings.cards_url == f"sandbox:{tmp_path / 'cards.db'}"
        assert card.startswith("card-")
        claim = await second.client.get_workflow_handle("claim/1").describe()
        assert claim.typed_search_attributes[attribute] == "denied"


async def test_a_fresh_start_forgets_everything_of_the_stack_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    async with Stack.start(tmp_path, temporal=None, environ=BARE) as first:
        SmtpMailer(first.settings.smtp_url).send(a_mail())
    async with Stack.start(tmp_path, temporal=None, fresh=True, environ=BARE) as second:
        assert mails(second.mail_folder) == []
        assert second.settings.encryption_key != first.settings.encryption_key
    assert (tmp_path / "mine.txt").read_text() == "kept"


async def test_other_commands_find_the_running_stack_and_only_while_it_runs(tmp_path: Path) -> None:
    environ = {"PERSESSION_HOME": str(tmp_path)}
    async with Stack.start(tmp_path, temporal="time-skipping", environ=BARE) as stack:
        assert read_settings(environ) == stack.settings
    with pytest.raises(Refused, match="nothing is running here"):
        read_settings(environ)


async def test_a_folder_serves_one_stack_at_a_time(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, temporal=None, environ=BARE):
        with pytest.raises(Refused, match=rf"already running in .* \(process {os.getpid()}\)"):
            async with Stack.start(tmp_path, temporal=None, fresh=True, environ=BARE):
                pytest.fail("two stacks in one folder")
        assert read_settings({"PERSESSION_HOME": str(tmp_path)}).database_url


async def test_time_is_skipped_not_waited_for(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, temporal="time-skipping", environ=BARE) as stack:
        async with Worker(
            stack.client, task_queue="office", workflows=[Wait], workflow_runner=UnsandboxedWorkflowRunner()
        ):
            ended = await stack.client.execute_workflow(Wait.run, id="wait", task_queue="office")
        assert datetime.fromisoformat(ended) > datetime.now(UTC) + timedelta(days=89)


async def test_what_temporal_is_told_is_encrypted(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, environ=BARE) as stack:
        handle = await stack.client.start_workflow("Claim", "I-1001", id="claim/1", task_queue="office")
        history = await handle.fetch_history()
        (payload,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
        assert payload.metadata["encoding"] == b"binary/encrypted"
        assert b"I-1001" not in payload.data


async def test_the_dev_server_has_its_ui_its_metrics_and_every_search_attribute(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, environ=BARE) as stack:
        assert "<html" in await asyncio.to_thread(page, stack.ui_url)
        assert "service_requests" in await asyncio.to_thread(page, stack.metrics_url)
        asked = ListSearchAttributesRequest(namespace="default")
        told = await stack.client.operator_service.list_search_attributes(asked)
        assert {key.name for key in SEARCH_ATTRIBUTES} <= set(told.custom_attributes)


async def test_what_the_environment_names_is_not_started(tmp_path: Path) -> None:
    named = {
        "PERSESSION_DATABASE_URL": "postgresql://elsewhere/practice",
        "PERSESSION_SMTP_URL": "smtp://mail.example.com",
        "PERSESSION_CLEARINGHOUSE_URL": "file:///srv/clearinghouse",
        "PERSESSION_CARDS_URL": "sandbox:/srv/cards.db",
    }
    async with Stack.start(tmp_path, temporal=None, environ=named) as stack:
        assert stack.settings.database_url == "postgresql://elsewhere/practice"
        assert stack.settings.smtp_url == "smtp://mail.example.com"
        assert processes_of(tmp_path) == []
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "mail").exists()


async def test_a_temporal_server_the_environment_names_is_used(tmp_path: Path) -> None:
    async with Stack.start(tmp_path / "one", temporal="time-skipping", environ=BARE) as one:
        named = {"TEMPORAL_ADDRESS": one.settings.temporal["target_host"]}
        async with Stack.start(tmp_path / "two", environ=named) as two:
            assert two.settings.temporal["target_host"] == named["TEMPORAL_ADDRESS"]
            assert two.ui_url == ""


async def test_a_temporal_profile_the_environment_names_is_used(tmp_path: Path) -> None:
    async with Stack.start(tmp_path / "one", temporal="time-skipping", environ=BARE) as one:
        address = one.settings.temporal["target_host"]
        profiles = tmp_path / "temporal.toml"
        profiles.write_text(f'[profile.practice]\naddress = "{address}"\nnamespace = "default"\n')
        named = {"TEMPORAL_CONFIG_FILE": str(profiles), "TEMPORAL_PROFILE": "practice"}
        async with Stack.start(tmp_path / "two", environ=named) as two:
            assert two.settings.temporal["target_host"] == address
            assert two.ui_url == ""


async def test_a_stack_without_temporal_says_so(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, temporal=None, environ=BARE) as stack:
        with pytest.raises(Refused, match="without Temporal"):
            _ = stack.client


async def test_a_folder_whose_path_is_too_long_for_a_socket_works(tmp_path: Path) -> None:
    home = tmp_path / ("a long name with spaces, and more" * 4) / "home"
    async with Stack.start(home, temporal=None, environ=BARE) as stack:
        with psycopg.connect(stack.settings.database_url) as database:
            assert database.execute("select current_database()").fetchone() == ("persession",)
    assert processes_of(home) == []


async def test_secrets_and_data_are_for_their_owner_only(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, environ=BARE):
        for name in ("key", "stack.json", "stack.lock", "temporal.db", "clearinghouse-access/password", "postgres.log"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
        for name in ("mail", "clearinghouse", "clearinghouse-access", "postgres"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700, name
        socket = next((tmp_path / "postgres").glob(".s.PGSQL.*[0-9]"))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


async def test_the_database_log_quotes_no_value(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, temporal=None, environ=BARE) as stack:
        with psycopg.connect(stack.settings.database_url, autocommit=True) as database:
            database.execute("create table clients (name text primary key)")
            database.execute("insert into clients values ('Zoe Example')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                database.execute("insert into clients values ('Zoe Example')")
    log = (tmp_path / "postgres.log").read_text()
    assert "clients_pkey" in log
    assert "Zoe" not in log


async def test_a_port_somebody_took_is_replaced(tmp_path: Path) -> None:
    async with Stack.start(tmp_path, temporal=None, environ=BARE) as first:
        pass
    port = int(first.settings.smtp_url.rpartition(":")[2])
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    async with taken, Stack.start(tmp_path, temporal=None, environ=BARE) as second:
        assert second.settings.smtp_url != first.settings.smtp_url
        assert second.settings.clearinghouse_url == first.settings.clearinghouse_url


async def test_a_start_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "clearinghouse").write_text("a file where a folder belongs")
    with pytest.raises(FileExistsError):
        async with Stack.start(tmp_path, temporal=None, environ=BARE):
            pytest.fail("started over a broken folder")
    assert processes_of(tmp_path) == []


def started(home: Path, clock: str) -> "subprocess.Popen[str]":
    """A stack in a process of its own, once it is up."""
    command = [sys.executable, "-c", UP, str(home), clock]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def children(pid: int) -> list[int]:
    """The processes it started itself."""
    return [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def gone(home: Path, servers: Sequence[int] = (), seconds: int = 20) -> bool:
    """Whether nothing works in the folder any more and the servers have ended, or soon."""
    deadline = time.monotonic() + seconds
    while processes_of(home) or any(Path(f"/proc/{pid}").exists() for pid in servers):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_however_the_stack_ends_the_next_one_starts(tmp_path: Path, end: int) -> None:
    process = started(tmp_path, "dev")
    assert len(processes_of(tmp_path)) >= 3
    process.send_signal(end)
    process.wait(20)
    async with Stack.start(tmp_path, environ=BARE) as stack:
        with psycopg.connect(stack.settings.database_url) as database:
            assert database.execute("select 1").fetchone() == (1,)
    assert gone(tmp_path)


@pytest.mark.parametrize("clock", ["dev", "time-skipping"])
def test_a_killed_stack_leaves_nothing_running(tmp_path: Path, clock: str) -> None:
    process = started(tmp_path, clock)
    servers = children(process.pid)
    assert servers
    process.kill()
    process.wait(20)
    assert gone(tmp_path, servers)
