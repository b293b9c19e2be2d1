"""The portal: clients see and change what is theirs, and nothing of anybody else's."""

from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from activities.links import Link, Purpose, token
from models.facts import By
from models.tables import AttendanceRow, Client, FormRequest, Practice, Service, Session
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages
from tests.workflows.practice import ANA, INA, THERAPY, Life

SECTIONS = ("", "/appointments", "/book", "/request", "/forms", "/invoices", "/payments", "/statements", "/profile")
CLINICAL = ("clinic", "therap", "insur", "diagnos", "treat", "superbill", "health", "patient", "988")
SCRIPT = "<script>alert('x')</script>"


async def ana(pages: Pages) -> Browser:
    """Ana at her portal."""
    return await pages.as_(Role.CLIENT, client_ids=(ANA,))


def link(life: Life, session_id: UUID, purpose: Purpose, client_id: int = ANA) -> str:
    """The address in a mail about a session as it is now."""
    session = life.rows(select(Session).where(Session.id == session_id))[0]
    query = select(AttendanceRow.id).where(AttendanceRow.session_id == session_id, AttendanceRow.client_id == client_id)
    found = Link(life.rows(query)[0] or 0, purpose, session.moves, session.starts)
    return f"/links/{token(life.world.vault, found)}"


class TestAppointments:
    """Seen, confirmed, cancelled."""

    async def test_the_next_one_is_on_the_first_page_in_the_clients_own_time(self, pages: Pages) -> None:
        life = pages.life
        await life.book(life.at(2, 9))
        life.change(Client, ANA, timezone="America/New_York")
        home = await (await ana(pages)).get("/portal")
        assert "at 11:00 am" in home.words or "at 12:00 pm" in home.words
        assert "New York time" in home.words

    async def test_it_is_confirmed_with_one_button(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9))
        browser = await ana(pages)
        told = await browser.post(f"/portal/appointments/{session_id}/confirm")
        assert "Thank you" in told.words
        assert life.statuses(session_id) == ["confirmed"]

    async def test_cancelling_says_the_fee_before_and_charges_just_that(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(0, 9))
        browser = await ana(pages)
        asked = await browser.get(f"/portal/appointments/{session_id}/cancel")
        assert "costs $75.00" in asked.words
        fields = {"fee": asked.value("fee"), "moves": asked.value("moves")}
        done = await browser.post(f"/portal/appointments/{session_id}/cancel", **fields)
        assert "Cancelled" in done.words
        assert life.statuses(session_id) == ["late_cancelled"]
        assert str(life.owed()) == "75.00"
        again = await browser.post(f"/portal/appointments/{session_id}/cancel", **fields)
        assert "cancelled already" in again.words
        assert str(life.owed()) == "75.00"

    async def test_in_time_it_costs_nothing(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(3, 9))
        asked = await (await ana(pages)).get(f"/portal/appointments/{session_id}/cancel")
        assert "costs nothing" in asked.words

    async def test_a_fee_that_was_not_shown_is_not_charged(self, pages: Pages) -> None:
        """The page stood open until the free time was over."""
        life = pages.life
        session_id = await life.book(life.at(1, 9))
        account = pages.account(Role.CLIENT, client_ids=(ANA,))
        browser = await pages.signed_in(account)
        asked = await browser.get(f"/portal/appointments/{session_id}/cancel")
        assert asked.value("fee") == "0.00"
        await life.sleep_until(life.at(0, 12))
        browser = await pages.signed_in(account)
        no = await browser.post(f"/portal/appointments/{session_id}/cancel", fee="0.00", moves="0")
        assert no.status == 422
        assert "The fee has changed" in no.words
        assert "costs $75.00" in no.words
        assert life.statuses(session_id) == ["booked"]

    async def test_one_of_somebody_else_looks_like_none(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9), INA)
        browser = await ana(pages)
        missing = (await browser.get(f"/portal/appointments/{uuid4()}")).words
        for path in ("", "/cancel", "/calendar.ics"):
            answer = await browser.get(f"/portal/appointments/{session_id}{path}")
            assert (answer.status, answer.words) == (404, missing)
        for deed in ("confirm", "cancel"):
            assert (await browser.post(f"/portal/appointments/{session_id}/{deed}", fee="0", moves="0")).status == 404
        assert life.statuses(session_id) == ["booked"]

    async def test_a_group_tells_nobody_who_else_comes(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9), ANA, INA)
        browser = await ana(pages)
        assert "Ina" not in (await browser.get(f"/portal/appointments/{session_id}")).words
        await browser.post(f"/portal/appointments/{session_id}/cancel", fee="0.00", moves="0")
        assert life.statuses(session_id) == ["cancelled", "booked"]


