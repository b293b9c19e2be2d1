"""A claim taken back from its payer: sent as frequency 8, its money mirrored only by the payer's own reversal."""

import pytest
from sqlmodel import select

from activities import claims, voiding
from models.errors import Refused
from models.messages import Answered, ClaimClosing, Voiding
from models.money import ZERO
from models.tables import Claim, Interchange
from models.x12.claim_837p import read
from tests.activities.payer import pays, remit, taken_back
from tests.activities.practice import Desk, usd

WISH = "billed twice"


def sent_void(desk: Desk, number: str) -> Claim:
    desk.ask(voiding.void, Voiding(number, WISH))
    desk.send()
    return desk.row(Claim, number)


def test_a_paid_claim_is_voided_as_frequency_8_and_keeps_its_payments_until_they_are_taken_back(desk: Desk) -> None:
    """openemr/openemr #4334 and #8427: reopening deletes no payment; the frequency names the payer's own number."""
    number = desk.claim(desk.client(desk.payer()))
    answer = pays(number, "120.00", "CO-45 30.00")
    remit(desk, answer)
    sent_void(desk, number)
    [file] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
    [written] = read(file.content.decode())[0].claims
    assert (written.frequency, written.payer_claim_number) == ("8", answer.icn)
    assert desk.balance("cash:payer") == usd("120.00")
    desk.tell(Answered(number, "accepted", 0))
    assert desk.tasks() == []
    remit(desk, taken_back(answer), trace="T2", control=502)
    assert desk.balance("cash:payer") == ZERO
    assert desk.tasks() == ["claim_denied"]
    desk.ask(claims.close, ClaimClosing(number, False, WISH))
    assert (desk.tasks(), desk.balance("receivable:payer:1")) == ([], ZERO)


def test_a_denied_claim_is_voided_and_somebody_asked_once_the_payer_has_it(desk: Desk) -> None:
    number = desk.claim(desk.client(desk.payer()))
    remit(desk, pays(number, "0.00", "CO-18 150.00", status="4"))
    claim = sent_void(desk, number)
    assert (claim.edition, claim.frequency) == (2, "8")
    desk.tell(Answered(number, "accepted", 0))
    assert desk.tasks() == ["claim_denied"]


@pytest.mark.parametrize(
    ("status", "icn", "told"),
    [
        ("submitted", "I1", "has not taken it in"),
        ("rejected", "I1", "has not taken it in"),
        ("held", "I1", "has not taken it in"),
        ("closed", "I1", "has not taken it in"),
        ("paid", "", "own number is unknown"),
    ],
)
def test_what_its_payer_never_took_in_is_not_voided(desk: Desk, status: str, icn: str, told: str) -> None:
    number = desk.claim(desk.client(desk.payer()))
    desk.change(Claim, number, status=status, payer_claim_number=icn)
    with pytest.raises(Refused, match=told):
        desk.ask(voiding.void, Voiding(number, WISH))


def test_a_claim_is_voided_once_and_with_a_reason(desk: Desk) -> None:
    number = desk.claim(desk.client(desk.payer()))
    desk.change(Claim, number, status="paid", payer_claim_number="I1")
    with pytest.raises(Refused, match="needs a reason"):
        desk.ask(voiding.void, Voiding(number, " "))
    desk.ask(voiding.void, Voiding(number, WISH))
    with pytest.raises(Refused, match="being voided already"):
        desk.ask(voiding.void, Voiding(number, WISH))
