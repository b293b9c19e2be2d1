"""What a committed step sets going: named so that twice is once, told only to who is there, unreachable when silent."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.relay import Relay
from models.errors import Unreachable
from models.facts import By
from models.messages import (
    Answered,
    Booking,
    Cancellation,
    FreedTime,
    Handover,
    InvoiceStart,
    Mail,
    Move,
    TaskStart,
)
from tests.activities.practice import OPENED, usd

TASK = TaskStart(UUID(int=5), "claim_held", "biller", OPENED, OPENED + timedelta(days=1))


@dataclass
class FakeTemporal:
    """Keeps what was started and signalled; `fault` is raised instead, after it took so many seconds."""

    started: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    words: list[Any] = field(default_factory=list)
    fault: RPCError | WorkflowAlreadyStartedError | None = None
    takes: float = 0

    async def start_workflow(self, kind: str, _: Any, *, id: str, **more: Any) -> None:
        await asyncio.sleep(self.takes)
        self.fail()
        self.started.append((kind, id, more))

    def get_workflow_handle(self, workflow_id: str) -> "Handle":
        return Handle(self, workflow_id)

    def fail(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class Handle:
    """A workflow of the fake server."""

    server: FakeTemporal
    workflow_id: str

    async def signal(self, name: str, args: Sequence[Any], **_: Any) -> None:
        self.server.fail()
        self.server.told.append((self.workflow_id, name))
        self.server.words += args


@pytest.fixture
def server() -> FakeTemporal:
    return FakeTemporal()


@pytest.fixture
def relay(server: FakeTemporal) -> Iterator[Relay]:
    """A relay whose loop runs elsewhere, as in a worker."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield Relay(cast(Client, server), loop)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_session_of_a_series_is_booked_once_whatever_became_of_it(relay: Relay, server: FakeTemporal) -> None:
    booking = Booking(UUID(int=7), 1, 1, (1,), OPENED)
    relay.hand_on(Handover(bookings=(booking,)))
    [(kind, name, more)] = server.started
    assert (kind, name) == ("Session", f"session/{booking.session_id}")
    assert more["id_reuse_policy"] is WorkflowIDReusePolicy.REJECT_DUPLICATE
    server.fault = WorkflowAlreadyStartedError(name, "Session")
    relay.hand_on(Handover(bookings=(booking,)))


def test_sessions_follow_their_series_and_a_freed_time_is_offered(relay: Relay, server: FakeTemporal) -> None:
    session = UUID(int=7)
    move, leave = Move(session, OPENED, By.PRACTICE), Cancellation(session, By.PRACTICE)
    freed = FreedTime(f"{session}/0", 1, OPENED, OPENED + timedelta(hours=1))
    relay.hand_on(Handover(moves=(move,), cancellations=(leave,), freed=(freed,)))
    name = f"session/{session}"
    assert server.told == [(name, "moved_with_series"), (name, "cancelled_with_series")]
    assert server.words == [move, leave]
    assert [started[:2] for started in server.started] == [("Offering", f"offering/{session}/0")]


def test_what_follows_is_started_under_the_name_of_what_it_is_about(relay: Relay, server: FakeTemporal) -> None:
    invoice = InvoiceStart("I000001", 1, usd("5.00"), False, (), ())
    relay.hand_on(Handover(claims=("C1",), invoices=(invoice,), tasks=(TASK,)))
    assert [(kind, name) for kind, name, _ in server.started] == [
        ("Invoice", "invoice/I000001"),
        ("Claim", "claim/C1"),
        ("Task", f"task/{TASK.id}"),
    ]
    policies = {more["id_conflict_policy"] for _, _, more in server.started}
    assert policies == {WorkflowIDConflictPolicy.USE_EXISTING}


def test_an_answer_also_reaches_a_claim_whose_workflow_has_ended(relay: Relay, server: FakeTemporal) -> None:
    answer = Answered("C1", "remitted", 7)
    relay.hand_on(Handover(answers=(answer,)))
    [(kind, name, more)] = server.started
    assert (kind, name) == ("Claim", "claim/C1")
    assert (more["start_signal"], more["start_signal_args"]) == ("answered", [answer])


def test_what_is_settled_or_done_is_told(relay: Relay, server: FakeTemporal) -> None:
    relay.hand_on(Handover(settled_invoices=("I1",), closed_tasks=(TASK.id,)))
    assert server.told == [(f"task/{TASK.id}", "done"), ("invoice/I1", "settled")]


def test_one_that_has_ended_needs_to_hear_nothing(relay: Relay, server: FakeTemporal) -> None:
    server.fault = RPCError("gone", RPCStatusCode.NOT_FOUND, b"")
    relay.hand_on(Handover(settled_invoices=("I1",)))
    assert server.told == []


def test_a_server_that_does_not_answer_is_unreachable(relay: Relay, server: FakeTemporal) -> None:
    server.fault = RPCError("who is patient 7", RPCStatusCode.UNAVAILABLE, b"")
    with pytest.raises(Unreachable) as told:
        relay.hand_on(Handover(claims=("C1",)))
    assert "patient" not in str(told.value)


def test_what_takes_long_to_hand_on_gives_signs_of_life_and_ends(
    relay: Relay, server: FakeTemporal, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs: list[None] = []
    for name, value in {"A_SIGN": 0.01, "WHOLE": 0.2, "A_TELLING": 0.0, "alive": lambda: signs.append(None)}.items():
        monkeypatch.setattr(f"activities.relay.{name}", value)
    server.takes = 0.1
    relay.hand_on(Handover(claims=("C1",)))
    assert signs
    server.takes = 60
    with pytest.raises(Unreachable, match="TimeoutError"):
        relay.hand_on(Handover(claims=("C2",)))
    assert [name for _, name, _ in server.started] == ["claim/C1"]


def test_mails_are_the_workflows_own_work(relay: Relay, server: FakeTemporal) -> None:
    server.fault = RPCError("down", RPCStatusCode.UNAVAILABLE, b"")
    relay.hand_on(Handover(mails=(Mail("k", "booked", 1),)))
    assert server.started == []
