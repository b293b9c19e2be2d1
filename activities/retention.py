"""What has been kept for its time goes: by the table of `models/rules/retention.py`, a few thousand rows a step."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col
from sqlmodel import select as rows_of

from activities.backups import BACKUPS, EXPORTS, kept
from activities.database import Tx, step
from models.messages.runs import Tally
from models.rules.retention import Keep, checked, outlived, policy
from models.tables import ApiAnswer, Message, RetentionRow, ScheduledRun, SignIn, StepDone, Ticket, WebhookDelivery

AT_ONCE = 5000
LARGE_LOG = 1_000_000
"""Bytes from which a log is set aside under its day."""


@dataclass(frozen=True)
class Aging:
    """Rows that go when a moment of theirs is long past."""

    table: type[SQLModel]
    key: Any
    moment: Any


AGING: dict[str, Aging] = {
    "mails": Aging(Message, Message.key, Message.sent_at),
    "sign_ins": Aging(SignIn, SignIn.digest, SignIn.seen_at),
    "links": Aging(Ticket, Ticket.digest, Ticket.expires_at),
    "steps": Aging(StepDone, StepDone.key, StepDone.done_at),
    "api_answers": Aging(ApiAnswer, ApiAnswer.key, ApiAnswer.at),
    "webhooks": Aging(WebhookDelivery, WebhookDelivery.id, WebhookDelivery.happened_at),
    "runs": Aging(ScheduledRun, ScheduledRun.id, ScheduledRun.began_at),
}
"""Only these tables lose rows. Records (charts, money, claims, who saw what) are not among them."""

SEALED = {"backups": BACKUPS, "exports": EXPORTS}
FILES = (*SEALED, "logs")
"""What is kept as files."""


def kept_for(db: Database) -> dict[str, Keep]:
    """The practice's policy."""
    return policy({row.what: row.days for row in db.exec(rows_of(RetentionRow)).all()})


def keep_for(db: Database, what: str, days: int) -> None:
    """Keep something for another number of days; Refused below its least."""
    row = db.get(RetentionRow, what) or RetentionRow(what=what, days=days)
    row.days = checked(what, days)
    db.add(row)


@step("retention.forget")
def forget(tx: Tx, what: str) -> Tally:
    """Let rows of one kind go whose time is over; asked again until none is left."""
    aging, keep = AGING[what], kept_for(tx.db)[what]
    old = select(aging.key).where(col(aging.moment) < tx.now - timedelta(days=keep.days)).limit(AT_ONCE)
    gone = tx.db.execute(delete(aging.table).where(col(aging.key).in_(old)).returning(aging.key)).all()
    return Tally(len(gone))


@step("retention.tidy")
def tidy(tx: Tx, _: None) -> Tally:
    """Let old backups, exports and logs go; large logs are set aside."""
    keeps, gone = kept_for(tx.db), dict.fromkeys(FILES, 0)
    if tx.world.backups is not None:
        files = kept(tx.world.backups)
        for what, kind in SEALED.items():
            for path in outlived({file.path: file.day for file in files if file.kind == kind}, keeps[what], tx.today):
                path.unlink(missing_ok=True)
                gone[what] += 1
    if tx.world.home is not None:
        gone["logs"] = tidy_logs(tx.world.home, keeps["logs"].days, tx.today)
    return Tally(sum(gone.values()), parts=gone)


def tidy_logs(folder: Path, days: int, today: date) -> int:
    """Set large logs aside (what writes them goes on writing into the same file) and drop those set aside long ago."""
    for log in folder.glob("*.log"):
        aside = log.with_name(f"{log.name}.{today}")
        if log.stat().st_size > LARGE_LOG and not aside.exists():
            aside.touch(mode=0o600)
            aside.write_bytes(log.read_bytes())
            with log.open("r+b") as file:
                file.truncate()
    oldest, gone = today - timedelta(days=days), 0
    for aside, last_written in set_aside(folder):
        if last_written < oldest:
            aside.unlink()
            gone += 1
    return gone


def set_aside(folder: Path) -> list[tuple[Path, date]]:
    """Logs that were set aside, and the day each was written last."""
    found = ((aside, datetime.fromtimestamp(aside.stat().st_mtime, UTC).date()) for aside in folder.glob("*.log.*"))
    return sorted(found)
