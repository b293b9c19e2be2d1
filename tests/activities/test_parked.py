"""What was parked: posted by hand to the claim it answers, or set aside; never twice."""

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import clearinghouse, kept_answers, posting, remittances
from activities.answered_lines import About, Asked, by_session
from models.errors import Refused
from models.facts import TaskKind
from models.messages import ClaimAssignment
from models.tables import Interchange, RemittanceClaim, Task
from tests.activities.payer import came, drop, outcomes, parts, pays, read, remit, taken_back
from tests.activities.practice import Desk, usd

CASH = "cash:payer"


def parked(desk: Desk) -> tuple[str, int]:
    """The claim a payer meant, and its answer under a number of the payer's own."""
    claim = desk.claim(desk.client(desk.payer()))
    remit(desk, pays("OLD-77", "120.00", "CO-45 30.00"))
    [part] = parts(desk)
    return claim, part.id or 0


def test_an_answer_is_posted_by_hand_to_the_claim_it_is_for(desk: Desk) -> None:
    claim, part = parked(desk)
    standing = desk.ask(remittances.assign, ClaimAssignment(claim, part))
    assert standing.status == "paid"
    assert desk.balance(CASH) == usd("120.00")
    assert desk.tasks() == []
    [task] = desk.rows(select(Task))
    assert task.closed_because == f"posted by hand to claim {claim}"


def test_an_answer_is_posted_by_hand_once(desk: Desk) -> None:
    claim, part = parked(desk)
    desk.ask(remittances.assign, ClaimAssignment(claim, part))
    with pytest.raises(Refused, match=f"posted already, to claim {claim}"):
        desk.ask(remittances.assign, ClaimAssignment(claim, part))
    assert desk.balance(CASH) == usd("120.00")


def test_a_claim_that_was_paid_takes_no_second_payment_by_hand(desk: Desk) -> None:
    claim, part = parked(desk)
    remit(desk, pays(claim, "150.00"), trace="T2", control=502)
    with pytest.raises(Refused, match="does not fit"):
        desk.ask(remittances.assign, ClaimAssignment(claim, part))
    assert outcomes(desk) == ["parked", "posted"]


def test_an_answer_of_another_payer_is_not_posted(desk: Desk) -> None:
    _, part = parked(desk)
    other = desk.claim(desk.client(desk.payer("77777")))
    with pytest.raises(Refused, match="another payer"):
        desk.ask(remittances.assign, ClaimAssignment(other, part))
    assert desk.tasks() == ["remittance_parked"]


def test_what_was_set_aside_is_not_posted_any_more(desk: Desk) -> None:
    claim, part = parked(desk)
    with Database(desk.world.engine) as db, db.begin():
        for _ in range(2):
            kept_answers.set_aside(db, part)
    assert outcomes(desk) == ["set_aside"]
    with pytest.raises(Refused, match="no such parked answer"):
        desk.ask(remittances.assign, ClaimAssignment(claim, part))


def test_a_junk_file_is_set_aside_and_kept(desk: Desk) -> None:
    drop(desk, "")
    [file] = came(desk)
    with Database(desk.world.engine) as db, db.begin():
        clearinghouse.set_aside(db, file.id or 0)
    assert desk.row(Interchange, file.id).status == "set_aside"


def test_a_file_that_was_read_cannot_be_set_aside(desk: Desk) -> None:
    parked(desk)
    with Database(desk.world.engine) as db, pytest.raises(Refused, match="no such parked file"):
        clearinghouse.set_aside(db, came(desk)[0].id or 0)


def test_of_many_that_are_parked_while_they_are_posted_one_task_tells_until_the_last_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "OWN_TASKS", 2)
    claims = [desk.claim(client) for client in [desk.client(desk.payer())] for _ in range(4)]
    never_posted = [taken_back(pays(claim, "150.00")) for claim in claims]
    [remittance_id] = read(desk, *never_posted)
    desk.post(remittance_id, at_once=1)
    assert outcomes(desk) == ["parked"] * 4
    told_by = select(Task).where(Task.kind == TaskKind.REMITTANCE_PARKED).order_by(Task.cause)
    assert [task.cause for task in desk.rows(told_by)] == [
        f"remittance/{remittance_id}",
        *(kept_answers.cause(part) for part in parts(desk)[:2]),
    ]
    [rest, *_] = desk.rows(told_by)
    assert rest.what.startswith(f"remittance {remittance_id}: 2 more claims")
    with Database(desk.world.engine) as db, db.begin():
        told = [kept_answers.set_aside(db, part.id or 0) for part in parts(desk)]
    assert told == [None, None, None, rest.id]


def test_a_claim_that_cannot_be_posted_does_not_hold_up_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk.client(desk.payer())
    good, bad = desk.claim(client), desk.claim(client)

    def broken(asked: Asked, part: RemittanceClaim) -> dict[int, list[About]]:
        if part.claim_number == bad:
            raise KeyError("a patient's name")
        return by_session(asked, part)

    monkeypatch.setattr(posting, "by_session", broken)
    remit(desk, pays(bad, "150.00"), pays(good, "120.00", "PR-3 30.00"))
    assert outcomes(desk) == ["parked", "posted"]
    assert desk.balance(CASH) == usd("120.00")
    assert len(desk.asked) == 1, "what the first attempt left is forgotten"
    [task] = desk.rows(select(Task).where(Task.kind == TaskKind.REMITTANCE_PARKED))
    assert f"could not be posted to claim {bad}: a fault of the program (KeyError, test_parked.py line" in task.what
    assert "patient" not in task.what
