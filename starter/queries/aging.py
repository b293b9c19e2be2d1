"""How old what clients and payers owe is: the report's own SQL, with the number of whom it is about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Engine

from models.reports.sql.aging import AGING, BY_CLIENT, BY_PAYER
from starter.queries.reading import rows


@dataclass(frozen=True)
class AgedRow:
    """Who owes, and what by age; `credit` has none. `owed` is the balance of the account."""

    key: int
    who: str
    days_30: Decimal
    days_60: Decimal
    days_90: Decimal
    older: Decimal
    credit: Decimal
    owed: Decimal


def clients_aging(engine: Engine, today: date) -> list[AgedRow]:
    """What clients owe, by age; who owes most comes first."""
    return rows(engine, AgedRow, AGING.format_map(BY_CLIENT), last=today)


def payers_aging(engine: Engine, today: date, timezone: str) -> list[AgedRow]:
    """What payers owe, by age of the session."""
    return rows(engine, AgedRow, AGING.format_map(BY_PAYER), last=today, tz=timezone)
