"""Whatever dies or does not answer, and when: all is done in the end, and nothing twice."""

import asyncio
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from activities.adapters.cards_sandbox import APPROVES
from models.messages import claim_workflow
from models.tables import Client, Interchange, Message, PayStatement, PolicyRow, Practice
from starter import migrations
from starter.office import Office
from starter.sandbox.clearinghouse import Clearinghouse, Script
from starter.sandbox.clearinghouse_server import ClearinghouseServer
from starter.sandbox.home import Lock, Ports
from starter.sandbox.mailbox import accept, mails, refuse
from starter.sandbox.postgres import Postgres
from starter.sandbox.processes import Server
from starter.stack import Stack
from tests.workflows.practice import ANA, DANA, FULL_FEE, INA, THERAPY, Life, move_in
from worker import compose, working

ROOT = Path(__file__).resolve().parents[2]
DEADLY = {
    *("sessions.book", "sessions.record", "sessions.sign"),
    *(f"mail.send.{kind}" for kind in ("booked", "reminder", "invoice", "receipt", "pay_statement")),
    *("claims.prepare", "claims.take_answer", "remittances.post_batch"),
    *(f"clearinghouse.{step}" for step in ("build", "deliver", "waiting", "read", "archive")),
    *("charges.autopay", "charges.ask", "payments.record", "pay.run", "pay.close", "pay.settle"),
}
"""Every step of the journey."""
LONG = 180
"""Seconds; each death costs one worker and the patience of Temporal."""


def where_it_is_noon() -> str:
    """A time zone far from quiet hours and from midnight, whenever this runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


@asynccontextmanager
async def on(stack: Stack) -> AsyncIterator[Life]:
    """The practice of the workflow tests, in real time at noon; nobody works yet."""
    world = compose(stack.settings, stack.client)
    await asyncio.to_thread(migrations.upgrade, world.engine)
    move_in(world)
    office = Office.on(stack.client, world.engine, world.vault)
    life = Life(stack.env, stack.client, world, office, stack.clearinghouse_folder / "outbox", [datetime.now(UTC)])
    life.change(Practice, 1, timezone=where_it_is_noon(), pay_anchor=datetime.now(UTC).date() - timedelta(days=6))
    life.change(PolicyRow, 1, reminder_hours=[1])
    yield life
    world.engine.dispose()


@asynccontextmanager
async def mortal_worker(home: Path, deaths: Path) -> AsyncIterator[None]:
    """A worker process that is killed in every step, and replaced each time."""
    environ = os.environ | {"PERSESSION_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.journeys.mortal_worker", str(deaths)]
    deaths.mkdir()
    server = Server(command, home / "worker.log", None, environ=environ)
    try:
        yield
    finally:
        server.process.kill()
        server.process.wait()


async def entered(life: Life, client_id: int, hours_ago: int) -> UUID:
    """A session that was held before it is entered."""
    starts = datetime.now(UTC) - timedelta(hours=hours_ago)
    return await life.office.sessions.book(DANA, THERAPY, (client_id,), starts, entered_afterwards=True)


@pytest.mark.timeout(420)
async def test_a_worker_killed_in_every_step_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home, deaths = tmp_path / "home", tmp_path / "deaths"
    sandbox = Clearinghouse(home / "clearinghouse", Script.acknowledge_only(), lambda: datetime.now(UTC))
    async with Stack.start(home, on_upload=sandbox.on_upload, environ={}) as stack, on(stack) as life:
        life.change(Client, INA, card=life.world.cards.store(APPROVES), autopay_since=datetime.now(UTC))
        async with mortal_worker(home, deaths):
            await asyncio.gather(an_insured_session(life), a_reminder_and_a_missed_session(life))
            await a_pay_run(life)
            await life.eventually(lambda: {path.name for path in deaths.iterdir()} >= DEADLY, LONG)
            await life.eventually(lambda: len(mails(stack.mail_folder)) == 7, LONG)
        assert {path.name for path in deaths.iterdir()} >= DEADLY
        assert Counter(life.events()) == {
            "attended, insured": 1,
            "payer paid": 1,
            "contractual adjustment": 1,
            "client's share": 1,
            "client paid": 2,
            "fee charged": 1,
            "pay earned": 1,
            "pay settled": 1,
        }
        for account in ("receivable:client:1", "receivable:client:2", "receivable:payer:1", "payable:clinician:1"):
            assert life.balance(account) == 0, account
        sent = Counter(life.rows(select(Message.kind)))
        assert sent == {"booked": 1, "reminder": 1, "invoice": 2, "receipt": 2, "pay_statement": 1}
        assert len(mails(stack.mail_folder)) == sum(sent.values())
        [sent_file] = life.rows(select(Interchange.name).where(Interchange.direction == "out"))
        assert [path.name for path in (stack.clearinghouse_folder / "inbox").iterdir()] == [sent_file]
        with sqlite3.connect(home / "cards.db") as cards:
            assert cards.execute("select amount from payments where kind = 'charge'").fetchall() == [("10.00",)]


async def an_insured_session(life: Life) -> None:
    """Held, signed, claimed, answered, paid; the client's share charged to her card."""
    session_id = await entered(life, INA, 26)
    await life.office.sessions.attend(session_id)
    await life.office.sessions.sign(session_id, "Session note", ("F41.1",))
    await life.eventually(lambda: life.claim(session_id).status == "draft", LONG)
    assert await life.office.claims.send("only") == 1
    await life.eventually(lambda: life.claim(session_id).status == "submitted", LONG)
    await life.office.claims.read_answers("acknowledgments")
    await life.eventually(lambda: life.claim(session_id).status == "accepted", LONG)
    claim = life.claim(session_id)
    await life.receive(life.an_835("T1", "100.00", [("CO", "45", "40.00"), ("PR", "2", "10.00")], claim))
    await asyncio.wait_for(life.client.get_workflow_handle(claim_workflow(claim.number)).result(), LONG)
    await life.eventually(lambda: life.balance("cash:card") == 10, LONG)


