"""Who may sign in to the demo: one account for each role, with one password for all that is made anew each time."""

import secrets
from datetime import UTC, datetime

from sqlmodel import Session as Database

from activities import access
from models.tables import Account
from starter.demo.stage import Stage, act, tell

WORDS = ("amber", "brook", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper", "kestrel")
PEOPLE: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("owner", "Jo Owner", ("owner",), ""),
    ("desk", "Sam Desk", ("front_desk",), ""),
    ("biller", "Bo Biller", ("biller",), ""),
    ("clinician", "Marcus Reid", ("clinician",), "reid"),
    ("supervisor", "Hannah Levin", ("clinician", "supervisor"), "levin"),
)
"""User name, name, roles, and which clinician they are."""
GUESTS = (("olivia", "olivia"), ("grace", "grace"))
"""Clients who use the portal: user name and who they are."""


def open_accounts(stage: Stage) -> None:
    """Let everybody in, and say how."""
    act("Who may sign in")
    password = "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"
    now = datetime.now(UTC)
    with Database(stage.practice.engine) as db, db.begin():
        for login, name, roles, key in PEOPLE:
            account = Account(
                login=login,
                email=f"{login}@elmstreet.example",
                name=name,
                roles=list(roles),
                clinician_id=stage.ids.clinicians[key] if key else None,
                created_at=now,
            )
            _open(db, account, password)
        for login, key in GUESTS:
            person = stage.person(key)
            guest = Account(login=login, email=person.email, name=person.name, roles=["client"], created_at=now)
            _open(db, guest, password, stage.client(key))
    where = stage.practice.stack.site_url if stage.stays else "at the desk, once it is up again,"
    tell(f"{where} as {', '.join(login for login, *_ in PEOPLE)}")
    tell(f"or as the clients {' and '.join(login for login, _ in GUESTS)}; the password is {password}")


def _open(db: Database, account: Account, password: str, *client_ids: int) -> None:
    access.new_account(db, account, [(client_id, "self") for client_id in client_ids])
    access.set_password(db, account, password)
