"""Reading a scenario file: every key known, every value of its kind, or a message with key and line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models.calendar import zone
from models.errors import Refused
from starter.scenarios.schema import EXPECT, REQUIRED, TABLES, Check, Misplaced

EXPECTED_OF = {
    "client_balance": "client",
    "payer_balance": "payer",
    "pay": "clinician",
    "session": "session",
    "claim": "session",
    "mail": "client",
}
"""Whose names the tables of [expect] hold."""

LISTS = ("service", "payer", "clinician", "client", "session", "event")


class WrongFile(Refused):
    """A scenario file that cannot be run: which key, which line."""


@dataclass(frozen=True)
class Scenario:
    """A checked file; tables are plain mappings with every default filled in, times local and naive."""

    name: str
    until: date
    practice: Mapping[str, Any]
    policy: Mapping[str, Any]
    services: list[Mapping[str, Any]]
    payers: list[Mapping[str, Any]]
    clinicians: list[Mapping[str, Any]]
    clients: list[Mapping[str, Any]]
    sessions: list[Mapping[str, Any]]
    events: list[Mapping[str, Any]]
    expect: Mapping[str, Any]


def read(path: Path) -> Scenario:
    """Read and check a file; WrongFile names key and line."""
    try:
        source = path.read_text(encoding="utf-8")
        raw = tomllib.loads(source)
    except OSError as missing:
        raise WrongFile(f"{path}: cannot be read ({missing.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise WrongFile(f"{path}: is no TOML: {broken}") from None
    return Reader(path, source).scenario(raw)


@dataclass(frozen=True)
class Reader:
    """Checks one file; knows its lines."""

    path: Path
    source: str

    def scenario(self, raw: dict[str, Any]) -> Scenario:
        for key in raw:
            if key not in TABLES:
                raise self.wrong(key, f"is not a key of a scenario; known are {', '.join(TABLES)}", None, 0)
        found = {key: self.section(raw, key, *rule) for key, rule in TABLES.items()}
        policy = found["policy"] or TABLES["policy"][0]({})
        expect = found["expect"] or EXPECT({})
        last = max((e["at"].date() for e in found["event"]), default=found["practice"]["today"])
        scenario = Scenario(
            name=found["name"],
            until=found["until"] or last + timedelta(days=1),
            practice=found["practice"],
            policy=policy,
            services=found["service"],
            payers=found["payer"],
            clinicians=found["clinician"],
            clients=found["client"],
            sessions=found["session"],
            events=found["event"],
            expect=expect,
        )
        self.check_names(scenario)
        return scenario

    def section(self, raw: dict[str, Any], key: str, check: Check, default: Any) -> Any:
        if key not in raw:
            if default is REQUIRED:
                raise self.wrong(key, "is missing", None, 0)
            return default
        if key in LISTS:
            if not isinstance(raw[key], list):
                raise self.wrong(key, f"must be written [[{key}]]", None, 0)
            return [self.checked(check, item, key, index) for index, item in enumerate(raw[key])]
        return self.checked(check, raw[key], key, 0)

    def checked(self, check: Check, value: Any, key: str, index: int) -> Any:
        try:
            return check(value)
        except Misplaced as misplaced:
            raise self.wrong(misplaced.key, str(misplaced), key, index) from None
        except ValueError as wrong:
            raise self.wrong(key, str(wrong), None, 0) from None

    def check_names(self, scenario: Scenario) -> None:
        """Every id that is used is defined, once."""
        ids = {
            "service": self.ids("service", scenario.services),
            "payer": self.ids("payer", scenario.payers),
            "clinician": self.ids("clinician", scenario.clinicians),
            "client": self.ids("client", scenario.clients),
            "session": self.ids("session", scenario.sessions),
        }
        try:
            zone(scenario.practice["timezone"])
        except Refused as unknown:
            raise self.wrong("timezone", str(unknown), "practice", 0) from None
        for index, session in enumerate(scenario.sessions):
            for client in session["clients"]:
                self.known(ids, "client", client, "clients", "session", index)
            for key in ("clinician", "service"):
                self.known(ids, key, session[key], key, "session", index)
        for index, clinician in enumerate(scenario.clinicians):
            for rule in clinician["pay"]:
                if rule["service"] != "*":
                    self.known(ids, "service", rule["service"], "service", "clinician", index)
        for index, client in enumerate(scenario.clients):
            for service in client["rate"]:
                self.known(ids, "service", service, service, "client", index)
            for coverage in client["coverage"]:
                self.known(ids, "payer", coverage["payer"], "payer", "client", index)
        for index, event in enumerate(scenario.events):
            for part in (event, *event.get("claims", [])):
                for key in ("session", "client", "payer"):
                    if part.get(key) is not None:
                        self.known(ids, key, part[key], key, "event", index)
            if event["at"].date() < scenario.practice["today"]:
                raise self.wrong("at", "lies before the practice's today", "event", index)
        for key, kind in EXPECTED_OF.items():
            for name in scenario.expect[key]:
                self.known(ids, kind, name, name, "expect", 0)

    def ids(self, kind: str, rows: list[Mapping[str, Any]]) -> set[str]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if row["id"] in seen:
                raise self.wrong("id", f"{row['id']!r} is used twice", kind, index)
            seen.add(row["id"])
        return seen

    def known(self, ids: Mapping[str, set[str]], kind: str, name: str, key: str, section: str, index: int) -> None:
        if name not in ids[kind]:
            raise self.wrong(key, f"names the {kind} {name!r}, which the file does not define", section, index)

    def wrong(self, key: str, why: str, section: str | None, index: int) -> WrongFile:
        place = f"[{section}] " if section else ""
        return WrongFile(f"{self.path}: line {self.line(key, section, index)}: {place}{key}: {why}")

    def line(self, key: str, section: str | None, index: int) -> int:
        """The line of a key in the index-th table of that name; the table's own where the key is not written."""
        lines = self.source.splitlines()
        start = self.header(lines, section, index) if section else 0
        for number in range(start, len(lines)):
            if number > start and re.match(r"\s*\[\[?\w", lines[number]) and section:
                break
            if re.search(rf"(^|[\s{{,\[\"']){re.escape(key)}[\"']?\s*(=|\]|\.)", lines[number]):
                return number + 1
        return start + 1

    def header(self, lines: list[str], section: str, index: int) -> int:
        headers = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[?{section}\]\]?", line)]
        return headers[index] if index < len(headers) else 0
