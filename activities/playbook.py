"""The playbook of this practice: the house's plays, and over them the version that holds of each changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.rules.denials import PLAYS, Action, Play
from models.tables import PlayRow

LONGEST = 200


def plays(db: Database, day: date) -> dict[str, Play]:
    """The play of each code, as it holds on a day: of the versions that have begun, the last by its day."""
    begun = select(PlayRow).where(PlayRow.effective_from <= day)
    in_turn = begun.order_by(col(PlayRow.code), col(PlayRow.effective_from), col(PlayRow.version))
    return PLAYS | {row.code: as_play(row) for row in db.exec(in_turn).all()}


@dataclass(frozen=True)
class Version:
    """A play as it was entered; version 0 is the house's, without a day."""

    code: str
    version: int
    effective_from: date | None
    meaning: str
    action: str
    chance: int
    made_at: datetime | None


def history(db: Database, code: str) -> list[Version]:
    """Every version of a code's play, the newest first, the house's last."""
    rows = versions(db, code)
    found = [Version(code, r.version, r.effective_from, r.meaning, r.action, r.chance, r.made_at) for r in rows]
    if house := PLAYS.get(code):
        found.append(Version(code, 0, None, house.meaning, house.action.value, house.chance, None))
    return found


def versions(db: Database, code: str) -> Sequence[PlayRow]:
    """What was ever entered for a code, the newest first."""
    return db.exec(select(PlayRow).where(PlayRow.code == code).order_by(col(PlayRow.version).desc())).all()


@dataclass(frozen=True)
class Entry:
    """What the practice wants to do about a code, from a day on."""

    code: str
    meaning: str
    action: Action
    chance: int
    effective_from: date


def change(db: Database, entry: Entry, at: datetime, today: date, by_id: int | None = None) -> Play:
    """The next version of a code's play; one that changes nothing is none. What has begun is not rewritten."""
    group, _, reason = entry.code.partition("-")
    if group not in ("CO", "PR", "OA", "PI") or not reason.isalnum() or len(reason) > 5:
        raise Refused(f"{entry.code[:12]!r} is no group and reason code, such as CO-197")
    if not entry.meaning.strip() or len(entry.meaning) > LONGEST:
        raise Refused(f"say what the code means, in {LONGEST} characters at most")
    if not 0 <= entry.chance <= 100:
        raise Refused("of a hundred denials, between 0 and 100 are paid in the end")
    if entry.effective_from < today:
        raise Refused("a play holds from today or a day to come: what was decided before stays as it was")
    held, before = plays(db, entry.effective_from).get(entry.code), versions(db, entry.code)
    if held and (held.meaning, held.action, held.chance) == (entry.meaning.strip(), entry.action, entry.chance):
        return held
    row = PlayRow(
        code=entry.code,
        version=(before[0].version if before else 0) + 1,
        meaning=entry.meaning.strip(),
        action=entry.action,
        chance=entry.chance,
        effective_from=entry.effective_from,
        made_at=at,
        made_by=by_id,
    )
    db.add(row)
    db.flush()
    return as_play(row)


def as_play(row: PlayRow) -> Play:
    """A version as the rules read it."""
    return Play((row.code,), row.meaning, Action(row.action), row.chance, row.version)
