"""Other programs hear of what happened, each once, signed, with ids only; whoever does not answer is asked again."""

import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select
from temporalio.testing import ActivityEnvironment

from activities import payments, sessions, tasks, webhooks
from activities.adapters.web import PublicWeb, is_public
from activities.database import Step, Tx, step
from activities.webhooks import add_endpoint, end_endpoint
from models.errors import Parked, Refused, Unreachable
from models.facts import By, TaskKind, WebhookEvent
from models.messages import Booking, Cancellation, Money, Move, WebhookAttempt, WebhookStanding
from models.rules.webhooks import RETRY_AFTER, next_attempt, signature
from models.tables import WebhookDelivery
from tests.activities.practice import DAY, OPENED, Desk, usd

SESSION = UUID(int=5)


@dataclass
class FakeWeb:
    """Answers what was laid out, else 200; keeps what it was sent."""

    answers: list[int | Exception] = field(default_factory=list)
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.sent.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, url: str, most: int) -> bytes:
        raise AssertionError(f"nothing is read: {url}, {most}")


def told_of(desk: Desk, *events: WebhookEvent) -> tuple[FakeWeb, str]:
    """An endpoint that wants these events (all when none are named), and its secret."""
    web = FakeWeb()
    desk.world = replace(desk.world, web=web)
    with Database(desk.world.engine) as db, db.begin():
        _, secret = add_endpoint(
            db, desk.world.vault, "https://hooks.example/in", events or tuple(WebhookEvent), desk.now
        )
    return web, secret


def asked(desk: Desk, wanted: Step[Any, Any], message: Any, activity_id: str = "1", attempt: int = 1) -> Any:
    """The step as a worker runs it."""
    environment = ActivityEnvironment()
    environment.info = replace(
        environment.info,
        activity_id=activity_id,
        attempt=attempt,
        started_time=desk.now,
        workflow_id="it",
        workflow_run_id="run",
    )
    return environment.run(wanted.bind(desk.world), message)


def relayed(desk: Desk) -> list[UUID]:
    relay: Any = desk.world.relay
    return [delivery for handover in relay.handed for delivery in handover.webhooks]


def deliveries(desk: Desk) -> list[WebhookDelivery]:
    return desk.rows(select(WebhookDelivery).order_by(col(WebhookDelivery.happened_at), col(WebhookDelivery.event)))


def book(desk: Desk, client: int, attempt: int = 1) -> None:
    asked(desk, sessions.book, Booking(SESSION, 1, 1, (client,), desk.now + 2 * DAY), "book", attempt)


def test_what_steps_change_is_announced_from_the_rows_they_wrote(desk: Desk) -> None:
    told_of(desk)
    client = desk.client()
    book(desk, client)
    desk.now += timedelta(minutes=1)
    asked(desk, sessions.move, Move(SESSION, desk.now + 3 * DAY, By.PRACTICE), "move")
    desk.now += timedelta(minutes=1)
    asked(desk, sessions.cancel, Cancellation(SESSION, By.PRACTICE), "cancel")
    assert [d.event for d in deliveries(desk)] == ["session.booked", "session.moved", "session.cancelled"]
    assert deliveries(desk)[-1].about == {"session_id": str(SESSION), "client_id": client, "status": "cancelled"}
    assert len(relayed(desk)) == 3


def test_a_step_asked_again_announces_the_same_deliveries_and_no_more(desk: Desk) -> None:
    told_of(desk)
    client = desk.client()
    book(desk, client)
    book(desk, client, attempt=2)
    first, again = relayed(desk)
    assert first == again
    assert len(deliveries(desk)) == 1


def test_only_what_an_endpoint_asked_for_is_announced_and_nothing_once_it_has_ended(desk: Desk) -> None:
    told_of(desk, WebhookEvent.PAYMENT_RECORDED)
    client = desk.client()
    book(desk, client)
    asked(desk, payments.record, Money(UUID(int=1), "payment", client, usd("40.00"), "cash"), "one")
    with Database(desk.world.engine) as db, db.begin():
        end_endpoint(db, 1, desk.now)
    asked(desk, payments.record, Money(UUID(int=2), "payment", client, usd("40.00"), "cash"), "two")
    assert [(d.event, d.about["payment_id"]) for d in deliveries(desk)] == [("payment.recorded", str(UUID(int=1)))]


