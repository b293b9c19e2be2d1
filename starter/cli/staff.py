"""Accounts on the command line: the first owner comes in this way, and whoever lost every other."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import Session as Database

from activities import access
from models.errors import Refused
from models.letters import same_name
from models.tables import Account, Clinician
from starter.cli.desk import Desk, at_desk
from starter.cli.output import AsJson, Columns, console, say, show_json, table
from starter.queries.access import accounts
from starter.web.access.permissions import Role

ROLES = ", ".join(role.value for role in Role if role is not Role.CLIENT)
LISTED: Columns = {
    "user name": "login",
    "name": "name",
    "roles": lambda row: ", ".join(row.roles),
    "second factor": lambda row: "on" if row.totp_on else "off",
    "account": lambda row: "ended" if not row.active else "in use" if row.has_password else "invited",
}
staff = typer.Typer(help="Who of the practice signs in at the desk.", no_args_is_help=True)


@staff.command()
def add(
    name: Annotated[str, typer.Option(help="Full name.")],
    email: Annotated[str, typer.Option(help="Their mail address, which is their user name too.")],
    role: Annotated[list[Role], typer.Option(help=f"What they are; may be given several times: {ROLES}.")],
    clinician: Annotated[int | None, typer.Option(help="The id of the clinician they are.")] = None,
    as_json: AsJson = False,
) -> None:
    """An account, and the link with which its password is chosen (once, within seven days)."""
    if Role.CLIENT in role:
        raise typer.BadParameter("clients are invited from their record at the desk")
    now = datetime.now(UTC)
    roles = [one.value for one in role]
    account = Account(login=email, email=email, name=name, roles=roles, clinician_id=clinician, created_at=now)
    with at_desk() as desk, Database(desk.engine, expire_on_commit=False) as db, db.begin():
        access.new_account(db, account)
        _tell(desk, db, account, now, as_json)
        known = db.get(Clinician, clinician) if clinician is not None else None
        if known and not as_json and not same_name(name, known.name):
            say(f"clinician {clinician} is {known.name}: they see that pay and sign those notes; is it the right id?")


@staff.command()
def link(login: Annotated[str, typer.Argument(help="The user name.")], as_json: AsJson = False) -> None:
    """A new link for somebody who cannot come in; the second factor is off afterwards."""
    now = datetime.now(UTC)
    with at_desk() as desk, Database(desk.engine, expire_on_commit=False) as db, db.begin():
        account = access.by_login(db, login)
        if account is None:
            raise Refused("there is no such account: see `persession staff list`")
        access.turn_off(account)
        _tell(desk, db, account, now, as_json)


@staff.command("list")
def listing(as_json: AsJson = False) -> None:
    """Everybody who may sign in, and who could once."""
    with at_desk() as desk:
        found = accounts(desk.engine)
        if as_json:
            show_json(found, desk.tz)
        else:
            console().print(table(found, LISTED, desk.tz))


def _tell(desk: Desk, db: Database, account: Account, now: datetime, as_json: bool) -> None:
    url = f"{desk.settings.site_url}/ticket/{access.new_ticket(db, account, 'invitation', now)}"
    if as_json:
        show_json({"id": account.id, "login": account.login, "link": url}, desk.tz)
    else:
        say(f"{account.login} chooses a password at {url}")
