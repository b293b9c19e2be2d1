"""A claim's life: its answers in any order and number, corrections, giving up, its filing clock."""

import asyncio
from decimal import Decimal
from itertools import permutations

import pytest
from sqlmodel import col, select

from models.messages import Answered, Handover, claim_workflow
from models.tables import Claim, Interchange, Payer, RemittanceRow, Task
from tests.workflows.practice import FULL_FEE, INA, Life, refused

PAID = ("100.00", [("CO", "45", "40.00"), ("PR", "2", "10.00")])
DENIED = ("0.00", [("CO", "197", "150.00")])


async def an_accepted_claim(life: Life) -> Claim:
    """Made, sent with the batch and accepted by the clearinghouse."""
    session_id = await life.hold(life.at(1, 11), INA)
    await life.eventually(lambda: life.claim(session_id).status == "draft")
    assert await life.send_claims() == 1
    await life.eventually(lambda: life.claim(session_id).status == "accepted")
    return life.claim(session_id)


def tell(life: Life, *answers: Answered) -> "asyncio.Future[None]":
    """Answers as steps hand them on; a claim whose workflow had ended is followed again."""
    return asyncio.ensure_future(asyncio.to_thread(life.world.relay.hand_on, Handover(answers=answers)))


async def test_a_claim_is_paid_and_its_workflow_ends(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.receive(life.an_835("T1", *PAID, claim))
    assert await life.ended(claim_workflow(claim.number)) == "paid"
    assert life.owed_by_payer() == 0
    assert life.owed(INA) == 10
    assert life.tasks() == []


@pytest.mark.parametrize("first", ["accepted", "rejected", "remitted"])
async def test_answers_in_any_order_and_number_end_the_same(life: Life, first: str) -> None:
    claim = await an_accepted_claim(life)
    await life.receive(life.an_835("T1", *PAID, claim))
    await life.ended(claim_workflow(claim.number))
    before = life.events()
    [remittance] = life.rows(select(RemittanceRow.id))
    known = [Answered(claim.number, kind, remittance or 0) for kind in ("accepted", "rejected", "sent", "remitted")]
    for order in permutations(known):
        if order[0].kind == first:
            await tell(life, *order, *order)
    await life.eventually(lambda: life.rows(select(Claim.status)) == ["paid"])
    assert await life.ended(claim_workflow(claim.number)) == "paid"
    assert life.events() == before
    assert life.tasks() == []


async def test_an_835_that_comes_before_the_acknowledgment_counts(life: Life) -> None:
    session_id = await life.hold(life.at(1, 11), INA)
    claim = await life.eventually(lambda: life.claim(session_id))
    assert await life.office.claims.send("only") == 1  # its 999 and 277CA still wait
    await life.receive(life.an_835("T1", *PAID, claim), "0-before-them.edi")
    assert await life.ended(claim_workflow(claim.number)) == "paid"
    assert life.owed_by_payer() == 0
    assert life.tasks() == []


async def test_a_denial_is_corrected_as_a_replacement_and_paid(life: Life) -> None:
    claim = await an_accepted_claim(life)
    office = life.office
    with refused("is accepted; wait for its answer"):
        await office.claims.correct(claim.number, "AUTH1")
    await life.receive(life.an_835("T1", *DENIED, claim, status="4", icn="FIRST1"))
    await life.eventually(lambda: life.tasks() == ["claim_denied"])
    assert life.owed_by_payer() == FULL_FEE, "a denial stays with the payer until someone decides"
    wishes = [office.claims.correct(claim.number, "AUTH1") for _ in range(2)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert life.tasks() == []
    assert await life.send_claims() == 1
    sent = life.rows(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))
    content = sent[-1].content.decode()
    assert "*11:B:7*" in content
    assert "REF*F8*FIRST1~" in content
    assert "REF*G1*AUTH1~" in content
    await life.receive(life.an_835("T2", *PAID, claim, icn="SECOND2"))
    assert await life.ended(claim_workflow(claim.number)) == "paid"
    assert life.owed_by_payer() == 0


async def test_diagnoses_and_note_of_a_correction_never_pass_temporal(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.receive(life.an_835("T1", *DENIED, claim, status="4"))
    await life.eventually(lambda: life.tasks() == ["claim_denied"])
    await life.office.claims.correct(claim.number, "AUTH1", ("F33.1",), "Records were sent by fax")
    corrected = life.rows(select(Claim))[0]
    assert (corrected.diagnoses, corrected.note) == (["F33.1"], "Records were sent by fax")
    history = await life.client.get_workflow_handle(claim_workflow(claim.number)).fetch_history()
    sealed = [
        payload
        for event in history.events
        for told in (
            event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args,
            event.activity_task_scheduled_event_attributes.input,
            event.activity_task_completed_event_attributes.result,
        )
        for payload in told.payloads
    ]
    codec = life.client.data_converter.payload_codec
    assert codec is not None
    crossed = b" ".join(payload.data for payload in await codec.decode(sealed))
    assert b"AUTH1" in crossed, "what may cross is seen here"
    assert b"F33" not in crossed
    assert b"fax" not in crossed


async def test_a_claim_given_up_is_written_off_once_or_billed(life: Life) -> None:
    claim = await an_accepted_claim(life)
    office = life.office
    with refused("needs a reason"):
        await office.claims.close(claim.number, " ")
    await office.claims.close(claim.number, "too late")
    with refused("closed already"):
        await office.claims.close(claim.number, "again")
    with refused("is closed"):
        await office.claims.correct(claim.number, "AUTH1")
    with refused("there is no claim C9999999"):
        await office.claims.close("C9999999", "never made")
    assert await life.ended(claim_workflow(claim.number)) == "closed"
    assert life.balance("adjustment:write_off") == FULL_FEE
    assert life.owed_by_payer() == 0
    assert life.owed(INA) == 0


async def test_a_payment_taken_back_after_months_is_mirrored_and_followed_again(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.receive(life.an_835("T1", *PAID, claim))
    await life.ended(claim_workflow(claim.number))
    await life.sleep_until(life.at(75, 9))
    back = [("CO", "45", "-40.00"), ("PR", "2", "-10.00")]
    await life.receive(life.an_835("T2", "-100.00", back, claim, status="22"))
    await life.eventually(lambda: life.owed_by_payer() == FULL_FEE)
    assert life.owed(INA) == 0
    assert life.balance("cash:payer") == 0
    await life.receive(life.an_835("T3", *PAID, claim, icn="ICN2"))
    await life.eventually(lambda: life.owed_by_payer() == 0)
    assert life.owed(INA) == 10


async def test_the_filing_clock_rings_once_escalates_and_stops_at_the_answer(life: Life) -> None:
    life.change(Payer, 1, timely_filing_days=30)
    claim = await an_accepted_claim(life)
    await life.sleep_until(life.at(20, 23))
    assert life.tasks() == []
    await life.sleep_until(life.at(21, 0, 1))  # two thirds of 30 days after day 1
    await life.eventually(lambda: life.tasks() == ["timely_filing"])
    await life.sleep_until(life.at(28, 0, 1))  # nine tenths
    await life.eventually(lambda: life.rows(select(Task.escalated_at)) != [None])
    await life.receive(life.an_835("T1", *PAID, claim))
    assert await life.ended(claim_workflow(claim.number)) == "paid"
    assert life.tasks() == []
    assert life.tasks(still_open=False) == ["timely_filing"]


async def test_an_overpayment_is_parked_and_posts_nothing(life: Life) -> None:
    claim = await an_accepted_claim(life)
    await life.receive(life.an_835("T1", *PAID, claim))
    await life.ended(claim_workflow(claim.number))
    before = life.events()
    await life.receive(life.an_835("T2", *PAID, claim, icn="ICN2"))
    await life.eventually(lambda: life.tasks() == ["remittance_parked"])
    assert life.events() == before
    assert life.balance("cash:payer") == Decimal(100)
