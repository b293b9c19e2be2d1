"""Files from other systems: kept sealed, checked by writing them as they would be, then written whole or not at all."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import imported, invoices
from activities.database import Tx, step
from activities.imported import Books, Unfit
from activities.vault import Vault
from models.errors import Refused
from models.facts import ImportKind, ImportStatus, Status
from models.messages import Handover, ImportPart, ImportStanding
from models.rules.importing import Line, Problem, Sheet, key_of, read
from models.tables import AttendanceRow, ExternalId, ImportRun, Invoice

MOST_PROBLEMS = 200
"""Kept of one file; who mends those finds the rest."""
A_PART = 200
"""Lines others are told of in one step."""


def keep(db: Database, vault: Vault, kind: ImportKind, content: bytes, account_id: int | None, at: datetime) -> int:
    """Keep a file until it was checked and brought in; its run."""
    run = ImportRun(kind=kind, account_id=account_id, content=b"", made_at=at)
    db.add(run)
    db.flush()
    run.content = vault.seal(content.decode("latin-1"), _place(run))
    return run.id or 0


def sheet_of(vault: Vault, run: ImportRun) -> Sheet:
    """What a kept file says; nothing once it was brought in."""
    if not run.content:
        return Sheet((), ())
    return read(ImportKind(run.kind), vault.open(run.content, _place(run)).encode("latin-1"))


@step("importing.check")
def check(tx: Tx, run_id: int) -> ImportStanding:
    """Write the file in a transaction that is never kept, and tell everything that is wrong with it."""
    run = tx.db.get_one(ImportRun, run_id, with_for_update=True)
    sheet = sheet_of(tx.world.vault, run)
    problems = list(sheet.problems)
    if not problems:
        with Database(tx.world.engine) as trial:
            problems, run.added = _tried(Tx(trial, tx.now, tx.world), ImportKind(run.kind), sheet.lines)
            trial.rollback()
    run.lines = len(sheet.lines)
    run.here_already = 0 if problems else run.lines - run.added
    run.problems = [vars(problem) for problem in problems[:MOST_PROBLEMS]]
    run.status = ImportStatus.CHECKED
    return ImportStanding(run.added)


@step("importing.begin")
def begin(tx: Tx, run_id: int) -> ImportStanding:
    """A person says that a checked file is to be brought in."""
    run = tx.db.get_one(ImportRun, run_id, with_for_update=True)
    if run.status == ImportStatus.CHECKING or run.problems:
        raise Refused("this file is not ready to be brought in: mend what the check found")
    if run.status == ImportStatus.CHECKED:
        run.status = ImportStatus.RUNNING
    return ImportStanding(run.added)


@step("importing.load")
def load(tx: Tx, run_id: int) -> ImportStanding:
    """Write every line that is new, or none; Refused when something changed since the check."""
    run = tx.db.get_one(ImportRun, run_id, with_for_update=True)
    kind = ImportKind(run.kind)
    books = Books.of(tx, kind)
    run.added = 0
    for line in sheet_of(tx.world.vault, run).lines:
        key = key_of(kind, line.values)
        if key not in books.brought_in:
            ours = imported.WRITE[kind](tx, books, line.values)
            tx.db.add(ExternalId(kind=kind, external=key, ours=ours, run_id=run.id or 0))
            books.brought_in[key] = ours
            run.added += 1
    tx.db.flush()
    run.content = b""
    following = kind in FOLLOWED and run.added > 0
    if not following:
        run.status, run.ended_at = ImportStatus.DONE, tx.now
    told = tx.after.handover()
    settled = Handover(settled_invoices=told.settled_invoices, tasks=told.tasks, closed_tasks=told.closed_tasks)
    return ImportStanding(run.added, 0 if following else None, settled)


@step("importing.follow")
def follow(tx: Tx, part: ImportPart) -> ImportStanding:
    """Set going what the next lines need: sessions their reminders, invoices their mails."""
    run = tx.db.get_one(ImportRun, part.run_id, with_for_update=True)
    mine = select(ExternalId.ours).where(ExternalId.run_id == part.run_id).order_by(col(ExternalId.external))
    ours = tx.db.exec(mine.offset(part.first).limit(A_PART)).all()
    run.followed = part.first + len(ours)
    handover = FOLLOWED[ImportKind(run.kind)](tx, ours)
    if run.followed < run.added:
        return ImportStanding(run.added, run.followed, handover)
    run.status, run.ended_at = ImportStatus.DONE, tx.now
    return ImportStanding(run.added, None, handover)


def discard(db: Database, run_id: int) -> None:
    """Forget a file that was not brought in."""
    run = db.get(ImportRun, run_id, with_for_update=True)
    if run is not None and run.status in (ImportStatus.CHECKING, ImportStatus.CHECKED):
        db.delete(run)


def _tried(tx: Tx, kind: ImportKind, lines: Sequence[Line]) -> tuple[list[Problem], int]:
    """What is wrong with each line when it is written after those before it; how many would be new."""
    books = Books.of(tx, kind)
    problems: list[Problem] = []
    added = 0
    for line in lines:
        key = key_of(kind, line.values)
        if key in books.brought_in:
            continue
        added += 1
        try:
            with tx.db.begin_nested():
                books.brought_in[key] = imported.WRITE[kind](tx, books, line.values)
        except Refused as no:
            problems.append(Problem(line.number, no.column if isinstance(no, Unfit) else "", str(no)))
    return problems, 0 if problems else added


def _sessions(tx: Tx, ours: Sequence[str]) -> Handover:
    ahead = [status for status in Status if status.ahead]
    query = select(AttendanceRow.session_id).where(
        col(AttendanceRow.session_id).in_([UUID(each) for each in ours]), col(AttendanceRow.status).in_(ahead)
    )
    return Handover(imported_sessions=tuple(tx.db.exec(query.distinct()).all()))


def _invoices(tx: Tx, ours: Sequence[str]) -> Handover:
    """Invoices of opening balances; a card on file is not charged for what fell due before (RULES 6)."""
    query = select(Invoice).where(col(Invoice.number).in_(ours), col(Invoice.settled_at).is_(None))
    opened = tx.db.exec(query.order_by(col(Invoice.number))).all()
    dues = invoices.dues(tx.db, [invoice.client_id for invoice in opened])
    return Handover(invoices=tuple(invoices.started(invoice, dues[invoice.number]) for invoice in opened))


FOLLOWED: dict[ImportKind, Callable[[Tx, Sequence[str]], Handover]] = {
    ImportKind.APPOINTMENTS: _sessions,
    ImportKind.BALANCES: _invoices,
}


def _place(run: ImportRun) -> str:
    return f"import/{run.id}"
