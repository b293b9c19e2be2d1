"""What a scenario file may hold: every key, its kind of value and its default, as data."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from activities.directory import percent, terms
from models.calendar import PayCycle
from models.facts import By, Method, PayBasis
from models.money import dollars

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
    return share(value) if text(value).endswith("%") else price(value)


PAY = table(
    {
        "service": (text, "*"),
        "basis": (one_of(*PayBasis), REQUIRED),
        "value": (basis_value, REQUIRED),
        "after_sessions": (whole, 0),
        "per_extra_attendee": (price, dollars("0.00")),
        "from_attendees": (whole, 1),
    }
)
COVERAGE = table({"payer": (text, REQUIRED), "member_id": (text, REQUIRED), "copay": (price, dollars("0.00"))})
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
                "rate": (price, REQUIRED),
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
                "rate": (mapping(price), {}),
                "fee_share": (share, dollars("0.00")),
                "guaranteed": (price, dollars("0.00")),
            }
        ),
        [],
    ),
    "client": (
        table(
            {
                "id": (text, REQUIRED),
                "name": (text, REQUIRED),
                "rate": (mapping(price), {}),
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
