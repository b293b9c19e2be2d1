"""Reference data on the command line: the practice set up, rows added and corrected."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from sqlmodel import SQLModel

from activities import adapters, directory
from models.calendar import PayCycle, local_day, zone
from models.errors import Refused, Unreachable
from models.facts import PayBasis
from models.money import ZERO
from models.tables import (
    Client,
    Clinician,
    Coverage,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)
from starter import schedules
from starter import setup as checked
from starter.cli.desk import ClientId, Desk, amount, at_desk, connected, day
from starter.cli.output import AsJson, say, show_json

Email = Annotated[str, typer.Option(help="Address for mails.")]
Npi = Annotated[str, typer.Option(help="National Provider Identifier, ten digits.")]
Taxonomy = Annotated[str, typer.Option(help="Taxonomy code, such as 101YM0800X.")]
Street = Annotated[str, typer.Option("--street", help="Street and number.")]
City = Annotated[str, typer.Option(help="City.")]
State = Annotated[str, typer.Option(help="State, such as MA.")]
Zip = Annotated[str, typer.Option(help="ZIP, five or nine digits.")]
Since = Annotated[str, typer.Option("--from", help="First day it holds (default: today).")]
Fee = Annotated[str, typer.Option(help='A percentage of the price such as "50%", or dollars such as 75.00.')]
Dollars = Annotated[Decimal, typer.Option(parser=amount, metavar="AMOUNT", help="Dollars, such as 120.00.")]

add = typer.Typer(help="Add reference data.")
CHANGEABLE: dict[str, type[SQLModel]] = {
    "practice": Practice,
    "clinician": Clinician,
    "client": Client,
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
        _added(desk, practice, as_json)
        _apply_schedules(desk, as_json)


@add.command("clinician")
def add_clinician(
    name: Annotated[str, typer.Option(help="Full name.")],
    npi: Npi = "",
    email: Email = "",
    taxonomy: Taxonomy = "",
    as_json: AsJson = False,
) -> None:
    """Somebody who holds sessions."""
    with at_desk() as desk:
        _added(desk, Clinician(name=name, npi=npi, email=email, taxonomy=taxonomy), as_json)


@add.command("service")
def add_service(
    name: Annotated[str, typer.Option(help="What it is called.")],
    minutes: Annotated[int, typer.Option(help="How long it takes.")],
    code: Annotated[str, typer.Option(help="CPT code; none for what is never claimed.")] = "",
    rate: Annotated[
        Decimal | None, typer.Option(parser=amount, metavar="AMOUNT", help="Its price, in dollars.")
    ] = None,
    since: Since = "",
    as_json: AsJson = False,
) -> None:
    """Something a session can be, with its price."""
    with at_desk() as desk:
        new = _added(desk, Service(name=name, code=code, minutes=minutes), as_json)
        if rate is not None:
            checked.add(desk.engine, RateRow(service_id=new, amount=rate, effective_from=_from(desk, since)))


@add.command("rate")
def add_rate(
    service: Annotated[int, typer.Option(help="The service's id.")],
    rate: Dollars,
    clinician: Annotated[int | None, typer.Option(help="Of this clinician only.")] = None,
    client: Annotated[int | None, typer.Option(help="Agreed with this client (sliding scale).")] = None,
    since: Since = "",
    as_json: AsJson = False,
) -> None:
    """A price from a day on; the most specific one counts."""
    with at_desk() as desk:
        since_day = _from(desk, since)
        row = RateRow(
            service_id=service, clinician_id=clinician, client_id=client, amount=rate, effective_from=since_day
        )
        _added(desk, row, as_json)


@add.command("policy")
def add_policy(
    since: Since = "",
    notice_hours: Annotated[int, typer.Option(help="Cancelled with less notice is late.")] = 24,
    late_fee: Fee = "0%",
    no_show_fee: Fee = "0%",
    waivers: Annotated[int, typer.Option(help="Fees waived by themselves, a client and 365 days.")] = 0,
    reminder: Annotated[list[int] | None, typer.Option(help="Hours before the start (default 48, 24, 2).")] = None,
    no_show_after: Annotated[int, typer.Option(help="Hours after the end until silence is a no-show.")] = 24,
    grace: Annotated[int, typer.Option(help="Hours in which a no-show can be corrected before its fee.")] = 0,
    note_required: Annotated[bool, typer.Option(help="Charge, claim and pay wait for the signed note.")] = True,
    as_json: AsJson = False,
) -> None:
    """What is agreed with clients from a day on; a session keeps the one in force when it was booked."""
    with at_desk() as desk:
        row = PolicyRow(
            effective_from=_from(desk, since),
            notice_hours=notice_hours,
            late_cancel_fee=late_fee,
            no_show_fee=no_show_fee,
            waivers_per_year=waivers,
            reminder_hours=[48, 24, 2] if reminder is None else reminder,
            no_show_after_hours=no_show_after,
            fee_grace_hours=grace,
            note_required=note_required,
        )
        _added(desk, row, as_json)


@add.command("payer")
def add_payer(
    name: Annotated[str, typer.Option(help="The insurer's name.")],
    payer_id: Annotated[str, typer.Option(help="Its id in X12, such as 60054.")],
    filing_days: Annotated[int, typer.Option(help="Days from the session in which a claim must arrive.")] = 90,
    appeal_days: Annotated[int, typer.Option(help="Days for an appeal.")] = 90,
    allows_no_show_fee: Annotated[bool, typer.Option(help="Whether its members may be charged for missing.")] = True,
    as_json: AsJson = False,
) -> None:
    """An insurer."""
    with at_desk() as desk:
        row = Payer(
            name=name,
            payer_id=payer_id,
            timely_filing_days=filing_days,
            appeal_days=appeal_days,
            allows_no_show_fee=allows_no_show_fee,
        )
        _added(desk, row, as_json)


@add.command("client")
def add_client(
    first: Annotated[str, typer.Option(help="First name.")],
    last: Annotated[str, typer.Option(help="Last name.")] = "",
    email: Email = "",
    birth: Annotated[str, typer.Option(help="Birth date, such as 1990-01-31.")] = "",
    sex: Annotated[str, typer.Option(help="F, M or U, as on the insurance card.")] = "U",
    street: Street = "",
    city: City = "",
    state: State = "",
    zip_code: Annotated[str, typer.Option("--zip", help="ZIP, five or nine digits.")] = "",
    timezone: Annotated[str | None, typer.Option(help="IANA name (default: the practice's).")] = None,
    diagnosis: Annotated[list[str] | None, typer.Option(help="An ICD-10-CM code for notes that name none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Somebody who comes to sessions."""
    with at_desk() as desk:
        row = Client(
            first=first,
            last=last,
            email=email,
            birth=day(birth) if birth else None,
            sex=sex,
            line1=street,
            city=city,
            state=state,
            zip=zip_code.replace("-", ""),
            timezone=timezone,
            diagnoses=diagnosis or [],
        )
        _added(desk, row, as_json)


