"""Who reads what of the Temporal UI: pay is read by who decides on it, everything else by billers too."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from sqlmodel import select
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import WorkflowUpdateFailedError

from models.errors import Refused
from models.messages import pay_workflow, session_workflow
from models.paying import ItemKind, PayItem, Recalculation, pay_item_workflow
from models.tables import PayLine, PayStatement
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages
from tests.workflows.practice import DANA, TZ, Life

UI = "http://ui.example"


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload anywhere in a message of Temporal."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            continue
        inner: Any = value.values() if hasattr(value, "values") else value
        for one in inner if field.is_repeated or hasattr(value, "values") else (value,):
            if isinstance(one, Message):
                yield from payloads_in(one)


async def kept(life: Life, workflow_id: str) -> list[Payload]:
    """What Temporal keeps of a workflow: its history, and what a list shows of it."""
    handle = life.client.get_workflow_handle(workflow_id)
    history, shown = await handle.fetch_history(), await handle.describe()
    found = [payload for event in history.events for payload in payloads_in(event)]
    assert len(found) > 3, workflow_id
    attributes = {key.name for key in (pair.key for pair in shown.typed_search_attributes)}
    assert "Amount" not in attributes
    sealed = [payload for payload in found if payload.metadata["encoding"] == b"binary/encrypted"]
    in_clear = b"\n".join(payload.data for payload in found if payload not in sealed)
    assert [amount for amount in (b"121.25", b"31.25", b"3333.25") if amount in in_clear] == []
    return sealed


async def read(browser: Browser, payloads: list[Payload]) -> str:
    """What the codec answers the UI's page in somebody's browser."""
    asked = MessageToDict(Payloads(payloads=payloads))
    answer = await browser.client.post("/codec/decode", json=asked, headers={"Origin": UI})
    assert answer.status_code == 200, answer.text
    told = answer.json()["payloads"]
    assert len(told) == len(payloads)
    return "\n".join(base64.b64decode(payload["data"]).decode() for payload in told)


async def test_what_is_paid_to_whom_is_read_by_owners_only(pages: Pages) -> None:
    life = pages.life
    pages.app.state.site = replace(pages.site, ui_url=UI)
    session = await life.hold(life.at(1, 11))
    bonus = PayItem(UUID(int=5), DANA, ItemKind.BONUS, Decimal("31.25"), "a good week", "owner")
    await life.office.pay.add(bonus)
    too_much = PayItem(UUID(int=6), DANA, ItemKind.DEDUCTION, Decimal("3333.25"), "a mistake", "owner")
    with pytest.raises((Refused, WorkflowUpdateFailedError)):
        await life.office.pay.add(too_much)
    await life.office.pay.recalculate(Recalculation(DANA, life.at(1, 1).astimezone(TZ).date(), "late", "owner"), "one")
    await life.sleep_until(life.at(7, 9))
    await life.office.pay.close_periods("week")
    [statement] = await life.eventually(lambda: life.rows(select(PayStatement)))
    await life.office.pay.approve(DANA, statement.last, "owner", pay_now=False)
    await life.office.pay.paid(DANA, statement.last, "owner")
    assert sum(line.amount for line in life.rows(select(PayLine))) == Decimal("121.25")
    of_pay = [pay_workflow(DANA, statement.last), pay_item_workflow(bonus.id), pay_item_workflow(too_much.id)]
    payloads = [payload for each in (*of_pay, "pay-recalculation/one") for payload in await kept(life, each)]
    others = await kept(life, session_workflow(session))
    owner, biller = await pages.as_(Role.OWNER), await pages.as_(Role.BILLER)
    told = await read(owner, payloads)
    assert [amount for amount in ("121.25", "31.25", "3333.25") if amount not in told] == []
    hidden = await read(biller, payloads)
    assert set(hidden.splitlines()) == {json.dumps("about pay: only owners read this")}
    assert str(session) in await read(biller, others)
    unmarked = [Payload(metadata={**payload.metadata, "about": b""}, data=payload.data) for payload in payloads[:1]]
    asked = MessageToDict(Payloads(payloads=unmarked))
    cheated = await biller.client.post("/codec/decode", json=asked, headers={"Origin": UI})
    assert (cheated.status_code, "was changed" in cheated.text) == (400, True)


async def test_the_view_of_pay_is_among_an_owners_only(pages: Pages) -> None:
    pages.app.state.site = replace(pages.site, ui_url=UI)
    seen = {role: (await (await pages.as_(role)).get("/temporal")).words for role in (Role.OWNER, Role.BILLER)}
    assert "Pay to approve" in seen[Role.OWNER]
    assert "Pay to approve" not in seen[Role.BILLER]
    assert "Denied" in seen[Role.BILLER]
