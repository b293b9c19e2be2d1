"""The bank's list beside payers' payments; and what the patient owes, whatever the claim's way."""

from datetime import date

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import claims, deposits, statements
from models.errors import Refused
from models.messages import ClaimClosing
from models.tables import Deposit
from models.x12.remittances import ProviderAdjustment
from starter.queries import remittances as queries
from starter.queries.proof import proof
from tests.activities.payer import pays, remit
from tests.activities.practice import Desk, usd

LIST = b"""Date,Description,Amount
03/22/2026,PAYER 60054 TRN*1*T1X9*1999,130.00
2026-03-23,card batch,75.50
03/24/2026,rent,-900.00
"""


def paid(desk: Desk, trace: str = "T1X9") -> str:
    number = desk.claim(desk.client(desk.payer()))
    remit(desk, pays(number, "130.00", "PR-3 20.00"), trace=trace)
    return number


def taken(desk: Desk, content: bytes = LIST) -> deposits.Taken:
    with Database(desk.world.engine) as db, db.begin():
        return deposits.take_list(db, content, desk.now, None)


def test_a_list_confirms_payments_once_and_books_nothing(desk: Desk) -> None:
    paid(desk)
    before = desk.entries()
    assert taken(desk) == deposits.Taken(new=2, known=0, matched=1)
    assert taken(desk) == deposits.Taken(new=0, known=2, matched=0)
    assert desk.entries() == before
    assert {(d.amount, d.remittance_id) for d in desk.rows(select(Deposit))} == {
        (usd("130.00"), 1),
        (usd("75.50"), None),
    }
    with Database(desk.world.engine) as db:
        assert deposits.unconfirmed(db) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "names no columns"),
        (b"Date,Amount\n2026-13-01,5.00\n", "line 2"),
        (b"Date,Amount\n2026-03-01,5.001\n", "line 2"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_whole(desk: Desk, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        taken(desk, content)
    assert desk.rows(select(Deposit)) == []


def test_a_person_may_say_which_payment_a_deposit_is_where_the_amounts_agree(desk: Desk) -> None:
    paid(desk)
    taken(desk, b"Date,Amount\n2026-06-01,130.00\n2026-06-01,75.50\n")
    with Database(desk.world.engine) as db, db.begin():
        with pytest.raises(Refused, match="not the same money"):
            deposits.assign(db, 2, 1, desk.now)
        deposits.assign(db, 1, 1, desk.now)
        with pytest.raises(Refused, match="its payment already"):
            deposits.assign(db, 1, 1, desk.now)


@pytest.mark.parametrize("code", ["WO", "FB", "L6", "72", "CS", "J1", "AP"])
def test_what_stands_beside_the_claims_is_booked_and_shown_by_its_code(desk: Desk, code: str) -> None:
    number = desk.claim(desk.client(desk.payer()))
    remit(desk, pays(number, "150.00"), plb=[ProviderAdjustment(code, usd("-5.00"), "X")])
    assert [(b.code, b.amount) for b in queries.beside(desk.world.engine, 1)] == [(code, usd("5.00"))]
    assert desk.balance("cash:payer") == usd("155.00")
    assert proof(desk.world.engine).holds


def due(desk: Desk) -> tuple[object, object, object]:
    """What the ledger, the invoices and this month's statement say that client 1 owes."""
    with Database(desk.world.engine) as db:
        stated = statements.statement(db, 1, date(2026, 3, 1)).owed
    return desk.balance("receivable:client:1"), sum(desk.dues(1).values()), stated


def test_the_patients_balance_and_statement_agree_with_the_claim(desk: Desk) -> None:
    """masslight/ottehr #9179 and #9149: balance and statement disagreed with the claim."""
    number = desk.claim(desk.client(desk.payer()))
    assert due(desk) == (0, 0, 0), "while the payer decides, the client owes nothing"
    remit(desk, pays(number, "0.00", "CO-197 150.00", status="4"))
    assert due(desk) == (0, 0, 0), "a denial is not yet the client's"
    desk.ask(claims.close, ClaimClosing(number, True, "not a covered service"))
    assert due(desk) == (usd("150.00"),) * 3


def test_a_share_the_payer_names_is_owed_the_same_everywhere(desk: Desk) -> None:
    """masslight/ottehr #9179 and #9149: balance and statement disagreed with the claim."""
    paid(desk)
    assert due(desk) == (usd("20.00"),) * 3


def test_days_are_read_as_banks_write_them(desk: Desk) -> None:
    for text in ("2026-03-05", "03/05/2026", "03/05/26"):
        [found] = deposits.read_list(f"Posting Date,Credit\n{text},1.00\n".encode())
        assert found.on_day == date(2026, 3, 5)
    assert desk.tasks() == []
