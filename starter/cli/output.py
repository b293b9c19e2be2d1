"""What people and programs read: tables for one, JSON for the other, of the same rows.

In JSON amounts are texts with two decimals and times ISO 8601 with the practice's offset.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDE = 180
"""Columns where nobody watches: what is piped into a file is not cut to a terminal's width."""

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Columns = Mapping[str, str | Callable[[Any], Any]]
"""A table's columns by title: a field's name, or what makes the cell of a row."""


def show(rows: Sequence[Any], columns: Columns, as_json: bool, tz: ZoneInfo, title: str = "") -> None:
    """Rows as a table, or as a JSON list."""
    if as_json:
        show_json(rows, tz)
        return
    if not rows:
        say(f"{title or 'list'}: nothing")
        return
    console().print(table(rows, columns, tz, title))


def show_one(row: Any, columns: Columns, as_json: bool, tz: ZoneInfo, title: str = "") -> None:
    """One row as a table of a line, or as a JSON object."""
    if as_json:
        show_json(row, tz)
    else:
        console().print(table([row], columns, tz, title))


def show_json(value: Any, tz: ZoneInfo) -> None:
    """Anything as JSON."""
    sys.stdout.write(json.dumps(plain(value, tz), indent=2, ensure_ascii=False) + "\n")


def say(line: str) -> None:
    """A line for a person."""
    console().print(escape(line), soft_wrap=True, highlight=False)


def console() -> Console:
    """Standard output as it is now."""
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE)


def table(rows: Sequence[Any], columns: Columns, tz: ZoneInfo, title: str = "") -> Table:
    """Rows as a rich table; amounts stand to the right."""
    drawn = Table(title=escape(title) or None, title_justify="left", header_style="bold")
    cells = [[_value(row, column) for column in columns.values()] for row in rows]
    for place, name in enumerate(columns):
        numeric = any(isinstance(line[place], Decimal) for line in cells)
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for line in cells:
        drawn.add_row(*(escape(words(value, tz)) for value in line))
    return drawn


def words(value: Any, tz: ZoneInfo) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return f"{value.astimezone(tz):%Y-%m-%d %H:%M}"
    if isinstance(value, (list, tuple)):
        return ", ".join(words(part, tz) for part in value)
    return str(value)


def plain(value: Any, tz: ZoneInfo) -> Any:
    """A value as JSON knows it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name), tz) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part, tz) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part, tz) for part in value]
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(tz).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _value(row: Any, column: str | Callable[[Any], Any]) -> Any:
    return getattr(row, column) if isinstance(column, str) else column(row)
