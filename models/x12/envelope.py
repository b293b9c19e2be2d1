"""The envelope of X12: which interchanges, groups and transactions a text holds.

Reading takes the delimiters from each ISA by itself and judges nothing but the envelope: a truncated or
miscounted one is parked with every contradiction in one message. An interchange whose ISA is written in lower
case is read in upper case, for the basic character set of X12 (005010 appendix B.1.1.2.2) has no other; what
was received is kept as it came.
"""

from string import ascii_lowercase, ascii_uppercase

from models.errors import Parked
from models.x12.nesting import NOT_BLANK, Nesting, next_interchange
from models.x12.structure import Envelope, Group, Interchange, Party, Problem, Transaction

__all__ = [
    "Envelope",
    "Group",
    "Interchange",
    "Party",
    "Problem",
    "Transaction",
    "decoded",
    "held",
    "interchanges",
    "kind_of",
    "kinds",
    "survey",
]

PROBLEMS_TOLD = 40
BYTE_ORDER_MARKS = ("\ufeff", "\xef\xbb\xbf")
"""As UTF-8 is decoded, and as a program that took it for Latin-1 leaves it."""
UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
"""Letter for letter, so that no place in the text moves; separators are no letters."""
KINDS = ("TA1", "999", "277CA", "835", "837P", "270", "271", "276", "277")


def interchanges(text: str, *, tolerant: bool = False) -> list[Interchange]:
    """Every interchange of a text; Parked, with all contradictions at once, where an envelope is broken.

    Answers of clearinghouses are read `tolerant`: some write a control number where the count of
    transactions belongs, or another number into the SE or IEA. Whatever could hide lost segments stays refused.
    """
    found, problems = survey(text, tolerant=tolerant)
    if problems:
        told = "; ".join(str(problem) for problem in problems[:PROBLEMS_TOLD])
        more = f"; and {len(problems) - PROBLEMS_TOLD} more" if len(problems) > PROBLEMS_TOLD else ""
        raise Parked(told + more)
    return found


def kinds(text: str) -> set[str]:
    """What the text holds, out of TA1, 999, 277CA, 835, 837P and 270 to 277; whether it is whole is not asked here."""
    found, problems = survey(text, tolerant=True)
    if not found:
        raise Parked(str(problems[0]))
    return held(found) & set(KINDS)


def held(found: list[Interchange]) -> set[str]:
    """The transaction sets of some interchanges, by the names people use."""
    kinds = {"TA1" for interchange in found if interchange.acknowledgments}
    return kinds | {kind_of(transaction) for interchange in found for transaction in interchange.transactions}


def kind_of(transaction: Transaction) -> str:
    """A transaction's set, by the name people use: some sets hold two."""
    if transaction.set_id == "277" and transaction.version.startswith("005010X214"):
        return "277CA"
    return "837P" if transaction.set_id == "837" else transaction.set_id


def decoded(content: bytes) -> str:
    """A file's bytes as text, whatever it is; a byte-order mark is no part of it."""
    return content.decode("utf-8-sig", errors="replace")


def survey(text: str, *, tolerant: bool = True) -> tuple[list[Interchange], list[Problem]]:
    """What could be nested of a text, and every contradiction of its envelopes."""
    problems: list[Problem] = []
    found: list[Interchange] = []
    upper = ""
    at = next((len(mark) for mark in BYTE_ORDER_MARKS if text.startswith(mark)), 0)
    while something := NOT_BLANK.search(text, at):
        whole = text
        if text.startswith("isa", something.start()):
            whole = upper = upper or text.translate(UPPER)
        raw = next_interchange(whole, f"interchange {len(found) + 1}", problems, something.start())
        if not raw:
            break
        found.append(Nesting(raw, problems, tolerant).interchange())
        at = raw.source.end
    if not found and not problems:
        problems.append(Problem("interchange 1", "is empty"))
    return found, problems
