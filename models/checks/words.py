"""How names, addresses, numbers and codes are written, as checks of rows and forms share it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.calendar import zone
from models.errors import Refused
from models.rules.scrub_checks import valid_npi

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
STATE = re.compile(r"[A-Z]{2}")
ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
TAXONOMY = re.compile(r"[0-9A-Z]{10}")
TAX_ID = re.compile(r"[0-9]{9}")
PHONE = re.compile(r"(?=(\D*\d){7,15}\D*$)[\d\s().+x-]+")
PAYER_ID = re.compile(r"[A-Za-z0-9]{2,80}")


class Problem(NamedTuple):
    """What is wrong, and at which field of the row."""

    field: str
    words: str


Problems = Iterator[Problem]


def named(name: str, field: str = "name") -> Problems:
    """A name is there."""
    if not name.strip():
        yield Problem(field, "a name is missing")


def phone(number: str) -> Problems:
    """A phone number, where there is one."""
    if number and not PHONE.fullmatch(number):
        yield Problem("phone", "the phone number is not seven to fifteen digits, such as 217-555-0142")


def email(address: str) -> Problems:
    """A mail address, where there is one."""
    if address and not EMAIL.fullmatch(address):
        yield Problem("email", "the e-mail address does not read name@host")


def timezone(name: str | None) -> Problems:
    """A time zone, where one is set."""
    if name is not None:
        try:
            zone(name)
        except Refused as unknown:
            yield Problem("timezone", str(unknown))


def address(state: str, code: str, prefix: str = "") -> Problems:
    """State and ZIP, where there are any."""
    if state and not STATE.fullmatch(state):
        yield Problem(f"{prefix}state", f"state {state!r} is not two capital letters, such as MA")
    if code and not ZIP.fullmatch(code):
        yield Problem(f"{prefix}zip", f"ZIP {code!r} is not five or nine digits")


def npi(number: str, field: str = "npi") -> Problems:
    """A National Provider Identifier, where there is one."""
    if number and not valid_npi(number):
        yield Problem(field, f"NPI {number!r} is not ten digits with a right check digit")


def tax_id(number: str) -> Problems:
    """An employer's or a person's number (EIN, SSN)."""
    if not TAX_ID.fullmatch(number):
        yield Problem("tax_id", f"tax id {number!r} is not nine digits")


def in_order(since: object, until: object, field: str, words: str) -> Problems:
    """Days that end after they begin, where both are known."""
    if since and until and until < since:  # type: ignore[operator]  # two days, or two times of day
        yield Problem(field, words)
