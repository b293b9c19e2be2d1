"""Reference data on the command line, as it is now: `persession list ...`."""

from typing import Any

import typer
from sqlmodel import Session as Database
from sqlmodel import SQLModel, select

from models.tables import (
    BillingGroup,
    Client,
    Clinician,
    Coverage,
    PayAdjustment,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)
from starter.cli.desk import Desk, at_desk
from starter.cli.output import AsJson, Columns, show, show_json
from starter.cli.sessions import list_sessions

listing = typer.Typer(help="List reference data and sessions.")
listing.command("sessions")(list_sessions)

TOWN: Columns = {"street": "line1", "city": "city", "state": "state", "ZIP": "zip"}
TABLES: dict[str, tuple[type[SQLModel], Columns]] = {
    "practice": (
        Practice,
        {"name": "name", "e-mail": "email", "time zone": "timezone", "NPI": "npi", "tax id": "tax_id"}
        | {"pay period": "pay_cycle", "from": "pay_anchor", "ZIP": "zip"},
    ),
    "clinicians": (Clinician, {"id": "id", "name": "name", "NPI": "npi", "e-mail": "email", "active": "active"}),
    "services": (Service, {"id": "id", "name": "name", "code": "code", "minutes": "minutes"}),
    "rates": (
        RateRow,
        {"id": "id", "service": "service_id", "clinician": "clinician_id", "client": "client_id"}
        | {"amount": "amount", "from": "effective_from"},
    ),
    "policies": (
        PolicyRow,
        {"id": "id", "from": "effective_from", "notice hours": "notice_hours", "late fee": "late_cancel_fee"}
        | {"no-show fee": "no_show_fee", "waivers": "waivers_per_year", "reminders": "reminder_hours"}
        | {"no-show after": "no_show_after_hours", "grace": "fee_grace_hours", "note required": "note_required"},
    ),
    "billing-groups": (
        BillingGroup,
        {"id": "id", "name": "name", "NPI": "npi", "tax id": "tax_id", "taxonomy": "taxonomy", **TOWN}
        | {"bills what is held at": "place"},
    ),
    "payers": (
        Payer,
        {"id": "id", "name": "name", "payer id": "payer_id", "filing days": "timely_filing_days"}
        | {"appeal days": "appeal_days", "no-show fee allowed": "allows_no_show_fee"},
    ),
    "clients": (
        Client,
        {"id": "id", "name": "name", "e-mail": "email", "birth": "birth", **TOWN, "card": lambda c: bool(c.card)}
        | {"autopay since": "autopay_since"},
    ),
    "coverages": (
        Coverage,
        {"id": "id", "client": "client_id", "payer": "payer_id", "member id": "member_id", "order": "sequence"}
        | {"copay": "copay", "from": "covered_from", "to": "covered_until", "authorization": "authorization"},
    ),
    "pay-rules": (
        PayRuleRow,
        {"id": "id", "clinician": "clinician_id", "service": "service_id", "basis": "basis"}
        | {"value": "value", "after sessions": "after_sessions", "per extra attendee": "per_extra_attendee"}
        | {"from attendees": "from_attendees", "from": "effective_from"},
    ),
    "pay-terms": (
        PayTerms,
        {"id": "id", "clinician": "clinician_id", "from": "effective_from", "until": "effective_until"}
        | {"paid as": "paid_as", "fee share": "fee_share", "guaranteed": "guaranteed", "draw": "draw"}
        | {"clawback cap": "clawback_cap", "admin": "admin", "admin rate": "admin_rate"}
        | {"admin minutes": "admin_minutes", "supervision rate": "supervision_rate"},
    ),
    "pay-adjustments": (
        PayAdjustment,
        {"id": "id", "clinician": "clinician_id", "name": "name", "service": "service_id"}
        | {"minutes": "min_minutes", "from time": "from_time", "until time": "until_time", "remote": "remote"}
        | {"amount": "amount", "percent": "percent", "from": "effective_from", "until": "effective_until"},
    ),
}
SECRET = {"card"}
"""A card's token is nobody's business but the gateway's."""


def _list(name: str, table: type[SQLModel], columns: Columns) -> None:
    """Declare `persession list NAME`."""

    def listed(as_json: AsJson = False) -> None:
        with at_desk() as desk:
            rows = _rows(desk, table)
            if as_json:
                show_json([row.model_dump(exclude=SECRET) for row in rows], desk.tz)
            else:
                show(rows, columns, False, desk.tz, name)

    listing.command(name, help=f"The {name.replace('-', ' ')}.")(listed)


def _rows(desk: Desk, table: type[SQLModel]) -> list[Any]:
    with Database(desk.engine, expire_on_commit=False) as db:
        rows: list[Any] = list(db.exec(select(table)).all())
    return sorted(rows, key=lambda row: row.id)


for _name, (_table, _columns) in TABLES.items():
    _list(_name, _table, _columns)
