"""A whole X12 file looked over: its envelope, pyx12's verdict, whether it can be read, what its content contradicts.

Findings quote the file, since they are for the person who holds it: shown, never logged or kept.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from models.errors import Parked
from models.money import ZERO
from models.rules.claim_file import remarks
from models.x12 import acknowledgment, claim_837p, eligibility_270_271, envelope, judge, remittance_835, status_276_277
from models.x12.loops import HEADER, loops_of
from models.x12.remittance_835 import Reading
from models.x12.remittances import problems_of_claim, problems_of_payment
from models.x12.segments import Heard, Segment, every, need
from models.x12.structure import Interchange

PLACE = re.compile(
    r"interchange (?P<file>\d+)(?:, transaction (?P<transaction>\d+))?"
    r"(?:, segment (?P<position>\d+)(?: (?P<segment>[A-Z]\w+))?)?(?:, element (?P<element>\d+))?"
)
ENVELOPE = "ENVELOPE"
Spot = tuple[int, int, int]
"""File, transaction and segment, counted from 1."""
Told = Callable[[str, int], None]
"""Who wants to know what goes on with a file, and how much of it is done, in %."""


def _both_277(text: str) -> object:
    """Verdicts on claims (277CA) and where claims stand: both are set 277."""
    return acknowledgment.read_277ca(text), acknowledgment.read_277ca_files(text), status_276_277.read_277(text)


def nobody(what: str, share: int) -> None:
    """Who asks for no progress."""


READERS: dict[str, Callable[[str], object]] = {
    "270": eligibility_270_271.read_270,
    "271": eligibility_270_271.read_271,
    "999": acknowledgment.read_999,
    "276": status_276_277.read_276,
    "277": _both_277,
    "TA1": acknowledgment.read_ta1,
}


@dataclass(frozen=True)
class FileFinding:
    """One thing that is wrong: found in the envelope, by the guide, while reading, or in the content."""

    source: str
    where: str
    loop: str
    segment: str
    element: str
    value: str
    message: str


@dataclass(frozen=True)
class Check:
    """What a file holds and all that is wrong with it; `judged` says whether pyx12 knows its guide."""

    kinds: tuple[str, ...]
    judged: bool
    findings: tuple[FileFinding, ...]

    @property
    def clean(self) -> bool:
        return not self.findings


def check(text: str, today: date, heard: Told = nobody) -> Check:
    """Every finding; Parked where the text is no X12 at all. `heard` is told how far it is."""
    found, contradictions = envelope.survey(text, tolerant=False)
    if not found:
        raise Parked(str(contradictions[0]))
    noted = [Noted("envelope", problem.where, problem.what) for problem in contradictions]
    by_guide = _by_guide(found, heard)
    noted += by_guide or []
    if not contradictions:
        noted += _by_reading(text, found)
        for interchange in found:
            noted += _read(_by_claims(interchange, today, heard))
            noted += _read(_by_payments(interchange, partial(heard, "read")))
    noted = list(dict.fromkeys(noted))
    places = _Places(found, noted)
    return Check(tuple(sorted(envelope.held(found))), by_guide is not None, tuple(map(places.told, noted)))


@dataclass(frozen=True)
class Noted:
    """Something wrong, its place in words."""

    source: str
    where: str
    message: str
    value: str = ""
    component: int = 0

    @property
    def place(self) -> re.Match[str] | None:
        return PLACE.match(self.where)


class _Places:
    """Which loop and which segment a place in words means; only those that are asked for are kept."""

    def __init__(self, found: list[Interchange], noted: list[Noted]) -> None:
        self.segments: dict[Spot, tuple[str, Segment]] = {}
        wanted: dict[tuple[int, int], set[int]] = {}
        for place in (place for each in noted if (place := each.place)):
            file, number, position = _spot(place)
            wanted.setdefault((file, number), set()).add(position)
        for file, interchange in enumerate(found, start=1):
            if around := wanted.get((file, 0), set()) - {0}:
                for segment in interchange.source.walk():
                    if segment.position in around:
                        self.segments[file, 0, segment.position] = (ENVELOPE, segment)
            for number, transaction in enumerate(interchange.transactions, start=1):
                if places := wanted.get((file, number)):
                    for loop, segment in loops_of(transaction.set_id, transaction.source.walk()):
                        if segment.position in places:
                            self.segments[file, number, segment.position] = (loop, segment)

    def told(self, noted: Noted) -> FileFinding:
        source, where, message, value = noted.source, noted.where, noted.message, noted.value
        if not (place := noted.place):
            return FileFinding(source, where, "", "", "", value, message)
        spot = _spot(place)
        loop, segment = self.segments.get(spot, (HEADER if spot[1] else ENVELOPE, None))
        name = place["segment"] or (segment.id if segment else "")
        if not place["element"]:
            return FileFinding(source, where, loop, name, "", value, message)
        element = int(place["element"])
        if segment and not value:
            value = segment.part(element, noted.component) if noted.component else segment.text(element)
        sub = f"-{noted.component:02d}" if noted.component else ""
        return FileFinding(source, where, loop, name, f"{name}{element:02d}{sub}", value, message)


def _spot(place: re.Match[str]) -> Spot:
    file, number, position = (int(place[name] or 0) for name in ("file", "transaction", "position"))
    return file, number, position


def _by_guide(found: list[Interchange], heard: Told) -> list[Noted] | None:
    """pyx12's verdict on each interchange; None where it knows no guide of any of them."""
    verdicts: list[Noted] = []
    judged = False
    for file, interchange in enumerate(found, start=1):
        try:
            breaches = judge.breaches(interchange.text, lambda share: heard("judged by its guide", share))
        except judge.NoGuide:
            continue
        judged = True
        for breach in breaches:
            where = breach.where.replace(f"interchange {breach.file}", f"interchange {file}", 1)
            plain_where = re.sub(r"(element \d+)-\d+", r"\1", where)
            verdicts.append(Noted("guide", plain_where, breach.message, breach.value, breach.component))
    return verdicts if judged else None


