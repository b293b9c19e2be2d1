"""Letters beyond ASCII in files that take none, and names that are compared without them."""

import pytest

from models.letters import plain, same_name


@pytest.mark.parametrize(
    ("text", "said"),
    [("Østergård", "Ostergard"), ("Zoë Núñez", "Zoe Nunez"), ("Straße", "Strasse"), ("O’Brien", "O'Brien"), ("李", "")],
)
def test_letters_become_the_plain_ones_they_are_read_as(text: str, said: str) -> None:
    assert plain(text) == said


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("maya  STONE", "Maya Stone"),
        ("Cleo Ostergard", "Cléo Østergård"),
        ("Maya R Stone", "Maya R. Stone, LCSW"),
        ("Maya R. Stone, LCSW", "Maya R. Stone, LCSW"),
        ("Maya Stone, LCSW", "Maya Stone"),
        ("Ann O’Brien", "Ann O'Brien"),
        ("Ana Roe Diaz", "Ana Roe-Díaz"),
        ("李小龍", "李小龍"),
        ("नमस्ते", "नमस्ते"),
    ],
)
def test_one_name_written_in_two_ways(typed: str, known: str) -> None:
    assert same_name(typed, known)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Somebody Else", "Maya Stone"),
        ("Maya", "Maya Stone"),
        ("Maya Stone Lee", "Maya Stone"),
        ("Ben Wu, Maya Stone", "Maya Stone"),
        ("李小龍", "李小"),
        ("...", ""),
        ("", ""),
        (", LCSW", ", LCSW, PhD"),
        ("...", "..."),
    ],
)
def test_another_name_is_not_taken_for_it(typed: str, known: str) -> None:
    assert not same_name(typed, known)
