"""A run in parts that can be stopped between and gone on with: people whose money depends on each other, together.

These are clients who come together or want the same hour, and all clients of a clinician whose pay depends on the
others of its period. So the sums of the parts are the sums of the whole, and a part that was run before is read
instead of run again.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import starter
from starter.simulate.behaviour import Visit
from starter.simulate.lived import living
from starter.simulate.measure import Found, added
from starter.simulate.practice import Practice

DECIDES = ("models", "activities", "workflows", "starter/simulate", "starter/scenarios")
"""Code that a result depends on: a part that other code ran is run again."""
VISITS_A_PART = 200

Progress = Callable[[int], None]


def parts_of(practice: Practice, visits: int = VISITS_A_PART) -> list[Practice]:
    """The practice as practices of their own, small groups together until they have so many visits."""
    parts: list[set[str]] = []
    together: set[str] = set()
    waiting = 0
    for group, count in _groups(practice):
        if together and waiting + count > visits:
            parts.append(together)
            together, waiting = set(), 0
        together |= group
        waiting += count
    if together:
        parts.append(together)
    return _split(practice, parts)


async def run_part(part: Practice, folder: Path, template_url: str, progress: Progress) -> Found:
    """The sums of a part: as kept, or by running it; what is kept is whole, or not there."""
    kept = kept_at(part, folder)
    if kept.exists():
        return _read(kept)
    async with living(part, template_url, progress) as life:
        await life.run()
        found = life.found()
    found["left_out"] = {"visits": len(life.left_out), "deeds": life.refused}
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(found, default=str, sort_keys=True))
    os.replace(unfinished, kept)
    return _read(kept)


def read_kept(part: Practice, folder: Path) -> Found:
    """The sums of a part that was run."""
    return _read(kept_at(part, folder))


def kept_at(part: Practice, folder: Path) -> Path:
    """Where the sums of exactly this part are kept."""
    return folder / f"{sha256(_code() + part.written()).hexdigest()[:32]}.json"


def steps_of(part: Practice) -> int:
    """About how many things happen in a part, for whoever watches."""
    days = (part.until - part.first).days + 1
    of_visits = (1 + len(visit.parts) + len(visit.moves) + (visit.signed is not None) for visit in part.visits)
    return 2 * days + sum(of_visits) + sum(len(client.paid) for client in part.clients)


def whole(found: list[Found]) -> Found:
    """The sums of all parts."""
    return added(found)


@cache
def _code() -> bytes:
    """A digest of what decides."""
    root = Path(starter.__file__).resolve().parent.parent
    files = sorted(path for folder in DECIDES for path in (root / folder).rglob("*.py"))
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).digest()


def _groups(practice: Practice) -> Iterator[tuple[set[str], int]]:
    """Clients who are linked, by themselves: their ids and visits; clinicians without any, each for themselves."""
    leader: dict[str, str] = {}

    def first(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    def link(one: str, other: str) -> None:
        one, other = first(one), first(other)
        leader[max(one, other)] = min(one, other)

    by_period = {holder.id for holder in practice.clinicians if holder.paid_by_period}
    minutes = {service.id: timedelta(minutes=service.minutes) for service in practice.services}
    busy: dict[str, tuple[datetime, str]] = {}
    for visit in practice.visits:
        for part in visit.parts[1:]:
            link(f"client {visit.parts[0].client}", f"client {part.client}")
    for starts, visit in sorted(_kept_times(practice), key=lambda kept: kept[0]):
        client = f"client {visit.parts[0].client}"
        until, before = busy.get(visit.clinician, (starts, client))
        if visit.clinician in by_period or until > starts:
            link(client, before)
        busy[visit.clinician] = max((until, before), (starts + minutes[visit.service], client))
    groups: dict[str, tuple[set[str], int]] = {}
    for visit in practice.visits:
        group, count = groups.setdefault(first(f"client {visit.parts[0].client}"), (set(), 0))
        group |= {f"client {part.client}" for part in visit.parts}
        groups[first(f"client {visit.parts[0].client}")] = group, count + 1
    yield from groups.values()
    yield from (({f"clinician {holder.id}"}, 0) for holder in practice.clinicians if holder.id not in busy)


def _kept_times(practice: Practice) -> Iterator[tuple[datetime, Visit]]:
    """Every time that was kept for a visit, those it was moved away from as well."""
    yield from ((starts, visit) for visit in practice.visits for starts in visit.times)


def _split(practice: Practice, groups: list[set[str]]) -> list[Practice]:
    """A practice for each group; the hours a clinician logged are of the first that has them."""
    number_of = {name: number for number, group in enumerate(groups) for name in group}
    visits: list[list[Visit]] = [[] for _ in groups]
    for visit in practice.visits:
        visits[number_of[f"client {visit.parts[0].client}"]].append(visit)
    seen: set[str] = set()
    parts = []
    for group, theirs in zip(groups, visits, strict=True):
        at_work = {visit.clinician for visit in theirs}
        holders = [row for row in practice.clinicians if row.id in at_work or f"clinician {row.id}" in group]
        parts.append(
            replace(
                practice,
                clinicians=tuple(replace(row, worked=()) if row.id in seen else row for row in holders),
                clients=tuple(row for row in practice.clients if f"client {row.id}" in group),
                visits=tuple(theirs),
            )
        )
        seen |= {row.id for row in holders}
    return parts


def _read(path: Path) -> Found:
    told: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {
        name: {key: Decimal(value) if isinstance(value, str) else value for key, value in values.items()}
        for name, values in told.items()
    }
