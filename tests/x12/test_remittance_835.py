"""The 835: read to the cent or not at all, and made to explain itself."""

from dataclasses import replace
from datetime import date

import pytest

from models.errors import Parked, Refused
from models.x12 import remittance_835
from models.x12.judge import judge
from models.x12.parties import Adjustment
from models.x12.remittance_835 import problems, read, write
from models.x12.remittances import ProviderAdjustment, Remittance
from tests.x12 import builders as a

DENIED = a.claim_payment(
    "C8",
    status="4",
    paid=a.usd("0.00"),
    patient_owes=a.usd("0.00"),
    lines=(
        a.line_payment(
            "C8-1",
            paid=a.usd("0.00"),
            allowed=None,
            adjustments=(Adjustment("CO", "197", a.usd("150.00")),),
            remarks=("N54", "M127"),
        ),
    ),
    remarks=("MA04",),
)
FILES = {
    "one claim": [a.remittance()],
    "two payments": [a.remittance(), a.remittance(trace="TRACE2")],
    "denied and paid": [a.remittance(a.claim_payment(), DENIED)],
    "nothing paid": [a.remittance(DENIED, method="NON")],
    "recouped": [a.remittance(a.reversal(), a.claim_payment(), provider_adjustments=(a.RECOUPED,))],
    "payer takes money": [a.remittance(a.reversal(), method="CHK")],
    "secondary, sent on, code changed": [
        a.remittance(
            a.claim_payment(status="20", crossover_to="Third Payer", lines=(a.line_payment(submitted_code="90834"),))
        )
    ],
}


def edited(old: str, new: str, *remittances: Remittance) -> str:
    text = write(a.envelope(), remittances or [a.remittance()])
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("remittances", FILES.values(), ids=FILES.keys())
def test_a_written_file_keeps_to_the_guide_reads_back_the_same_and_adds_up(remittances: list[Remittance]) -> None:
    text = write(a.envelope(), remittances)
    assert judge(text) == []
    assert list(read(text)) == remittances
    assert [problem for remittance in remittances for problem in problems(remittance)] == []


def test_a_line_holds_up_to_six_reasons_in_one_segment() -> None:
    reasons = tuple(Adjustment("CO", str(code), a.usd("10.00")) for code in (4, 16, 18, 22, 45, 50))
    line = a.line_payment(adjustments=reasons)
    text = write(a.envelope(), [a.remittance(a.claim_payment(lines=(line,)))])
    assert "CAS*CO*4*10.00**16*10.00**18*10.00**22*10.00**45*10.00**50*10.00~" in text
    assert read(text)[0].claims[0].lines[0].adjustments == reasons


def test_adjustments_of_the_claim_and_of_its_lines_are_kept_apart() -> None:
    of_claim = (Adjustment("OA", "23", a.usd("5.00")),)
    [remittance] = read(write(a.envelope(), [a.remittance(a.claim_payment(adjustments=of_claim))]))
    [claim] = remittance.claims
    assert claim.adjustments == of_claim
    assert [each.reason for each in claim.every_adjustment] == ["23", "45", "3"]


@pytest.mark.parametrize(
    ("status", "sequence"), [("1", "P"), ("2", "S"), ("3", "T"), ("19", "P"), ("20", "S"), ("21", "T"), ("22", "")]
)
def test_the_status_tells_as_which_coverage_the_payer_decided(status: str, sequence: str) -> None:
    assert a.claim_payment(status=status).payer_sequence == sequence


def test_a_payer_is_known_by_the_number_it_is_billed_under() -> None:
    assert read(edited("REF*2U*60054~\n", "REF*EO*1~\n"))[0].payer.id == "1000060054"
    assert read(edited("N1*PR*Meridian Health~", "N1*PR*Meridian Health*XV*98765~"))[0].payer.id == "60054"


def test_a_payment_without_a_readable_date_is_dated_by_the_file() -> None:
    text = edited("************20260320", "************20261340")
    assert read(text)[0].date == date(2026, 3, 20)
    with pytest.raises(Parked, match="BPR, element 16: is not a date"):
        read(text.replace("DTM*405*20260320", "DTM*405*20261340"))


