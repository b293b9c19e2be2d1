"""What is offered and agreed: `persession add service`, `rate`, `policy`, `pay-rule`, `pay-terms`, `pay-adjustment`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated

import typer
from sqlmodel import Session as Database

from activities import pay_entries
from models.calendar import local_day
from models.facts import PayBasis
from models.money import ZERO, percentage
from models.paying import AdminTime, PaidAs
from models.tables import PayAdjustment, PayRuleRow, PayTerms, PolicyRow, RateRow, Service
from starter import setup
from starter.cli.desk import Desk, amount, at_desk, day
from starter.cli.output import AsJson, say
from starter.cli.reference import Dollars, added

Since = Annotated[str, typer.Option("--from", help="First day it holds (default: today).")]
Fee = Annotated[str, typer.Option(help='A percentage of the price such as "50%", or dollars such as 75.00.')]


def add_service(
    name: Annotated[str, typer.Option(help="What it is called.")],
    minutes: Annotated[int, typer.Option(help="How long it takes; 0 for an add-on such as 90785.")],
    code: Annotated[str, typer.Option(help="CPT code; none for what is never claimed.")] = "",
    rate: Annotated[
        Decimal | None, typer.Option(parser=amount, metavar="AMOUNT", help="Its price, in dollars.")
    ] = None,
    since: Since = "",
    as_json: AsJson = False,
) -> None:
    """Something a session can be, with its price."""
    with at_desk() as desk:
        new = added(desk, Service(name=name, code=code, minutes=minutes), as_json)
        if rate is not None:
            setup.add(desk.engine, RateRow(service_id=new, amount=rate, effective_from=_from(desk, since)))


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
        added(desk, row, as_json)


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
        added(desk, row, as_json)


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
        number = added(desk, row, as_json)
        _tell(desk, as_json, lambda db: pay_entries.meaning_of_rule(db, number))


def add_pay_terms(
    clinician: Annotated[int, typer.Option(help="The clinician's id.")],
    fee_share: Annotated[str, typer.Option(help='Of fees when collected, such as "50%".')] = "0%",
    guaranteed: Dollars = ZERO,
    paid_as: Annotated[
        PaidAs | None,
        typer.Option(help="Employee (w2) or contractor (1099); default: as the contract before says, else w2."),
    ] = None,
    draw: Annotated[Decimal, typer.Option(parser=amount, metavar="AMOUNT", help="Paid ahead up to so much.")] = ZERO,
    clawback_cap: Annotated[
        Decimal | None, typer.Option(parser=amount, metavar="AMOUNT", help="At most taken back a period.")
    ] = None,
    admin: Annotated[AdminTime, typer.Option(help="How time beside sessions is paid.")] = AdminTime.INCLUDED,
    admin_rate: Dollars = ZERO,
    admin_minutes: Annotated[int, typer.Option(help="With hourly: so many minutes a session.")] = 0,
    supervision_rate: Dollars = ZERO,
    since: Since = "",
    until: Annotated[str, typer.Option("--until", help="Last day it holds (default: until further notice).")] = "",
    as_json: AsJson = False,
) -> None:
    """A clinician's contract from a day on; the one before it ends the day before."""
    with at_desk() as desk:
        first = _from(desk, since)
        row = PayTerms(
            clinician_id=clinician,
            fee_share=_percent(fee_share),
            guaranteed=guaranteed,
            paid_as=paid_as or _paid_before(desk, clinician, first),
            draw=draw,
            clawback_cap=clawback_cap,
            admin=admin,
            admin_rate=admin_rate,
            admin_minutes=admin_minutes,
            supervision_rate=supervision_rate,
            effective_from=first,
            effective_until=day(until) if until else None,
        )
        number = added(desk, row, as_json)
        _tell(desk, as_json, lambda db: pay_entries.meaning_of_contract(db, number))


def add_pay_adjustment(
    clinician: Annotated[int, typer.Option(help="The clinician's id.")],
    name: Annotated[str, typer.Option(help="What it is called on statements, such as evening.")],
    more: Annotated[str, typer.Option(help='Dollars a session such as 10.00, or "15%" of its pay.')],
    service: Annotated[int | None, typer.Option(help="For this service only.")] = None,
    minutes: Annotated[int, typer.Option(help="For sessions of at least so many minutes.")] = 0,
    from_time: Annotated[str, typer.Option(help="For those that start at or after this local time.")] = "",
    until_time: Annotated[str, typer.Option(help="For those that start before this local time.")] = "",
    remote: Annotated[bool | None, typer.Option("--remote/--in-person", help="Only by video, only in person.")] = None,
    since: Since = "",
    until: Annotated[str, typer.Option("--until", help="Last day it holds.")] = "",
    as_json: AsJson = False,
) -> None:
    """More for some sessions: longer or harder ones, evenings, by video."""
    with at_desk() as desk:
        in_percent = more.strip().endswith("%")
        row = PayAdjustment(
            clinician_id=clinician,
            name=name,
            service_id=service,
            min_minutes=minutes,
            from_time=_clock(from_time),
            until_time=_clock(until_time),
            remote=remote,
            amount=ZERO if in_percent else amount(more),
            percent=_percent(more) if in_percent else ZERO,
            effective_from=_from(desk, since),
            effective_until=day(until) if until else None,
        )
        added(desk, row, as_json)
        _tell(desk, as_json, lambda db: pay_entries.earned_already(db, clinician, row.effective_from))


def _paid_before(desk: Desk, clinician_id: int, first: date) -> PaidAs:
    """What the contract before says: a contractor stays one until somebody says otherwise."""
    with Database(desk.engine) as db:
        before = pay_entries.before_day(db, clinician_id, first)
    return before.paid_as if before else PaidAs.EMPLOYEE


def _tell(desk: Desk, as_json: bool, about: Callable[[Database], str]) -> None:
    """What an entry means for what is there already."""
    with Database(desk.engine) as db:
        if not as_json and (said := about(db)):
            say(said)


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a time such as 18:00") from None


def _from(desk: Desk, since: str) -> date:
    return day(since) if since else local_day(datetime.now(UTC), desk.tz)


def _percent(text: str) -> Decimal:
    try:
        return percentage(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
