"""A TOML file under check: every key known, every value of its kind, or a message with key and line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import Refused
from starter.scenarios.values import REQUIRED, Check, Misplaced


class WrongFile(Refused):
    """A file that cannot be run: which key, which line."""


@dataclass(frozen=True)
class Source:
    """A file as text; knows its lines."""

    path: Path
    text: str

    @staticmethod
    def read(path: Path) -> "tuple[Source, dict[str, Any]]":
        """The file and what it holds; WrongFile when it cannot be read or is no TOML."""
        try:
            text = path.read_text(encoding="utf-8")
            return Source(path, text), tomllib.loads(text)
        except OSError as missing:
            raise WrongFile(f"{path}: cannot be read ({missing.strerror})") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise WrongFile(f"{path}: is no TOML: {broken}") from None

    def checked(
        self, raw: dict[str, Any], what: str, tables: Mapping[str, tuple[Check, Any]], lists: tuple[str, ...]
    ) -> dict[str, Any]:
        """Every table of `raw`, checked, with every default filled in; `what` the file is."""
        for key in raw:
            if key not in tables:
                raise self.wrong(key, f"is not a key of a {what}; known are {', '.join(tables)}", None, 0)
        return {key: self._section(raw, key, *rule, listed=key in lists) for key, rule in tables.items()}

    def _section(self, raw: dict[str, Any], key: str, check: Check, default: Any, listed: bool) -> Any:
        if key not in raw:
            if default is REQUIRED:
                raise self.wrong(key, "is missing", None, 0)
            return default
        if listed:
            if not isinstance(raw[key], list):
                raise self.wrong(key, f"must be written [[{key}]]", None, 0)
            return [self._checked(check, item, key, index) for index, item in enumerate(raw[key])]
        return self._checked(check, raw[key], key, 0)

    def _checked(self, check: Check, value: Any, key: str, index: int) -> Any:
        try:
            return check(value)
        except Misplaced as misplaced:
            raise self.wrong(misplaced.key, str(misplaced), key, index) from None
        except ValueError as wrong:
            raise self.wrong(key, str(wrong), None, 0) from None

    def wrong(self, key: str, why: str, section: str | None, index: int) -> WrongFile:
        """What to raise about a key of the index-th table of that name."""
        place = f"[{section}] " if section else ""
        return WrongFile(f"{self.path}: line {self._line(key, section, index)}: {place}{key}: {why}")

    def _line(self, key: str, section: str | None, index: int) -> int:
        """The line of a key in the index-th table of that name; the table's own where the key is not written."""
        lines = self.text.splitlines()
        start = _header(lines, section, index) if section else 0
        for number in range(start, len(lines)):
            if number > start and re.match(r"\s*\[\[?\w", lines[number]) and section:
                break
            if re.search(rf"(^|[\s{{,\[\"']){re.escape(key)}[\"']?\s*(=|\]|\.)", lines[number]):
                return number + 1
        return start + 1


def _header(lines: list[str], section: str, index: int) -> int:
    headers = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[?{section}\]\]?", line)]
    return headers[index] if index < len(headers) else 0
