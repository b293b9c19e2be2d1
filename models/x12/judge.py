"""Whether a file keeps to its implementation guide, as pyx12 sees it.

A verdict on what we write; on what others send it is advice, since real answers often fail the guides.
"""

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from pyx12.params import params
from pyx12.x12n_document import x12n_document

from models.x12.envelope import Problem
from models.x12.nesting import SEGMENT_ID

logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)  # it logs values of elements: names, birth dates

ERRATA_WITHOUT_MAP = {"005010X222A2": "005010X222A1"}

WORDS_WITH_DATA = (
    (re.compile(r"^Segment ([A-Z][A-Z0-9]{1,2})\*.* not found\.", re.DOTALL), r"\1 not expected here."),
    (re.compile(r"^Segment .* not found\.", re.DOTALL), "Segment not known."),
    (re.compile(r'^(Segment(?: identifier)?) ".*" is (empty|invalid)', re.DOTALL), r"\1 is \2"),
)
"""Messages of pyx12 that quote the segment itself, which may be a name or an address."""


def judge(text: str) -> list[Problem]:
    """Every breach of the guide in the text; an empty list means it is valid."""
    text = text.removeprefix("\ufeff")
    for errata, adopted in ERRATA_WITHOUT_MAP.items():
        text = text.replace(errata, adopted)
    verdict = StringIO()
    try:
        valid = x12n_document(params(), StringIO(text), None, None, fd_json=verdict)
    except Exception as fault:  # pyx12 gives up on what it has no map for and on some broken files: both are verdicts
        return [Problem("file 1", f"cannot be judged against a guide ({type(fault).__name__})")]
    found = list(_problems(json.loads(verdict.getvalue() or "{}")))
    if not valid and not found:
        return [Problem("file 1", "is not a valid X12 file")]
    return found


def _problems(verdict: dict[str, Any]) -> Iterator[Problem]:
    for file_number, interchange in enumerate(verdict.get("interchanges", []), start=1):
        where = f"file {file_number}"
        yield from _told(where, interchange)
        transaction_number = 0
        for group in interchange["groups"]:
            yield from _told(where, group)
            for transaction in group["transactions"]:
                transaction_number += 1
                yield from _of_transaction(f"{where}, transaction {transaction_number}", transaction)


def _of_transaction(where: str, transaction: dict[str, Any]) -> Iterator[Problem]:
    yield from _told(where, transaction)
    for segment in transaction["segments"]:
        name = segment["seg_id"] if SEGMENT_ID.fullmatch(str(segment["seg_id"])) else "with no valid identifier"
        place = f"{where}, segment {segment['seg_count']} {name}"
        yield from _told(place, segment)
        for element in segment["elements"]:
            sub = f"-{element['subele_pos']}" if element["subele_pos"] else ""
            yield from _told(f"{place}, element {element['ele_pos']}{sub}", element)


def _told(where: str, node: dict[str, Any]) -> Iterator[Problem]:
    """The errors of a node in pyx12's words, without the value that may be a patient's."""
    for error in node["errors"]:
        yield Problem(where, _without(str(error.get("err_val") or ""), str(error["err_str"])))


def _without(value: str, words: str) -> str:
    for pattern, harmless in WORDS_WITH_DATA:
        words = pattern.sub(harmless, words)
    for quoted in (f"({value})", f'"{value}"'):
        words = words.replace(quoted, quoted.replace(value, "...")) if value else words
    return words.replace(value, "...") if len(value) > 3 else words
