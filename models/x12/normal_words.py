"""How values stand in a file's plain form."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from models.x12.parties import Adjustment, Payer, Person, Provider

Plain = dict[str, Any]
"""An object of JSON."""


def amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def number(value: Decimal | None) -> str | None:
    """A quantity or a percentage, without needless zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def payer(value: Payer) -> Plain:
    return {"name": value.name, "id": value.id}


def provider(value: Provider) -> Plain:
    return {"name": " ".join(filter(None, (value.first, value.name))), "npi": value.npi, "taxonomy": value.taxonomy}


def person(value: Person | None) -> Plain | None:
    if value is None:
        return None
    return {"last": value.last, "first": value.first, "birth": day(value.birth), "sex": value.sex}


def adjustments(values: Iterable[Adjustment]) -> list[Plain]:
    return [{"group": each.group, "reason": each.reason, "amount": amount(each.amount)} for each in values]