def test_composites_in_another_separator_than_announced_are_read() -> None:
    text = edited("SVC*HC:90837:95", "SVC*HC>90837>95")
    [line] = read(text)[0].claims[0].lines
    assert (line.code, line.modifiers) == ("90837", ("95",))
    assert read(text)[0].claims[0].every_adjustment


@pytest.mark.parametrize("identifier", ["CLP", "SVC", "CAS", "BPR"])
def test_identifiers_in_small_letters_change_nothing(identifier: str) -> None:
    assert read(edited(f"{identifier}*", f"{identifier.lower()}*")) == (a.remittance(),)


def test_several_interchanges_with_other_separators_are_read_each_by_its_own() -> None:
    ours = write(a.envelope(), [a.remittance()])
    theirs = ours.replace("*", "|").replace(":", ">").replace("~\n", "\n").replace("TRACE1", "TRACE2")
    assert [remittance.trace for remittance in read(ours + theirs)] == ["TRACE1", "TRACE2"]


def test_other_transactions_of_a_text_are_passed_over() -> None:
    assert read(write(a.envelope(), [a.remittance()]).replace("*835*", "*820*")) == ()


def test_what_the_reader_lost_is_noticed_against_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = write(a.envelope(), [a.remittance()])
    monkeypatch.setattr(remittance_835, "read_adjustments", lambda _: ())
    with pytest.raises(Parked, match="was read incompletely, see adjustments"):
        read(text)


def test_an_adjustment_before_the_first_claim_belongs_to_nobody_and_parks_the_file() -> None:
    with pytest.raises(Parked, match="see adjustments"):
        read(edited("LX*1~", "CAS*CO*45*10.00~"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("CLP*C1*1*150.00", "CLP*C1*1*150.001", "CLP, element 3: has more than two decimals"),
        ("CLP*C1*1*150.00", "CLP*C1*1*", "CLP, element 3: is missing"),
        ("CAS*CO*45*30.00", "CAS*CO*45*thirty", "CAS, element 3: is not a number"),
        ("CAS*CO*45*30.00", "CAS*CO**30.00", "CAS, element 2: is missing"),
        ("*90.00*C*ACH", "*90.00*X*ACH", "BPR, element 3: is neither C nor D"),
        ("N1*PE*", "N1*XX*", r"no N1\*PE follows"),
        ("*X*005010X221A1", "*X*004010X091A1", "of another version"),
    ],
)
def test_what_cannot_be_read_to_the_cent_is_parked_with_place_and_reason(old: str, new: str, told: str) -> None:
    with pytest.raises(Parked, match=told):
        read(edited(old, new))


def test_every_amount_that_does_not_explain_itself_is_told_at_once() -> None:
    wrong = a.claim_payment("C5", charged=a.usd("160.00"), lines=(a.line_payment(paid=a.usd("95.00")),))
    found = problems(replace(a.remittance(a.claim_payment(), wrong), payment=a.usd("1.00")))
    assert [problem.where for problem in found] == [
        "claim C5, line 1",
        "claim C5",
        "claim C5",
        "payment TRACE1",
    ]


def test_provider_adjustments_are_taken_from_what_the_claims_were_paid() -> None:
    [remittance] = read(write(a.envelope(), [a.remittance(provider_adjustments=(a.RECOUPED,))]))
    assert (remittance.payment, remittance.provider_adjustments) == (a.usd("65.00"), (a.RECOUPED,))


def test_the_seventh_provider_adjustment_opens_a_second_segment() -> None:
    moved = tuple(ProviderAdjustment("WO", a.usd("1.00"), f"R{n}") for n in range(8))
    text = write(a.envelope(), [a.remittance(provider_adjustments=moved)])
    assert text.count("PLB*") == 2
    assert read(text)[0].provider_adjustments == moved


def test_a_file_without_a_remittance_is_refused() -> None:
    with pytest.raises(Refused):
        write(a.envelope(), [])
