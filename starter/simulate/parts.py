"""A run in parts that can be stopped between and gone on with: the clinicians who share clients, together.

Whoever shares no client never meets in a ledger, so the sums of the parts are the sums of the whole, and a part that
was run before is read instead of run again.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import starter
from starter.simulate.lived import living
from starter.simulate.measure import Found, added, measured
from starter.simulate.practice import Practice

DECIDES = ("models", "activities", "workflows", "starter/simulate", "starter/scenarios")
"""Code that a result depends on: a part that other code ran is run again."""
VISITS_A_PART = 1000

Progress = Callable[[int], None]


def parts_of(practice: Practice, visits: int = VISITS_A_PART) -> list[Practice]:
    """The practice as practices of their own, small ones together until they have so many visits."""
    parts: list[Practice] = []
    together: set[str] = set()
    waiting = 0
    held: dict[str, int] = {}
    for visit in practice.visits:
        held[visit.clinician] = held.get(visit.clinician, 0) + 1
    for group in _sharing(practice):
        count = sum(held.get(clinician, 0) for clinician in group)
        if together and waiting + count > visits:
            parts.append(_part(practice, together))
            together, waiting = set(), 0
        together |= group
        waiting += count
    return [*parts, _part(practice, together)] if together else parts


async def run_part(part: Practice, folder: Path, progress: Progress) -> Found:
    """The sums of a part: as kept, or by running it; what is kept is whole, or not there."""
    kept = kept_at(part, folder)
    if kept.exists():
        return _read(kept)
    async with living(part, progress) as life:
        await life.run()
        found = measured(life.office.engine, dict(life.names.clinicians), life.later)
    found["left_out"] = {"visits": len(life.left_out)}
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(found, default=str, sort_keys=True))
    os.replace(unfinished, kept)
    return _read(kept)


def kept_at(part: Practice, folder: Path) -> Path:
    """Where the sums of exactly this part are kept."""
    return folder / f"{sha256(_code() + part.written()).hexdigest()[:32]}.json"


def steps_of(part: Practice) -> int:
    """About how many things happen in a part, for whoever watches."""
    days = (part.last - part.first).days + 1
    return 2 * days + sum(1 + len(visit.parts) + (visit.signed is not None) for visit in part.visits)


def whole(found: list[Found]) -> Found:
    """The sums of all parts."""
    return added(found)


@cache
def _code() -> bytes:
    """A digest of what decides."""
    root = Path(starter.__file__).resolve().parent.parent
    files = sorted(path for folder in DECIDES for path in (root / folder).rglob("*.py"))
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).digest()


def _sharing(practice: Practice) -> Iterator[set[str]]:
    """Clinicians in groups that share no client, in the order of the practice."""
    leader = {clinician.id: clinician.id for clinician in practice.clinicians}

    def first(clinician: str) -> str:
        while leader[clinician] != clinician:
            clinician = leader[clinician]
        return clinician

    of_client: dict[str, str] = {}
    for visit in practice.visits:
        for part in visit.parts:
            before = of_client.setdefault(part.client, visit.clinician)
            a, b = sorted((first(before), first(visit.clinician)))
            leader[b] = a
    groups: dict[str, set[str]] = {}
    for clinician in leader:
        groups.setdefault(first(clinician), set()).add(clinician)
    yield from groups.values()


def _part(practice: Practice, clinicians: set[str]) -> Practice:
    visits = tuple(visit for visit in practice.visits if visit.clinician in clinicians)
    clients = {part.client for visit in visits for part in visit.parts}
    return replace(
        practice,
        clinicians=tuple(row for row in practice.clinicians if row.id in clinicians),
        clients=tuple(row for row in practice.clients if row.id in clients),
        visits=visits,
    )


def _read(path: Path) -> Found:
    told: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {
        name: {key: Decimal(value) if isinstance(value, str) else value for key, value in values.items()}
        for name, values in told.items()
    }
