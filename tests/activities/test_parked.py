"""What was parked: posted by hand to the claim it answers, or set aside; never twice."""

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import clearinghouse, kept_answers, remittances
from models.errors import Refused
from models.messages import ClaimAssignment
from models.tables import Interchange, Task
from tests.activities.payer import came, drop, outcomes, parts, pays, remit
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
