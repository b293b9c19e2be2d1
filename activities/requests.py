"""Times that clients ask for: on the front desk's list until one is booked, or the answer is no."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session as Database

from activities import tasks
from activities.database import Tx, step
from activities.vault import Vault
from models.errors import Refused
from models.facts import RequestStatus, TaskKind
from models.messages import Handover, Mail
from models.requests import RequestClosing, RequestStanding
from models.tables import AppointmentRequest, Clinician, Service, Session

LONGEST = 2000
"""Characters of a wish or an answer."""


def keep(
    db: Database,
    vault: Vault,
    request: UUID,
    client_id: int,
    service_id: int,
    clinician_id: int | None,
    earliest: date,
    wishes: str,
    by: int | None,
    now: datetime,
) -> None:
    """Write a wish down, once per request; `office.requests.ask` puts it on somebody's desk."""
    if db.get(AppointmentRequest, request):
        return
    if db.get(Service, service_id) is None:
        raise Refused("choose what the appointment is for")
    clinician = db.get(Clinician, clinician_id) if clinician_id else None
    if clinician_id and (clinician is None or not clinician.active):
        raise Refused("choose somebody who works here")
    row = AppointmentRequest(
        id=request,
        client_id=client_id,
        service_id=service_id,
        clinician_id=clinician_id,
        earliest=earliest,
        wishes=_sealed(vault, wishes, "wishes", request),
        asked_by=by,
        asked_at=now,
    )
    db.add(row)


def answer(db: Database, vault: Vault, request: UUID, words: str) -> None:
    """Write down what the client is told; `office.requests.close` says it."""
    row = db.get(AppointmentRequest, request, with_for_update=True)
    if row is None or row.status != RequestStatus.OPEN:
        raise Refused("this request is closed already")
    row.reply = _sealed(vault, words, "reply", request)


def wishes_of(vault: Vault, request: UUID, sealed: bytes | None) -> str:
    """What the client wrote."""
    return vault.open(sealed, f"wishes/{request}") if sealed else ""


def reply_of(vault: Vault, request: UUID, sealed: bytes | None) -> str:
    """What the practice answered."""
    return vault.open(sealed, f"reply/{request}") if sealed else ""


@step("requests.ask")
def ask(tx: Tx, request: UUID) -> RequestStanding:
    """Put a wish on the front desk's list, unless it was answered already."""
    row = tx.db.get(AppointmentRequest, request)
    if row is None:
        raise Refused("there is no such request")
    waits = row.status == RequestStatus.OPEN
    if waits:
        what = "a client asks for an appointment: book one, or say why not"
        tasks.open_task(tx, TaskKind.APPOINTMENT_REQUESTED, _cause(request), what, row.client_id)
    return RequestStanding(waits, tx.after.handover())


@step("requests.close")
def close(tx: Tx, wish: RequestClosing) -> Handover:
    """Booked, declined or withdrawn; the client hears of a no (of a booking its own mail tells)."""
    row = tx.db.get(AppointmentRequest, wish.request_id, with_for_update=True)
    if row is None:
        raise Refused("there is no such request")
    if row.status == wish.status:
        return tx.after.handover()
    if row.status != RequestStatus.OPEN:
        raise Refused(f"this request is {row.status} already")
    if wish.session_id and tx.db.get(Session, wish.session_id) is None:
        raise Refused("there is no such session")
    row.status, row.closed_at, row.session_id = wish.status, tx.now, wish.session_id
    tasks.close_tasks(tx, _cause(wish.request_id), f"the request was {wish.status}", TaskKind.APPOINTMENT_REQUESTED)
    if wish.status is RequestStatus.DECLINED:
        tx.after.mails.append(Mail(f"request_declined/{row.id}", "request_declined", row.client_id))
    return tx.after.handover()


def _sealed(vault: Vault, words: str, kind: str, request: UUID) -> bytes | None:
    if len(words) > LONGEST:
        raise Refused(f"{LONGEST:,} characters are enough; please shorten it")
    return vault.seal(words.strip(), f"{kind}/{request}") if words.strip() else None


def _cause(request: UUID) -> str:
    return f"request/{request}"
