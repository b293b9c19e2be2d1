"""TA1, 999 and 277CA: who rejected what, in words a biller can act on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.errors import Parked, Refused
from models.x12.acknowledgment import (
    ClaimAck,
    FileAck,
    GroupAck,
    TransactionAck,
    read_277ca,
    read_277ca_files,
    read_999,
    read_ta1,
    write_277ca,
    write_999,
    write_ta1,
)
from models.x12.judge import judge
from tests.x12 import builders as a

ACCEPTED_999 = replace(
    a.group_ack(), accepted=True, code="A", problems=(), transactions=(TransactionAck("0001", True),)
)


def claims_answered(*acks: ClaimAck, status: str = "") -> str:
    """A 277CA; `status` replaces the statuses of its first accepted claim."""
    text = write_277ca(a.envelope(), acks or [a.claim_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905")
    return text.replace("STC*A2:20:PR*20260304*WQ*150.00", status) if status else text


def test_a_ta1_tells_whether_the_interchange_was_taken() -> None:
    refused = a.interchange_ack(accepted=False, code="025", note="the control number is a duplicate")
    assert read_ta1(write_ta1(a.envelope(), [a.interchange_ack(), refused])) == (a.interchange_ack(), refused)


def test_a_ta1_accepted_with_errors_is_accepted_and_says_which() -> None:
    text = write_ta1(a.envelope(), [a.interchange_ack()]).replace("*A*000", "*E*020")
    [ack] = read_ta1(text)
    assert (ack.accepted, ack.code, ack.note) == (True, "020", "the test indicator is invalid")


def test_a_ta1_repeats_the_time_of_the_interchange_it_answers() -> None:
    sent = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    assert "TA1*000000905*260301*0905*A*000~" in write_ta1(a.envelope(), [a.interchange_ack(sent=sent)])


def test_a_verdict_no_ta1_knows_is_parked() -> None:
    with pytest.raises(Parked, match="element 4: is none of A, E, R"):
        read_ta1(write_ta1(a.envelope(), [a.interchange_ack()]).replace("*A*000", "*Z*000"))


@pytest.mark.parametrize("ack", [a.group_ack(), ACCEPTED_999], ids=["partly", "accepted"])
def test_a_written_999_keeps_to_the_guide_and_reads_back_the_same(ack: GroupAck) -> None:
    text = write_999(a.envelope(), [ack])
    assert judge(text) == []
    assert read_999(text) == (ack,)


def test_a_partly_accepted_group_names_the_transactions_it_rejected() -> None:
    [ack] = read_999(write_999(a.envelope(), [a.group_ack()]))
    assert (ack.accepted, ack.code, ack.rejected) == (False, "P", ("0002",))


def test_a_group_said_to_be_accepted_with_a_rejected_transaction_is_not_accepted() -> None:
    [ack] = read_999(write_999(a.envelope(), [replace(a.group_ack(), code="A")]))
    assert (ack.accepted, ack.code) == (False, "A")


def test_a_999_about_several_groups_answers_each() -> None:
    other = replace(ACCEPTED_999, group_control=906)
    assert [ack.group_control for ack in read_999(write_999(a.envelope(), [ACCEPTED_999, other]))] == [905, 906]


def test_the_value_that_was_rejected_is_not_repeated() -> None:
    text = write_999(a.envelope(), [a.group_ack()]).replace("IK4*2**1", "IK4*2*1028*7*SMITH JANE")
    [ack] = read_999(text)
    assert "code is not valid (claim C1)" in [problem.what for problem in ack.problems]
    assert "SMITH" not in str(ack)


def test_a_999_without_transactions_is_refused() -> None:
    with pytest.raises(Refused):
        write_999(a.envelope(), [replace(a.group_ack(), transactions=())])


def test_a_group_rejected_whole_names_no_transaction() -> None:
    text = write_999(a.envelope(), [ACCEPTED_999])
    whole = text.replace("AK2*837*0001*005010X222A1~\nIK5*A~\n", "").replace("AK9*A*1*1*1", "AK9*R*1*1*0*2")
    [ack] = read_999(a.recounted(whole))
    assert (ack.accepted, ack.code, ack.transactions) == (False, "R", ())
    assert [problem.what for problem in ack.problems] == ["the version is not supported"]


def test_a_control_number_where_a_count_belongs_is_forgiven_and_a_lost_transaction_is_not() -> None:
    text = write_999(a.envelope(), [a.group_ack()])
    assert read_999(text.replace("GE*1*905", "GE*905*905").replace("IEA*1*000000905", "IEA*1*000000001"))
    with pytest.raises(Parked, match="the number of transactions"):
        read_999(text.replace("GE*1*905", "GE*2*905"))


def test_a_written_277ca_keeps_to_the_guide_and_reads_back_the_same() -> None:
    text = claims_answered(a.claim_ack(), a.rejected_ack())
    assert judge(text) == []
    assert read_277ca(text) == (a.claim_ack(), a.rejected_ack())


@pytest.mark.parametrize(
    ("status", "accepted", "category"),
    [
        ("STC*A1:19*20260304*WQ*150", True, "A1"),
        ("STC*A5:20*20260304*WQ*150", True, "A5"),
        ("STC*P1:20*20260304*WQ*150", True, "P1"),
        ("STC*A3:21*20260304*U*150", False, "A3"),
        ("STC*A4:35*20260304*U*150", False, "A4"),
        ("STC*A8:732*20260304*U*150", False, "A8"),
        ("STC*X9:0*20260304*WQ*150", False, "X9"),
        ("STC*A2:20*20260304*WQ*150~\nSTC*A6:164:IL*20260304*U", False, "A6"),
        ("STC*A2:20*20260304*WQ*150******A7:562:85", False, "A7"),
    ],
)
def test_one_rejecting_status_rejects_the_claim(status: str, accepted: bool, category: str) -> None:
    [ack] = read_277ca(a.recounted(claims_answered(status=status)))
    assert (ack.claim_number, ack.accepted, ack.category) == ("C1", accepted, category)


def test_every_status_of_a_claim_is_told_in_words() -> None:
    [ack] = read_277ca(claims_answered(status="STC*A7:562:85*20260304*U*150******A6:164:IL*A7:9999"))
    assert ack.text == (
        "Rejected for invalid information: National Provider Identifier (billing provider); "
        "Rejected for missing information: contract or member number (insured); "
        "Rejected for invalid information: code 9999"
    )


def test_several_claims_of_one_patient_are_answered_one_by_one() -> None:
    text = claims_answered(a.claim_ack(), a.rejected_ack())
    start = text.index("HL*5*3*PT")
    joined = text[:start] + text[text.index("TRN*2*C2") :]
    assert [ack.claim_number for ack in read_277ca(a.recounted(joined))] == ["C1", "C2"]


def test_a_batch_refused_as_a_whole_is_readable_though_it_names_no_claim() -> None:
    refused = FileAck("file", "905", False, "A3", "24", "41")
    acks = [a.claim_ack(), a.rejected_ack()]
    text = write_277ca(a.envelope(), acks, payer=a.MERIDIAN, provider=a.PRACTICE, batch="905", rejection=refused)
    assert read_277ca(text) == ()
    [ack] = read_277ca_files(text)
    assert (ack.level, ack.reference, ack.accepted, ack.category) == ("file", "905", False, "A3")
    assert "not approved as an electronic submitter" in ack.text


def test_a_batch_and_its_provider_have_verdicts_of_their_own() -> None:
    text = claims_answered().replace("STC*A1:19:PR**WQ", "STC*A8:732:85**U")
    assert [(ack.level, ack.accepted) for ack in read_277ca_files(text)] == [("file", True), ("provider", False)]


def test_a_claim_without_number_or_status_is_parked_with_its_place() -> None:
    with pytest.raises(Parked, match=r"segment \d+ TRN, element 2: is missing"):
        read_277ca(claims_answered().replace("TRN*2*C1", "TRN*2*"))
    with pytest.raises(Parked, match=r"segment \d+ TRN: no STC follows"):
        read_277ca(claims_answered(status="REF*D9*7"))