class TestLinks:
    """One button, no sign-in; looking changes nothing."""

    async def test_looking_changes_nothing_and_the_button_confirms_once(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9))
        browser, path = await pages.someone(), link(life, session_id, Purpose.CONFIRM)
        assert "Will you come?" in (await browser.get(path)).words
        assert life.statuses(session_id) == ["booked"]
        assert "Thank you" in (await browser.post(path, moves="0")).words
        assert life.statuses(session_id) == ["confirmed"]
        assert "Thank you" in (await browser.post(path, moves="0")).words

    async def test_cancelling_says_the_fee_before(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(0, 9))
        browser, path = await pages.someone(), link(life, session_id, Purpose.CANCEL)
        asked = await browser.get(path)
        assert "costs $75.00" in asked.words
        done = await browser.post(path, fee=asked.value("fee"), moves=asked.value("moves"))
        assert "is cancelled" in done.words
        assert str(life.owed()) == "75.00"
        await browser.post(path, fee=asked.value("fee"), moves=asked.value("moves"))
        assert str(life.owed()) == "75.00"

    async def test_an_old_link_of_a_moved_session_says_so(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9))
        path = link(life, session_id, Purpose.CANCEL)
        await life.office.sessions.reschedule(session_id, life.at(3, 9), By.PRACTICE)
        browser = await pages.someone()
        for answer in (await browser.get(path), await browser.post(path, fee="0.00", moves="0")):
            assert answer.status == 410
            assert "was moved" in answer.words
        assert life.statuses(session_id) == ["booked"]

    async def test_one_that_expired_or_is_not_ours_says_so(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(0, 9))
        path = link(life, session_id, Purpose.CONFIRM)
        await life.sleep_until(life.at(0, 9))
        browser = await pages.someone()
        assert "has expired" in (await browser.get(path)).words
        assert "not whole" in (await browser.get(f"{path}x")).words

    async def test_it_names_nobody(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9))
        page = await (await pages.someone()).get(link(life, session_id, Purpose.CONFIRM))
        for told in ("Ana", "Ortiz", "therapy"):
            assert told not in page.words


