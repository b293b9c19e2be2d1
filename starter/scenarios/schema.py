"""What a scenario file may hold: every key, its kind of value and its default, as data."""

from collections.abc import Mapping
from typing import Any

from models.billed import ClaimsPer, FilingIndicator, Held
from models.calendar import PayCycle
from models.facts import By, Method, PayBasis
from models.money import dollars
from models.paying import AdminTime, ItemKind, PaidAs, WorkKind
from starter.scenarios.values import (
    REQUIRED,
    Check,
    Misplaced,
    adjustment,
    amount,
    basis_value,
    besides,
    clock,
    day,
    fee,
    mapping,
    moment,
    one_of,
    price,
    several,
    share,
    table,
    text,
    whole,
    yes_or_no,
)

NOTHING = dollars("0.00")
PAY = table(
    {
        "service": (text, "*"),
        "basis": (one_of(*PayBasis), REQUIRED),
        "value": (basis_value, REQUIRED),
        "after_sessions": (whole, 0),
        "per_extra_attendee": (price, NOTHING),
        "from_attendees": (whole, 1),
    }
)
MORE = table(
    {
        "name": (text, REQUIRED),
        "more": (besides, REQUIRED),
        "service": (text, "*"),
        "min_minutes": (whole, 0),
        "from_time": (clock, None),
        "until_time": (clock, None),
        "remote": (yes_or_no, None),
    }
)
"""An adjustment of pay: dollars or a percentage besides."""
COVERAGE = table({"payer": (text, REQUIRED), "member_id": (text, REQUIRED), "copay": (price, NOTHING)})
LINE = table(
    {
        "service": (text, REQUIRED),
        "session": (text, None),
        "paid": (amount, REQUIRED),
        "adjust": (several(adjustment), []),
    }
)
ANSWER = table(
    {
        "session": (text, REQUIRED),
        "client": (text, None),
        "status": (text, "1"),
        "paid": (amount, REQUIRED),
        "adjust": (several(adjustment), []),
        "lines": (several(LINE), []),
        "icn": (text, ""),
    }
)
PLB = table({"code": (text, REQUIRED), "amount": (amount, REQUIRED)})

ADD_ON = table({"service": (text, REQUIRED), "minutes": (whole, None)})
AT = {"at": (moment, REQUIRED), "do": (text, REQUIRED)}
SESSION = {"session": (text, REQUIRED)}
CLIENT = {"client": (text, REQUIRED)}
CLINICIAN = {"clinician": (text, REQUIRED)}
ANY_CLIENT = {"client": (text, None)}
BY = {"by": (one_of(*By), "client")}
MONEY = {"amount": (amount, REQUIRED)}
METHOD = {"method": (one_of(*Method), REQUIRED)}

EVENTS: dict[str, Check] = {
    "cancel": table({**AT, **SESSION, **BY, **ANY_CLIENT}),
    "reschedule": table({**AT, **SESSION, "starts": (moment, REQUIRED), **BY}),
    "confirm": table({**AT, **SESSION, **ANY_CLIENT}),
    "attend": table({**AT, **SESSION, **ANY_CLIENT, "minutes": (whole, None)}),
    "detail": table(
        {
            **AT,
            **SESSION,
            **ANY_CLIENT,
            "held": (one_of(*Held), None),
            "add_ons": (several(ADD_ON), None),
            "replace": (yes_or_no, False),
        }
    ),
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
    "bill_now": table({**AT, **SESSION, **ANY_CLIENT}),
    "close_claim": table(
        {**AT, **SESSION, **ANY_CLIENT, "bill_client": (yes_or_no, False), "reason": (text, REQUIRED)}
    ),
    "contract": table(
        {
            **AT,
            **CLINICIAN,
            "from": (day, REQUIRED),
            "until": (day, None),
            "paid_as": (one_of(*PaidAs), PaidAs.EMPLOYEE),
            "pay": (several(PAY), []),
            "adjust": (several(MORE), []),
            "fee_share": (share, NOTHING),
            "guaranteed": (price, NOTHING),
            "draw": (price, NOTHING),
            "clawback_cap": (price, None),
            "admin": (one_of(*AdminTime), AdminTime.INCLUDED),
            "admin_rate": (price, NOTHING),
            "admin_minutes": (whole, 0),
            "supervision_rate": (price, NOTHING),
            "sign": (yes_or_no, True),
        }
    ),
    "end_contract": table({**AT, **CLINICIAN, "last": (day, REQUIRED)}),
    "log_hours": table({**AT, **CLINICIAN, "kind": (one_of(*WorkKind), WorkKind.ADMIN), "minutes": (whole, REQUIRED)}),
    "add_pay": table({**AT, **CLINICIAN, **MONEY, "kind": (one_of(*ItemKind), REQUIRED), "reason": (text, REQUIRED)}),
    "recalculate_pay": table({**AT, **CLINICIAN, "from": (day, REQUIRED), "reason": (text, REQUIRED)}),
    "approve_pay": table({**AT, **CLINICIAN, "last": (day, REQUIRED), "paid": (yes_or_no, True)}),
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
        "statement": (mapping(mapping(mapping(amount))), {}),
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
                "claims_per": (one_of(*ClaimsPer), ClaimsPer.SESSION),
                "filing_indicator": (one_of(*FilingIndicator), FilingIndicator.COMMERCIAL),
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
                "fee_share": (share, NOTHING),
                "guaranteed": (price, NOTHING),
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
