"""A whole X12 file looked over: its envelope, pyx12's verdict, whether it can be read, what its content contradicts.

Findings quote the file, since they are for the person who holds it: shown, never logged or kept.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from models.errors import Parked
from models.rules.claim_file import remarks
from models.x12 import acknowledgment, claim_837p, eligibility_270_271, envelope, judge, remittance_835, status_276_277
from models.x12.loops import HEADER, loops_of
from models.x12.remittances import Remittance, problems_of_claim, problems_of_payment
from models.x12.segments import Segment, cut, every, need
from models.x12.structure import Interchange, Transaction

PLACE = re.compile(
    r"file (?P<file>\d+)(?:, transaction (?P<transaction>\d+))?"
    r"(?:, segment (?P<position>\d+)(?: (?P<segment>[A-Z]\w+))?)?(?:, element (?P<element>\d+))?"
)
ENVELOPE = "ENVELOPE"


def _both_277(text: str) -> object:
    """Verdicts on claims (277CA) and where claims stand: both are set 277."""
    return acknowledgment.read_277ca(text), acknowledgment.read_277ca_files(text), status_276_277.read_277(text)


READERS: dict[str, Callable[[str], object]] = {
    "270": eligibility_270_271.read_270,
    "271": eligibility_270_271.read_271,
    "835": remittance_835.read,
    "837": claim_837p.read,
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


def check(text: str, today: date) -> Check:
    """Every finding; Parked where the text is no X12 at all."""
    found, contradictions = envelope.survey(text, tolerant=False)
    if not found:
        raise Parked(str(contradictions[0]))
    places = _Places(found)
    findings = [places.told("envelope", problem.where, problem.what) for problem in contradictions]
    by_guide = _by_guide(found, places)
    findings += by_guide or []
    if not contradictions:
        findings += _by_reading(text, found, places) or _by_content(text, found, places, today)
    return Check(tuple(sorted(envelope.held(found))), by_guide is not None, tuple(dict.fromkeys(findings)))


class _Places:
    """Which loop and which segment a place in words means."""

    def __init__(self, found: list[Interchange]) -> None:
        self.segments: dict[tuple[int, int, int], tuple[str, Segment]] = {}
        for file, interchange in enumerate(found, start=1):
            for number, transaction in enumerate(interchange.transactions, start=1):
                loops = loops_of(transaction.set_id, transaction.segments)
                for position, segment in enumerate(transaction.segments, start=1):
                    self.segments[file, number, position] = (loops[position - 1], segment)

    def told(self, source: str, where: str, message: str, value: str = "", component: int = 0) -> FileFinding:
        if not (place := PLACE.match(where)):
            return FileFinding(source, where, "", "", "", value, message)
        file, number, position = (int(place[name] or 0) for name in ("file", "transaction", "position"))
        loop, segment = self.segments.get((file, number, position), (HEADER if number else ENVELOPE, None))
        name = place["segment"] or (segment.id if segment else "")
        if not place["element"]:
            return FileFinding(source, where, loop, name, "", value, message)
        element = int(place["element"])
        if segment and not value:
            value = segment.part(element, component) if component else segment.text(element)
        sub = f"-{component:02d}" if component else ""
        return FileFinding(source, where, loop, name, f"{name}{element:02d}{sub}", value, message)


def _by_guide(found: list[Interchange], places: _Places) -> list[FileFinding] | None:
    """pyx12's verdict on each interchange; None where it knows no guide of any of them."""
    verdicts: list[FileFinding] = []
    judged = False
    for file, interchange in enumerate(found, start=1):
        try:
            breaches = judge.breaches(interchange.text)
        except judge.NoGuide:
            continue
        judged = True
        for breach in breaches:
            where = breach.where.replace(f"file {breach.file}", f"file {file}", 1)
            plain_where = re.sub(r"(element \d+)-\d+", r"\1", where)
            verdicts.append(places.told("guide", plain_where, breach.message, breach.value, breach.component))
    return verdicts if judged else None


def _by_reading(text: str, found: list[Interchange], places: _Places) -> list[FileFinding]:
    sets = {transaction.set_id for interchange in found for transaction in interchange.transactions}
    if any(interchange.acknowledgments for interchange in found):
        sets.add("TA1")
    broken = []
    for each in sorted(sets & READERS.keys()):
        try:
            READERS[each](text)
        except Parked as contradiction:
            where, _, why = str(contradiction).partition(": ")
            broken.append(places.told("reading", where, why))
    return broken


def _by_content(text: str, found: list[Interchange], places: _Places, today: date) -> Iterator[FileFinding]:
    transactions = [transaction for interchange in found for transaction in interchange.transactions]
    for transaction in transactions:
        if transaction.set_id == "837":
            for remark in remarks(transaction.segments, today):
                element = f", element {remark.element}" if remark.element else ""
                yield places.told("content", remark.segment.where + element, remark.what, component=remark.component)
    remittances = [transaction for transaction in transactions if transaction.set_id == "835"]
    for transaction, remittance in zip(remittances, remittance_835.read(text), strict=True):
        for segment, place, what in _unexplained(transaction, remittance):
            yield places.told("content", f"{segment.where}, element {place}", what)


def _unexplained(transaction: Transaction, remittance: Remittance) -> Iterator[tuple[Segment, int, str]]:
    """Amounts of an 835 that do not add up, at the segments that claim them."""
    header, runs = cut(transaction.segments, "CLP")
    yield from ((need(header, "BPR"), 2, problem.what) for problem in problems_of_payment(remittance))
    for run, claim in zip(runs, remittance.claims, strict=True):
        for line, wrong in problems_of_claim(claim):
            yield (every(run, "SVC")[line - 1], 2, wrong.what) if line else (run[0], 3, wrong.what)
