"""What is kept, of which kind, for how long and why it still is: counts only, of rows and of files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from activities.backups import kept
from activities.retention import AGING, SEALED, set_aside
from models.calendar import local_day
from models.rules.retention import KEPT, YOUNG, Keep, why_kept
from starter.queries.reading import rows

HOUSE_DAYS = {keep.what: keep.days for keep in KEPT}


@dataclass(frozen=True)
class Held:
    """One kind: how many stay by which rule, how many go with the next run, and the day of the oldest."""

    keep: Keep
    stays: Mapping[str, int]
    goes: int
    oldest: date | None

    @property
    def own(self) -> bool:
        """Whether the practice set other days than the house's."""
        return self.keep.days != HOUSE_DAYS[self.keep.what]


@dataclass(frozen=True)
class Counted:
    """Rows of a table."""

    what: str
    stays: int
    goes: int
    oldest: datetime | None


def held_rows(engine: Engine, keeps: Mapping[str, Keep], now: datetime, tz: ZoneInfo) -> list[Held]:
    """Rows of each kind that ages, all counted in one look."""
    counts = []
    for what, aging in AGING.items():
        table, moment = aging.table.__tablename__, aging.moment.key
        goes = f"count(*) filter (where {moment} < :{what})"
        values = f"'{what}' as what, count(*) - {goes} as stays, {goes} as goes, min({moment}) as oldest"
        counts.append(f"select {values} from {table}")
    until = {what: now - timedelta(days=keeps[what].days) for what in AGING}
    found = {row.what: row for row in rows(engine, Counted, " union all ".join(counts), **until)}
    return [
        Held(keeps[what], {YOUNG: row.stays}, row.goes, local_day(row.oldest, tz) if row.oldest else None)
        for what, row in ((what, found[what]) for what in AGING)
    ]


def held_files(folder: Path, keeps: Mapping[str, Keep], today: date) -> list[Held]:
    """Backups and exports of a folder."""
    found, held = kept(folder), []
    for what, kind in SEALED.items():
        days = {file.path: file.day for file in found if file.kind == kind}
        stays = Counter(why_kept(days, keeps[what], today).values())
        held.append(Held(keeps[what], stays, len(days) - stays.total(), min(days.values(), default=None)))
    return held


def held_logs(home: Path, keep: Keep, today: date) -> Held:
    """Logs of a data folder that were set aside."""
    days = [day for _, day in set_aside(home)]
    goes = sum(day < today - timedelta(days=keep.days) for day in days)
    return Held(keep, {YOUNG: len(days) - goes}, goes, min(days, default=None))
