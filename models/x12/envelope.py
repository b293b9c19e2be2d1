"""The envelope of X12: which interchanges, groups and transactions a text holds.

Reading takes the delimiters from each ISA by itself and judges nothing but the envelope: a truncated or
miscounted one is parked with every contradiction in one message.
"""

from models.errors import Parked
from models.x12.nesting import Nesting, next_interchange
from models.x12.structure import Envelope, Group, Interchange, Party, Problem, Transaction

__all__ = ["Envelope", "Group", "Interchange", "Party", "Problem", "Transaction", "interchanges", "kinds"]

PROBLEMS_TOLD = 40
KINDS = {"835": "835", "837": "837P", "999": "999", "270": "270", "271": "271", "276": "276"}
STATUSES = {"005010X214": "277CA", "005010X212": "277"}
"""The two that share the number 277: claims judged at the door, and where a claim stands."""


def interchanges(text: str, *, tolerant: bool = False) -> list[Interchange]:
    """Every interchange of a text; Parked, with all contradictions at once, where an envelope is broken.

    Answers of clearinghouses are read `tolerant`: some write a control number where the count of
    transactions belongs, or another number into the IEA. Whatever could hide lost segments stays refused.
    """
    found, problems = _read(text, tolerant)
    if problems:
        told = "; ".join(str(problem) for problem in problems[:PROBLEMS_TOLD])
        more = f"; and {len(problems) - PROBLEMS_TOLD} more" if len(problems) > PROBLEMS_TOLD else ""
        raise Parked(told + more)
    return found


def kinds(text: str) -> set[str]:
    """What the text holds, out of TA1, 999, 277CA, 835, 837P and 270 to 277; whether it is whole is not asked here."""
    found, problems = _read(text, tolerant=True)
    if not found:
        raise Parked(str(problems[0]))
    kinds = {"TA1" for interchange in found if interchange.acknowledgments}
    for interchange in found:
        for transaction in interchange.transactions:
            if transaction.set_id == "277" and transaction.version[:10] in STATUSES:
                kinds.add(STATUSES[transaction.version[:10]])
            elif transaction.set_id in KINDS:
                kinds.add(KINDS[transaction.set_id])
    return kinds


def _read(text: str, tolerant: bool) -> tuple[list[Interchange], list[Problem]]:
    problems: list[Problem] = []
    found: list[Interchange] = []
    rest = text.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf").lstrip()
    while rest:
        raw = next_interchange(rest, f"file {len(found) + 1}", problems)
        if not raw:
            break
        found.append(Nesting(raw, problems, tolerant).interchange())
        rest = rest[len(raw.text) :].lstrip()
    if not text.strip():
        problems.append(Problem("file 1", "is empty"))
    return found, problems
