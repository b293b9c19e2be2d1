"""What can go wrong, as types.

PracticeError
├── Refused      a person asked for something the practice does not do: shown to them, nothing changed, never retried
├── Parked       input that contradicts itself: kept whole, a task is made, never retried
└── Unreachable  mail, clearinghouse, gateway or database does not answer: retried until it does
"""

from pathlib import Path
from traceback import extract_tb


class PracticeError(Exception):
    """The root of all errors this code base raises on purpose."""


class Refused(PracticeError):
    """A wish that a rule forbids, in words for the person who asked."""


class Parked(PracticeError):
    """Input that cannot be true; it waits for a person, and nothing of it was applied."""


class Unreachable(PracticeError):
    """A server outside this process did not answer; trying again is safe."""


def kind_and_place(fault: BaseException) -> str:
    """A fault of the program as may be told anywhere: its kind and line, for its own words may quote people's data."""
    where = extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__}, {Path(where.filename).name} line {where.lineno}"
