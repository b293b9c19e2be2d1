"""Who is who on the command line: `persession add clinician`, `client`, `card`, `billing-group`, `payer`, ..."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import typer

from activities import adapters
from models.billed import ClaimsPer, FilingIndicator
from models.money import ZERO
from models.tables import BillingGroup, Client, Clinician, Coverage, Payer
from starter import setup
from starter.cli.desk import ClientId, amount, at_desk, day
from starter.cli.output import AsJson, say
from starter.cli.reference import City, Dollars, Email, Npi, State, Street, Taxonomy, added


def add_clinician(
    name: Annotated[str, typer.Option(help="Full name.")],
    npi: Npi = "",
    email: Email = "",
    taxonomy: Taxonomy = "",
    as_json: AsJson = False,
) -> None:
    """Somebody who holds sessions."""
    with at_desk() as desk:
        added(desk, Clinician(name=name, npi=npi, email=email, taxonomy=taxonomy), as_json)


def add_billing_group(
    name: Annotated[str, typer.Option(help="Its legal name, as payers know it.")],
    npi: Npi,
    tax_id: Annotated[str, typer.Option(help="EIN, nine digits.")],
    street: Street,
    city: City,
    state: State,
    zip_code: Annotated[str, typer.Option("--zip", help="ZIP, nine digits.")],
    taxonomy: Taxonomy = "",
    place: Annotated[str, typer.Option(help="It bills what is held there; else payers' rules say what it bills.")] = "",
    as_json: AsJson = False,
) -> None:
    """A part of the practice that bills under an NPI of its own."""
    with at_desk() as desk:
        row = BillingGroup(
            name=name,
            npi=npi,
            tax_id=tax_id.replace("-", ""),
            taxonomy=taxonomy,
            line1=street,
            city=city,
            state=state,
            zip=zip_code.replace("-", ""),
            place=place,
        )
        added(desk, row, as_json)


def add_payer(
    name: Annotated[str, typer.Option(help="The insurer's name.")],
    payer_id: Annotated[str, typer.Option(help="Its id in X12, such as 60054.")],
    filing_days: Annotated[int, typer.Option(help="Days from the session in which a claim must arrive.")] = 90,
    appeal_days: Annotated[int, typer.Option(help="Days for an appeal.")] = 90,
    allows_no_show_fee: Annotated[bool, typer.Option(help="Whether its members may be charged for missing.")] = True,
    claims_per: Annotated[
        ClaimsPer, typer.Option(help="One claim for each session, or for the alike ones of a calendar week or month.")
    ] = ClaimsPer.SESSION,
    filing_indicator: Annotated[
        FilingIndicator,
        typer.Option(help="The kind of its plan (837P SBR09): CI commercial, MC Medicaid, BL Blue Cross."),
    ] = FilingIndicator.COMMERCIAL,
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
            claims_per=claims_per,
            filing_indicator=filing_indicator,
        )
        added(desk, row, as_json)


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
        added(desk, row, as_json)


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
        setup.change(desk.engine, Client, client, {"card": token, **agreed})
        say(f"client {client} has a card on file{', charged automatically' if autopay else ''}")


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
        added(desk, row, as_json)
