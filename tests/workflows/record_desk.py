"""`python -m tests.workflows.record_desk [NAME...]`: the histories of what the desk and programs set going.

The same rules as in `record`: record anew only on purpose, one by one where only one is new.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlmodel import select

from activities.codec import data_converter
from models import messages
from models.facts import ImportKind, RequestStatus, WebhookEvent
from models.requests import paperwork_workflow, request_workflow
from models.tables import StatusInquiryRow
from starter.sandbox.clearinghouse import Clearinghouse, Script
from starter.sandbox.temporal_server import time_skipping
from starter.stack import Stack
from tests.workflows.practice import ANA, INA, Life, living
from tests.workflows.record import keep
from tests.workflows.test_integration import Program, brought_in, deliveries, listening
from tests.workflows.test_request import filled_in, sent, wished


async def the_requests(life: Life) -> dict[str, str]:
    """A wish for a time, declined; a form, filled in; a mail of its own; a record looked through."""
    request, paper = wished(life), sent(life)
    await life.office.requests.ask(request)
    await life.office.requests.paperwork(ANA, UUID(int=6))
    await life.eventually(lambda: "paperwork" in life.mails())
    await life.office.requests.close(request, RequestStatus.DECLINED)
    filled_in(life, paper)
    await life.sleep_until(life.at(21, 12))
    await life.office.letters.send(messages.Mail("recorded", "request_declined", client_id=ANA))
    await life.office.records.changed(ANA, UUID(int=5))
    named = {
        "request": request_workflow(request),
        "paperwork": paperwork_workflow(ANA),
        "letter": "letter/recorded",
        "record-review": f"record/{ANA}/{UUID(int=5)}",
    }
    for workflow_id in named.values():
        await life.ended(workflow_id)
    return named


async def the_programs(life: Life) -> dict[str, str]:
    """A program that hears at the second try; a file brought in."""
    program = Program(silent_for=1)
    listening(life, program, WebhookEvent.SESSION_BOOKED)
    await life.book(life.at(30, 10), ANA)
    [delivery] = await life.eventually(lambda: deliveries(life))
    await life.eventually(lambda: deliveries(life)[0].attempts)
    await life.sleep_until(life.clock[0] + timedelta(hours=1))
    await brought_in(life, ImportKind.CLIENTS, "client id,first name,email\nC1,Kim,kim@client.example\n")
    named = {
        "webhook": messages.webhook_workflow(delivery.id),
        "import-check": messages.import_workflow(1, for_real=False),
        "import": messages.import_workflow(1, for_real=True),
    }
    for workflow_id in named.values():
        await life.ended(workflow_id)
    return named


async def the_inquiries(life: Life) -> dict[str, str]:
    """Payers asked who is covered; a claim asked after twice, and paid."""
    await life.office.eligibility.check(INA, "recorded")
    session_id = await life.hold(life.clock[0] + timedelta(days=1), INA)
    await life.eventually(lambda: life.claim(session_id).status == "draft")
    await life.send_claims()
    await life.eventually(lambda: life.claim(session_id).status == "accepted")
    claim = life.claim(session_id)
    for times in (1, 2):
        await life.sleep_until(life.clock[0] + timedelta(days=15))
        await life.eventually(lambda times=times: len(life.rows(select(StatusInquiryRow))) == times)
        await life.send_claims()
    await life.receive(life.an_835("T1", "100.00", [("CO", "45", "50.00")], claim))
    workflow_id = messages.claim_workflow(claim.number)
    await life.ended(workflow_id)
    return {"eligibility": f"eligibility/{INA}/recorded", "claim-silent": workflow_id}


async def record(only: list[str]) -> None:
    """Live through it, unencrypted, and keep what Temporal remembers of it."""
    clock = [datetime.now(UTC)]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        sandbox = Clearinghouse(home / "clearinghouse", Script.acknowledge_only(), lambda: clock[0])
        async with Stack.start(home, None, on_upload=sandbox.on_upload, environ={}) as stack:
            temporal = await time_skipping(home, data_converter(None))
            async with living(stack, temporal.env, clock) as life:
                named = await the_requests(life) | await the_programs(life) | await the_inquiries(life)
                for name, workflow_id in named.items():
                    if not only or name in only:
                        await keep(life, name, workflow_id)
            await temporal.env.shutdown()


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
