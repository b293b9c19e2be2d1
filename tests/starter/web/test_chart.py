"""The chart on pages: notes written with and without JavaScript, signed, locked; each person sees only their part."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import charts, measures
from models.facts import MeasureKind
from models.rules.measures import INSTRUMENTS
from models.tables import Addendum, Client, Clinician, Measure, Note, Practice, PsychotherapyNote, Service
from starter.web.access.permissions import Role
from tests.starter.web.pages import Answer, Browser, Pages, Screen, unfit
from tests.workflows.practice import ANA, DANA, ERIN, FULL_FEE, INA, THERAPY

SCRIPT = "<script>alert('note')</script>"


async def attended(pages: Pages, *clients: int, clinician: int = DANA) -> UUID:
    """A session that was held, and whose note is not written."""
    life = pages.life
    starts = life.clock[0] + timedelta(days=1)
    session = await life.book(starts, *clients, clinician=clinician)
    await life.sleep_until(starts + timedelta(hours=1))
    await life.office.sessions.attend(session)
    return session


async def clinician(pages: Pages, clinician_id: int = DANA, *roles: Role) -> Browser:
    return await pages.as_(*(roles or (Role.CLINICIAN,)), clinician_id=clinician_id)


def typed(answer: Answer, **words: str) -> dict[str, str]:
    """The note's form as its page showed it, with these words typed in."""
    shown = {name: answer.value(name) for name in ("format", "seen", "day", "wish")}
    return {**shown, **{f"words-{section}": text for section, text in words.items()}}


def deed(answer: Answer, name: str) -> str:
    """Where a button of a note's page leads."""
    path, _, session = answer.path.partition("?")
    return f"{path}/{name}{'?' + session if session else ''}"


async def written(browser: Browser, session: UUID, **words: str) -> Answer:
    """The page of a session's note after its first draft was saved."""
    page = await browser.get(f"/sessions/{session}/note")
    return await browser.post(page.path, **typed(page, **words))


async def signed(browser: Browser, session: UUID, **words: str) -> Answer:
    page = await browser.get(f"/sessions/{session}/note")
    return await browser.post(deed(page, "sign"), **typed(page, **words))


def note_of(pages: Pages, session: UUID, client: int = ANA) -> Note:
    with Database(pages.life.office.engine, expire_on_commit=False) as db:
        return db.get_one(Note, charts.note_id(session, client))


def opened(pages: Pages, note: Note) -> dict[str, str]:
    return charts.words_of(pages.life.world.vault, note)


