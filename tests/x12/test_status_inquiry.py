"""276 and 277: a claim asked after is found again by its trace, and its status is told in words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Parked, Refused
from models.x12.acknowledgment import write_277ca
from models.x12.claim_status import StatusRequest
from models.x12.envelope import kinds
from models.x12.status import Status
from models.x12.status_276_277 import read_276, read_277, write_276, write_277
from tests.x12 import asking
from tests.x12 import builders as a

SAM = replace(a.SAM, address=None)


def both() -> StatusRequest:
    dependent = asking.status_inquiry("S0000002", claim_number="C0000002", patient=SAM, payer_claim_number="ICN2")
    subscriber = replace(dependent.subscriber, birth=None, sex="U")
    return asking.status_request(asking.status_inquiry(), replace(dependent, subscriber=subscriber))


def test_a_request_reads_back_as_it_was_asked() -> None:
    text = write_276(a.envelope(), [both()])
    assert kinds(text) == {"276"}
    assert read_276(text) == (both(),)


def test_a_request_after_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="at least one claim"):
        write_276(a.envelope(), [replace(both(), inquiries=())])


def test_an_answer_tells_each_claim_by_its_trace() -> None:
    paid = Status("F1", "65")
    finalized = asking.status_answer("S0000002", paid, claim_number="C0000002", paid=Decimal("96.00"), check="EFT9")
    text = write_277(a.envelope(), both(), [asking.status_answer(), finalized])
    assert kinds(text) == {"277"}
    [read] = read_277(text)
    assert read.answers == (asking.status_answer(), finalized)
    assert read.verdicts == ()
    assert read.answers[1].text.startswith("Finalized: paid")


def test_the_gravest_of_several_statuses_speaks_and_all_are_told() -> None:
    answer = asking.status_answer("S0000001", Status("P1", "20"), Status("P3", "317"), Status("D0", "35"))
    [read] = read_277(write_277(a.envelope(), asking.status_request(), [answer]))
    assert read.answers == (answer,)
    assert answer.category == "D0"
    assert "Pending: in process" in answer.text
    assert answer.action


def test_an_answer_to_only_some_of_what_was_asked_is_refused() -> None:
    with pytest.raises(Refused, match="every claim that was asked after"):
        write_277(a.envelope(), both(), [asking.status_answer()])


def test_a_277ca_is_no_answer_to_a_status_inquiry() -> None:
    door = write_277ca(a.envelope(), [a.claim_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905")
    assert read_277(door) == ()


def test_a_dependent_before_any_subscriber_is_parked() -> None:
    text = write_276(a.envelope(), [both()]).replace("HL*4*3*22*0", "HL*4*3*29*0").replace("HL*5*3*22*1", "HL*5*3*29*1")
    with pytest.raises(Parked, match="dependent before any subscriber"):
        read_276(text)


CODES = st.builds(
    Status, st.sampled_from(["P1", "P3", "F1", "F2", "D0", "E0", "A4"]), st.sampled_from(["20", "35", "65", "317"])
)


@given(statuses=st.lists(CODES, min_size=1, max_size=3), paid=st.none() | st.decimals(0, 9999, places=2))
def test_any_answer_reads_back_as_it_was_written(statuses: list[Status], paid: Decimal | None) -> None:
    answer = asking.status_answer("S0000001", *statuses, paid=paid)
    [read] = read_277(write_277(a.envelope(), asking.status_request(), [answer]))
    assert read.answers == (answer,)