def _by_reading(text: str, found: list[Interchange]) -> list[Noted]:
    sets = {transaction.set_id for interchange in found for transaction in interchange.transactions}
    if any(interchange.acknowledgments for interchange in found):
        sets.add("TA1")
    broken = []
    for each in sorted(sets & READERS.keys()):
        try:
            READERS[each](text)
        except Parked as contradiction:
            broken.append(_unreadable(contradiction))
    return broken


def _unreadable(contradiction: Parked) -> Noted:
    where, _, why = str(contradiction).partition(": ")
    return Noted("reading", where, why)


def _read(noted: Iterator[Noted]) -> Iterator[Noted]:
    """What is noted while something is read, and at last why it cannot be."""
    try:
        yield from noted
    except Parked as contradiction:
        yield _unreadable(contradiction)


def _by_claims(interchange: Interchange, today: date, heard: Told) -> Iterator[Noted]:
    """Each claim is read, then what of them a payer would refuse is told; none is kept."""
    for reading in claim_837p.readings_of(interchange, partial(heard, "read")):
        for _ in reading.claims():
            pass
    for transaction in interchange.transactions:
        if transaction.set_id == "837":
            for remark in remarks(transaction.source.walk(partial(heard, "looked over")), today):
                element = f", element {remark.element}" if remark.element else ""
                yield Noted("content", remark.segment.where + element, remark.what, component=remark.component)


def _by_payments(interchange: Interchange, heard: Heard) -> Iterator[Noted]:
    """Each payment is read claim by claim, and what of it does not add up is told; none is kept."""
    for reading in remittance_835.readings_of(interchange, heard):
        for segment, place, what in _unexplained(reading):
            yield Noted("content", f"{segment.where}, element {place}", what)


def _unexplained(reading: Reading) -> Iterator[tuple[Segment, int, str]]:
    """Amounts of an 835 that do not add up, at the segments that claim them."""
    financial, paid = need(reading.segments, "BPR"), ZERO
    for claim in reading.claims():
        paid += claim.paid
        for line, wrong in problems_of_claim(claim):
            run = reading.segments
            yield (every(run, "SVC")[line - 1], 2, wrong.what) if line else (run[0], 3, wrong.what)
    yield from ((financial, 2, problem.what) for problem in problems_of_payment(reading.head, paid))
