"""Payers are asked before sessions and their answers kept: what does not hold is a task until it is mended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import clearinghouse, coverage_answers, coverage_calls, eligibility, reviews
from activities.coverage_calls import Call
from activities.shares import ShareOf, shares
from models.errors import Refused
from models.messages import EligibilityWish
from models.rules.share import Share
from models.tables import Client, Coverage, EligibilityAnswerRow, EligibilityInquiry, Interchange, Payer, Task
from models.x12.acknowledgment import GroupAck, TransactionAck, write_999
from models.x12.eligibility import EligibilityRequest, EligibilityResponse, Rejection
from models.x12.eligibility_270_271 import read_270, write_271
from starter.sandbox.payer_answers import Covered
from tests.activities.payer import drop, envelope
from tests.activities.practice import DAY, Desk, usd

ACTIVE = Covered(amounts={"copay": usd("25.00")}, visits_left=12, carve_out="Calm Minds")


def asked(desk: Desk, client_id: int | None = None) -> list[EligibilityRequest]:
    """What is asked now, file by file."""
    files = desk.ask(eligibility.ask, EligibilityWish(client_id)).files
    rows = [desk.row(Interchange, file.interchange_id) for file in files]
    return [request for row in rows for request in read_270(row.content.decode())]


def told(desk: Desk, requests: list[EligibilityRequest], *says: Covered, **changes: Any) -> None:
    """Each payer answers, of each member in turn."""
    for number, request in enumerate(requests):
        pairs = zip(request.inquiries, says * len(request.inquiries), strict=False)
        answers = tuple(says.answer(inquiry, desk.now.date()) for inquiry, says in pairs)
        response = EligibilityResponse(request.reference, request.payer, request.provider, answers, **changes)
        drop(desk, write_271(envelope(810 + number), [response]), f"{desk.now:%d%H%M}-{number}.271")


def expected(desk: Desk, client_id: int) -> Share:
    [share] = desk.with_db(lambda db: shares(db, [ShareOf(client_id, 1, 1, True, desk.now.date())], desk.tz))
    return share


def open_tasks(desk: Desk) -> list[tuple[str, str]]:
    rows = desk.rows(select(Task).where(col(Task.closed_at).is_(None)).order_by(col(Task.kind)))
    return [(row.kind, row.what) for row in rows]


def test_who_comes_within_two_days_is_asked_after_once_a_payer(desk: Desk) -> None:
    first, second = desk.payer(), desk.payer("60055")
    soon, both = desk.client(first), desk.client(first, second)
    later, selfpay = desk.client(first), desk.client()
    for client in (soon, both, selfpay):
        desk.book(client, starts=desk.now + 2 * DAY + timedelta(hours=client))
    desk.book(later, starts=desk.now + 4 * DAY)
    requests = asked(desk)
    assert [(r.payer.id, len(r.inquiries)) for r in requests] == [("60054", 2), ("60055", 1)]
    assert {inquiry.on for request in requests for inquiry in request.inquiries} == {date(2026, 3, 4)}
    assert asked(desk) == [], "asked today already"
    told(desk, requests, ACTIVE)
    desk.now += DAY
    assert asked(desk) == [], "told, and it counts"


def test_a_silent_payer_is_asked_again_the_next_day_and_one_that_takes_no_inquiries_never(desk: Desk) -> None:
    desk.book(desk.client(desk.payer()), starts=desk.now + 2 * DAY)
    desk.book(
        desk.client(desk.payer("60055", answers_eligibility=False)), starts=desk.now + 2 * DAY + timedelta(hours=2)
    )
    assert len(asked(desk)) == 1
    desk.now += DAY
    assert [request.payer.id for request in asked(desk)] == ["60054"]


def test_a_child_is_asked_about_as_the_dependent_of_who_is_insured(desk: Desk) -> None:
    client = desk.client(desk.payer(), first="Kim", last="Roe")
    insured = {"subscriber_first": "Ben", "subscriber_last": "Roe", "subscriber_birth": date(1980, 1, 2)}
    desk.change(Coverage, 1, relation="child", **insured)
    [request] = asked(desk, client)
    [inquiry] = request.inquiries
    assert (inquiry.subscriber.first, inquiry.relationship) == ("Ben", "19")
    assert inquiry.patient is not None
    assert inquiry.patient.first == "Kim"


def test_an_answer_is_kept_as_it_was_told_and_sets_the_share(desk: Desk) -> None:
    client = desk.client(desk.payer(), copay="40.00")
    assert expected(desk, client).amount == usd("40.00")
    told(desk, asked(desk, client), ACTIVE)
    [row] = desk.rows(select(EligibilityAnswerRow))
    assert (row.active, row.copay, row.deductible_left, row.carve_out) == (True, usd("25.00"), None, "Calm Minds")
    assert (row.visits, row.visits_left) == (None, usd("12"))
    assert expected(desk, client).amount == usd("25.00")
    assert desk.tasks() == []


def test_the_same_file_twice_is_one_answer(desk: Desk) -> None:
    client = desk.client(desk.payer())
    requests = asked(desk, client)
    told(desk, requests, ACTIVE)
    told(desk, requests, ACTIVE)
    assert len(desk.rows(select(EligibilityAnswerRow))) == 1


def test_a_terminated_coverage_is_a_task_before_the_session_until_another_one_holds(desk: Desk) -> None:
    client = desk.client(desk.payer(), copay="40.00")
    desk.book(client, starts=desk.now + 2 * DAY)
    told(desk, asked(desk), Covered(ended_days_ago=2))
    [(kind, why)] = open_tasks(desk)
    assert kind == "coverage_terminated"
    assert why == "the insurer said on 2026-03-02 that the coverage ended on 2026-02-28: ask for the new card"
    assert expected(desk, client).amount is None
    [task] = desk.rows(select(Task))
    assert task.due_at <= desk.now + 2 * DAY
    desk.change(Coverage, 1, covered_until=date(2026, 2, 28))
    desk.add(Coverage(client_id=client, payer_id=1, member_id="W-NEW", sequence=2, copay=usd("30.00")))
    desk.ask(reviews.look, (client,))
    assert open_tasks(desk) == []
    assert expected(desk, client).amount == usd("30.00")


def test_a_member_who_is_not_found_is_a_task_until_the_number_is_mended(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.book(client, starts=desk.now + 2 * DAY)
    told(desk, asked(desk), Covered(reject="72"))
    [(kind, why)] = open_tasks(desk)
    assert kind == "coverage_unclear"
    assert "the member number is missing or invalid" in why
    assert "W1" not in why
    desk.change(Coverage, 1, member_id="W99")
    desk.ask(reviews.look, (client,))
    assert open_tasks(desk) == [], "of the coverage as it is now nothing was said yet"
    assert len(asked(desk)) == 1
    told(desk, [], ACTIVE)


def test_a_payer_that_is_down_says_nothing_and_is_asked_again(desk: Desk) -> None:
    desk.book(desk.client(desk.payer()), starts=desk.now + 2 * DAY)
    told(desk, [replace(each, inquiries=()) for each in asked(desk)], rejections=(Rejection("payer", "42", "R"),))
    [row] = desk.rows(select(EligibilityAnswerRow))
    assert (row.active, row.again) == (None, True)
    assert open_tasks(desk) == []
    desk.now += DAY
    assert len(asked(desk)) == 1


def test_an_answer_without_our_trace_is_found_by_request_and_member(desk: Desk) -> None:
    client = desk.client(desk.payer())
    [request] = asked(desk, client)
    bare = replace(request, inquiries=tuple(replace(each, trace="THEIRS") for each in request.inquiries))
    told(desk, [bare], ACTIVE)
    assert [row.active for row in desk.rows(select(EligibilityAnswerRow))] == [True]


def test_an_answer_to_what_was_never_asked_is_somebodys_task(desk: Desk) -> None:
    client = desk.client(desk.payer())
    [request] = asked(desk, client)
    stray = tuple(replace(each, trace="THEIRS", member_id="NOBODY") for each in request.inquiries)
    told(desk, [replace(request, reference="77777", inquiries=stray)], ACTIVE)
    assert [kind for kind, _ in open_tasks(desk)] == ["remittance_parked"]
    assert desk.rows(select(EligibilityAnswerRow)) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda desk: desk.change(Coverage, 1, covered_until=date(2026, 1, 31)), "no coverage is entered that holds"),
        (lambda desk: desk.change(Payer, 1, answers_eligibility=False), "takes no inquiries by file"),
        (lambda desk: desk.change(Client, 1, birth=None), "birth date"),
    ],
)
def test_on_demand_it_is_said_why_nobody_can_be_asked(desk: Desk, change: Any, why: str) -> None:
    client = desk.client(desk.payer())
    change(desk)
    with pytest.raises(Refused, match=why):
        asked(desk, client)
    assert desk.rows(select(EligibilityInquiry)) == []


def test_a_coverage_changed_since_it_was_asked_after_knows_no_answer(desk: Desk) -> None:
    client = desk.client(desk.payer())
    told(desk, asked(desk, client), ACTIVE)
    [known] = desk.with_db(lambda db: coverage_answers.known(db, [client]))
    assert known.told(desk.tz) is not None
    desk.change(Client, client, last="Married")
    [known] = desk.with_db(lambda db: coverage_answers.known(db, [client]))
    assert (known.told(desk.tz), known.inquiry) == (None, None)


def called(desk: Desk, **said: Any) -> None:
    call = Call(1, desk.now.date(), **{"spoke_to": "Kim", "reference": "R-77", **said})
    with Database(desk.world.engine) as db, db.begin():
        coverage_calls.enter(db, call, desk.now, desk.now.date(), None)


def test_a_coverage_confirmed_by_telephone_is_not_asked_after_and_its_task_closes(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.book(client, starts=desk.now + 2 * DAY)
    told(desk, asked(desk), replace(ACTIVE, active=False))
    assert [kind for kind, _ in open_tasks(desk)] == ["coverage_terminated"]
    called(desk, active_until=desk.now.date() + 30 * DAY)
    desk.ask(reviews.look, (client,))
    assert open_tasks(desk) == []
    desk.now += DAY
    assert asked(desk) == []
    desk.change(Coverage, 1, member_id="ANOTHER")
    assert [len(request.inquiries) for request in asked(desk)] == [1]


def test_a_coverage_that_ends_by_telephone_is_a_task_for_the_session_after(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.book(client, starts=desk.now + 2 * DAY)
    called(desk, active_until=desk.now.date() + DAY)
    desk.ask(reviews.look, (client,))
    [(kind, what)] = open_tasks(desk)
    assert (kind, "the coverage ended on" in what) == ("coverage_terminated", True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reference": " "}, "are what proves it"),
        ({"active_until": date(2025, 1, 1)}, "is not active: say so"),
    ],
)
def test_a_call_that_proves_nothing_is_not_kept(desk: Desk, said: dict[str, Any], why: str) -> None:
    desk.client(desk.payer())
    with pytest.raises(Refused, match=why):
        called(desk, **said)


def test_a_file_of_inquiries_that_the_clearinghouse_refuses_is_a_billers_task(desk: Desk) -> None:
    client = desk.client(desk.payer())
    files = desk.ask(eligibility.ask, EligibilityWish(client)).files
    for file in files:
        desk.ask(clearinghouse.deliver, file)
    refused = TransactionAck("0001", False, "R", set_id="270")
    ack = GroupAck(1, "HS", False, "R", transactions=(refused,))
    drop(desk, write_999(envelope(901), [ack]))
    [(kind, what)] = open_tasks(desk)
    assert kind == "remittance_parked"
    assert "270_000000001.edi of inquiries was refused by the clearinghouse (999 R)" in what
    assert desk.row(Interchange, files[0].interchange_id).status == "rejected"
