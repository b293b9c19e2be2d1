"""What came out of a scenario, under the names a file expects it by, and how it differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import ledger
from models.facts import Method, TaskKind
from models.money import ZERO, total
from models.rules.claim_stages import OVER
from models.rules.ledger import client_account, payer_account
from models.tables import AttendanceRow, Claim, ClaimLine, Message, PayLine, PayStatement, Posting, Task

MAILS = ("booked", "moved", "reminder", "cancelled", "invoice", "receipt", "refund", "overdue", "payment_failed")

OF_THE_OWNER = (TaskKind.PAY_REVIEW, TaskKind.PAY_DUE)
"""Tasks that a scenario leaves out: it has no event for the owner's yes to a pay period."""


@dataclass(frozen=True)
class Names:
    """The file's names and what they became."""

    clients: Mapping[str, int]
    payers: Mapping[str, int]
    clinicians: Mapping[str, int]
    sessions: Mapping[str, UUID]
    services: Mapping[str, int]


def outcome(db: Database, names: Names) -> dict[str, Any]:
    """Everything that can be expected."""
    still_open = col(Task.closed_at).is_(None)
    return {
        "client_balance": {n: ledger.balance(db, client_account(i)) for n, i in names.clients.items()},
        "payer_balance": {n: ledger.balance(db, payer_account(i)) for n, i in names.payers.items()},
        "income": {kind: -ledger.balance(db, f"income:{kind}") for kind in ("session", "fee", "interest")},
        "contractual": ledger.balance(db, "adjustment:contractual"),
        "written_off": ledger.balance(db, "adjustment:write_off"),
        "cash": {m: ledger.balance(db, f"cash:{m}") for m in (*Method, "payer", "payroll")},
        "pay": {n: {d: total(s.values()) for d, s in _stated(db, i).items()} for n, i in names.clinicians.items()},
        "statement": {n: _stated(db, i) for n, i in names.clinicians.items()},
        "session": {n: _attendances(db, names, i) for n, i in names.sessions.items()},
        "claim": {n: claims for n, i in names.sessions.items() if (claims := _claims(db, names, i))},
        "mail": {n: _mails(db, i) for n, i in names.clients.items()},
        "tasks": sorted(
            kind for kind in db.exec(select(Task.kind).where(still_open)).all() if kind not in OF_THE_OWNER
        ),
        "trial_balance": db.exec(select(func.sum(Posting.amount))).one() or ZERO,
    }


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Every expected value that came out otherwise; what is not expected is not compared."""
    for key, wanted in expected.items():
        where = f"{place}{key}"
        if isinstance(wanted, Mapping):
            yield from differences(wanted, found.get(key) or {}, f"{where}.")
        elif wanted is not None and _plain(wanted) != _plain(
            found.get(key, ZERO if isinstance(wanted, Decimal) else None)
        ):
            yield f"{where}: expected {_plain(wanted)}, came out {_plain(found.get(key, 'nothing'))}"


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def _stated(db: Database, clinician_id: int) -> dict[str, dict[str, Decimal]]:
    """Each statement by its last day: what its lines sum up to, by where they come from."""
    amount = func.sum(col(PayLine.amount))
    query = select(col(PayStatement.last), col(PayLine.source), amount).join(
        PayLine, col(PayLine.statement_id) == PayStatement.id
    )
    query = query.where(PayStatement.clinician_id == clinician_id).group_by(col(PayStatement.last), col(PayLine.source))
    found: dict[str, dict[str, Decimal]] = {}
    for last, source, summed in db.exec(query.order_by(col(PayStatement.last))).all():
        found.setdefault(str(last), {})[source] = summed
    return found


def _attendances(db: Database, names: Names, session_id: UUID) -> dict[str, str]:
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id)
    found = {row.client_id: row.status for row in db.exec(query).all()}
    return {name: found[i] for name, i in names.clients.items() if i in found}


def _claims(db: Database, names: Names, session_id: UUID) -> dict[str, str]:
    """By client: the status of the latest coverage's claim; paid only when every payer has answered."""
    rows = db.exec(
        select(Claim)
        .join(ClaimLine, col(ClaimLine.claim_number) == Claim.number)
        .join(AttendanceRow, col(AttendanceRow.id) == ClaimLine.attendance_id)
        .where(AttendanceRow.session_id == session_id, col(ClaimLine.add_on).is_(False))
        .order_by(col(Claim.sequence))
    ).all()
    found: dict[int, str] = {}
    for claim in rows:
        before = found.get(claim.client_id)
        unsettled = before not in (None, *OVER)
        found[claim.client_id] = str(before) if unsettled else claim.status
    return {name: found[i] for name, i in names.clients.items() if i in found}


def _mails(db: Database, client_id: int) -> dict[str, int]:
    rows = db.exec(select(Message.kind, func.count()).where(Message.client_id == client_id).group_by(Message.kind))
    return dict.fromkeys(MAILS, 0) | dict(rows.all())