@add.command("card")
def add_card(
    client: ClientId,
    number: Annotated[str, typer.Argument(help="Kept by the card gateway; here only its token.")],
    autopay: Annotated[bool, typer.Option(help="The client agreed that what falls due is charged.")] = False,
    cap: Annotated[Decimal | None, typer.Option(parser=amount, metavar="AMOUNT", help="At most so much.")] = None,
) -> None:
    """A card on file."""
    with at_desk() as desk:
        token = adapters.cards(desk.settings.cards_url).store(number)
        agreed = {"autopay_since": datetime.now(UTC), "autopay_cap": cap} if autopay else {}
        checked.change(desk.engine, Client, client, {"card": token, **agreed})
        say(f"client {client} has a card on file{', charged automatically' if autopay else ''}")


@add.command("coverage")
def add_coverage(
    client: Annotated[int, typer.Option(help="The client's id.")],
    payer: Annotated[int, typer.Option(help="The payer's id here.")],
    member_id: Annotated[str, typer.Option(help="As on the insurance card.")],
    copay: Dollars = ZERO,
    order: Annotated[int, typer.Option(help="1 primary, 2 secondary, ...")] = 1,
    since: Annotated[str, typer.Option("--from", help="First day covered.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day covered.")] = "",
    authorization: Annotated[str, typer.Option(help="Its number, where the payer wants one.")] = "",
    as_json: AsJson = False,
) -> None:
    """A client's insurance."""
    with at_desk() as desk:
        row = Coverage(
            client_id=client,
            payer_id=payer,
            member_id=member_id,
            sequence=order,
            copay=copay,
            covered_from=day(since) if since else None,
            covered_until=day(until) if until else None,
            authorization=authorization,
        )
        _added(desk, row, as_json)


@add.command("pay-rule")
def add_pay_rule(
    clinician: Annotated[int, typer.Option(help="The clinician's id.")],
    basis: Annotated[PayBasis, typer.Option(help="What pay is a share of.")],
    value: Annotated[str, typer.Option(help='Dollars such as 60.00, or for the percent_ bases "60%".')],
    service: Annotated[int | None, typer.Option(help="For this service only (default: for any).")] = None,
    after_sessions: Annotated[int, typer.Option(help="A tier: after so many sessions of the period.")] = 0,
    per_extra_attendee: Dollars = ZERO,
    from_attendees: Annotated[int, typer.Option(help="Attendees beyond so many are further ones.")] = 1,
    since: Since = "",
    as_json: AsJson = False,
) -> None:
    """What a clinician earns for sessions held from a day on."""
    with at_desk() as desk:
        row = PayRuleRow(
            clinician_id=clinician,
            service_id=service,
            basis=basis,
            value=_percent(value) if basis.startswith("percent") else amount(value),
            after_sessions=after_sessions,
            per_extra_attendee=per_extra_attendee,
            from_attendees=from_attendees,
            effective_from=_from(desk, since),
        )
        _added(desk, row, as_json)


@add.command("pay-terms")
def add_pay_terms(
    clinician: Annotated[int, typer.Option(help="The clinician's id.")],
    fee_share: Annotated[str, typer.Option(help='Of fees when collected, such as "50%".')] = "0%",
    guaranteed: Dollars = ZERO,
    since: Since = "",
    as_json: AsJson = False,
) -> None:
    """What holds for all of a clinician's pay from a day on."""
    with at_desk() as desk:
        share, since_day = _percent(fee_share), _from(desk, since)
        row = PayTerms(clinician_id=clinician, fee_share=share, guaranteed=guaranteed, effective_from=since_day)
        _added(desk, row, as_json)


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


def _added(desk: Desk, row: SQLModel, as_json: bool) -> int:
    new = checked.add(desk.engine, row)
    what = type(row).__name__.removesuffix("Row")
    if as_json:
        show_json({"id": new}, desk.tz)
    else:
        say(f"{what} {new} is in")
    return new


def _from(desk: Desk, since: str) -> date:
    return day(since) if since else local_day(datetime.now(UTC), desk.tz)


def _percent(text: str) -> Decimal:
    try:
        return directory.percent(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def _apply_schedules(desk: Desk, as_json: bool) -> None:
    """The clocks need the practice's time zone, so they start with it."""

    async def apply() -> None:
        await schedules.apply(await connected(desk.settings), desk.practice.timezone)

    try:
        asyncio.run(apply())
    except (Unreachable, Refused) as later:
        if not as_json:
            say(f"schedules are not applied yet ({later}): run `persession schedules apply`")
