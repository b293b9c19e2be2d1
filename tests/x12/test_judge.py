"""pyx12's verdict as places and words, without what may be a patient's."""

import logging

import pytest

from models.x12.claim_837p import write
from models.x12.judge import judge
from tests.x12 import builders as a


def test_a_breach_of_the_guide_is_told_with_its_place() -> None:
    text = write(a.claim_file()).replace("DTP*472*D8*20260302", "DTP*472*D8*20260231")
    [problem] = judge(text)
    assert problem.where == "file 1, transaction 1, segment 25 DTP, element 3"


def test_every_breach_is_told_at_once() -> None:
    text = write(a.claim_file()).replace("CLM*C1*150.00***11", "CLM*C1*150.00***XX").replace("*F~", "*Q~")
    assert len(judge(text)) >= 2


def test_an_errata_version_pyx12_has_no_map_for_is_judged_by_the_adopted_guide() -> None:
    assert judge(write(a.claim_file()).replace("005010X222A1", "005010X222A2")) == []


def test_the_verdict_and_the_log_hold_no_data_of_the_file(caplog: pytest.LogCaptureFixture) -> None:
    text = write(a.claim_file()).replace("NM1*IL*1*Doe*Pat", "NM1*IL*1*D\xf6e*Pat").replace("19900405", "19901305")
    with caplog.at_level(logging.DEBUG):
        told = " ".join(str(problem) for problem in judge(text))
    assert told
    assert "19901305" not in told + caplog.text
    assert "D\xf6e" not in told + caplog.text


@pytest.mark.parametrize(
    ("old", "new"),
    [("N3*12 Elm", "N9*12 Elm"), ("NM1*IL*1*Doe", "DOEPAT*IL"), ("N3*12 Elm Street", "12 ELM STREET")],
)
def test_a_misplaced_segment_is_told_without_what_it_says(old: str, new: str) -> None:
    told = " ".join(str(problem) for problem in judge(write(a.claim_file()).replace(old, new))).upper()
    assert told
    assert "ELM" not in told
    assert "DOE" not in told


@pytest.mark.parametrize("text", ["", "hello", "ISA*00*", "\x00\xff", write(a.claim_file())[:300]])
def test_what_is_no_x12_at_all_is_a_verdict_not_a_crash(text: str) -> None:
    assert judge(text) != []


def test_a_set_without_a_map_is_a_verdict_not_a_crash() -> None:
    [problem] = judge(write(a.claim_file()).replace("005010X222A1", "005010X999A1"))
    assert "cannot be judged" in problem.what


def test_a_byte_order_mark_is_no_breach() -> None:
    assert judge("\ufeff" + write(a.claim_file())) == []
