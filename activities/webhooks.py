"""Telling other programs: who is told of what, and one attempt after the other until they have heard."""

import json
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlmodel import Session as Database

from activities import tasks
from activities.database import Tx, step
from activities.vault import Vault
from models.errors import Refused, Unreachable
from models.facts import TaskKind, WebhookEvent
from models.messages import WebhookAttempt, WebhookStanding
from models.rules.webhooks import next_attempt, signature
from models.tables import WebhookDelivery, WebhookEndpoint

PREFIX = "whsec_"
LONGEST_ANSWER = 200


def add_endpoint(db: Database, vault: Vault, url: str, events: Collection[str], at: datetime) -> tuple[int, str]:
    """Tell this address of these events; its id, and the secret its owner checks signatures with (shown once)."""
    address = urlsplit(url)
    if address.scheme not in ("https", "http") or not address.hostname or address.username or address.password:
        raise Refused("the address must read https://HOST/PATH, without a user name or password in it")
    if unknown := set(events) - set(WebhookEvent):
        raise Refused(f"there is no event {sorted(unknown)[0]!r}")
    if not events:
        raise Refused("choose at least one event")
    row = WebhookEndpoint(url=url, events=sorted(events), secret=b"", made_at=at)
    db.add(row)
    db.flush()
    secret = PREFIX + secrets.token_urlsafe(32)
    row.secret = vault.seal(secret, _place(row.id or 0))
    return row.id or 0, secret


def end_endpoint(db: Database, endpoint_id: int, at: datetime) -> None:
    """Tell this address nothing more; what waits for it is dropped."""
    row = db.get(WebhookEndpoint, endpoint_id)
    if row is None:
        raise Refused("there is no such endpoint")
    row.ended_at = row.ended_at or at


@step("webhooks.deliver")
def deliver(tx: Tx, attempt: WebhookAttempt) -> WebhookStanding:
    """One attempt; after the last one in vain a person is asked to look."""
    delivery = tx.db.get_one(WebhookDelivery, attempt.delivery_id, with_for_update=True)
    endpoint = tx.db.get_one(WebhookEndpoint, delivery.endpoint_id)
    if endpoint.ended_at or (delivery.delivered_at and not attempt.again):
        return WebhookStanding("dropped" if endpoint.ended_at else "delivered")
    delivery.attempts, delivery.tried_at = delivery.attempts + 1, tx.now
    delivery.answer, heard = _told(tx, endpoint, delivery)
    if heard:
        delivery.delivered_at, delivery.given_up_at = tx.now, None
        tasks.close_tasks(tx, _cause(endpoint), "it was told of an event again")
        return WebhookStanding("delivered", handover=tx.after.handover())
    next_at = next_attempt(attempt.number, tx.now)
    if next_at is None:
        delivery.given_up_at = tx.now
        what = "a program was not told of an event in three days: look at its webhook's last deliveries"
        tasks.open_task(tx, TaskKind.WEBHOOK_FAILED, _cause(endpoint), what)
    return WebhookStanding("waiting" if next_at else "given up", next_at, tx.after.handover())


def body_of(delivery: WebhookDelivery) -> bytes:
    """What an endpoint is told: the same bytes at each attempt."""
    told = {
        "id": str(delivery.event_id),
        "type": delivery.event,
        "happened_at": delivery.happened_at.astimezone(UTC).isoformat(),
        "data": delivery.about,
    }
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def _told(tx: Tx, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> tuple[str, bool]:
    """What the endpoint answered, and whether it has heard."""
    body = body_of(delivery)
    secret = tx.world.vault.open(endpoint.secret, _place(endpoint.id or 0))
    headers = {
        "content-type": "application/json",
        "user-agent": "PerSession-Webhooks/1",
        "persession-event": delivery.event,
        "persession-delivery": str(delivery.event_id),
        "persession-signature": signature(secret, tx.now, body),
    }
    try:
        status = tx.world.web.post(endpoint.url, body, headers)
    except (Refused, Unreachable) as no:
        return str(no)[:LONGEST_ANSWER], False
    return f"HTTP {status}", 200 <= status < 300


def _place(endpoint_id: int) -> str:
    return f"webhook/{endpoint_id}"


def _cause(endpoint: WebhookEndpoint) -> str:
    return f"webhook/{endpoint.id}"
