"""Column types used by every table: exact money, aware time, lists of words."""

from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Numeric, Text

MONEY = Numeric(12, 2)
INSTANT = DateTime(timezone=True)
WORDS = ARRAY(Text)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check that a text column holds one of an enum's values."""
    listed = ", ".join(f"'{member.value}'" for member in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")
