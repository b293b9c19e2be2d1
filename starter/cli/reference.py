"""Reference data on the command line: the practice set up, rows corrected. What `people` and `agreements` add."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from sqlmodel import SQLModel

from models.calendar import PayCycle, local_day, zone
from models.errors import Refused, Unreachable
from models.tables import (
    BillingGroup,
    Client,
    Clinician,
    Coverage,
    Payer,
    Practice,
    Service,
)
from starter import schedules
from starter import setup as checked
from starter.cli.desk import Desk, amount, at_desk, connected, day
from starter.cli.output import AsJson, say, show_json

Email = Annotated[str, typer.Option(help="Address for mails.")]
Npi = Annotated[str, typer.Option(help="National Provider Identifier, ten digits.")]
Taxonomy = Annotated[str, typer.Option(help="Taxonomy code, such as 101YM0800X.")]
Street = Annotated[str, typer.Option("--street", help="Street and number.")]
City = Annotated[str, typer.Option(help="City.")]
State = Annotated[str, typer.Option(help="State, such as MA.")]
Dollars = Annotated[Decimal, typer.Option(parser=amount, metavar="AMOUNT", help="Dollars, such as 120.00.")]

CHANGEABLE: dict[str, type[SQLModel]] = {
    "practice": Practice,
    "clinician": Clinician,
    "client": Client,
    "billing-group": BillingGroup,
    "payer": Payer,
    "coverage": Coverage,
    "service": Service,
}
KEPT = {"id", "card", "autopay_since", "autopay_cap", "client_id", "code", "minutes"}
"""Fields that `change` leaves alone: keys, what the card gateway says, and what past sessions rest on."""


def setup(
    name: Annotated[str, typer.Option(help="The practice's name.")],
    email: Email,
    timezone: Annotated[str, typer.Option(help="IANA name, such as America/New_York.")],
    kind: Annotated[str, typer.Option(help="therapy, tutoring, consulting, ...")] = "therapy",
    phone: Annotated[str, typer.Option(help="Phone.")] = "",
    street: Street = "",
    city: City = "",
    state: State = "",
    zip_code: Annotated[str, typer.Option("--zip", help="ZIP, nine digits where claims are sent.")] = "",
    npi: Npi = "",
    tax_id: Annotated[str, typer.Option(help="EIN, nine digits.")] = "",
    taxonomy: Taxonomy = "",
    pay_period: Annotated[PayCycle, typer.Option(help="How often clinicians are paid.")] = PayCycle.BIWEEKLY,
    pay_anchor: Annotated[str, typer.Option(help="First day of some pay period (default: today).")] = "",
    as_json: AsJson = False,
) -> None:
    """Set the practice up, once."""
    today = local_day(datetime.now(UTC), zone(timezone))
    practice = Practice(
        name=name,
        email=email,
        timezone=timezone,
        kind=kind,
        phone=phone,
        line1=street,
        city=city,
        state=state,
        zip=zip_code.replace("-", ""),
        npi=npi,
        tax_id=tax_id.replace("-", ""),
        taxonomy=taxonomy,
        pay_cycle=pay_period,
        pay_anchor=day(pay_anchor) if pay_anchor else today,
    )
    with at_desk() as desk:
        added(desk, practice, as_json)
        _apply_schedules(desk, as_json)


def change(
    kind: Annotated[str, typer.Argument(help=f"What: {', '.join(CHANGEABLE)}.")],
    key: Annotated[int, typer.Argument(metavar="ID", help="Its id (1 for the practice).")],
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Such as birth=1990-01-31.")],
    as_json: AsJson = False,
) -> None:
    """Correct reference data; what has an effective date is added anew instead."""
    if kind not in CHANGEABLE:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(CHANGEABLE)}")
    table = CHANGEABLE[kind]
    wanted = dict(_field(table, field) for field in fields)
    with at_desk() as desk:
        checked.change(desk.engine, table, key, wanted)
        if as_json:
            show_json({"id": key, **wanted}, desk.tz)
        else:
            say(f"{kind} {key}: changed {', '.join(wanted)}")


def _field(table: type[SQLModel], text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    known = [field for field in table.model_fields if field not in KEPT]
    if not separator or name not in known:
        raise typer.BadParameter(f"{text!r} is not FIELD=VALUE with one of {', '.join(known)}")
    wanted: Any = value.split(",") if name == "diagnoses" else value or None
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(table.__annotations__[name])
        return name, adapter.validate_python("" if wanted is None and _is_text(table, name) else wanted)
    except ValidationError as wrong:
        raise typer.BadParameter(f"{name}: {wrong.errors()[0]['msg']}") from None


def _is_text(table: type[SQLModel], name: str) -> bool:
    return table.model_fields[name].annotation is str


def added(desk: Desk, row: SQLModel, as_json: bool) -> int:
    new = checked.add(desk.engine, row)
    what = type(row).__name__.removesuffix("Row")
    if as_json:
        show_json({"id": new}, desk.tz)
    else:
        say(f"{what} {new} is in")
    return new


def _apply_schedules(desk: Desk, as_json: bool) -> None:
    """The clocks need the practice's time zone, so they start with it."""

    async def apply() -> None:
        await schedules.apply(await connected(desk.settings), desk.practice)

    try:
        asyncio.run(apply())
    except (Unreachable, Refused) as later:
        if not as_json:
            say(f"schedules are not applied yet ({later}): run `persession schedules apply`")
