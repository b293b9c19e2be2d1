"""A session's life: reminded on time, moved, cancelled, ended once, its fee waiting out its grace."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlmodel import select

from models.errors import Refused
from models.facts import By
from models.messages import session_workflow
from models.tables import Message, PolicyRow
from tests.workflows.practice import ANA, DANA, ERIN, FULL_FEE, INA, THERAPY, Life, refused


async def test_a_held_session_is_reminded_at_its_times_and_ends(life: Life) -> None:
    session_id = await life.book(life.at(3, 11))
    await life.sleep_until(life.at(1, 10, 59))
    assert life.mails() == ["booked"]
    await life.sleep_until(life.at(1, 11, 1))
    assert life.mails() == ["booked", "reminder"]
    await life.office.sessions.confirm(session_id)
    await life.sleep_until(life.at(3, 12))
    assert life.mails() == ["booked", *["reminder"] * 3]
    await life.office.sessions.attend(session_id)
    assert life.owed() == 0, "nothing is charged before the note is signed"
    await life.office.sessions.sign(session_id, "Session note")
    assert await life.ended(session_workflow(session_id)) == "attended"
    assert life.owed() == FULL_FEE


async def test_a_moved_session_reminds_anew_and_nobody_twice(life: Life) -> None:
    session_id = await life.book(life.at(3, 11))
    await life.sleep_until(life.at(2, 12))
    assert life.mails() == ["booked", "reminder", "reminder"]
    await life.office.sessions.reschedule(session_id, life.at(4, 11), By.PRACTICE)
    await life.sleep_until(life.at(3, 10, 59))
    assert life.mails() == ["booked", "reminder", "reminder", "moved"], "nothing two hours before the old start"
    await life.sleep_until(life.at(4, 11))
    assert life.mails() == ["booked", "reminder", "reminder", "moved", "reminder", "reminder"]
    sent = life.rows(select(Message.sent_at).where(Message.kind == "reminder"))
    wanted = [life.at(1, 11), life.at(2, 11), life.at(3, 11), life.at(4, 9)]
    assert all(abs(at - want) < timedelta(minutes=1) for at, want in zip(sorted(sent), wanted, strict=True))


async def test_a_session_moved_back_is_not_reminded_of_what_was_sent(life: Life) -> None:
    session_id = await life.book(life.at(3, 11))
    await life.sleep_until(life.at(1, 12))
    await life.office.sessions.reschedule(session_id, life.at(4, 11), By.PRACTICE)
    await life.office.sessions.reschedule(session_id, life.at(3, 11), By.PRACTICE)
    await life.sleep_until(life.at(3, 11))
    assert life.mails().count("reminder") == 3


async def test_a_cancelled_session_is_over_at_once_and_frees_its_time(life: Life) -> None:
    session_id = await life.book(life.at(3, 11))
    wishes = [life.office.sessions.cancel(session_id, By.CLIENT) for _ in range(3)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    assert await life.ended(session_workflow(session_id)) == "cancelled"
    await life.book(life.at(3, 11), INA)
    await life.sleep_until(life.at(3, 12))
    assert life.mails() == ["booked", "cancelled"]
    assert life.owed() == 0


async def test_what_cannot_be_booked_is_refused_with_its_reason(life: Life) -> None:
    await life.book(life.at(3, 11))
    await life.book(life.at(3, 12))  # right after it: no overlap
    await life.book(life.at(3, 11), clinician=ERIN)
    book = life.office.sessions.book
    with refused("another session at .* 11:30; choose a free time"):
        await life.book(life.at(3, 11, 30), INA)
    with refused("lies in the past"):
        await life.book(life.at(-1, 11))
    with refused("lies in the future"):
        await book(DANA, THERAPY, (ANA,), life.at(4, 11), entered_afterwards=True)
    with refused("no active clinician 99"):
        await life.book(life.at(4, 11), clinician=99)
    with refused("no client 99"):
        await life.book(life.at(4, 11), 99)
    with refused("no service 99"):
        await book(DANA, 99, (ANA,), life.at(4, 11))
    with refused("each named once"):
        await life.book(life.at(4, 11), ANA, ANA)
    assert life.mails().count("booked") == 3
    await life.book(life.at(4, 11))  # a refused wish holds no time


async def test_what_a_session_cannot_do_any_more_is_refused_with_its_reason(life: Life) -> None:
    office, session_id = life.office, await life.book(life.at(1, 11))
    other = await life.book(life.at(1, 13))
    for early in (
        office.sessions.attend(session_id),
        office.sessions.no_show(session_id),
        office.sessions.sign(session_id, "Session note"),
    ):
        with refused("has not started yet"):
            await early
    with refused("another session"):
        await office.sessions.reschedule(session_id, life.at(1, 12, 30), By.PRACTICE)
    with refused("new time is in the past"):
        await office.sessions.reschedule(session_id, life.at(-1, 11), By.PRACTICE)
    with refused("client 2 is not in this session"):
        await office.sessions.confirm(session_id, INA)
    with refused("no fee to waive"):
        await office.sessions.waive(session_id, ANA, "why not")
    await life.sleep_until(life.at(1, 11, 30))
    with refused("cannot be moved any more"):
        await office.sessions.reschedule(session_id, life.at(2, 11), By.PRACTICE)
    with refused("record how it ended instead"):
        await office.sessions.cancel(session_id, By.PRACTICE)
    with refused("1441 minutes is not a length"):
        await office.sessions.attend(session_id, minutes=1441)
    await office.sessions.attend(session_id)
    for again in (office.sessions.attend(session_id), office.sessions.no_show(session_id)):
        with refused("recorded already"):
            await again
    await office.sessions.sign(session_id, "Session note")
    await life.ended(session_workflow(session_id))
    with refused("has started"):
        await office.sessions.cancel(session_id, By.CLIENT)
    with refused("recorded already"):
        await office.sessions.no_show(session_id)
    with refused("no such session"):
        await office.sessions.confirm(uuid4())
    assert life.statuses(session_id) == ["attended"]
    assert life.statuses(other) == ["booked"]
    assert life.events() == ["attended, self-pay", "pay earned"]


async def test_a_fee_waits_out_its_grace_in_which_it_is_corrected_or_waived(life: Life) -> None:
    life.change(PolicyRow, 1, fee_grace_hours=12)
    charged, corrected, waived = [await life.book(life.at(1, hour)) for hour in (9, 11, 13)]
    await life.sleep_until(life.at(1, 15))
    for session_id in (charged, corrected, waived):
        await life.office.sessions.no_show(session_id)
    await life.office.sessions.attend(corrected)
    await life.office.sessions.waive(waived, ANA, "was ill")
    await life.sleep_until(life.at(2, 2, 50))
    assert life.events() == []
    await life.sleep_until(life.at(2, 3, 10))
    await life.eventually(lambda: life.events() == ["fee charged"])
    with refused("recorded already"):
        await life.office.sessions.attend(charged)
    assert life.owed() == FULL_FEE
    assert life.statuses(corrected) == ["attended"]


async def test_a_fee_can_be_waived_after_everything_is_over(life: Life) -> None:
    session_id = await life.book(life.at(1, 11))
    await life.sleep_until(life.at(1, 13))
    await life.office.sessions.no_show(session_id)
    await life.ended(session_workflow(session_id))
    await life.sleep_until(life.at(9, 11))
    with refused("needs a reason"):
        await life.office.sessions.waive(session_id, ANA, " ")
    await life.office.sessions.waive(session_id, ANA, "was in hospital")
    with refused("no fee to waive"):
        await life.office.sessions.waive(session_id, ANA, "once more")
    assert life.events() == ["fee charged", "reversal"]
    assert life.owed() == 0


async def test_silence_is_a_presumed_no_show_and_a_word_about_it_closes_the_task(life: Life) -> None:
    session_id = await life.book(life.at(1, 11))
    await life.sleep_until(life.at(2, 12, 1))
    await life.eventually(lambda: life.tasks() == ["outcome_missing"])
    assert life.owed() == FULL_FEE
    await life.office.sessions.no_show(session_id)
    assert life.tasks() == []
    assert life.events() == ["fee charged"]
    assert await life.ended(session_workflow(session_id)) == "no_show"


async def test_an_unsigned_note_is_asked_for_once_and_the_task_goes_when_it_is_signed(life: Life) -> None:
    session_id = await life.book(life.at(1, 11))
    await life.sleep_until(life.at(1, 12))
    await life.office.sessions.attend(session_id)
    await life.sleep_until(life.at(2, 11, 59))
    assert life.tasks() == []
    await life.sleep_until(life.at(2, 12, 1))
    await life.eventually(lambda: life.tasks() == ["unsigned_note"])
    await life.sleep_until(life.at(8, 12))
    assert life.tasks() == ["unsigned_note"]
    await life.office.sessions.sign(session_id, "Session note")
    assert life.tasks() == []
    assert await life.ended(session_workflow(session_id)) == "attended"
