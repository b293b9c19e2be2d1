"""The batches: each claim leaves once, each answer is read once, what cannot be read is kept and told."""

import asyncio

from sqlmodel import select

from models.tables import Interchange
from tests.workflows.practice import INA, Life


async def test_claims_leave_once_however_often_the_batch_runs(life: Life) -> None:
    sessions = [await life.hold(life.at(day, 9), INA) for day in (1, 2)]
    await life.eventually(lambda: all(life.claim(s).status == "draft" for s in sessions))
    sent = await asyncio.gather(*(life.office.claims.send(run) for run in ("a", "b", "c")))
    assert sum(sent) == 2
    assert await life.office.claims.send("d") == 0
    assert await life.office.claims.send("a") in (0, 1, 2)  # the same run again sends nothing new
    inbox = life.outbox.with_name("inbox")
    assert len(list(inbox.glob("*.edi"))) == len(life.rows(select(Interchange).where(Interchange.direction == "out")))
    text = "".join(path.read_text() for path in inbox.glob("*.edi"))
    assert text.count("CLM*") == 2


async def test_an_empty_outbox_is_fine(life: Life) -> None:
    assert await life.office.claims.read_answers("nothing") == 0


async def test_the_same_remittance_in_two_files_and_twice_the_same_file_posts_once(life: Life) -> None:
    session_id = await life.hold(life.at(1, 11), INA)
    await life.eventually(lambda: life.claim(session_id).status == "draft")
    await life.send_claims()
    claim = life.claim(session_id)
    content = life.an_835("T1", "110.00", [("CO", "45", "40.00")], claim)
    again = life.an_835("T1", "110.00", [("CO", "45", "40.00")], claim)
    assert content != again, "another file, by its control number"
    for text, name in ((content, "one.edi"), (content, "one-renamed.edi"), (again, "two.edi")):
        assert await life.receive(text, name) == 1
    await life.eventually(lambda: life.claim(session_id).status == "paid")
    assert life.balance("cash:payer") == 110
    assert life.tasks() == []
    assert list(life.outbox.glob("*.edi")) == []
    archived = {path.name for path in life.outbox.with_name("archive").glob("*.edi")}
    assert {"one.edi", "one-renamed.edi", "two.edi"} <= archived


async def test_what_cannot_be_read_is_parked_whole_and_holds_up_nothing_else(life: Life) -> None:
    session_id = await life.hold(life.at(1, 11), INA)
    await life.eventually(lambda: life.claim(session_id).status == "draft")
    await life.send_claims()
    good = life.an_835("T1", "110.00", [("CO", "45", "40.00")], life.claim(session_id))
    (life.outbox / "1-garbage.edi").write_text("this is no X12")
    (life.outbox / "2-cut.edi").write_text(good[: len(good) // 2])
    (life.outbox / "3-empty.edi").write_text("")
    assert await life.receive(good, "4-good.edi") == 4
    await life.eventually(lambda: life.claim(session_id).status == "paid")
    assert life.tasks() == ["remittance_parked"] * 3
    parked = life.rows(select(Interchange).where(Interchange.status == "parked"))
    assert len(parked) == 3
    assert all(file.why for file in parked)
    assert life.balance("cash:payer") == 110
