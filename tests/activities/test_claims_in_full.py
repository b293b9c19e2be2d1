"""What a claim says beyond its lines, from the practice's records into the file; and payers on paper."""

from datetime import UTC, date, datetime
from typing import Any

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

LATE = datetime(2026, 11, 30, 3, 37, tzinfo=UTC)
"""The evening before, 22:37, in New York."""


def written(desk: Desk) -> str:
    """The only file that left, as it left; the judge takes it."""
    desk.send()
    [file] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
    text: str = file.content.decode()
    assert judge(text) == []
    return text


def left(desk: Desk) -> ClaimFile:
    """The only file that left."""
    [found] = read(written(desk))
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


def test_claims_say_what_kind_of_plan_each_payer_has(desk: Desk) -> None:
    first, second = desk.payer(filing_indicator="MC"), desk.payer("00621", filing_indicator="BL")
    desk.hold(desk.client(first, second))
    [claim] = left(desk).claims
    assert (claim.payer.filing, [other.payer.filing for other in claim.other_coverages]) == ("MC", ["BL"])


@pytest.mark.parametrize(
    ("known", "contact"),
    [({"phone": "2175550100"}, "TE*2175550100"), ({"phone": "", "email": "desk@elm.example"}, "EM*desk@elm.example")],
)
def test_who_is_asked_about_a_file_is_reached_by_what_the_practice_has(
    desk: Desk, known: dict[str, Any], contact: str
) -> None:
    desk.change(Practice, 1, **known)
    desk.hold(desk.client(desk.payer()))
    text = written(desk)
    assert f"PER*IC*Billing*{contact}~" in text
    [file] = read(text)
    assert {"phone": file.submitter.phone, "email": file.submitter.email}.items() >= known.items()


def test_a_file_says_the_practices_own_day_and_time(desk: Desk) -> None:
    desk.change(Practice, 1, timezone="America/New_York")
    desk.hold(desk.client(desk.payer(timely_filing_days=365)))
    desk.at(LATE)
    segments = [line.split("*") for line in written(desk).split("~\n")]
    said = {line[0]: line for line in segments}
    assert said["ISA"][9:11] == ["261129", "2237"]
    assert said["GS"][4:6] == said["BHT"][4:6] == ["20261129", "2237"]
