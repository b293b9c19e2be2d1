"""How a scenario file writes values, and what is said where one is written otherwise."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from models.money import dollars, percentage
from models.rules.attendance import terms_of

REQUIRED = object()
Check = Callable[[Any], Any]


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    return value


def amount(value: Any) -> Any:
    return dollars(text(value))


def price(value: Any) -> Any:
    read = amount(value)
    if read < 0:
        raise ValueError("must not be below zero")
    return read


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number, not below zero")
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a date such as 2027-03-01, without quotes")
    return value


def clock(value: Any) -> time:
    if not isinstance(value, time):
        raise ValueError("must be a time of day such as 18:00:00, without quotes")
    return value


def moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError("must be a local time such as 2027-03-01T11:00:00, without quotes and without a zone")
    return value


def fee(value: Any) -> str:
    terms_of(text(value))
    return str(value)


def share(value: Any) -> Any:
    return percentage(text(value))


def one_of(*known: str) -> Check:
    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return str(value)

    return check


def several(check: Check) -> Check:
    def each(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        return [check(item) for item in value]

    return each


def table(spec: Mapping[str, tuple[Check, Any]]) -> Check:
    """A check of a table: unknown and missing keys are named, defaults filled in."""

    def check(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must be a table")
        for key in value:
            if key not in spec:
                raise Misplaced(key, f"is not a key here; known are {', '.join(spec)}")
        return {key: _value(value, key, *rule) for key, rule in spec.items()}

    return check


class Misplaced(ValueError):
    """A value that is wrong, under the key that holds it."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def _value(values: Mapping[str, Any], key: str, check: Check, default: Any) -> Any:
    if key not in values:
        if default is REQUIRED:
            raise Misplaced(key, "is missing")
        return default
    try:
        return check(values[key])
    except Misplaced:
        raise
    except ValueError as wrong:
        raise Misplaced(key, str(wrong)) from None


def mapping(check: Check) -> Check:
    def each(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must be a table")
        return {key: _value(value, key, check, REQUIRED) for key in value}

    return each


def adjustment(value: Any) -> tuple[str, str, Any]:
    found = re.fullmatch(r"(CO|PR|OA|PI|CR)-(\w+) (-?\d+(?:\.\d+)?)", text(value))
    if not found:
        raise ValueError('must look like "CO-45 60.00"')
    return found[1], found[2], dollars(found[3])


def basis_value(value: Any) -> Any:
    return share(value) if text(value).endswith("%") else price(value)


def besides(value: Any) -> tuple[Any, Any]:
    """Dollars and percent; one of them is zero."""
    read, nothing = basis_value(value), dollars("0.00")
    return (nothing, read) if value.endswith("%") else (read, nothing)


def as_text(value: Any) -> str:
    """What JSON has no type for: money with two decimals, all else as it is written."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
