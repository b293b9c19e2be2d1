"""What an X12 text is made of: interchanges of groups of transactions, and the problems found in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.errors import Parked
from models.x12.segments import Delimiters, Heard, Segment, Segments, nobody, segments


@dataclass(frozen=True)
class Problem:
    """Something that contradicts the standard or itself, and the place where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Party:
    """Who sends or receives: ISA05-06 or ISA07-08."""

    qualifier: str
    id: str


@dataclass(frozen=True)
class Envelope:
    """What an interchange says of itself; the group takes its control number and its parties unless told.

    `created` is written as the clock of its zone shows it: X12 has no zones.
    """

    sender: str
    receiver: str
    control: int
    created: datetime
    production: bool = False
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_control: int | None = None
    group_sender: str = ""
    group_receiver: str = ""


@dataclass(frozen=True)
class Source:
    """A stretch of a text with its delimiters; `where` names it in errors."""

    whole: str
    start: int
    end: int
    where: str
    delimiters: Delimiters

    @property
    def text(self) -> str:
        return self.whole[self.start : self.end]

    def walk(self, heard: Heard = nobody) -> Iterator[Segment]:
        """Its segments one by one: a large file has millions, and nobody holds them all."""
        return segments(self.whole, self.start, self.end, self.where, self.delimiters, heard)


@dataclass(frozen=True)
class Transaction:
    """ST to SE, both included; its segments are cut when somebody asks for them."""

    set_id: str
    control: str
    version: str
    source: Source

    @cached_property
    def segments(self) -> Segments:
        return tuple(self.source.walk())

    @property
    def opening(self) -> Segment:
        """Its ST."""
        return next(self.source.walk())


@dataclass(frozen=True)
class Group:
    """GS to GE; `version` (GS08) names the implementation guide."""

    functional_id: str
    control: int
    version: str
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True)
class Interchange:
    """ISA to IEA, with its source; `acknowledgments` are its TA1 segments."""

    control: int
    sender: Party
    receiver: Party
    created: datetime | None
    production: bool
    groups: tuple[Group, ...]
    acknowledgments: Segments
    source: Source

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def transactions(self) -> Iterator[Transaction]:
        return (transaction for group in self.groups for transaction in group.transactions)

    def envelope(self, group: Group) -> Envelope:
        """What the writer of this interchange would have said to make it."""
        if not self.created:
            raise Parked("ISA, elements 9 and 10: no date and time")
        own_number = None if group.control == self.control else group.control
        sender, receiver = self.sender, self.receiver
        return Envelope(
            sender.id,
            receiver.id,
            self.control,
            self.created,
            self.production,
            sender.qualifier,
            receiver.qualifier,
            own_number,
        )
