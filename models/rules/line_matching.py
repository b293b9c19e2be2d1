"""Which line of a claim a line of the payer's answer is about: by our control number, else by code, day and charge.

Modifiers are never compared: a payer that drops or changes one still answers the line (the peers' failure
openemr #7293 is an answer that was not taken because its modifier was missing).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class AskedLine:
    """A line as we billed it: its control number, its code, its day, its charge in dollars."""

    control: str
    code: str
    on: date
    charge: Decimal


@dataclass(frozen=True)
class ToldLine:
    """A line as a payer answers it; what it does not say is "". `on` is a day as text, `charge` without its sign."""

    control: str
    code: str
    on: str
    charge: Decimal


Alike = Callable[[AskedLine, ToldLine], bool]


def by_control(asked: AskedLine, told: ToldLine) -> bool:
    """The payer names the line as we do."""
    return bool(told.control) and asked.control == told.control.strip().upper()


NARROWING: tuple[Alike, ...] = (
    lambda asked, told: (asked.code, str(asked.on), asked.charge) == (told.code, told.on, told.charge),
    lambda asked, told: (asked.code, str(asked.on)) == (told.code, told.on),
    lambda asked, told: asked.code == told.code and not told.on,
    lambda asked, told: (str(asked.on), asked.charge) == (told.on, told.charge),
)
"""Where no control number is given: what has to be the same, from the surest on."""


def answered(asked: Sequence[AskedLine], told: Sequence[ToldLine]) -> list[int | None]:
    """For each told line the place of the line it is about (from 0), or None.

    Several may be about one line where the payer names it by control number: it may split what we billed as one.
    A line that nothing names is the one that is left, where one told line and one of ours are.
    """
    found = [_first(asked, line, by_control, set()) for line in told]
    for alike in NARROWING:
        taken = {place for place in found if place is not None}
        for position, line in enumerate(told):
            if found[position] is None and (place := _first(asked, line, alike, taken)) is not None:
                found[position] = place
                taken.add(place)
    left = [place for place in range(len(asked)) if place not in found]
    if len(left) == 1 and found.count(None) == 1:
        found[found.index(None)] = left[0]
    return found


def together(asked: Sequence[AskedLine], place: int, charge: Decimal, taken: Collection[int]) -> list[int]:
    """The places that a told line of this charge in dollars is about, which names that of `place`.

    A payer may answer equal services of several days in one line: then those of the same code that no told line is
    about, from the named one on; [] where such do not make up the charge.
    """
    found, left = [place], charge - asked[place].charge
    others = [n for n, one in enumerate(asked) if one.code == asked[place].code and n not in taken]
    for other in sorted(others, key=lambda n: n < place):
        if asked[other].charge <= left:
            found.append(other)
            left -= asked[other].charge
    return sorted(found) if left <= 0 else []


def _first(asked: Sequence[AskedLine], line: ToldLine, alike: Alike, taken: set[int]) -> int | None:
    """The first line not taken that is alike."""
    return next((n for n, one in enumerate(asked) if n not in taken and alike(one, line)), None)
