"""A clearinghouse that answers as real ones do: TA1, 999 and 277CA at once, the payers' 835s when they are due.

It reads what lies in the practice's inbox folder and knows nothing else of the practice. What payers do is the
`Script`'s: `payers.toml` holds one for demonstrations.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from activities.adapters.folder import OUTBOX
from models.money import total
from models.x12.acknowledgment import ClaimAck, write_277ca, write_999, write_ta1
from models.x12.claims import ClaimFile
from models.x12.envelope import Envelope, Interchange, Party, Problem
from models.x12.remittance_835_writing import write
from models.x12.remittances import Remittance
from starter.sandbox import inquiries
from starter.sandbox.claim_case import Case, cases, claim_ack, plan
from starter.sandbox.clearinghouse_books import Answer, Book, Books, Route
from starter.sandbox.file_verdict import arrived, contents, envelope_ack, envelope_code, group_acks, key_of
from starter.sandbox.home import private
from starter.sandbox.payer_rules import FileRejected
from starter.sandbox.payer_script import Script

__all__ = ["PAYERS", "Clearinghouse", "Script"]

PAYERS = Path(__file__).with_name("payers.toml")
DUPLICATE = "025"
LONGEST_ID = 15
log = logging.getLogger(__name__)


class Clearinghouse:
    """Answers what arrives in a folder's inbox; its memory lies beside the folder, where the practice cannot look.

    Safe to call from several threads and processes, and again after a crash.
    """

    def __init__(self, folder: Path, script: Script, now: Callable[[], datetime]) -> None:
        self.outbox, self.script, self.now = folder / OUTBOX, script, now
        self.outbox.mkdir(parents=True, exist_ok=True)
        self.books = Books(folder.with_name(f"{folder.name}-access") / "answers.db")

    async def on_upload(self, upload: Path) -> None:
        """`judge` for the server's hook, without holding up its other clients."""
        await asyncio.to_thread(self.judge, upload)

    def judge(self, upload: Path) -> None:
        """Acknowledge each interchange of a file and plan the payers' answers; one seen before gets nothing new."""
        text = upload.read_bytes().decode("utf-8", "replace")
        found = list(arrived(text))
        if not found:
            log.warning("an upload without a readable ISA cannot be answered")
        for interchange, broken in found:
            with self.books.open() as book:
                self._receive(book, interchange, broken)
        self.send()

    def release(self, now: datetime) -> int:
        """Write what payers owe by now, one 835 per payer, and tell how many; takebacks follow in one of their own."""
        with self.books.open() as book:
            payments: defaultdict[tuple[int, Route, str, str], list[Answer]] = defaultdict(list)
            for answer in book.release(now):
                payments[answer.turn, answer.route, answer.payer.id, answer.payee.npi].append(answer)
            for key in sorted(payments, key=lambda key: key[0]):
                _remit(book, payments[key], now)
        self.send()
        return len(payments)

    def send(self) -> None:
        """Put every file noted in the books into the outbox, whole."""
        with self.books.open() as book:
            for name, content in book.unsent():
                private(self.outbox / name, content)
                book.sent(name)

    def _receive(self, book: Book, interchange: Interchange, broken: list[Problem]) -> None:
        sender, control = interchange.sender.id, interchange.control
        digest = sha256(interchange.text.encode()).hexdigest()
        if book.seen(sender, control, digest):
            return
        duplicate = book.taken(sender, control)
        book.note_upload(sender, control, digest, taken=not broken)
        if broken or duplicate:
            code = envelope_code(broken) if broken else DUPLICATE
            envelope = _envelope(book, route_back(interchange), self.now())
            book.send(_name(envelope, "ta1"), write_ta1(envelope, [envelope_ack(interchange, code)]))
        elif inquiries.asks(interchange):
            self._answer_inquiries(book, interchange)
        else:
            self._answer(book, interchange)

    def _answer(self, book: Book, interchange: Interchange) -> None:
        """The 999 for all of the interchange, then claim by claim what was accepted."""
        now, route = self.now(), route_back(interchange)
        read = contents(interchange)
        by_file = [(file, cases(book, self.script, file.claims, now)) for file in read.files]
        problems = dict(read.problems)
        for file, of_file in by_file:
            problems[key_of(file)] += tuple(_refusals(of_file))
        if acks := group_acks(interchange, problems):
            envelope = _envelope(book, route, now)
            book.send(_name(envelope, "999"), write_999(envelope, acks))
        for file, of_file in by_file:
            if not problems[key_of(file)]:
                _answer_claims(book, route, file, of_file, now)

    def _answer_inquiries(self, book: Book, interchange: Interchange) -> None:
        """The 999, then what each payer says of who is covered and where claims stand."""
        now, route = self.now(), route_back(interchange)
        acks, readable = inquiries.acknowledged(interchange)
        first = _envelope(book, route, now)
        book.send(_name(first, "999"), write_999(first, acks))
        if readable:
            new = partial(_envelope, book, route, now)
            for envelope, kind, text in inquiries.answers(book, self.script, interchange, now, new):
                book.send(_name(envelope, kind), text)


def route_back(interchange: Interchange) -> Route:
    """The way our answers take; a broken envelope may not say whose they are."""
    receiver, sender = _named(interchange.receiver), _named(interchange.sender)
    return Route(sender=receiver, receiver=sender, production=interchange.production)


def _named(party: Party) -> Party:
    return Party(party.qualifier[:2] or "ZZ", party.id[:LONGEST_ID] or "UNKNOWN")


def _refusals(of_file: Sequence[Case]) -> list[Problem]:
    """The reasons for which the script wants the whole transaction back."""
    return [Problem("", case.rule.behaviour.words) for case in of_file if isinstance(case.rule.behaviour, FileRejected)]


def _answer_claims(book: Book, route: Route, file: ClaimFile, of_file: Sequence[Case], now: datetime) -> None:
    """The 277CA for one billing provider's claims; what was accepted goes to its payers."""
    acks: list[ClaimAck] = []
    for case in of_file:
        acks.append(claim_ack(case, now))
        if acks[-1].accepted:
            plan(book, route, file.billing, case, now)
    envelope = _envelope(book, route, now)
    text = write_277ca(envelope, acks, payer=file.receiver, provider=file.billing, batch=str(file.envelope.control))
    book.send(_name(envelope, "277"), text)


def _remit(book: Book, answers: Sequence[Answer], now: datetime) -> None:
    """One payment of one payer to one practice for all of these claims."""
    first = answers[0]
    claims = tuple(answer.payment for answer in answers)
    payment = total(claim.paid for claim in claims)
    trace = f"{first.payer.id}-{book.next(f'trace {first.payer.id}'):07d}"
    method = "ACH" if payment else "NON"
    payee, day = first.payee, now.date()
    remittance = Remittance(first.payer, payee.npi, payee.name, payment, method, trace, day, claims)
    envelope = _envelope(book, first.route, now)
    book.send(_name(envelope, "835"), write(envelope, [remittance]))


def _envelope(book: Book, route: Route, now: datetime) -> Envelope:
    return Envelope(
        sender=route.sender.id,
        receiver=route.receiver.id,
        control=book.next("interchange"),
        created=now,
        production=route.production,
        sender_qualifier=route.sender.qualifier,
        receiver_qualifier=route.receiver.qualifier,
    )


def _name(envelope: Envelope, kind: str) -> str:
    """Sorts by the order in which they were written; says nothing of their content."""
    return f"{envelope.control:09d}.{kind}"