class TestForms:
    """Filled in, saved, sent; signed."""

    async def ask(self, pages: Pages, key: str, client_id: int = ANA) -> UUID:
        desk = await pages.as_(Role.OWNER)
        answer = await desk.post(f"/clients/{client_id}/forms", keys=[key])
        assert answer.status == 200, answer.words
        [request] = pages.life.rows(select(FormRequest).where(FormRequest.client_id == client_id))
        return request.id

    async def test_a_form_is_asked_for_by_mail_saved_and_sent(self, pages: Pages) -> None:
        life = pages.life
        request = await self.ask(pages, "house:Intake")
        await life.eventually(lambda: "paperwork" in life.mails())
        browser = await ana(pages)
        assert "Fill in: Intake" in (await browser.get("/portal")).words
        await browser.post(f"/portal/forms/{request}", deed="save", q1=SCRIPT)
        half = await browser.get(f"/portal/forms/{request}")
        assert SCRIPT not in half.text
        assert SCRIPT in half.words
        no = await browser.post(f"/portal/forms/{request}", deed="send", q1=SCRIPT)
        assert no.status == 422
        assert "Please answer this question." in no.words
        assert SCRIPT in no.words
        sent = await browser.post(f"/portal/forms/{request}", deed="send", q1=SCRIPT, q12="Yes", q15="No", q16="Yes")
        assert "Sent, thank you." in sent.words, sent.words
        assert SCRIPT in (await browser.get(f"/portal/forms/{request}")).words
        assert "sent already" in (await browser.post(f"/portal/forms/{request}", deed="send", q1="other")).words

    async def test_the_desk_reminds_of_what_waits_by_mail(self, pages: Pages) -> None:
        life = pages.life
        await self.ask(pages, "house:Intake")
        await life.eventually(lambda: life.mails() == ["paperwork"])
        desk = await pages.as_(Role.FRONT_DESK)
        assert "on its way" in (await desk.post(f"/clients/{ANA}/forms/remind")).words
        await life.eventually(lambda: life.mails() == ["paperwork"] * 2)

    async def test_one_of_somebody_else_is_not_there(self, pages: Pages) -> None:
        request = await self.ask(pages, "house:Intake", INA)
        browser = await ana(pages)
        assert (await browser.get(f"/portal/forms/{request}")).status == 404
        assert (await browser.post(f"/portal/forms/{request}", deed="save", q1="x")).status == 404

    async def test_a_measure_that_alarms_becomes_a_task(self, pages: Pages) -> None:
        life = pages.life
        await life.hold(life.at(0, 9))
        request = await self.ask(pages, "measure:phq9")
        browser = await ana(pages)
        points = {f"q{n}": "0" for n in range(1, 9)}
        assert "Please choose one." in (await browser.post(f"/portal/forms/{request}", **points)).words
        assert "Sent" in (await browser.post(f"/portal/forms/{request}", **points, q9="1")).words
        await life.eventually(lambda: [kind for kind in life.tasks() if kind not in ("unsigned_note",)])

    async def test_front_desk_sends_forms_but_only_who_treats_reads_the_answers(self, pages: Pages) -> None:
        life = pages.life
        await life.book(life.at(0, 9))
        request = await self.ask(pages, "house:Intake")
        await (await ana(pages)).post(
            f"/portal/forms/{request}", deed="send", q1="Worry", q12="Yes", q15="No", q16="Yes"
        )
        path = f"/clients/{ANA}/forms/{request}"
        assert (await (await pages.as_(Role.FRONT_DESK)).get(path)).status == 403
        assert (await (await pages.as_(Role.CLINICIAN, clinician_id=2)).get(path)).status == 404
        assert "Worry" in (await (await pages.as_(Role.CLINICIAN, clinician_id=1)).get(path)).words


class TestRequests:
    """Asked for, answered."""

    async def test_a_wish_is_answered_by_the_desk(self, pages: Pages) -> None:
        life = pages.life
        browser = await ana(pages)
        fields = {"service_id": THERAPY, "earliest": f"{life.at(1, 9):%Y-%m-%d}", "wishes": SCRIPT, "wish": uuid4()}
        for _ in range(2):
            assert "We have your request" in (await browser.post("/portal/request", **fields)).words
        assert life.tasks() == ["appointment_requested"]
        desk = await pages.as_(Role.FRONT_DESK)
        listed = await desk.get("/requests")
        assert SCRIPT in listed.words
        no = await desk.post(f"/requests/{fields['wish']}/decline", reply="We are full until May.")
        assert "answered" in no.words
        assert life.tasks() == []
        assert "We are full until May." in (await browser.get("/portal/appointments")).words
        await life.eventually(lambda: "request_declined" in life.mails())

    async def test_what_was_booked_for_it_answers_it(self, pages: Pages) -> None:
        life = pages.life
        wish = uuid4()
        await (await ana(pages)).post("/portal/request", service_id=THERAPY, earliest="2099-01-01", wish=wish)
        mine, other = await life.book(life.at(2, 9)), await life.book(life.at(3, 9), INA)
        desk = await pages.as_(Role.FRONT_DESK)
        shown = await desk.get(f"/requests/{wish}")
        assert str(mine) in shown.text
        assert str(other) not in shown.text
        assert (await desk.post(f"/requests/{wish}/booked", session_id=other)).status == 404
        assert "answered" in (await desk.post(f"/requests/{wish}/booked", session_id=mine)).words
        assert life.tasks() == []

    async def test_one_of_somebody_else_cannot_be_taken_back(self, pages: Pages) -> None:
        browser = await ana(pages)
        wish = uuid4()
        await browser.post("/portal/request", service_id=THERAPY, earliest="2099-01-01", wish=wish)
        other = await pages.as_(Role.CLIENT, client_ids=(INA,))
        assert (await other.post(f"/portal/request/{wish}/withdraw")).status == 404
        assert "took your request back" in (await browser.post(f"/portal/request/{wish}/withdraw")).words
        assert pages.life.tasks() == []

    async def test_a_day_that_is_over_is_refused_at_its_field(self, pages: Pages) -> None:
        answer = await (await ana(pages)).post("/portal/request", service_id=1, earliest="2020-01-01", wishes="kept")
        assert answer.status == 422
        assert "today or a later day" in answer.words
        assert "kept" in answer.words


