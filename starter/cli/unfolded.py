"""JSON of what is too large to be held whole: indented like any other, and written a piece at a time."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from models.unfolding import Unfolding


def print_json(told: dict[str, Any]) -> None:
    """An object on standard output; the items of its lists that unfold are made as they are written."""
    sys.stdout.writelines(_pieces(told, "\n"))
    sys.stdout.write("\n")


def _pieces(told: dict[str, Any], line: str) -> Iterator[str]:
    """An object; `line` begins each line of it."""
    if not any(isinstance(value, Unfolding) for value in told.values()):
        yield _whole(told, line)
        return
    inner, before = f"{line}  ", "{"
    for name, value in told.items():
        yield f"{before}{inner}{json.dumps(name)}: "
        before = ","
        if isinstance(value, Unfolding):
            yield from _items(value, inner)
        else:
            yield _whole(value, inner)
    yield f"{line}}}"


def _items(told: Unfolding, line: str) -> Iterator[str]:
    inner, before = f"{line}  ", "["
    for item in told:
        yield before + inner
        before = ","
        yield from _pieces(item, inner)
    yield "[]" if before == "[" else f"{line}]"


def _whole(told: Any, line: str) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False).replace("\n", line)
