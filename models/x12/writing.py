"""Writing X12: rows of elements become an interchange with right padding, counts and characters.

x12-edi-tools joins the segments; what it leaves to its caller is done here: fixed widths, control numbers,
counts, trailing elements, and data that would break the file or that no receiver accepts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from x12_edi_tools.x12_generator import X12Generator

from models.errors import Refused
from models.letters import plain
from models.x12.envelope import Envelope

Element = str | tuple[str, ...]
"""A tuple is a composite; its parts are cleaned one by one."""


class Repeats(tuple[str, ...]):
    """An element that is there several times, one repetition a part."""


Row = tuple[Element, ...]
"""A segment: its identifier and its elements."""

COMPONENT, REPETITION = ":", "^"
DELIMITERS_TO_BLANKS = str.maketrans("*~:^\r\n\t", "       ")


@dataclass(frozen=True)
class Body:
    """The segments of one transaction between ST and SE; `guide` is ST03 where the set has one.

    `control` is ST02; "" counts the transactions of the interchange.
    """

    set_id: str
    rows: Sequence[Row]
    guide: str = ""
    control: str = ""


def own_control(envelope: Envelope, place: int = 0) -> str:
    """ST02 as unique among our files as the interchange's number is; what is not the first has its place behind it."""
    return f"{envelope.control:04d}" + (str(place) if place else "")


def compose(envelope: Envelope, functional_id: str, version: str, bodies: Sequence[Body]) -> str:
    """One interchange with one group of these transactions, a line per segment."""
    generator = X12Generator(version)
    generator.SEGMENT_TERMINATOR = "~\n"
    group_control = envelope.control if envelope.group_control is None else envelope.group_control
    _add(generator, _isa(envelope), as_is=True)
    _add(generator, _gs(envelope, functional_id, version, group_control))
    for number, body in enumerate(bodies, start=1):
        control = body.control or f"{number:04d}"
        _add(generator, ("ST", body.set_id, control, body.guide))
        for row in body.rows:
            _add(generator, row)
        _add(generator, ("SE", str(len(body.rows) + 2), control))
    _add(generator, ("GE", str(len(bodies)), str(group_control)))
    _add(generator, ("IEA", "1", f"{envelope.control:09d}"))
    return str(generator.generate())


def compose_bare(envelope: Envelope, rows: Iterable[Row]) -> str:
    """An interchange without a group, as a TA1 travels; the generator insists on a group, so it is joined here."""
    texts = ["*".join(map(str, _isa(envelope))), *("*".join(_elements(row)) for row in rows)]
    return "".join(f"{text}~\n" for text in [*texts, f"IEA*0*{envelope.control:09d}"])


@lru_cache(maxsize=1 << 13)
def clean(text: str) -> str:
    """The text in the characters every receiver of X12 takes, without our delimiters in it."""
    whole = plain(text).translate(DELIMITERS_TO_BLANKS)
    return " ".join("".join(sign for sign in whole if sign.isprintable()).split())


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def number(quantity: Decimal) -> str:
    """A quantity without needless zeros: 1, 1.5."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date) -> str:
    return value.strftime("%Y%m%d")


def _add(generator: X12Generator, row: Row, as_is: bool = False) -> None:
    name, *elements = map(str, row) if as_is else _elements(row)
    generator.add_segment(name, elements)


def _elements(row: Row) -> list[str]:
    """Cleaned texts of a row, trailing empty elements dropped."""
    texts = [_text(element) for element in row]
    while not texts[-1]:
        texts.pop()
    return texts


def _text(element: Element) -> str:
    if isinstance(element, Repeats):
        return REPETITION.join(map(clean, element))
    return _composite(element) if isinstance(element, tuple) else clean(element)


def _composite(parts: tuple[str, ...]) -> str:
    return COMPONENT.join(map(clean, parts)).rstrip(COMPONENT)


def _isa(envelope: Envelope) -> Row:
    sender, receiver = clean(envelope.sender), clean(envelope.receiver)
    if max(len(sender), len(receiver)) > 15 or not sender or not receiver:
        raise Refused("the sender and the receiver of an X12 file are named by 1 to 15 characters")
    if not 0 < envelope.control <= 999_999_999:
        raise Refused("the control number of an X12 file is between 1 and 999999999")
    who = (envelope.sender_qualifier, sender.ljust(15), envelope.receiver_qualifier, receiver.ljust(15))
    when = (envelope.created.strftime("%y%m%d"), envelope.created.strftime("%H%M"))
    usage = "P" if envelope.production else "T"
    nothing = " " * 10
    return (
        *("ISA", "00", nothing, "00", nothing, *who, *when),
        *(REPETITION, "00501", f"{envelope.control:09d}", "0", usage, COMPONENT),
    )


def _gs(envelope: Envelope, functional_id: str, version: str, control: int) -> Row:
    when = (day(envelope.created), envelope.created.strftime("%H%M"))
    sender, receiver = envelope.group_sender or envelope.sender, envelope.group_receiver or envelope.receiver
    return ("GS", functional_id, sender, receiver, *when, str(control), "X", version)
