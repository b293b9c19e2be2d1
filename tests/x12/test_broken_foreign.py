"""Files none of us wrote, with every segment deleted, doubled, truncated or swapped: read, or parked with a place."""

from collections.abc import Iterator

import pytest

from models.errors import Parked
from models.x12.envelope import interchanges
from models.x12.normal import normal
from models.x12.remittance_835 import problems, read
from tests.x12 import builders as a
from tests.x12.test_foreign_files import FILES

NAMES = sorted(each.name for each in FILES.glob("*.*") if each.suffix != ".md") if FILES.exists() else ["any"]


def segments_of(name: str) -> list[str]:
    if not (FILES / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    text = (FILES / name).read_text(encoding="utf-8")
    return [each.strip() for each in text.split("~") if each.strip()]


def damaged(segments: list[str]) -> Iterator[list[str]]:
    for place, segment in enumerate(segments):
        before, after = segments[:place], segments[place + 1 :]
        elements = segment.split("*")
        yield [*before, *after]
        yield [*before, segment, segment, *after]
        yield [*before, "*".join(elements[: len(elements) // 2 or 1]), *after]
        yield [*before, segment[: len(segment) // 2], *after]
        yield [*before, *after[:1], segment, *after[1:]]


def told(text: str) -> tuple[str, str]:
    """The place and the reason for which it was parked; nothing where it was read."""
    try:
        normal(text)
    except Parked as parked:
        place, _, reason = str(parked).partition(": ")
        assert place
        assert reason
        return place, reason
    return "", ""


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_read_or_parked_with_place_and_reason(name: str) -> None:
    for segments in damaged(segments_of(name)):
        broken = "~\n".join([*segments, ""])
        for text in {broken, a.recounted(broken)}:
            place, reason = told(text)
            assert not reason or place.startswith("interchange "), (place, reason)


@pytest.mark.parametrize("name", [each for each in NAMES if each.endswith(".835")] or ["any.835"])
def test_a_damaged_remittance_loses_no_money_in_silence(name: str) -> None:
    """What is read without a complaint pays exactly what its BPR says, claims less provider adjustments."""
    whole = segments_of(name)
    for segments in damaged(whole):
        text = a.recounted("~\n".join([*segments, ""]))
        try:
            found = read(text)
        except Parked:
            continue
        for remittance in found:
            if problems(remittance):
                continue
            claims = sum(claim.paid for claim in remittance.claims)
            moved = sum(each.amount for each in remittance.provider_adjustments)
            assert remittance.payment == claims - moved
            assert len(remittance.claims) == text.count("CLP*")


def test_a_large_file_is_nested_without_a_copy_of_its_text_for_each_interchange() -> None:
    many = 400
    name = next((each for each in NAMES if each.endswith("demo.835")), "demo.835")
    text = "~\n".join([*segments_of(name), ""])
    assert len(interchanges(text * many)) == many
