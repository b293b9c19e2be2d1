"""Other programs in skipped time: told until they hear, their files followed as if everything had been entered here."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import select

from activities import importing
from activities.webhooks import add_endpoint
from models.errors import Unreachable
from models.facts import ImportKind, WebhookEvent
from models.messages import import_workflow, session_workflow, webhook_workflow
from models.tables import ImportRun, Session, WebhookDelivery
from tests.workflows.practice import ANA, TZ, Life


@dataclass
class Program:
    """Another program: silent for a while, then it hears."""

    silent_for: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert url.startswith("https://")
        assert headers["persession-signature"]
        if self.silent_for:
            self.silent_for -= 1
            raise Unreachable("no answer")
        self.heard.append(json.loads(body))
        return 204


def listening(life: Life, program: Program, *events: WebhookEvent) -> None:
    """The program asks for these events (all when none are named)."""
    object.__setattr__(life.world, "web", program)
    with Database(life.office.engine) as db, db.begin():
        add_endpoint(db, life.world.vault, "https://program.example/", events or tuple(WebhookEvent), life.clock[0])


def deliveries(life: Life) -> list[WebhookDelivery]:
    found: list[WebhookDelivery] = life.rows(select(WebhookDelivery))
    return found


async def test_a_session_is_told_from_booking_to_its_last_cent(life: Life) -> None:
    program = Program()
    listening(life, program)
    session_id = await life.hold(life.at(2, 10), ANA)
    await life.eventually(lambda: len(program.heard) >= 3)
    kinds = {event["type"] for event in program.heard}
    assert {"session.booked", "session.attended", "invoice.issued"} <= kinds
    booked = next(event for event in program.heard if event["type"] == "session.booked")
    assert booked["data"] == {"session_id": str(session_id)}
    assert len({event["id"] for event in program.heard}) == len(program.heard)


async def test_a_program_that_is_down_hears_later_and_once(life: Life) -> None:
    program = Program(silent_for=3)
    listening(life, program, WebhookEvent.SESSION_BOOKED)
    await life.book(life.at(2, 10), ANA)
    [delivery] = await life.eventually(lambda: deliveries(life))
    await life.eventually(lambda: deliveries(life)[0].attempts)
    await life.sleep_until(life.clock[0] + timedelta(hours=1))
    assert await life.ended(webhook_workflow(delivery.id)) == "delivered"
    assert len(program.heard) == 1
    await life.office.integration.tell_again(delivery.id)
    assert await life.ended(webhook_workflow(delivery.id)) == "delivered"
    assert program.heard[0] == program.heard[1]


async def brought_in(life: Life, kind: ImportKind, text: str) -> int:
    with Database(life.office.engine) as db, db.begin():
        run = importing.keep(db, life.world.vault, kind, text.encode(), None, life.clock[0])
    await life.office.integration.check_file(run)
    await life.ended(import_workflow(run, for_real=False))
    await life.office.integration.bring_in(run)
    return int(await life.ended(import_workflow(run, for_real=True)))


async def test_an_imported_appointment_lives_on_as_one_that_was_booked_here(life: Life) -> None:
    await brought_in(life, ImportKind.CLIENTS, "client id,first name,email\nC1,Kim,kim@client.example\n")
    starts = life.at(3, 10).astimezone(TZ)
    text = f"appointment id,client id,provider,cpt code,start\nA1,C1,Dana Reyes,90837,{starts:%Y-%m-%d %H:%M}\n"
    assert await brought_in(life, ImportKind.APPOINTMENTS, text) == 1
    assert await brought_in(life, ImportKind.APPOINTMENTS, text) == 0
    [session] = life.rows(select(Session))
    await life.sleep_until(life.at(3, 11, 5))
    await life.office.sessions.attend(session.id)
    await life.office.sessions.sign(session.id, "Session note", ("F41.1",))
    assert await life.ended(session_workflow(session.id)) == "attended"
    assert life.events() == ["attended, self-pay", "pay earned"]
    assert [run.status for run in life.rows(select(ImportRun))] == ["done", "done", "done"]
