"""Silent claims are asked after with the batch; what payers say moves the claim's notes and makes tasks."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from activities import claims
from models.errors import Refused
from models.facts import ClaimStatus
from models.messages import Answered, StatusWish
from models.tables import Claim, Interchange, Payer, StatusInquiryRow, Task
from models.x12.claim_status import StatusAnswer
from models.x12.status import Status
from models.x12.status_276_277 import read_276, write_277
from tests.activities.payer import drop, envelope, pays, remit
from tests.activities.practice import DAY, Desk


def accepted(desk: Desk, answers_status: bool = True) -> str:
    """A claim that its payer took in."""
    number = desk.claims_of(desk.hold(desk.client(desk.payer(answers_status=answers_status))))[0].number
    desk.send()
    desk.tell(Answered(number, "accepted", 0))
    return number


def ask(desk: Desk, number: str, by_person: bool = False) -> None:
    desk.ask(claims.ask_status, StatusWish(number, by_person))


def says(desk: Desk, category: str, code: str = "20", control: int = 820) -> None:
    """The payer answers the newest 276."""
    query = select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id).desc())
    [request] = read_276(desk.rows(query)[0].content.decode())
    statuses = (Status(category, code),)
    told = [StatusAnswer(each.trace, statuses, each.claim_number, "ICN5") for each in request.inquiries]
    drop(desk, write_277(envelope(control), request, told), f"{control}.277")


def asked_at(desk: Desk, number: str) -> datetime | None:
    return desk.ask(claims.prepare, number).ask_at


def what(desk: Desk) -> list[str]:
    return [task.what for task in desk.rows(select(Task).where(col(Task.closed_at).is_(None)))]


def test_an_accepted_claim_is_asked_after_two_weeks_later_and_two_weeks_after_that(desk: Desk) -> None:
    number = accepted(desk)
    assert asked_at(desk, number) == datetime(2026, 3, 16, 5, tzinfo=UTC)
    desk.now += 14 * DAY
    ask(desk, number)
    assert asked_at(desk, number) == desk.now.replace(hour=5, minute=0) + 14 * DAY
    desk.send()
    name, content = desk.folder.delivered[-1]
    assert name.startswith("276_")
    [request] = read_276(content.decode())
    [inquiry] = request.inquiries
    assert (inquiry.claim_number, str(inquiry.charge), request.payer.id) == (number, "150.00", "60054")
    desk.send()
    assert len(desk.folder.delivered) == 2, "each inquiry leaves once"


def test_a_payer_that_takes_no_inquiries_is_a_persons_task(desk: Desk) -> None:
    number = accepted(desk, answers_status=False)
    desk.now += 14 * DAY
    ask(desk, number)
    assert desk.tasks() == ["claim_silent"]
    assert "takes no inquiries by file: call" in what(desk)[0]
    desk.send()
    assert len(desk.folder.delivered) == 1
    remit(desk, pays(number, "100.00", "CO-45 50.00"))
    assert desk.tasks() == []


@pytest.mark.parametrize(
    ("category", "status", "task"),
    [
        ("P1", "accepted", ""),
        ("F1", "accepted", "its payer has finished with it and no remittance has come"),
        ("D0", "accepted", "its payer does not know it"),
        ("P3", "accepted", "its payer waits for something"),
        ("A7", "rejected", "was rejected and never reached its payer"),
    ],
)
def test_what_a_payer_says_is_noted_and_makes_a_task_where_somebody_must_act(
    desk: Desk, category: str, status: str, task: str
) -> None:
    number = accepted(desk)
    ask(desk, number)
    desk.send()
    says(desk, category)
    claim = desk.row(Claim, number)
    assert (claim.status, claim.payer_claim_number) == (status, "ICN5")
    assert len(what(desk)) == bool(task)
    assert all(task in words for words in what(desk))
    [row] = desk.rows(select(StatusInquiryRow))
    assert (row.category, row.told_at is not None) == (category, True)
    assert row.words in claim.why or status == "rejected"


def test_a_task_goes_when_the_payer_is_at_work_after_all_or_answers(desk: Desk) -> None:
    number = accepted(desk)
    ask(desk, number)
    desk.send()
    says(desk, "D0")
    assert desk.tasks() == ["claim_silent"]
    desk.now += 14 * DAY
    ask(desk, number)
    desk.send()
    says(desk, "P1", control=821)
    assert desk.tasks() == []
    remit(desk, pays(number, "0.00", "CO-197 150.00", status="4"))
    assert desk.tasks() == ["claim_denied"]


def test_a_word_on_a_claim_that_was_answered_meanwhile_changes_nothing(desk: Desk) -> None:
    number = accepted(desk)
    ask(desk, number)
    desk.send()
    remit(desk, pays(number, "100.00", "CO-45 50.00"))
    says(desk, "F1")
    assert desk.row(Claim, number).status == ClaimStatus.PAID
    assert desk.tasks() == []


def test_a_claim_answered_before_its_inquiry_left_is_not_asked_after(desk: Desk) -> None:
    number = accepted(desk)
    ask(desk, number)
    remit(desk, pays(number, "100.00", "CO-45 50.00"))
    desk.send()
    assert len(desk.folder.delivered) == 1


def test_people_hear_why_nothing_is_asked_and_the_clock_takes_no_for_an_answer(desk: Desk) -> None:
    number = accepted(desk)
    ask(desk, number, by_person=True)
    with pytest.raises(Refused, match="with the next batch already"):
        ask(desk, number, by_person=True)
    desk.now += 15 * DAY
    ask(desk, number)
    assert asked_at(desk, number) is not None
    assert (asked_at(desk, number) or desk.now) > desk.now + timedelta(days=13), "the clock rings once"
    assert len(desk.rows(select(StatusInquiryRow))) == 1
    remit(desk, pays(number, "100.00", "CO-45 50.00"))
    with pytest.raises(Refused, match="is paid; only what was accepted"):
        ask(desk, number, by_person=True)
    ask(desk, number)


def test_a_request_refused_as_a_whole_is_told_of_each_claim_in_it(desk: Desk) -> None:
    number = accepted(desk)
    desk.change(Payer, 1, name="Payer 60054")
    ask(desk, number)
    desk.send()
    control = desk.rows(select(Interchange.control).order_by(col(Interchange.id).desc()))[0]
    text = (
        f"ISA*00*          *00*          *ZZ*CLEARINGHOUSE  *ZZ*PERSESSION     *260402*1200*^*00501*000000830*0*T*:~"
        f"GS*HN*CLEARINGHOUSE*PERSESSION*20260402*1200*830*X*005010X212~ST*277*0001*005010X212~"
        f"BHT*0010*08*830*20260402*1200*DG~HL*1**20*1~NM1*PR*2*PAYER*****PI*60054~HL*2*1*21*0~"
        f"NM1*41*2*ELM*****46*PERSESSION~TRN*2*{control}~STC*E0:24*20260402~SE*9*0001~GE*1*830~IEA*1*000000830~"
    )
    drop(desk, text)
    assert desk.tasks() == ["claim_silent"]
    assert "could not say where it stands" in what(desk)[0]
