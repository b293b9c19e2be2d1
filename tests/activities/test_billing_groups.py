"""A practice that bills under several NPIs: by place, by payer; and numbers of files that are never used twice."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from activities import claims
from activities.superbills import superbill
from models.messages import Answered, StatusWish
from models.tables import BillingGroup, Interchange, Payer, PayerRuleRow, Practice
from models.x12 import envelope
from models.x12.claim_837p import read
from models.x12.claims import ClaimFile
from models.x12.judge import judge
from models.x12.parties import Address
from tests.activities.practice import BEFORE_ALL, Desk

NORTH: dict[str, Any] = {
    "name": "Elm Street North",
    "npi": "1245319599",
    "tax_id": "987654321",
    "taxonomy": "261QM0801X",
    "line1": "9 Oak Avenue",
    "city": "Peoria",
    "state": "IL",
    "zip": "616021234",
    "place": "North office",
}


def files(desk: Desk) -> list[ClaimFile]:
    """Those that left, each taken by the judge."""
    desk.send()
    rows = desk.rows(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))
    found = []
    for row in rows:
        text = row.content.decode()
        assert judge(text) == []
        found += read(text) if row.kinds == ["837P"] else []
    return found


def test_what_is_held_at_a_groups_place_is_billed_under_its_npi_in_a_file_of_its_own(desk: Desk) -> None:
    desk.add(BillingGroup(**NORTH))
    payer = desk.payer()
    desk.change(Practice, 1, pay_to_line1="PO Box 9", pay_to_city="Salem", pay_to_state="MA", pay_to_zip="01970-0009")
    desk.hold(desk.client(payer))
    desk.hold(desk.client(payer), place="North office")
    here, north = files(desk)
    assert (here.billing.npi, here.pay_to) == ("1999999984", Address("PO Box 9", "Salem", "MA", "019700009"))
    assert (north.billing.npi, north.billing.tax_id, north.billing.taxonomy) == (
        "1245319599",
        "987654321",
        "261QM0801X",
    )
    assert (north.billing.address, north.pay_to) == (Address("9 Oak Avenue", "Peoria", "IL", "616021234"), None)


def test_a_superbill_names_who_bills_each_session(desk: Desk) -> None:
    desk.add(BillingGroup(**NORTH))
    client = desk.client()
    desk.hold(client, place="North office")
    day = desk.now.date()
    paper = desk.with_db(lambda db: superbill(db, client, day, day))
    assert [line.biller.words for line in paper.lines] == ["Elm Street North\nNPI 1245319599\nTax ID 987654321"]
    desk.hold(client)
    paper = desk.with_db(lambda db: superbill(db, client, day, day))
    assert [line.biller.npi for line in paper.lines] == ["1245319599", "1999999984"]


def test_a_payers_rule_says_under_which_npi_it_is_billed_wherever_a_session_was(desk: Desk) -> None:
    desk.add(BillingGroup(**NORTH))
    payer, other = desk.payer(), desk.payer("87726")
    desk.add(PayerRuleRow(payer_id=payer, kind="billing", value=NORTH["npi"], effective_from=BEFORE_ALL))
    desk.add(PayerRuleRow(payer_id=other, kind="billing", value="1999999984", effective_from=BEFORE_ALL))
    desk.hold(desk.client(payer))
    desk.hold(desk.client(other), place="North office")
    assert [(file.claims[0].payer.id, file.billing.npi) for file in files(desk)] == [
        ("60054", "1245319599"),
        ("87726", "1999999984"),
    ]


def test_a_rule_that_names_an_npi_nobody_here_has_holds_the_claim(desk: Desk) -> None:
    payer = desk.payer()
    desk.add(PayerRuleRow(payer_id=payer, kind="billing", value=NORTH["npi"], effective_from=date(2026, 1, 1)))
    [claim] = desk.claims_of(desk.hold(desk.client(payer)))
    assert (claim.status, "billing NPI is not 1245319599" in claim.why) == ("held", True)


def test_a_silent_claim_is_asked_after_under_the_npi_that_billed_it(desk: Desk) -> None:
    desk.add(BillingGroup(**NORTH))
    [claim] = desk.claims_of(desk.hold(desk.client(desk.payer()), place="North office"))
    desk.tell(Answered(claim.number, "sent", 0))
    desk.tell(Answered(claim.number, "accepted", 0))
    desk.ask(claims.ask_status, StatusWish(claim.number, True))
    desk.send()
    [asked] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
    assert (asked.kinds, "NM1*1P*2*Elm Street North*****XX*1245319599" in asked.content.decode()) == (["276"], True)


def test_each_file_has_numbers_that_no_other_file_has(desk: Desk) -> None:
    """ISA13, GS06 and ST02 are the number that the file is kept under."""
    first, second = desk.payer(), desk.payer("87726")
    desk.change(Payer, second, answers_status=True)
    for payer in (first, second):
        desk.hold(desk.client(payer))
    desk.send()
    desk.hold(desk.client(first))
    desk.send()
    numbers = set()
    kept = desk.rows(select(Interchange).where(Interchange.direction == "out").order_by(col(Interchange.id)))
    for row in kept:
        [interchange] = envelope.interchanges(row.content.decode())
        [group] = interchange.groups
        [transaction] = group.transactions
        assert (interchange.control, int(group.control), int(transaction.control)) == (row.control,) * 3
        numbers.add(transaction.control)
    assert len(numbers) == len(kept) == 3