class TestProfile:
    """What is theirs to change."""

    async def change(self, browser: Browser, **fields: Any) -> Any:
        seen = (await browser.get("/portal/profile")).value("seen")
        return await browser.post("/portal/profile", seen=seen, **fields)

    async def test_an_address_is_changed_and_nothing_else(self, pages: Pages) -> None:
        browser = await ana(pages)
        told = await self.change(browser, preferred=SCRIPT, phone="480-555-0100", zip="85201", first="Zed", card="x")
        assert "Kept" in told.words
        assert told.value("preferred") == SCRIPT
        assert SCRIPT not in told.text
        [row] = pages.life.rows(select(Client).where(Client.id == ANA))
        assert (row.first, row.phone, row.card) == ("Ana", "480-555-0100", None)

    async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(self, pages: Pages) -> None:
        answer = await self.change(await ana(pages), phone="call me", city="Mesa")
        assert answer.status == 422
        assert "a phone number such as" in answer.words
        assert answer.value("city") == "Mesa"

    async def test_a_card_is_judged_by_its_content_and_shown_to_its_owner_only(self, pages: Pages) -> None:
        browser = await ana(pages)
        image = b"\x89PNG\r\n\x1a\n" + b"0" * 40
        wrong = await browser.post("/portal/cards", files={"front": ("card.png", b"MZ program")})
        assert "not a PNG or JPEG image or a PDF" in wrong.words
        kept = await browser.post("/portal/cards", files={"front": ("card.png", image)})
        assert "We have your card" in kept.words
        shown = await browser.get("/portal/cards/1")
        assert shown.response.content == image
        assert shown.response.headers["X-Content-Type-Options"] == "nosniff"
        other = await pages.as_(Role.CLIENT, client_ids=(INA,))
        assert (await other.get("/portal/cards/1")).status == 404

    async def test_a_parent_turns_from_one_child_to_the_other(self, pages: Pages) -> None:
        life = pages.life
        session_id = await life.book(life.at(2, 9), INA)
        parent = await pages.as_(Role.CLIENT, client_ids=(ANA, INA))
        assert (await parent.get(f"/portal/appointments/{session_id}")).status == 404
        await parent.post("/account/acting-for", client_id=INA)
        shown = await parent.get(f"/portal/appointments/{session_id}")
        assert "For Ina" in shown.words


async def test_staff_have_no_portal_and_clients_no_desk(pages: Pages) -> None:
    assert (await (await pages.as_(Role.OWNER)).get("/portal")).status == 403
    assert (await (await ana(pages)).get("/clients")).status == 403
    assert "Sign in" in (await (await pages.someone()).get("/portal")).words
    assert 'href="/portal"' in (await (await ana(pages)).get("/")).text


async def test_a_practice_of_another_kind_shows_nothing_clinical_and_no_insurance(pages: Pages) -> None:
    life = pages.life
    life.change(Practice, 1, kind="tutoring", name="Elm Street Tutors")
    life.change(Service, THERAPY, name="Algebra", code="")
    await life.hold(life.at(0, 9))
    session_id = await life.book(life.at(2, 9))
    await TestForms().ask(pages, "house:Getting started")
    [asked] = life.rows(select(FormRequest.id))
    browser = await ana(pages)
    paths = [f"/portal{path}" for path in SECTIONS]
    paths += [
        f"/portal/appointments/{session_id}",
        f"/portal/appointments/{session_id}/cancel",
        f"/portal/forms/{asked}",
    ]
    paths += [link(life, session_id, purpose) for purpose in Purpose]
    for path in paths:
        answer = await browser.get(path)
        assert answer.status == 200, path
        found = [word for word in CLINICAL if word in answer.words.lower()]
        assert found == [], path
    assert (await browser.post("/portal/cards", files={"front": ("card.png", b"x")})).status == 404
    assert (await browser.get(f"/portal/superbills/{life.at(0, 9):%Y-%m}.pdf")).status == 404
