"""pyx12's verdict as places and words, without what may be a patient's."""

import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest

from models.x12 import remittance_835
from models.x12.claim_837p import write
from models.x12.envelope import Problem
from models.x12.judge import SETTINGS, judge, maps_read
from tests.x12 import builders as a


def test_a_breach_of_the_guide_is_told_with_its_place() -> None:
    text = write(a.claim_file()).replace("DTP*472*D8*20260302", "DTP*472*D8*20260231")
    [problem] = judge(text)
    assert problem.where == "interchange 1, transaction 1, segment 25 DTP, element 3"


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


GOOD = write(a.claim_file())
PAID = remittance_835.write(a.envelope(), [a.remittance()])
BAD = (
    GOOD[: len(GOOD) // 2],
    GOOD.replace("DTP*472*D8*20260302", "DTP*472*D8*20260231").replace("NM1*IL*1*Doe*Pat", "NM1*ZZ*1*Doe*Pat"),
    PAID.replace("BPR*I", "BPR*?"),
)


@pytest.fixture(scope="module")
def alone() -> dict[str, list[Problem]]:
    """The verdict on each file with maps that no other file has been through."""
    verdicts: dict[str, list[Problem]] = {GOOD: [], PAID: []}
    for text in BAD:
        maps_read.cache_clear()
        verdicts[text] = judge(text)
        assert verdicts[text]
    return verdicts


def test_a_verdict_is_the_same_whatever_was_judged_before(alone: dict[str, list[Problem]]) -> None:
    for first, second in permutations(alone, 2):
        assert [judge(text) for text in (first, second, first)] == [alone[text] for text in (first, second, first)]


def test_files_judged_at_once_get_their_own_verdicts_and_no_map_is_read_twice(alone: dict[str, list[Problem]]) -> None:
    maps_read.cache_clear()
    texts = [text for text in alone for _ in range(4)]
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(judge, texts)) == [alone[text] for text in texts]
    assert maps_read.cache_info().misses == len(("envelope", "837", "835"))


def test_a_map_that_files_went_through_is_as_it_was_read(alone: dict[str, list[Problem]]) -> None:
    guide = "837.5010.X222.A1.xml", SETTINGS, None
    for text in alone:
        judge(text)
    used = state_of(maps_read(*guide))
    assert used == state_of(maps_read.__wrapped__(*guide))


def state_of(node: Any) -> Any:
    """All that a map knows, but for the paths that it works out when first asked."""
    known = {key: value for key, value in vars(node).items() if isinstance(value, str | int | list | tuple)}
    known = {key: value for key, value in known.items() if key not in ("_fullpath", "children", "syntax")}
    below = list(node.children or []) or [each for place in getattr(node, "pos_map", {}).values() for each in place]
    return known, repr(getattr(node, "syntax", "")), [state_of(each) for each in below]
