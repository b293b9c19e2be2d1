"""Tasks on pages: mine, my team's, made, given, moved, talked about, closed; nobody sees what is not theirs."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from models.tables import Practice, Task, TaskEvent
from starter.web.access.permissions import Role
from tests.starter.web.pages import Answer, Browser, Pages, Screen, unfit
from tests.workflows.practice import INA, TZ, Life
from tests.workflows.test_task import an_unsigned_note

TOMORROW = timedelta(days=1)


def a_task(life: Life) -> Any:
    [task] = life.rows(select(Task))
    return task


async def made(browser: Browser, life: Life, **fields: Any) -> Answer:
    """A task that somebody makes for tomorrow."""
    due = (life.clock[0] + TOMORROW).astimezone(TZ).date()
    known = {"title": "Order forms", "details": "two boxes", "whose": "role:front_desk", "due": due}
    return await browser.post("/tasks/new", **{**known, **fields})


async def test_a_task_is_made_for_a_role_and_seen_by_it_and_by_who_made_it(pages: Pages) -> None:
    biller, front = await pages.as_(Role.BILLER), await pages.as_(Role.FRONT_DESK)
    answer = await made(biller, pages.life)
    assert "The task is made." in answer.words
    assert "two boxes" in answer.words
    assert "Order forms" in (await front.get("/tasks")).words
    assert "Order forms" not in (await biller.get("/tasks")).words
    assert "Order forms" in (await biller.get("/tasks?view=team")).words


async def test_a_form_sent_twice_makes_one_task(pages: Pages) -> None:
    biller, wish = await pages.as_(Role.BILLER), uuid4()
    for _ in range(2):
        assert (await made(biller, pages.life, wish=str(wish))).status == 200
    assert a_task(pages.life).id == wish


async def test_what_was_typed_stays_when_something_is_missing(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    answer = await made(biller, pages.life, due="", title="<script>alert(1)</script>")
    assert answer.status == 422
    assert "this is needed" in answer.words
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


async def test_nobody_sees_tasks_of_other_roles(pages: Pages) -> None:
    biller, front = await pages.as_(Role.BILLER), await pages.as_(Role.FRONT_DESK)
    await made(biller, pages.life, whose="role:biller")
    task = a_task(pages.life)
    for path in (f"/tasks/{task.id}", f"/tasks/{UUID(int=1)}"):
        assert (await front.get(path)).status == 404
    assert (await front.post(f"/tasks/{task.id}/close", words="done")).status == 404
    owner = await pages.as_(Role.OWNER)
    assert (await owner.get(f"/tasks/{task.id}")).status == 200


async def test_a_clinician_sees_their_own_notes_to_sign_and_not_a_colleagues(pages: Pages) -> None:
    _, task = await an_unsigned_note(pages.life)
    dana, erin = await pages.as_(Role.CLINICIAN, clinician_id=1), await pages.as_(Role.CLINICIAN, clinician_id=2)
    mine = await dana.get("/tasks")
    assert "Sign the note" in mine.words
    assert f'href="/sessions/{task.cause.partition("/")[2]}"' in mine.text
    assert "the note is signed" in (await dana.get(f"/tasks/{task.id}")).words
    assert f"/tasks/{task.id}" not in (await erin.get("/tasks?view=team")).text
    assert (await erin.get(f"/tasks/{task.id}")).status == 404


async def test_a_task_is_given_to_a_person_and_moved_to_another_day(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    other = pages.account(Role.BILLER)
    await made(biller, pages.life)
    task = a_task(pages.life)
    day = (task.due_at + 3 * TOMORROW).astimezone(TZ).date()
    answer = await biller.post(f"/tasks/{task.id}/change", whose=f"account:{other.id}", due=day)
    assert f"Given to {other.name}" in " ".join(answer.words.split())
    assert a_task(pages.life).owner_id == other.id
    assert a_task(pages.life).due_at.astimezone(TZ).date() == day


async def test_a_comment_is_shown_and_is_said_once(pages: Pages) -> None:
    biller = await pages.as_(Role.BILLER)
    await made(biller, pages.life)
    task, wish = a_task(pages.life), str(uuid4())
    for _ in range(2):
        answer = await biller.post(f"/tasks/{task.id}/comment", words="<b>asked</b> the shop", wish=wish)
    assert "<b>asked</b> the shop" in answer.words
    events = pages.life.rows(select(TaskEvent.deed).where(TaskEvent.task_id == task.id))
    assert sorted(events) == ["commented", "opened"]


async def test_a_closed_task_says_who_closed_it_and_why(pages: Pages) -> None:
    front = await pages.as_(Role.FRONT_DESK)
    await made(front, pages.life)
    task = a_task(pages.life)
    assert "The task is closed." in (await front.post(f"/tasks/{task.id}/close", words="they came")).words
    assert front.account is not None
    page = await front.get(f"/tasks/{task.id}")
    assert f"by {front.account.name}: they came" in page.words
    again = await front.post(f"/tasks/{task.id}/close", words="again")
    assert again.status == 422
    assert "there is no such open task" in again.words


async def test_several_tasks_are_given_moved_and_closed_at_once(pages: Pages) -> None:
    front = await pages.as_(Role.FRONT_DESK)
    for title in ("Order forms", "Call the shop"):
        await made(front, pages.life, title=title)
    ids = [str(number) for number in pages.life.rows(select(Task.id))]
    day = (pages.life.clock[0] + 5 * TOMORROW).astimezone(TZ).date()
    for deed in ({"whose": "role:owner"}, {"due": day}, {"words": "no longer needed"}):
        name = {"whose": "give", "due": "move", "words": "close"}[next(iter(deed))]
        answer = await front.post("/tasks/several", task=ids, deed=name, view="team", **deed)
        assert "2 tasks are changed." in answer.words
    rows = pages.life.rows(select(Task))
    assert {(t.role, t.due_at.astimezone(TZ).date(), t.closed_because) for t in rows} == {
        ("owner", day, "no longer needed")
    }


async def test_a_deed_for_several_says_what_it_lacks_and_keeps_the_marks(pages: Pages) -> None:
    front = await pages.as_(Role.FRONT_DESK)
    await made(front, pages.life)
    task = a_task(pages.life)
    for deed, lacks in (("give", "choose whom"), ("move", "choose the new day"), ("close", "say why")):
        answer = await front.post("/tasks/several", task=[str(task.id)], deed=deed)
        assert answer.status == 422
        assert lacks in answer.words
        assert "checked" in answer.text
    assert (await front.post("/tasks/several", deed="close", words="x")).status == 422


async def test_a_practice_of_another_kind_is_offered_no_clinical_kind_or_role(pages: Pages) -> None:
    pages.life.change(Practice, 1, kind="tutoring")
    owner = await pages.as_(Role.OWNER)
    for path in ("/tasks?view=team", "/tasks/new", "/"):
        words = (await owner.get(path)).words.lower()
        assert [w for w in ("claim", "clinician", "biller", "treatment", "coverage", "payer") if w in words] == []


async def test_the_task_pages_are_fit_for_everybody(screen: Screen) -> None:
    life = screen.pages.life
    await an_unsigned_note(life)
    owner = await screen.pages.as_(Role.OWNER)
    await made(owner, life, whose="role:owner", client_id=INA)
    assert owner.account is not None
    task = life.rows(select(Task.id).where(Task.kind == "by_hand"))[0]
    paths = ("/tasks?view=team", f"/tasks/{task}", "/tasks/new")
    assert await unfit(await screen.at(owner.account), *paths) == []
