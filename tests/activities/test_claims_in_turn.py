"""Which claim came before another, and who waits for whom while sessions join claims."""

from threading import Thread
from typing import Any

from sqlmodel import Session as Database
from sqlmodel import select

from activities import (
    claims,
    clearinghouse,
    kept_words,
    overruling,
    sessions,
)
from activities.database import HELD, Tx
from models.messages import (
    BillNow,
    Overruled,
    Signing,
)
from models.tables import Claim, Coverage, Interchange
from tests.activities.days_of_claims import all_claims, monthly, weekly
from tests.activities.practice import DAY, HOUR, Desk, usd


def left_by_video(desk: Desk, client: int) -> None:
    """A session held otherwise than the others is on a claim of its own, which leaves at once."""
    desk.hold(client, place="https://meet.example/ada")
    desk.ask(claims.bill_now, BillNow(all_claims(desk)[-1].number))
    desk.send()


def test_sessions_of_a_claim_that_has_left_have_used_the_authorization_whatever_its_number(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.change(Coverage, 1, authorization="AUTH1", authorized_sessions=2)
    weekly(desk, client, 1)
    left_by_video(desk, client)
    desk.now += DAY
    desk.hold(client)
    waiting, sent = all_claims(desk)
    assert (waiting.status, sent.status) == ("held", "submitted")
    assert "was for 2 sessions" in waiting.why


def test_what_a_claim_that_has_left_bills_already_is_a_twin_whatever_its_number(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    weekly(desk, client, 1)
    left_by_video(desk, client)
    desk.hold(client)
    waiting, sent = all_claims(desk)
    assert (waiting.charge, waiting.status, sent.status) == (usd("300.00"), "held", "submitted")
    assert [(found["code"], sent.number in str(found["what"])) for found in waiting.findings] == [("duplicate", True)]


# ── at the same time ─────────────────────────────────────────────────────────


def test_a_session_waits_for_who_answers_for_a_warning_and_then_does_not_join(desk: Desk) -> None:
    client = desk.client(monthly(desk))
    desk.hold(client)
    desk.ask(claims.bill_now, BillNow("C0000001"))
    desk.send()
    desk.hold(client)
    words = kept_words.keep(desk.world.engine, desk.world.vault, "claim/C0000002", "another session")
    session = desk.book(client, starts=desk.now + DAY)
    desk.now += 2 * DAY
    desk.attend(session)
    desk.draft(session)
    beside = Thread(target=lambda: desk.only(sessions.sign, Signing(session)))
    with Database(desk.world.engine) as db, db.begin():
        overruling.overrule.work(Tx(db, desk.now, desk.world), Overruled("C0000002", "duplicate", words))
        beside.start()
        beside.join(0.5)
        assert beside.is_alive(), "it waits for what is said of the claim"
    beside.join()
    assert [claim.charge for claim in all_claims(desk)] == [usd("150.00")] * 3


def test_a_group_session_holds_the_coverages_of_its_clients_in_their_order_whoever_was_booked_first(desk: Desk) -> None:
    payer = monthly(desk)
    clients = [desk.client(payer) for _ in range(2)]
    session = desk.book(*reversed(clients), starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    for client in clients:
        desk.attend(session, client)
    desk.draft(session)
    beside = Thread(target=lambda: desk.only(sessions.sign, Signing(session)))
    assert_taken_in_order(
        desk, select(Coverage).where(Coverage.id == 1), select(Coverage).where(Coverage.id == 2), beside
    )
    assert len(all_claims(desk)) == 2


def test_the_batch_holds_claims_by_number_whoever_pays_them(desk: Desk) -> None:
    others = [desk.payer(number) for number in ("60054", "87726")]
    for payer in reversed(others):
        desk.hold(desk.client(payer))
    first, second = (select(Claim).where(Claim.number == f"C000000{number}") for number in (1, 2))
    assert_taken_in_order(desk, first, second, Thread(target=lambda: desk.only(clearinghouse.build, 5000)))
    assert len(desk.rows(select(Interchange))) == 2


def assert_taken_in_order(desk: Desk, first: Any, second: Any, beside: Thread) -> None:
    """Somebody else who cannot have the first row holds the second one not either."""
    with Database(desk.world.engine) as db, db.begin():
        db.exec(first.with_for_update(**HELD)).one()
        beside.start()
        beside.join(0.5)
        assert beside.is_alive(), "it waits for the first"
        db.exec(second.with_for_update(nowait=True, **HELD)).one()
    beside.join()
