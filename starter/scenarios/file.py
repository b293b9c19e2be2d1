"""Reading a scenario file: every key known, every value of its kind, or a message with key and line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models.calendar import zone
from models.errors import Refused
from starter.scenarios.schema import EXPECT, TABLES
from starter.scenarios.source import Source, WrongFile

EXPECTED_OF = {
    "client_balance": "client",
    "payer_balance": "payer",
    "pay": "clinician",
    "statement": "clinician",
    "session": "session",
    "claim": "session",
    "mail": "client",
}
"""Whose names the tables of [expect] hold."""

__all__ = ["LISTS", "Scenario", "WrongFile", "read"]
LISTS = ("service", "payer", "clinician", "client", "session", "event")


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
    source, raw = Source.read(path)
    return Reader(source).scenario(raw)


@dataclass(frozen=True)
class Reader:
    """Checks one file."""

    source: Source

    def scenario(self, raw: dict[str, Any]) -> Scenario:
        found = self.source.checked(raw, "scenario", TABLES, LISTS)
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
            raise self.source.wrong("timezone", str(unknown), "practice", 0) from None
        for index, session in enumerate(scenario.sessions):
            for client in session["clients"]:
                self.known(ids, "client", client, "clients", "session", index)
            for key in ("clinician", "service"):
                self.known(ids, key, session[key], key, "session", index)
        for index, clinician in enumerate(scenario.clinicians):
            for rule in clinician["pay"]:
                if rule["service"] != "*":
                    self.known(ids, "service", rule["service"], "service", "clinician", index)
            for service in clinician["rate"]:
                self.known(ids, "service", service, service, "clinician", index)
        for index, client in enumerate(scenario.clients):
            for service in client["rate"]:
                self.known(ids, "service", service, service, "client", index)
            for coverage in client["coverage"]:
                self.known(ids, "payer", coverage["payer"], "payer", "client", index)
        for index, event in enumerate(scenario.events):
            told = event.get("claims", [])
            for part in (event, *told, *(line for one in told for line in one["lines"]), *(event.get("add_ons") or [])):
                for key in ("session", "client", "payer", "clinician", "service"):
                    if part.get(key) is not None:
                        self.known(ids, key, part[key], key, "event", index)
            for rule in (*event.get("pay", []), *(event.get("adjust", []) if event["do"] == "contract" else [])):
                if rule["service"] != "*":
                    self.known(ids, "service", rule["service"], "service", "event", index)
            if event["at"].date() < scenario.practice["today"]:
                raise self.source.wrong("at", "lies before the practice's today", "event", index)
        for key, kind in EXPECTED_OF.items():
            for name in scenario.expect[key]:
                self.known(ids, kind, name, name, "expect", 0)

    def ids(self, kind: str, rows: list[Mapping[str, Any]]) -> set[str]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if row["id"] in seen:
                raise self.source.wrong("id", f"{row['id']!r} is used twice", kind, index)
            seen.add(row["id"])
        return seen

    def known(self, ids: Mapping[str, set[str]], kind: str, name: str, key: str, section: str, index: int) -> None:
        if name not in ids[kind]:
            raise self.source.wrong(key, f"names the {kind} {name!r}, which the file does not define", section, index)
