"""What my sessions are worth: a clinician's own figures, in line with what was written, and nobody else's."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from sqlmodel import Session as Database
from sqlmodel import select

from models.facts import Status
from models.tables import AttendanceRow, Clinician, PayLine, PayTerms, Practice, Session
from starter.web.access.permissions import Role
from starter.worth import Asked, worth_of
from tests.starter.web.pages import Pages, Screen, unfit
from tests.workflows.practice import ANA, DANA, INA, THERAPY, TZ, Life


def held(life: Life, clinician_id: int, ends: list[str], pay: str = "90.00", weeks_ago: int = 6) -> None:
    """Sessions of an hour, a day each, from so many weeks ago on; what was attended earned its pay."""
    start = life.clock[0].astimezone(TZ).replace(hour=9, minute=0, second=0, microsecond=0)
    with Database(life.office.engine) as db, db.begin():
        for number, status in enumerate(ends):
            starts = start + timedelta(days=number - 7 * weeks_ago)
            row = Session(
                id=uuid4(),
                clinician_id=clinician_id,
                service_id=THERAPY,
                policy_id=1,
                starts=starts,
                ends=starts + timedelta(hours=1),
                booked_at=starts - timedelta(days=7),
                released=status in (Status.CANCELLED, Status.LATE_CANCELLED),
            )
            db.add(row)
            db.flush()
            db.add(AttendanceRow(session_id=row.id, client_id=ANA if number % 2 else INA, status=status))
            if status == Status.ATTENDED:
                db.add(
                    PayLine(
                        key=f"worth/{row.id}",
                        clinician_id=clinician_id,
                        session_id=row.id,
                        source="session",
                        earned_on=starts.date(),
                        basis=Decimal("0.00"),
                        amount=Decimal(pay),
                        rule="pay.flat",
                        why="90.00 a session",
                    )
                )


def colleagues(life: Life, count: int) -> None:
    """More clinicians of the same licence who held sessions, each paid a little more."""
    for number in range(count):
        with Database(life.office.engine) as db, db.begin():
            one = Clinician(name=f"Colleague {number}", taxonomy="101Y00000X")
            db.add(one)
            db.flush()
            clinician_id = one.id or 0
        held(life, clinician_id, ["attended"] * 5, pay=f"{80 + 5 * number}.00")


async def test_a_clinician_sees_their_own_figures_and_no_colleague_by_name(pages: Pages) -> None:
    life = pages.life
    held(life, DANA, ["attended"] * 9 + ["no_show"])
    held(life, DANA, ["booked"] * 4, weeks_ago=-1)
    colleagues(life, 3)
    found = worth_of(life.office.engine, DANA, str(TZ), life.clock[0], Asked())
    assert sum(month.sessions for month in found.months) == 9
    assert sum(month.minutes for month in found.months) == 540
    assert sum(month.pay for month in found.months) == Decimal("810.00")
    assert (found.attendance.came, found.attendance.ended) == (9, 10)
    assert sum(month.sessions for month in found.ahead) == 4
    booked = sum(month.booked for month in found.ahead)
    assert booked == Decimal("360.00")
    assert Decimal("300.00") < sum(month.expected for month in found.ahead) < booked
    [therapy] = found.services
    assert (therapy.a_session, therapy.price) == (Decimal("90.00"), Decimal("150.00"))
    assert therapy.benchmark is None, "three colleagues could be recognised"
    colleagues(life, 1)
    page = await (await pages.as_(Role.CLINICIAN, clinician_id=DANA)).get("/worth?offer=salary&amount=60000")
    assert "half of them between $80.00 and $86.25" in page.words
    assert "Colleague" not in page.words.replace("Colleagues are those", "").replace("Among colleagues", "")
    assert "There, a year" in page.words
    assert "your contract pays the same whatever a session costs" in page.words


async def test_what_is_typed_wrong_is_told_at_its_field_and_nobody_else_comes_here(pages: Pages) -> None:
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    empty = await dana.get("/worth")
    assert "there is nothing to tell yet" in empty.words
    wrong = await dana.get("/worth?notes=lots&hours=0")
    assert (wrong.status, "a whole number, please" in wrong.words, "more than 0" in wrong.words) == (422, True, True)
    unsaid = await dana.get("/worth?offer=hourly")
    assert (unsaid.status, "say what the offer pays" in unsaid.words) == (422, True)
    assert (await (await pages.as_(Role.BILLER)).get("/worth")).status in (403, 404)
    assert (await (await pages.as_(Role.CLINICIAN)).get("/worth")).status == 404


async def test_a_contractor_is_told_what_to_set_aside(pages: Pages) -> None:
    held(pages.life, DANA, ["attended"] * 9)
    terms = pages.life.rows(select(PayTerms))[0]
    pages.life.change(PayTerms, terms.id or 0, paid_as="1099")
    pages.life.change(Practice, 1, kind="tutoring")
    page = await (await pages.as_(Role.CLINICIAN, clinician_id=DANA)).get("/worth")
    assert "Self-employment tax" in page.words
    assert "It is no tax advice." in page.words
    assert "payers" not in page.words


async def test_the_page_is_right_on_a_phone_and_a_desk_light_and_dark(screen: Screen) -> None:
    life = screen.pages.life
    held(life, DANA, ["attended"] * 20 + ["no_show"], weeks_ago=12)
    held(life, DANA, ["booked"] * 6, weeks_ago=-1)
    colleagues(life, 5)
    page = await screen.as_(Role.CLINICIAN, clinician_id=DANA)
    offered = "/worth?offer=salary&amount=70000&benefits=8000&self_employed=true&filing=single"
    assert await unfit(page, offered) == []
