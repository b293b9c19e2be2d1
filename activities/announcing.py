"""What a step changed, told to other programs: events are read from the rows it wrote, so that none can be forgotten.

`Watch` notes them while a step works; `announce` leaves one delivery for each endpoint that asked, in the step's own
transaction. The relay starts them once it has committed. An event says ids and words of state, never who or how much.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import event, inspect
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session as Database
from sqlmodel import col, select

from models.facts import Status, WebhookEvent
from models.tables import AttendanceRow, Claim, Invoice, Payment, Session, Task, WebhookDelivery, WebhookEndpoint

NAMES = UUID("f2c9a3c5-7d0e-4b5e-8a54-9c6a0a5f7d11")
Happened = tuple[WebhookEvent, dict[str, object]]
OUTCOMES = {
    Status.CANCELLED: WebhookEvent.SESSION_CANCELLED,
    Status.LATE_CANCELLED: WebhookEvent.SESSION_CANCELLED,
    Status.ATTENDED: WebhookEvent.SESSION_ATTENDED,
    Status.NO_SHOW: WebhookEvent.SESSION_NO_SHOW,
}


class Watch:
    """Notes what happens in a transaction, as its rows are written."""

    def __init__(self, db: Database) -> None:
        self.seen: list[Happened] = []
        self._before: dict[SessionTransaction, int] = {}
        event.listen(db, "before_flush", self._note)
        event.listen(db, "after_transaction_create", self._begun)
        event.listen(db, "after_soft_rollback", self._taken_back)

    def _note(self, db: Database, *_: Any) -> None:
        for row in (*db.new, *db.dirty):
            if told := TELLING.get(type(row)):
                changed = {a.key for a in inspect(row).attrs if a.history.has_changes()}
                self.seen += [happened for happened in told(row, changed) if happened not in self.seen]

    def _begun(self, _: Database, part: SessionTransaction) -> None:
        if part.nested:
            self._before[part] = len(self.seen)

    def _taken_back(self, _: Database, part: SessionTransaction) -> None:
        """What was written since a savepoint that is rolled back never happened."""
        if part in self._before:
            del self.seen[self._before[part] :]


def announce(db: Database, seen: Sequence[Happened], step: str, now: datetime) -> tuple[UUID, ...]:
    """One delivery for each endpoint that asked for what happened; their ids."""
    if not seen:
        return ()
    query = select(WebhookEndpoint.id, WebhookEndpoint.events).where(col(WebhookEndpoint.ended_at).is_(None))
    made = [
        _delivery(endpoint_id or 0, happened, step, number, now)
        for endpoint_id, events in db.exec(query).all()
        for number, happened in enumerate(seen)
        if happened[0] in events
    ]
    db.add_all(made)
    return tuple(delivery.id for delivery in made)


def left_by(db: Database, step: str) -> tuple[UUID, ...]:
    """The deliveries a step left when it was done."""
    return tuple(db.exec(select(WebhookDelivery.id).where(WebhookDelivery.step == step)).all())


def _delivery(endpoint_id: int, happened: Happened, step: str, number: int, now: datetime) -> WebhookDelivery:
    event_id = uuid5(NAMES, f"{step}/{number}")
    return WebhookDelivery(
        id=uuid5(event_id, str(endpoint_id)),
        endpoint_id=endpoint_id,
        event_id=event_id,
        event=happened[0],
        about=happened[1],
        step=step,
        happened_at=now,
    )


def _session(row: Session, changed: set[str]) -> Iterator[Happened]:
    about: dict[str, object] = {"session_id": str(row.id)}
    if inspect(row).pending and not row.billed_elsewhere:
        yield WebhookEvent.SESSION_BOOKED, about
    elif inspect(row).persistent and "moves" in changed:
        yield WebhookEvent.SESSION_MOVED, about


def _attendance(row: AttendanceRow, changed: set[str]) -> Iterator[Happened]:
    if inspect(row).persistent and "status" in changed and (told := OUTCOMES.get(Status(row.status))):
        yield told, {"session_id": str(row.session_id), "client_id": row.client_id, "status": row.status}


def _invoice(row: Invoice, changed: set[str]) -> Iterator[Happened]:
    about: dict[str, object] = {"invoice": row.number, "client_id": row.client_id}
    if inspect(row).pending:
        yield WebhookEvent.INVOICE_ISSUED, about
    if "settled_at" in changed and row.settled_at:
        yield WebhookEvent.INVOICE_SETTLED, about


def _payment(row: Payment, _: set[str]) -> Iterator[Happened]:
    if inspect(row).pending:
        yield WebhookEvent.PAYMENT_RECORDED, {"payment_id": str(row.id), "client_id": row.client_id, "kind": row.kind}


def _claim(row: Claim, changed: set[str]) -> Iterator[Happened]:
    if "status" in changed or inspect(row).pending:
        yield WebhookEvent.CLAIM_CHANGED, {"claim": row.number, "status": row.status}


def _task(row: Task, changed: set[str]) -> Iterator[Happened]:
    about: dict[str, object] = {"task_id": str(row.id), "kind": row.kind}
    if inspect(row).pending:
        yield WebhookEvent.TASK_OPENED, about
    elif "closed_at" in changed and row.closed_at:
        yield WebhookEvent.TASK_CLOSED, about


TELLING: dict[type[Any], Callable[[Any, set[str]], Iterator[Happened]]] = {
    Session: _session,
    AttendanceRow: _attendance,
    Invoice: _invoice,
    Payment: _payment,
    Claim: _claim,
    Task: _task,
}
