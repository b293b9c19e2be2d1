"""Payment plans as they live: collected part by part, resting invoices, a broken one is somebody's task."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from activities import invoices, plans
from activities.ports import Charge
from models.calendar import local_day, zone
from models.collecting import ChargeState, PlanFollowing, PlanRef, PlanWish
from models.errors import Refused
from models.messages import Dunning
from models.tables import PaymentPlan
from tests.activities.practice import DAY, Desk, usd

DECLINED = Charge(ChargeState.DECLINED, reason="card_declined")


def agreed(desk: Desk, client: int, by_card: bool = False, count: int = 3, number: str = "I000001") -> UUID:
    """A plan over an invoice, in weekly parts from today on."""
    first = local_day(desk.now, zone("America/Chicago"))
    wish = PlanWish(uuid4(), client, (number,), count, first, "week", by_card)
    for _ in range(2):  # the same wish twice is one plan
        desk.ask(plans.agree, wish)
    return wish.id


def owing(desk: Desk, **changes: str) -> int:
    client = desk.client(**changes)
    desk.hold(client)
    return client


def look(desk: Desk, plan: UUID, days: int = 0) -> PlanFollowing:
    desk.now += days * DAY
    return desk.ask(plans.look, PlanRef(plan))


def test_a_plan_by_card_charges_each_part_once_until_nothing_is_due(desk: Desk) -> None:
    client = owing(desk, card="card-1")
    plan = agreed(desk, client, by_card=True)
    assert [amount for _, amount, _ in desk.cards.charged] == [usd("50.00")]
    look(desk, plan)
    look(desk, plan, 7)
    following = look(desk, plan, 7)
    assert [amount for _, amount, _ in desk.cards.charged] == [usd("50.00")] * 3
    assert following.look_at is not None
    assert look(desk, plan, 6).state == "done"
    assert desk.dues(client) == {"I000001": Decimal("0.00")}
    assert desk.row(PaymentPlan, plan).ended == "done"


def test_a_plan_by_mail_asks_for_each_part_once(desk: Desk) -> None:
    client = owing(desk)
    plan = agreed(desk, client)
    look(desk, plan)
    desk.pay(client, "50.00", "check")
    look(desk, plan, 7)
    asked = {m.key: m for m in desk.mails if m.kind == "instalment"}
    assert [m.days for m in asked.values()] == [1, 2]


def test_a_part_asks_only_for_what_is_missing(desk: Desk) -> None:
    client = owing(desk, card="card-1")
    desk.now += DAY
    first = local_day(desk.now, zone("America/Chicago")) + timedelta(days=1)
    wish = PlanWish(uuid4(), client, ("I000001",), 3, first, "week", True)
    desk.ask(plans.agree, wish)
    desk.pay(client, "30.00", "cash")
    look(desk, wish.id, 1)
    assert [amount for _, amount, _ in desk.cards.charged] == [usd("20.00")]


def test_an_invoice_in_a_plan_is_not_dunned_and_not_charged_as_a_whole(desk: Desk) -> None:
    client = owing(desk, card="card-1")
    agreed(desk, client)
    desk.ask(invoices.ask_again, Dunning("I000001", 30))
    assert "overdue" not in [m.kind for m in desk.mails]
    assert desk.tasks() == []
    assert not desk.autopay("I000001")


def test_a_broken_plan_is_a_task_and_its_invoice_is_asked_for_again(desk: Desk) -> None:
    client = owing(desk, card="card-1")
    desk.cards.answers.append(DECLINED)
    plan = agreed(desk, client, by_card=True)
    assert desk.tasks() == ["payment_failed"]
    assert look(desk, plan, 6).state == "broken"
    assert desk.tasks() == ["payment_failed", "plan_broken"]
    desk.ask(invoices.ask_again, Dunning("I000001", 30))
    assert desk.mails[-1].kind == "overdue"
    desk.pay(client, "150.00", "check")
    assert desk.tasks() == []


def test_a_late_part_within_its_grace_breaks_nothing(desk: Desk) -> None:
    client = owing(desk)
    plan = agreed(desk, client)
    assert look(desk, plan, 5).state == "kept"
    desk.pay(client, "50.00", "check")
    assert look(desk, plan, 1).state == "kept"


def test_an_ended_plan_may_be_agreed_anew(desk: Desk) -> None:
    client = owing(desk)
    plan = agreed(desk, client)
    with pytest.raises(Refused, match="in a plan already"):
        agreed(desk, client)
    desk.ask(plans.cancel, PlanRef(plan))
    agreed(desk, client)
    assert desk.row(PaymentPlan, plan).ended == "cancelled"


def test_only_open_invoices_of_the_client_can_be_in_a_plan(desk: Desk) -> None:
    owing(desk)
    with pytest.raises(Refused, match="open invoices of this client"):
        agreed(desk, owing(desk))
    with pytest.raises(Refused, match="no card on file"):
        agreed(desk, owing(desk), by_card=True, number="I000003")
