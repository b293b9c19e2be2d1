"""Whether a file keeps to its implementation guide, as pyx12 sees it.

A verdict on what we write; on what others send it is advice, since real answers often fail the guides.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO, TextIOBase
from threading import Lock
from typing import Any

import pyx12.map_if
from pyx12.params import ParamsBase, params
from pyx12.x12n_document import x12n_document

from models.x12.envelope import Problem
from models.x12.segments import SEGMENT_ID, Heard, nobody

logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)  # it logs values of elements: names, birth dates

ERRATA_WITHOUT_MAP = {"005010X222A2": "005010X222A1"}

WORDS_WITH_DATA = (
    (re.compile(r"^Segment ([A-Z][A-Z0-9]{1,2})\*.* not found\.", re.DOTALL), r"\1 not expected here."),
    (re.compile(r"^Segment .* not found\.", re.DOTALL), "Segment not known."),
    (re.compile(r'^(Segment(?: identifier)?) ".*" is (empty|invalid)', re.DOTALL), r"\1 is \2"),
)
"""Messages of pyx12 that quote the segment itself, which may be a name or an address."""

SETTINGS = params()
maps_read = cache(pyx12.map_if.load_map_file)
_one_at_a_time = Lock()


def _map_read_once(map_file: str, param: ParamsBase, map_path: str | None = None) -> pyx12.map_if.map_if:
    """The map of a guide, read once in a process: reading takes a hundred times as long as judging a claim.

    One map serves every file and thread, for a walk keeps its counts in the walker and its errors in the handler.
    """
    with _one_at_a_time:
        return maps_read(map_file, param, map_path)


pyx12.map_if.load_map_file = _map_read_once  # where x12n_document looks for it: it has no argument for a map


@dataclass(frozen=True)
class Breach:
    """One breach of a guide: counted from 1, and 0 where it is not of a segment; `value` is what the file says."""

    message: str
    value: str = ""
    file: int = 1
    transaction: int = 0
    position: int = 0
    segment: str = ""
    element: int = 0
    component: int = 0

    @property
    def where(self) -> str:
        """The place in words."""
        sub = f"-{self.component}" if self.component else ""
        told = (
            f"interchange {self.file}",
            f"transaction {self.transaction}" if self.transaction else "",
            f"segment {self.position} {self.segment or 'with no valid identifier'}" if self.position else "",
            f"element {self.element}{sub}" if self.element else "",
        )
        return ", ".join(filter(None, told))


class NoGuide(Exception):
    """pyx12 has no map of the guide a file names, or gave up on it."""


def judge(text: str) -> list[Problem]:
    """Every breach of the guide in the text; an empty list means it is valid."""
    try:
        return [Problem(breach.where, breach.message) for breach in breaches(text)]
    except NoGuide as fault:
        return [Problem("interchange 1", f"cannot be judged against a guide ({fault})")]


class _Read(TextIOBase):
    """A text as a file, without a copy of it; tells how much of it was read, in %."""

    def __init__(self, text: str, heard: Heard) -> None:
        self._text, self._at, self._heard = text, 0, heard

    def read(self, size: int | None = -1) -> str:
        start, whole = self._at, len(self._text)
        self._at = whole if size is None or size < 0 else min(whole, start + size)
        if start * 100 // whole < self._at * 100 // whole:
            self._heard(self._at * 100 // whole)
        return self._text[start : self._at]


def breaches(text: str, heard: Heard = nobody) -> list[Breach]:
    """Every breach with the value that breaks it: for the person who holds the file, never for a log.

    `heard` is told how much of the file was judged, in %.
    """
    text = text.removeprefix("\ufeff")
    for errata, adopted in ERRATA_WITHOUT_MAP.items():
        text = text.replace(errata, adopted)
    verdict = StringIO()
    try:
        valid = x12n_document(SETTINGS, _Read(text, heard), None, None, fd_json=verdict)
    except Exception as fault:  # pyx12 gives up on what it has no map for and on some broken files: both are verdicts
        raise NoGuide(type(fault).__name__) from None
    found = list(_breaches(json.loads(verdict.getvalue() or "{}")))
    if not valid and not found:
        return [Breach("is not a valid X12 file")]
    return found


def _breaches(verdict: dict[str, Any]) -> Iterator[Breach]:
    for file, interchange in enumerate(verdict.get("interchanges", []), start=1):
        yield from _told(interchange, file=file)
        number = 0
        for group in interchange["groups"]:
            yield from _told(group, file=file)
            for transaction in group["transactions"]:
                number += 1
                yield from _of_transaction(transaction, file, number)


def _of_transaction(transaction: dict[str, Any], file: int, number: int) -> Iterator[Breach]:
    yield from _told(transaction, file=file, transaction=number)
    for segment in transaction["segments"]:
        name = str(segment["seg_id"])
        place = {
            "file": file,
            "transaction": number,
            "position": segment["seg_count"],
            "segment": name if SEGMENT_ID.fullmatch(name) else "",
        }
        yield from _told(segment, **place)
        for element in segment["elements"]:
            yield from _told(
                element, **place, element=int(element["ele_pos"] or 0), component=int(element["subele_pos"] or 0)
            )


def _told(node: dict[str, Any], **place: Any) -> Iterator[Breach]:
    """The errors of a node in pyx12's words, without the value that may be a patient's."""
    for error in node["errors"]:
        value = str(error.get("err_val") or "")
        yield Breach(_without(value, str(error["err_str"])), value, **place)


def _without(value: str, words: str) -> str:
    for pattern, harmless in WORDS_WITH_DATA:
        words = pattern.sub(harmless, words)
    for quoted in (f"({value})", f'"{value}"'):
        words = words.replace(quoted, quoted.replace(value, "...")) if value else words
    return words.replace(value, "...") if len(value) > 3 else words
