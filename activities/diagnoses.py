"""Diagnoses of ICD-10-CM, found by code or words; only codes that may stand on a claim.

The classification is read on first use: it takes a second, and some memory, that who never searches is spared.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from models.errors import Refused

MOST_FOUND = 40
MOST_KEPT = 12
"""A claim carries twelve diagnoses at most (837P, HI)."""


@dataclass(frozen=True)
class Diagnosis:
    """A code that may be billed, and its title."""

    code: str
    title: str


@dataclass(frozen=True)
class _Entry:
    """A diagnosis with every word by which it is found, each after a blank."""

    diagnosis: Diagnosis
    words: str


def search(wanted: str) -> list[Diagnosis]:
    """The diagnoses of a code's beginning, or with every one of some words; mental disorders first."""
    typed = wanted.strip().lower()
    if len(typed) < 2:
        raise Refused("two letters at least: a code such as F41, or words such as panic disorder")
    code = typed.upper().replace(".", "")
    by_code = [entry for entry in _entries() if entry.diagnosis.code.replace(".", "").startswith(code)]
    words = _plain(typed).split()
    found = by_code or [entry for entry in _entries() if all(f" {word}" in entry.words for word in words)]
    found.sort(key=lambda entry: (not entry.diagnosis.code.startswith("F"), entry.diagnosis.code))
    return [entry.diagnosis for entry in found[:MOST_FOUND]]


def named(codes: Sequence[str]) -> list[Diagnosis]:
    """Codes with their titles; one that is unknown keeps an empty title."""
    return [Diagnosis(code, _titles().get(code, "")) for code in codes]


def checked(codes: Sequence[str]) -> tuple[str, ...]:
    """Codes as they are kept, each once and in order; Refused when one may not be billed."""
    plain = tuple(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if len(plain) > MOST_KEPT:
        raise Refused(f"{MOST_KEPT} diagnoses at most")
    for code in plain:
        if code not in _titles():
            below = min((one for one in _titles() if one.startswith(code)), default="")
            mend = f"it is a category, whose codes begin with {below}" if below else "search for the exact one"
            raise Refused(f"{code} is not a billable ICD-10-CM code: {mend}")
    return plain


def added(kept: Sequence[str], code: str) -> tuple[str, ...]:
    """A client's diagnoses with one more; Refused when it may not be billed, or there are too many."""
    [new] = checked([code])
    if len({*kept, new}) > MOST_KEPT:
        raise Refused(f"{MOST_KEPT} diagnoses at most")
    return tuple(dict.fromkeys([*kept, new]))


def removed(kept: Sequence[str], code: str) -> tuple[str, ...]:
    """A client's diagnoses without one."""
    return tuple(one for one in kept if one != code)


def first(kept: Sequence[str], code: str) -> tuple[str, ...]:
    """A client's diagnoses with this one as the most important."""
    return (code, *removed(kept, code)) if code in kept else tuple(kept)


def _plain(text: str) -> str:
    """Small letters and figures only, so that a word is found by its beginning."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower())


@cache
def _entries() -> tuple[_Entry, ...]:
    import simple_icd_10_cm as icd  # here: see above

    leaves = [code for code in icd.get_all_codes() if icd.is_leaf(code) and not icd.is_chapter_or_block(code)]
    return tuple(
        _Entry(
            Diagnosis(code, icd.get_description(code)),
            _plain(" ".join(["", icd.get_description(code), *icd.get_inclusion_term(code)])),
        )
        for code in leaves
    )


@cache
def _titles() -> dict[str, str]:
    return {entry.diagnosis.code: entry.diagnosis.title for entry in _entries()}
