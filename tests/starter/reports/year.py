"""A practice that lived through a bit of everything, by chance of a seed: what reports are held against."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session as Database

from activities import ledger as ledger_steps
from activities.reports.answering import Answer, answer
from models.errors import Refused
from models.money import ZERO
from models.reports.asking import ask
from models.reports.catalog import report_named
from models.tables import Clinician
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import DAY, HOUR, Desk

SHORT = timedelta(hours=2)
TZ = ZoneInfo("America/Chicago")


DEEDS = ("hold", "hold", "hold", "miss", "late", "waive", "pay", "pay", "refund", "write off", "ahead")


def lived(desk: Desk, seed: int, deeds: int = 32, without: Sequence[str] = ()) -> None:
    """So many deeds over some months, of all kinds but some."""
    chance = Random(seed)
    desk.policy(date(2021, 1, 1), waivers_per_year=1, late_cancel_fee="75.00")
    desk.add(Clinician(name="Ben Wood", npi="1987654328", email="ben@elmstreet.example", taxonomy="103TC0700X"))
    desk.service("90834", 45, "120.00")
    payer = desk.payer()
    people = [desk.client(payer), desk.client(payer, copay="20.00"), desk.client(), desk.client(), desk.client()]
    for number in range(deeds):
        desk.now += chance.randint(1, 5) * DAY
        a_deed(desk, chance, chance.choice(people), f"T{number}", without)
        if chance.random() < 0.1:
            carried(desk)


def carried(desk: Desk) -> None:
    """The night's work on the ledger."""
    with Database(desk.world.engine) as db, db.begin():
        ledger_steps.carry(db)


def a_deed(desk: Desk, chance: Random, client: int, trace: str, without: Sequence[str]) -> None:
    """Something that happens to a client."""
    where: dict[str, Any] = {"clinician_id": chance.choice((1, 2)), "service_id": chance.choice((1, 2))}
    deed = chance.choice([deed for deed in DEEDS if deed not in without])
    if deed == "hold":
        answered(desk, chance, desk.hold(client, **where), trace)
    elif deed == "miss":
        desk.miss(client, **where)
    elif deed in ("late", "waive"):
        late = desk.book(client, starts=desk.now + SHORT, **where)
        desk.now += HOUR
        desk.cancel(late)
        if deed == "waive":
            allowed(desk.waive, late, client)
    elif deed == "pay":
        desk.pay(client, f"{chance.randint(10, 400)}.00", chance.choice(("card", "cash", "check")))
    elif deed == "refund":
        allowed(desk.refund, client, f"{chance.randint(5, 60)}.00")
    elif deed == "write off":
        allowed(desk.write_off, client, f"{chance.randint(5, 60)}.00")
    else:
        desk.book(client, starts=desk.now + 90 * DAY + HOUR * chance.randint(0, 900), **where)


def answered(desk: Desk, chance: Random, session_id: Any, trace: str) -> None:
    """What a payer makes of a session's claim: pays, pays less, denies, or takes back."""
    for claim in desk.claims_of(session_id):
        fate = chance.choice(("paid", "shared", "denied", "taken back", "silent"))
        charge = claim.charge
        parts = {
            "paid": (charge - 30, ("CO-45 30.00",)),
            "taken back": (charge - 30, ("CO-45 30.00",)),
            "shared": (charge - 60, ("CO-45 30.00", "PR-2 30.00")),
            "denied": (ZERO, (f"CO-197 {charge}",)),
        }
        if fate in parts:
            paid, told = parts[fate]
            answer = pays(claim.number, str(paid), *told, status="4" if fate == "denied" else "1")
            remit(desk, answer, trace=trace)
            if fate == "taken back":
                desk.now += 3 * DAY
                remit(desk, taken_back(answer), trace=f"{trace}R")


def allowed(deed: Any, *given: Any) -> None:
    """Do it where the rules allow it."""
    try:
        deed(*given)
    except Refused:
        return


def asked(desk: Desk, name: str, first: date | None = None, last: date | None = None, **how: Any) -> Answer:
    """A report of the desk's practice, as on the desk's own day."""
    report = report_named(name, with_claims=True)
    return answer(desk.world.engine, report, ask(report, desk.now, TZ, first, last, **how))


def ledger(desk: Desk, like: str, first: date, last: date) -> Decimal:
    """What the ledger says, asked plainly."""
    sql = """select coalesce(sum(p.amount), 0) from posting p join entry e on e.id = p.entry_id
      where p.account like :like and p.account <> 'cash:payroll' and e.on_day between :first and :last"""
    with desk.world.engine.connect() as connection:
        return Decimal(connection.execute(text(sql), {"like": like, "first": first, "last": last}).scalar_one())


def periods(desk: Desk) -> Iterator[tuple[date, date]]:
    """All of it, a month in the middle, a single day."""
    today = desk.now.astimezone(TZ).date()
    yield date(2026, 1, 1), today
    yield date(2026, 4, 1), date(2026, 4, 30)
    yield date(2026, 3, 10), date(2026, 3, 10)