async def test_a_note_begins_with_its_session_is_saved_signed_and_the_money_goes_on(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    assert "Write the note" in (await dana.get("/notes")).words
    page = await dana.get(f"/sessions/{session}/note")
    assert "Present: Ana Ortiz" in page.words
    saved = await dana.post(page.path, **typed(page, subjective="slept badly"))
    assert "The draft is saved." in saved.words
    assert "slept badly" in saved.words
    done = await dana.post(deed(saved, "sign"), **typed(saved, subjective="slept badly", plan="sleep diary"))
    assert "Signed." in done.words
    assert "sleep diary" in done.words
    assert opened(pages, note_of(pages, session))["plan"] == "sleep diary"
    assert pages.life.owed(ANA) == FULL_FEE
    assert "Write the note" not in (await dana.get("/notes")).words


async def test_a_note_without_words_is_not_signed_and_says_so_with_everything_kept(pages: Pages) -> None:
    session = await attended(pages, ANA)
    answer = await signed(await clinician(pages), session, goals="1. sleep")
    assert (answer.status, "write the note first" in answer.words) == (422, True)
    assert "1. sleep" in answer.words


async def test_a_draft_of_another_window_is_shown_beside_what_was_typed(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    first = await dana.get(f"/sessions/{session}/note")
    await dana.post(first.path, **typed(first, subjective="from the second window"))
    stale = await dana.post(first.path, **typed(first, subjective="from the first window"))
    assert stale.status == 422
    assert "from the second window" in stale.words
    assert "from the first window" in stale.words
    assert opened(pages, note_of(pages, session))["subjective"] == "from the second window"
    await dana.post(first.path, **typed(stale, subjective="both"))
    assert opened(pages, note_of(pages, session))["subjective"] == "both"


async def test_while_one_types_the_page_saves_and_is_told_what_is_not(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    page = await dana.get(f"/sessions/{session}/note")
    told = (await dana.post(deed(page, "autosave"), **typed(page, subjective="sle"))).response.json()
    assert told["edition"] == 1
    again = await dana.post(deed(page, "autosave"), **typed(page, subjective="other"))
    assert (again.status, "another window" in again.response.json()["refused"]) == (409, True)


async def test_a_note_put_into_another_format_keeps_its_words_and_is_not_saved_by_that(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    page = await dana.get(f"/sessions/{session}/note")
    other = await dana.post(deed(page, "format"), into="free", **typed(page, subjective="slept badly"))
    assert (other.value("format"), "Subjective: slept badly" in other.words) == ("free", True)
    with Database(pages.life.office.engine) as db:
        assert db.exec(select(Note)).all() == []


async def test_script_in_a_note_is_words(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    done = await signed(dana, session, subjective=SCRIPT)
    assert SCRIPT not in done.text
    assert SCRIPT in done.words or "&lt;script&gt;" in done.text


async def test_in_a_group_other_clients_are_counted_not_named(pages: Pages) -> None:
    session = await attended(pages, ANA, INA)
    dana = await clinician(pages)
    chosen = await dana.get(f"/sessions/{session}/note")
    assert "Ana Ortiz" in chosen.words
    assert "Ina Ortiz" in chosen.words
    name = charts.note_id(session, ANA)
    page = await dana.get(f"/clients/{ANA}/chart/notes/{name}?session={session}")
    assert "Present: Ana Ortiz, with one other" in page.words
    assert "Ina" not in page.words


@pytest.mark.parametrize("path", ["", "/plan", "/diagnoses", "/measures", "/psychotherapy", "/export.pdf"])
async def test_a_chart_is_not_found_by_who_neither_treats_nor_supervises(pages: Pages, path: str) -> None:
    await pages.life.book(pages.life.clock[0] + timedelta(days=1), ANA)
    url = f"/clients/{ANA}/chart{path}"
    assert (await (await clinician(pages)).get(url)).status == 200
    assert (await (await clinician(pages, ERIN)).get(url)).status == 404
    assert (await (await clinician(pages)).get(f"/clients/{INA}/chart{path}")).status == 404
    for role in (Role.OWNER, Role.BILLER, Role.FRONT_DESK):
        assert (await (await pages.as_(role)).get(url)).status == 403


async def test_a_note_is_not_found_in_another_clients_chart_or_under_another_session(pages: Pages) -> None:
    first, second = await attended(pages, ANA), await attended(pages, INA)
    dana = await clinician(pages)
    saved = await written(dana, first, subjective="x")
    ours = charts.note_id(first, ANA)
    assert (await dana.get(f"/clients/{INA}/chart/notes/{ours}")).status == 404
    assert (await dana.get(f"/clients/{ANA}/chart/notes/{uuid4()}?session={second}")).status == 404
    assert (await dana.get(f"/clients/{ANA}/chart/notes/{uuid4()}")).status == 404
    foreign = await dana.post(f"/clients/{INA}/chart/notes/{ours}/sign", **typed(saved, subjective="x"))
    assert foreign.status == 404


async def test_a_supervisor_reads_and_co_signs_what_a_supervisee_signed_and_then_it_is_charged(pages: Pages) -> None:
    pages.life.change(Clinician, DANA, supervisor_id=ERIN)
    session = await attended(pages, ANA)
    done = await signed(await clinician(pages), session, subjective="slept badly")
    assert "waits for the supervisor" in done.words
    assert pages.life.owed(ANA) == 0
    erin = await clinician(pages, ERIN, Role.SUPERVISOR)
    assert "To co-sign" in (await erin.get("/notes")).words
    page = await erin.get(done.path)
    assert "Co-sign this note" in page.words
    assert "Co-signed by Erin Wolfe" in (await erin.post(f"{done.path}/cosign")).words
    assert pages.life.owed(ANA) == FULL_FEE
    again = await erin.post(f"{done.path}/cosign")
    assert (again.status, "co-signed already" in again.words) == (422, True)


async def test_what_comes_later_is_added_once_below_the_signed_note(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    done = await signed(dana, session, subjective="slept badly")
    wish = str(uuid4())
    for _ in range(2):
        added = await dana.post(f"{done.path}/addendum", words="She called again", wish=wish)
    assert added.words.count("She called again") == 1
    assert len(pages.life.rows(select(Addendum))) == 1
    late = await dana.post(done.path, **{"format": "soap", "day": "2027-01-01", "seen": "1", "words-subjective": "no"})
    assert (late.status, "addendum instead" in late.words) == (422, True)


async def test_a_plan_is_written_goal_by_goal_signed_and_its_goals_begin_the_next_note(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    page = await dana.get(f"/clients/{ANA}/chart/new?format=plan")
    goal = {"problem": "Panic", "goal-1": "Ride the bus", "steps-1": "one stop\nthree stops"}
    saved = await dana.post(page.path, **typed(page, **goal), review_on="2027-09-01")
    assert "Goal 2" in saved.words
    again = await dana.get(f"/clients/{ANA}/chart/new?format=plan")
    assert again.path.partition("?")[0] == saved.path.partition("?")[0]
    await dana.post(deed(saved, "sign"), **typed(saved, **goal), review_on="2027-09-01")
    plan = await dana.get(f"/clients/{ANA}/chart/plan")
    assert "Ride the bus" in plan.words
    assert "three stops" in plan.words
    assert "1. Ride the bus" in (await dana.get(f"/sessions/{session}/note")).words


async def test_a_diagnosis_is_found_by_words_that_stand_in_no_address(pages: Pages) -> None:
    await pages.life.book(pages.life.clock[0] + timedelta(days=1), ANA)
    dana = await clinician(pages)
    url = f"/clients/{ANA}/chart/diagnoses"
    found = await dana.post(f"{url}/search", wanted="panic disorder")
    assert "F41.0" in found.words
    assert "panic" not in found.path
    added = await dana.post(f"{url}/add", code="F41.0")
    assert "F41.0 is added." in added.words
    await dana.post(f"{url}/add", code="F32.1")
    await dana.post(f"{url}/first", code="F32.1")
    with Database(pages.life.office.engine) as db:
        assert db.get_one(Client, ANA).diagnoses == ["F32.1", "F41.0"]
    wrong = await dana.post(f"{url}/add", code="F41")
    assert (wrong.status, "not a billable" in wrong.words) == (422, True)


async def test_answers_are_scored_and_an_alarming_one_becomes_a_task_until_it_is_followed_up(pages: Pages) -> None:
    await pages.life.book(pages.life.clock[0] + timedelta(days=1), ANA)
    dana = await clinician(pages)
    url = f"/clients/{ANA}/chart/measures"
    some = {f"item-{number}": "1" for number in range(1, 9)}
    missing = await dana.post(f"{url}/new?kind=phq9", **some)
    assert (missing.status, "please choose one of the four" in missing.words) == (422, True)
    wish = str(uuid4())
    for _ in range(2):
        told = await dana.post(f"{url}/new?kind=phq9", wish=wish, **{**some, "item-9": "2"})
    assert "10 of 27" in told.words
    [measure] = pages.life.rows(select(Measure))
    await pages.life.eventually(lambda: pages.life.tasks() == ["risk_answer"])
    assert "Talk with" in (await dana.get(f"{url}/{measure.id}")).words
    await dana.post(f"{url}/{measure.id}/review")
    await pages.life.eventually(lambda: pages.life.tasks() == [])
    picture = (await dana.get(f"{url}/phq9.svg")).response
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert b"<script" not in picture.content
    assert not re.search(rb'(href|src)="http', picture.content)


async def test_psychotherapy_notes_are_seen_by_their_author_alone(pages: Pages) -> None:
    pages.life.change(Clinician, DANA, supervisor_id=ERIN)
    await pages.life.book(pages.life.clock[0] + timedelta(days=1), ANA)
    dana, erin = await clinician(pages), await clinician(pages, ERIN, Role.SUPERVISOR)
    url = f"/clients/{ANA}/chart/psychotherapy"
    assert "a dream of trains" in (await dana.post(url, day="2027-01-04", words="a dream of trains")).words
    assert "a dream of trains" not in (await erin.get(url)).words
    [note] = pages.life.rows(select(PsychotherapyNote))
    assert (await erin.get(f"{url}/{note.id}")).status == 404
    assert (await erin.post(f"{url}/{note.id}", day="2027-01-04", words="mine", seen="1")).status == 422
    changed = await dana.post(f"{url}/{note.id}", day="2027-01-04", words="of ships", seen="1")
    assert "of ships" in changed.words


async def test_the_trail_says_who_saw_and_changed_what_and_the_owner_reads_it_without_the_chart(pages: Pages) -> None:
    session = await attended(pages, ANA)
    await signed(await clinician(pages), session, subjective="slept badly")
    owner = await pages.as_(Role.OWNER)
    trail = (await owner.get(f"/clients/{ANA}/chart/trail")).words
    assert "signed" in trail
    assert "slept" not in trail
    assert (await owner.get(f"/clients/{ANA}/chart")).status == 403


async def test_another_kind_of_practice_has_plain_session_notes_and_no_clinical_word(pages: Pages) -> None:
    pages.life.change(Practice, 1, kind="tutoring")
    pages.life.change(Service, THERAPY, name="algebra")
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    form = await dana.get(f"/sessions/{session}/note")
    done = await dana.post(deed(form, "sign"), **typed(form, text="fractions"))
    chart = await dana.get(f"/clients/{ANA}/chart")
    for page in (form, done, chart, await dana.get("/notes")):
        assert not re.search("(?i)diagnos|clinic|therap|treatment|measure|soap|phq|icd", page.words), page.path
    for path in ("plan", "diagnoses", "measures", "psychotherapy", "new?format=intake"):
        assert (await dana.get(f"/clients/{ANA}/chart/{path}")).status == 404


async def test_a_whole_chart_is_printed(pages: Pages) -> None:
    session = await attended(pages, ANA)
    dana = await clinician(pages)
    await signed(dana, session, subjective="slept badly")
    paper = (await dana.get(f"/clients/{ANA}/chart/export.pdf")).response
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "Ana" not in paper.headers["content-disposition"]


async def test_a_note_saves_itself_in_a_browser_and_is_signed_with_its_last_words(screen: Screen) -> None:
    pages = screen.pages
    session = await attended(pages, ANA)
    page = await screen.as_(Role.CLINICIAN, clinician_id=DANA)
    await page.goto(f"/sessions/{session}/note")
    await page.get_by_label("Subjective").fill("slept badly")
    await page.get_by_text("Saved at").wait_for()
    assert opened(pages, note_of(pages, session))["subjective"] == "slept badly"
    await page.get_by_label("Subjective").fill("slept badly again")
    await page.get_by_role("button", name="Save and sign").click()
    await page.get_by_text("Signed by Dana Reyes").wait_for()
    assert opened(pages, note_of(pages, session))["subjective"] == "slept badly again"


async def test_the_pages_of_a_chart_look_right_to_axe(screen: Screen) -> None:
    pages = screen.pages
    session = await attended(pages, ANA)
    with Database(pages.life.office.engine) as db, db.begin():
        answers = (1,) * len(INSTRUMENTS[MeasureKind.PHQ_9].items)
        measures.record(db, ANA, MeasureKind.PHQ_9, answers, "Ana Ortiz", pages.life.clock[0], uuid4())
    page = await screen.as_(Role.CLINICIAN, clinician_id=DANA)
    chart = f"/clients/{ANA}/chart"
    tabs = [chart + end for end in ("", "/new?format=plan", "/diagnoses", "/measures", "/psychotherapy", "/trail")]
    paths = ("/notes", f"/sessions/{session}/note", *tabs, f"{chart}/measures/new?kind=gad7")
    assert await unfit(page, *paths) == []
