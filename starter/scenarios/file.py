"""Reading a scenario file: every key known, every value of its kind, or a message with key and line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from activities.directory import percent, terms
from models.calendar import PayCycle, zone
from models.errors import Refused
from models.facts import By, Method, PayBasis
from models.money import dollars

REQUIRED = object()
Check = Callable[[Any], Any]


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


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    return value


def amount(value: Any) -> Any:
    return dollars(text(value))


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


def moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError("must be a local time such as 2027-03-01T11:00:00, without quotes and without a zone")
    return value


def fee(value: Any) -> str:
    terms(text(value))
    return str(value)


def share(value: Any) -> Any:
    return percent(text(value))


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
    return share(value) if text(value).endswith("%") else amount(value)


PAY = table(
    {
        "service": (text, "*"),
        "basis": (one_of(*PayBasis), REQUIRED),
        "value": (basis_value, REQUIRED),
        "after_sessions": (whole, 0),
        "per_extra_attendee": (amount, dollars("0.00")),
        "from_attendees": (whole, 1),
    }
)
COVERAGE = table({"payer": (text, REQUIRED), "member_id": (text, REQUIRED), "copay": (amount, dollars("0.00"))})
ANSWER = table(
    {
        "session": (text, REQUIRED),
        "client": (text, None),
        "status": (text, "1"),
        "paid": (amount, REQUIRED),
        "adjust": (several(adjustment), []),
        "icn": (text, ""),
    }
)
PLB = table({"code": (text, REQUIRED), "amount": (amount, REQUIRED)})

AT = {"at": (moment, REQUIRED), "do": (text, REQUIRED)}
SESSION = {"session": (text, REQUIRED)}
CLIENT = {"client": (text, REQUIRED)}
ANY_CLIENT = {"client": (text, None)}
BY = {"by": (one_of(*By), "client")}
MONEY = {"amount": (amount, REQUIRED)}
METHOD = {"method": (one_of(*Method), REQUIRED)}

EVENTS: dict[str, Check] = {
    "cancel": table({**AT, **SESSION, **BY, **ANY_CLIENT}),
    "reschedule": table({**AT, **SESSION, "starts": (moment, REQUIRED), **BY}),
    "confirm": table({**AT, **SESSION, **ANY_CLIENT}),
    "attend": table({**AT, **SESSION, **ANY_CLIENT, "minutes": (whole, None)}),
    "no_show": table({**AT, **SESSION, **ANY_CLIENT, "minutes": (whole, None)}),
    "sign_note": table({**AT, **SESSION, "diagnosis": (several(text), [])}),
    "pay": table({**AT, **CLIENT, **MONEY, **METHOD}),
    "refund": table({**AT, **CLIENT, **MONEY, **METHOD}),
    "waive": table({**AT, **SESSION, **ANY_CLIENT, "reason": (text, REQUIRED)}),
    "write_off": table({**AT, **CLIENT, **MONEY, "reason": (text, REQUIRED)}),
    "reject": table({**AT, **SESSION, **ANY_CLIENT, "by": (one_of("999", "277CA"), REQUIRED), "code": (text, "")}),
    "correct_claim": table(
        {**AT, **SESSION, **ANY_CLIENT, "authorization": (text, ""), "diagnosis": (several(text), [])}
    ),
    "remit": table(
        {
            **AT,
            "payer": (text, REQUIRED),
            "trace": (text, None),
            "claims": (several(ANSWER), REQUIRED),
            "plb": (several(PLB), []),
        }
    ),
}


def event(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.get("do") not in EVENTS:
        raise Misplaced("do", f"must be one of {', '.join(EVENTS)}")
    checked: Mapping[str, Any] = EVENTS[value["do"]](value)
    return checked


EXPECT = table(
    {
        "client_balance": (mapping(amount), {}),
        "payer_balance": (mapping(amount), {}),
        "income": (mapping(amount), {}),
        "contractual": (amount, None),
        "written_off": (amount, None),
        "cash": (mapping(amount), {}),
        "pay": (mapping(mapping(amount)), {}),
        "session": (mapping(mapping(text)), {}),
        "claim": (mapping(mapping(text)), {}),
        "mail": (mapping(mapping(whole)), {}),
        "tasks": (several(text), None),
        "trial_balance": (amount, None),
    }
)

TABLES: dict[str, tuple[Check, Any]] = {
    "name": (text, REQUIRED),
    "about": (text, ""),
    "until": (day, None),
    "practice": (
        table(
            {
                "timezone": (text, REQUIRED),
                "today": (day, REQUIRED),
                "pay_period": (one_of(*PayCycle), "biweekly"),
                "pay_anchor": (day, None),
                "note_required": (yes_or_no, True),
            }
        ),
        REQUIRED,
    ),
    "policy": (
        table(
            {
                "notice_hours": (whole, 24),
                "late_cancel_fee": (fee, "0%"),
                "no_show_fee": (fee, "0%"),
                "waivers_per_year": (whole, 0),
                "reminder_hours": (several(whole), [48, 24, 2]),
                "no_show_after_hours": (whole, 24),
                "fee_grace_hours": (whole, 0),
            }
        ),
        None,
    ),
    "service": (
        table(
            {
                "id": (text, REQUIRED),
                "code": (text, ""),
                "minutes": (whole, REQUIRED),
                "rate": (amount, REQUIRED),
            }
        ),
        [],
    ),
    "payer": (
        table(
            {
                "id": (text, REQUIRED),
                "name": (text, REQUIRED),
                "payer_id": (text, REQUIRED),
                "timely_filing_days": (whole, 90),
                "allows_no_show_fee": (yes_or_no, True),
            }
        ),
        [],
    ),
    "clinician": (
        table(
            {
                "id": (text, REQUIRED),
                "name": (text, REQUIRED),
                "npi": (text, ""),
                "pay": (several(PAY), []),
                "fee_share": (share, dollars("0.00")),
                "guaranteed": (amount, dollars("0.00")),
            }
        ),
        [],
    ),
    "client": (
        table(
            {
                "id": (text, REQUIRED),
                "name": (text, REQUIRED),
                "rate": (mapping(amount), {}),
                "autopay": (yes_or_no, False),
                "coverage": (several(COVERAGE), []),
            }
        ),
        [],
    ),
    "session": (
        table(
            {
                "id": (text, REQUIRED),
                "clients": (several(text), REQUIRED),
                "clinician": (text, REQUIRED),
                "service": (text, REQUIRED),
                "starts": (moment, REQUIRED),
                "booked": (moment, None),
            }
        ),
        [],
    ),
    "event": (event, []),
    "expect": (EXPECT, None),
}
LISTS = ("service", "payer", "clinician", "client", "session", "event")


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
