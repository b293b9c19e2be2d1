"""`persession worth CLINICIAN`: what a clinician's sessions are worth to them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session as Database

from models.errors import Refused
from models.money import ZERO, dollars
from models.rules.set_aside import Filing
from models.rules.worth import Beside, Offer
from models.tables import Clinician
from starter.cli.desk import at_desk
from starter.cli.output import AsJson, Columns, console, say, show_json, table
from starter.worth import Asked, Worth, worth_of

SERVICES: Columns = {
    "service": "service",
    "sessions": "sessions",
    "pay a session": "a_session",
    "price": "price",
    "among colleagues": lambda s: s.benchmark.why if s.benchmark else "too few to tell",
    "dearer, a year": lambda s: s.dearer.a_year,
}
AHEAD: Columns = {
    "month": "first",
    "sessions": "sessions",
    "if all are held": "booked",
    "expected": "expected",
    "from": "low",
    "to": "high",
}


def worth(
    clinician: Annotated[int, typer.Argument(metavar="CLINICIAN", help="The clinician's id.")],
    notes: Annotated[int, typer.Option(help="Minutes of notes for each session.")] = 10,
    admin: Annotated[str, typer.Option(help="Hours a week for everything else (as logged; else 2).")] = "",
    salary: Annotated[str, typer.Option(help="An offer: a salary a year.")] = "",
    hourly: Annotated[str, typer.Option(help="An offer: an amount an hour.")] = "",
    hours: Annotated[str, typer.Option(help="The offer's hours a week.")] = "40",
    benefits: Annotated[str, typer.Option(help="What the offer adds in a year.")] = "0",
    self_employed: Annotated[bool, typer.Option(help="Paid without withholding (1099).")] = False,
    filing: Annotated[Filing, typer.Option(help="How one files.")] = Filing.SINGLE,
    expenses: Annotated[str, typer.Option(help="Business expenses a year.")] = "0",
    other_income: Annotated[str, typer.Option(help="What the household earns besides.")] = "0",
    price_up: Annotated[str, typer.Option(help="A higher price to look at, in percent.")] = "10",
    as_json: AsJson = False,
) -> None:
    """An hour of work, beside an offer, in months to come; estimates say by which method."""
    if salary and hourly:
        raise Refused("--salary and --hourly are two offers: compare one at a time")
    offer = None
    if salary or hourly:
        offer = Offer(_amount(salary or hourly), bool(hourly), _amount(hours), _amount(benefits))
        if offer.hours_a_week <= 0:
            raise Refused("--hours must be above zero")
    asked = Asked(
        Beside(notes, _amount(admin) if admin else None),
        offer,
        self_employed,
        filing,
        _amount(expenses),
        _amount(other_income),
        _amount(price_up),
    )
    with at_desk() as desk:
        with Database(desk.engine) as db:
            if db.get(Clinician, clinician) is None:
                raise Refused(f"there is no clinician {clinician}: `persession list clinicians` shows them")
        found = worth_of(desk.engine, clinician, desk.practice.timezone, datetime.now(UTC), asked)
        if as_json:
            show_json(found, desk.tz)
        else:
            _tell(found, desk.tz)


def _tell(found: Worth, tz: ZoneInfo) -> None:
    say(f"{found.first} to {found.last}")
    if found.hourly:
        say(f"an hour of work: {found.hourly.amount} ({found.hourly.why})")
    else:
        say("no session was held in these months")
    if found.against:
        say(
            f"beside the offer: {found.against.difference} a year, {found.against.ours_an_hour} against "
            f"{found.against.theirs_an_hour} an hour ({found.against.why})"
        )
    if found.stability:
        s = found.stability
        say(f"a month: {s.mean}, between {s.lowest} and {s.highest}; {s.why}")
    if found.one_more:
        say(
            f"one more session a week: {found.one_more.a_year} a year for {found.one_more.hours} hours "
            f"({found.one_more.why})"
        )
    if found.set_aside:
        s_a = found.set_aside
        say(f"set aside {s_a.percent} %: {s_a.together} a year ({s_a.why})")
        say(f"parameters: {s_a.source}")
        say("; ".join(f"{amount} by {day}" for day, amount in s_a.quarters))
    if found.services:
        console().print(table(found.services, SERVICES, tz))
    if found.ahead:
        console().print(table(found.ahead, AHEAD, tz, "booked"))


def _amount(text: str) -> Decimal:
    try:
        read = dollars(text)
    except ValueError as wrong:
        raise Refused(str(wrong)) from None
    if read < ZERO:
        raise Refused(f"{text} is below zero")
    return read
