"""What a claim says beyond its lines, from the practice's records into the file; and payers on paper."""

from datetime import date

import pytest
from sqlmodel import select

from activities import claims
from activities.paper_claims import cms1500_of
from models.errors import Refused
from models.messages import Answered, Correction
from models.tables import Claim, Clinician, Coverage, Interchange, Payer, Practice
from models.x12.claim_837p import read
from models.x12.claims import ClaimFile
from models.x12.judge import judge
from models.x12.parties import Address, Provider
from tests.activities.practice import Desk


def left(desk: Desk) -> ClaimFile:
    """The only file that left."""
    desk.send()
    [file] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
    text = file.content.decode()
    assert judge(text) == []
    [found] = read(text)
    return found


def test_who_referred_supervises_and_is_paid_stands_in_the_file(desk: Desk) -> None:
    desk.hold(desk.client(desk.payer()))
    supervisor = desk.add(Clinician(name="Lena Rivera, PhD", npi="1457353999"))
    desk.change(Clinician, 1, supervisor_id=supervisor.id, billed_supervised=True)
    referrer = {"referrer_first": "Sam", "referrer_last": "Okafor", "referrer_npi": "1245319599"}
    desk.change(Coverage, 1, onset=date(2026, 1, 15), **referrer)
    desk.change(Practice, 1, pay_to_line1="PO Box 9", pay_to_city="Salem", pay_to_state="MA", pay_to_zip="01970-0009")
    file = left(desk)
    [claim] = file.claims
    assert claim.supervising == Provider("1457353999", "Rivera", "Lena")
    assert claim.referring == Provider("1245319599", "Okafor", "Sam")
    assert (claim.onset, file.pay_to) == (date(2026, 1, 15), Address("PO Box 9", "Salem", "MA", "019700009"))


def test_a_supervisor_is_named_only_where_claims_are_to_say_so(desk: Desk) -> None:
    desk.hold(desk.client(desk.payer()))
    supervisor = desk.add(Clinician(name="Lena Rivera, PhD", npi="1457353999"))
    desk.change(Clinician, 1, supervisor_id=supervisor.id)
    assert left(desk).claims[0].supervising is None


def test_a_note_of_the_biller_goes_with_the_correction(desk: Desk) -> None:
    number = desk.claims_of(desk.hold(desk.client(desk.payer()), minutes=None))[0].number
    desk.tell(Answered(number, "rejected", 0, "999 R"))
    desk.ask(claims.correct, Correction(number, note="Records were sent by fax"))
    assert left(desk).claims[0].note == "Records were sent by fax"


def test_a_claim_to_a_payer_on_paper_leaves_no_file_and_is_printed(desk: Desk) -> None:
    payer = desk.payer()
    desk.change(Payer, payer, on_paper=True)
    number = desk.claims_of(desk.hold(desk.client(payer)))[0].number
    with pytest.raises(Refused, match="once a batch has written it"):
        cms1500_of(desk.world.engine, number)
    desk.send()
    assert desk.folder.delivered == []
    assert desk.row(Claim, number).status == "submitted"
    assert cms1500_of(desk.world.engine, number)[:5] == b"%PDF-"
