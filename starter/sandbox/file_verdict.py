"""What a clearinghouse finds out about a file at its door: whether the envelope holds, and each transaction in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.errors import Parked
from models.x12.acknowledgment import GroupAck, InterchangeAck, TransactionAck
from models.x12.claim_837p import GUIDE, read
from models.x12.claims import ClaimFile
from models.x12.envelope import Group, Interchange, Problem, Transaction
from models.x12.judge import judge
from models.x12.nesting import Nesting, next_interchange

CLAIMS, ACKNOWLEDGMENTS = "HC", "FA"
PROBLEMS_TOLD = 20
NOT_SUPPORTED = "the transaction set is not supported"
BROKEN_ENVELOPES = (
    ("cut off", "023"),
    ("the control number of its ISA", "001"),
    ("the number of groups", "021"),
    ("the number of transactions", "024"),
    ("the number of segments", "024"),
)

Key = tuple[int, str]
"""A transaction by its group's control number and its own."""


@dataclass(frozen=True)
class Contents:
    """The claims that could be read, and what is wrong with each transaction; "wrong" means rejected."""

    files: tuple[ClaimFile, ...]
    problems: Mapping[Key, tuple[Problem, ...]]


def arrived(text: str) -> Iterator[tuple[Interchange, list[Problem]]]:
    """Each interchange of an upload with what is wrong with its envelope; nothing where there is no ISA."""
    rest = text.removeprefix("\ufeff").lstrip()
    while rest:
        problems: list[Problem] = []
        if not (raw := next_interchange(rest, "interchange 1", problems)):
            return
        yield Nesting(raw, problems, tolerant=False).interchange(), problems
        rest = rest[raw.source.end :].lstrip()


def envelope_ack(interchange: Interchange, code: str) -> InterchangeAck:
    return InterchangeAck(interchange.control, False, code, sent=interchange.created)


def envelope_code(problems: list[Problem]) -> str:
    """TA105 for the first of the problems there is a word for."""
    told = [problem.what for problem in problems]
    return next((code for words, code in BROKEN_ENVELOPES if any(words in what for what in told)), "022")


def contents(interchange: Interchange) -> Contents:
    """Every transaction judged by its guide; those that keep to it are read."""
    problems = _by_transaction(interchange, judge(interchange.text))
    try:
        files = tuple(read(interchange.text))
    except Parked as unreadable:
        return Contents((), {key: found or (Problem("", str(unreadable)),) for key, found in problems.items()})
    return Contents(tuple(file for file in files if not problems[key_of(file)]), problems)


def key_of(file: ClaimFile) -> Key:
    envelope = file.envelope
    return (envelope.control if envelope.group_control is None else envelope.group_control, file.transaction)


def group_acks(interchange: Interchange, problems: Mapping[Key, tuple[Problem, ...]]) -> tuple[GroupAck, ...]:
    """The 999 for each group; acknowledgments are not acknowledged."""
    groups = [group for group in interchange.groups if group.functional_id != ACKNOWLEDGMENTS and group.transactions]
    return tuple(_group_ack(group, problems) for group in groups)


def _by_transaction(interchange: Interchange, told: list[Problem]) -> dict[Key, tuple[Problem, ...]]:
    """Problems by transaction; one that names none is about all of them."""
    transactions = [(group, transaction) for group in interchange.groups for transaction in group.transactions]
    found = {}
    for number, (group, transaction) in enumerate(transactions, start=1):
        place = f"interchange 1, transaction {number}"
        own = [each for each in told if f"{each.where},".startswith(f"{place},") or "transaction" not in each.where]
        found[group.control, transaction.control] = (*_unsupported(transaction), *own)[:PROBLEMS_TOLD]
    return found


def _unsupported(transaction: Transaction) -> list[Problem]:
    return [] if transaction.set_id == "837" else [Problem("", NOT_SUPPORTED)]


def _group_ack(group: Group, problems: Mapping[Key, tuple[Problem, ...]]) -> GroupAck:
    acks = tuple(_transaction_ack(group, transaction, problems) for transaction in group.transactions)
    taken = sum(ack.accepted for ack in acks)
    code = "A" if taken == len(acks) else "P" if taken else "R"
    kind, version = (
        group.functional_id or CLAIMS,
        group.version or GUIDE,
    )  # a GS without them must be named all the same
    return GroupAck(group.control, kind, code == "A", code, transactions=acks, version=version)


def _transaction_ack(
    group: Group, transaction: Transaction, problems: Mapping[Key, tuple[Problem, ...]]
) -> TransactionAck:
    found = problems[group.control, transaction.control]
    return TransactionAck(transaction.control, not found, "R" if found else "A", found, transaction.set_id)
