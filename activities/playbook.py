"""The playbook of this practice: the house's plays, and over them the newest version of each that was changed here."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session as Database
from sqlmodel import col, select

from models.errors import Refused
from models.rules.denials import PLAYS, Action, Play
from models.tables import PlayRow

LONGEST = 200


def plays(db: Database) -> dict[str, Play]:
    """The play of each code, as it holds now."""
    newest = select(PlayRow).order_by(col(PlayRow.code), col(PlayRow.version))
    return PLAYS | {row.code: as_play(row) for row in db.exec(newest).all()}


def versions(db: Database, code: str) -> Sequence[PlayRow]:
    """What was ever entered for a code, the newest first."""
    return db.exec(select(PlayRow).where(PlayRow.code == code).order_by(col(PlayRow.version).desc())).all()


def change(
    db: Database, code: str, meaning: str, action: Action, chance: int, at: datetime, by_id: int | None = None
) -> Play:
    """The next version of a code's play; one that changes nothing is none."""
    group, _, reason = code.partition("-")
    if group not in ("CO", "PR", "OA", "PI") or not reason.isalnum() or len(reason) > 5:
        raise Refused(f"{code[:12]!r} is no group and reason code, such as CO-197")
    if not meaning.strip() or len(meaning) > LONGEST:
        raise Refused(f"say what the code means, in {LONGEST} characters at most")
    if not 0 <= chance <= 100:
        raise Refused("of a hundred denials, between 0 and 100 are paid in the end")
    held, before = plays(db).get(code), versions(db, code)
    if held and (held.meaning, held.action, held.chance) == (meaning.strip(), action, chance):
        return held
    row = PlayRow(
        code=code,
        version=(before[0].version if before else 0) + 1,
        meaning=meaning.strip(),
        action=action,
        chance=chance,
        made_at=at,
        made_by=by_id,
    )
    db.add(row)
    db.flush()
    return as_play(row)


def as_play(row: PlayRow) -> Play:
    """A version as the rules read it."""
    return Play((row.code,), row.meaning, Action(row.action), row.chance, row.version)