@step("test.takes_back")
def takes_back(tx: Tx, _: None) -> None:
    """Opens a task, takes it back, and opens another."""
    with contextlib.suppress(Parked), tx.db.begin_nested():
        tasks.open_task(tx, TaskKind.CLAIM_DENIED, "claim/1", "never stands")
        tx.db.flush()
        raise Parked("it contradicts itself")
    tasks.open_task(tx, TaskKind.REMITTANCE_PARKED, "interchange/1", "stands")


def test_what_was_taken_back_within_a_step_is_not_told(desk: Desk) -> None:
    told_of(desk, WebhookEvent.TASK_OPENED)
    asked(desk, takes_back, None)
    assert [delivery.about["kind"] for delivery in deliveries(desk)] == ["remittance_parked"]


def test_no_endpoint_no_delivery(desk: Desk) -> None:
    book(desk, desk.client())
    assert deliveries(desk) == []
    assert relayed(desk) == []


def one_delivery(desk: Desk) -> UUID:
    book(desk, desk.client(first="Quentin", last="Unusualname"))
    [delivery] = deliveries(desk)
    return delivery.id


def attempt(desk: Desk, delivery: UUID, number: int = 1, again: bool = False) -> WebhookStanding:
    return desk.only(webhooks.deliver, WebhookAttempt(delivery, number, again))


def test_what_is_told_is_signed_and_says_ids_only(desk: Desk) -> None:
    web, secret = told_of(desk)
    standing = attempt(desk, one_delivery(desk))
    assert standing.status == "delivered"
    [(url, body, headers)] = web.sent
    moment, signed = (part.partition("=")[2] for part in headers["persession-signature"].split(","))
    assert signed == hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert int(moment) == int(desk.now.timestamp())
    assert url == "https://hooks.example/in"
    assert json.loads(body)["data"] == {"session_id": str(SESSION)}
    assert b"Unusualname" not in body


def test_an_attempt_in_vain_is_repeated_until_three_days_have_passed_then_a_person_is_asked(desk: Desk) -> None:
    web, _ = told_of(desk)
    delivery = one_delivery(desk)
    web.answers = [500, Unreachable("no answer"), *[503] * 20]
    number, first = 1, desk.now
    while (standing := attempt(desk, delivery, number)).next_at:
        desk.now, number = standing.next_at, number + 1
    assert standing.status == "given up"
    assert timedelta(days=2, hours=23) < desk.now - first < timedelta(days=3, hours=1)
    assert desk.tasks() == ["webhook_failed"]
    assert number == len(RETRY_AFTER) + 1 == len(web.sent)
    assert len({body for _, body, _ in web.sent}) == 1
    attempt(desk, delivery, 1, again=True)
    assert desk.tasks() == ["webhook_failed"]
    web.answers = []
    attempt(desk, delivery, 1, again=True)
    assert desk.tasks() == []


def test_what_was_told_is_not_told_twice_unless_somebody_asks(desk: Desk) -> None:
    web, _ = told_of(desk)
    delivery = one_delivery(desk)
    for again in (False, False, True):
        assert attempt(desk, delivery, again=again).status == "delivered"
    assert len(web.sent) == 2


def test_what_waits_for_an_ended_endpoint_is_dropped(desk: Desk) -> None:
    web, _ = told_of(desk)
    delivery = one_delivery(desk)
    with Database(desk.world.engine) as db, db.begin():
        end_endpoint(db, 1, desk.now)
    assert attempt(desk, delivery).status == "dropped"
    assert web.sent == []


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "https://", "hooks.example", "https://me:secret@x.example/", "javascript:alert(1)"]
)
def test_an_address_that_cannot_be_told_is_refused(desk: Desk, url: str) -> None:
    with Database(desk.world.engine) as db, db.begin(), pytest.raises(Refused):
        add_endpoint(db, desk.world.vault, url, ["session.booked"], desk.now)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.9",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1"),
    ],
)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/x", "https://localhost:9/x", "http://93.184.216.34/x", "https://[::1]/x"]
)
def test_nothing_is_sent_to_this_machine_or_without_tls(url: str) -> None:
    with pytest.raises(Refused):
        PublicWeb().post(url, b"{}", {})


def test_the_signature_is_of_the_moment_and_the_body() -> None:
    assert signature("s", OPENED, b"{}") != signature("s", OPENED, b"{} ")
    assert signature("s", OPENED, b"{}") != signature("s", OPENED + timedelta(seconds=1), b"{}")
    assert next_attempt(1, OPENED) == OPENED + timedelta(minutes=1)
    assert next_attempt(len(RETRY_AFTER) + 1, OPENED) is None