async def a_reminder_and_a_missed_session(life: Life) -> None:
    """Ana is reminded of one session, and pays for another that she missed."""
    await life.book(datetime.now(UTC) + timedelta(hours=1, seconds=60))
    missed = await entered(life, ANA, 24)
    await life.office.sessions.no_show(missed)
    await life.eventually(lambda: "invoice" in life.mails(), LONG)
    await life.office.money.pay(ANA, FULL_FEE, "check")
    await life.eventually(lambda: {"receipt", "reminder"} <= set(life.mails()), LONG)


async def a_pay_run(life: Life) -> None:
    """The period that ends today is closed and approved."""
    [anchor] = life.rows(select(col(Practice.pay_anchor)))
    last = anchor + timedelta(days=6)
    await life.office.pay.close_periods("only", through=last)
    await life.eventually(lambda: life.rows(select(PayStatement)), LONG)
    await life.office.pay.approve(DANA, last, "owner")
    await life.eventually(lambda: "pay_statement" in life.rows(select(Message.kind)), LONG)


async def test_neighbours_that_do_not_answer_for_a_while_are_asked_again(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    await lock.acquire()
    database = Postgres(tmp_path / "postgres", tmp_path / "postgres.log", lock, throwaway=True)
    database.launch()
    await asyncio.to_thread(database.wait)
    port = Ports(tmp_path / "ports.json").port("clearinghouse")

    def clearinghouse() -> ClearinghouseServer:
        server = ClearinghouseServer(tmp_path / "clearinghouse", tmp_path / "access", port)
        server.start()
        return server

    sftp = clearinghouse()
    named = {"PERSESSION_DATABASE_URL": database.url, "PERSESSION_CLEARINGHOUSE_URL": sftp.url}
    async with (
        Stack.start(tmp_path / "home", environ=named) as stack,
        on(stack) as life,
        working(life.client, life.world),
    ):
        await the_mail_server_refuses(life, stack.mail_folder)
        session_id = await entered(life, INA, 26)
        await life.office.sessions.attend(session_id)
        await life.office.sessions.sign(session_id, "Session note", ("F41.1",))
        await life.eventually(lambda: life.claim(session_id).status == "draft")

        sftp.stop()
        sending = asyncio.create_task(life.office.claims.send("only"))
        await asyncio.sleep(2)
        assert not sending.done()
        sftp = clearinghouse()
        assert await asyncio.wait_for(sending, 30) == 1
        assert len(list((tmp_path / "clearinghouse" / "inbox").iterdir())) == 1

        database.stop()
        paying = asyncio.create_task(life.office.money.pay(ANA, FULL_FEE, "check"))
        await asyncio.sleep(2)
        assert not paying.done()
        database.launch()
        await asyncio.to_thread(database.wait)
        assert (await asyncio.wait_for(paying, 30)).balance == -FULL_FEE
        assert life.balance("cash:check") == Decimal(FULL_FEE)
        await life.eventually(lambda: len(mails(stack.mail_folder)) == 2, 30)
    sftp.stop()
    database.stop()
    lock.release()


async def the_mail_server_refuses(life: Life, folder: Path) -> None:
    """A booking stands although its mail has to wait; then it is sent once."""
    refuse(folder)
    await life.book(datetime.now(UTC) + timedelta(days=3))
    await asyncio.sleep(2)
    assert life.mails() == []
    accept(folder)
    await life.eventually(lambda: life.mails() == ["booked"], 30)
    assert len(mails(folder)) == 1
