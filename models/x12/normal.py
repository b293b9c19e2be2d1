"""Files in one plain form for programs: {"transactions": [{"set": ...}]}, amounts as texts with two decimals.

A contract that others script against: a name may be added, never changed. Claims and remittances are in
`normal_claims`, acknowledgments, statuses and eligibility in `normal_answers`.
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from models.errors import Parked
from models.unfolding import Unfolding
from models.x12 import acknowledgment, claim_837p, remittance_835, status_276_277
from models.x12.claim_acknowledgment import claim_acks, file_acks
from models.x12.eligibility_270_271 import read_request
from models.x12.eligibility_271 import read_response
from models.x12.envelope import Interchange, Transaction, interchanges, kind_of
from models.x12.normal_answers import claim_answers, eligibility, group_ack, inquiries, interchange_ack
from models.x12.normal_claims import claim_files, remittance
from models.x12.normal_statuses import status_inquiries, statuses
from models.x12.normal_words import Plain
from models.x12.segments import Heard, nobody


def normal(text: str, heard: Heard = nobody) -> Plain:
    """Every transaction of the text; Parked where it is broken or holds nothing that is read here.

    Claims and remittances are read through; what they hold is made when somebody goes through it, in its order.
    `heard` is told how far.
    """
    parts = [part for interchange in interchanges(text, tolerant=True) for part in _of_interchange(interchange, heard)]
    count = sum(map(len, parts))
    if not count:
        raise Parked("interchange 1: holds no 837P, 835, 999, TA1, 277, 276, 271 or 270")
    return {"transactions": Unfolding(count, lambda: chain.from_iterable(parts))}


def _of_interchange(interchange: Interchange, heard: Heard) -> Iterator[list[Plain] | Unfolding]:
    yield [interchange_ack(ack) for ack in acknowledgment.ta1_acks(interchange)]
    for group in interchange.groups:
        for transaction in group.transactions:
            kind = kind_of(transaction)
            if kind == "837P":
                yield claim_files(partial(claim_837p.readings, transaction, interchange.envelope(group), heard))
            elif kind == "835":
                yield [remittance(partial(remittance_835.Reading, transaction, heard))]
            else:
                yield list(_answer(kind, transaction))


def _answer(kind: str, transaction: Transaction) -> Iterator[Plain]:
    if kind == "999":
        yield group_ack(acknowledgment.group_ack(transaction.segments))
    elif kind == "277CA":
        yield claim_answers(file_acks(transaction), claim_acks(transaction))
    elif kind == "276":
        yield status_inquiries(status_276_277.read_request(transaction))
    elif kind == "277":
        yield statuses(status_276_277.read_response(transaction))
    elif kind == "270":
        yield inquiries(read_request(transaction))
    elif kind == "271":
        yield eligibility(read_response(transaction))
