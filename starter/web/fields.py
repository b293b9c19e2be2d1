"""What people type in more than one form: phone numbers, states, ZIPs, days of birth."""

import re
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from models.calendar import zone
from models.checks import words
from models.errors import Refused

FIRST_BIRTH = date(1900, 1, 1)


def _phone(text: str) -> str:
    if not words.PHONE.fullmatch(text):
        raise ValueError("a phone number such as 217-555-0142, please")
    return text


def _email(text: str) -> str:
    if not words.EMAIL.fullmatch(text):
        raise ValueError("an e-mail address such as name@host.example, please")
    return text


def _state(text: str) -> str:
    if not words.STATE.fullmatch(text.upper()):
        raise ValueError("two letters, such as IL, please")
    return text.upper()


def _zip(text: str) -> str:
    if not words.ZIP.fullmatch(text):
        raise ValueError("five digits, or nine with a dash, please")
    return text


def _zone(text: str) -> str:
    try:
        return zone(text).key
    except Refused as unknown:
        raise ValueError(str(unknown)) from None


def _birth(day: date) -> date:
    if day < FIRST_BIRTH:
        raise ValueError("this is too long ago; please look at the year")
    return day


def _us_date(text: object) -> object:
    """5/17/1985 as 1985-05-17, for those whose browser has no date field."""
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip()) if isinstance(text, str) else None
    return f"{found[3]}-{found[1]:0>2}-{found[2]:0>2}" if found else text


Kind = TypeVar("Kind")
Maybe = Annotated[Kind | None, BeforeValidator(lambda given: given or None)]
"""A part of an address that may be left empty."""
Line = Annotated[str, Field(max_length=120)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
Email = Annotated[str, Field(max_length=200), AfterValidator(_email)]
State = Annotated[str, AfterValidator(_state)]
Zip = Annotated[str, AfterValidator(_zip)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[date, BeforeValidator(_us_date)]
Birth = Annotated[date, BeforeValidator(_us_date), AfterValidator(_birth)]
