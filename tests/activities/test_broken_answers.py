"""Answers that are broken: kept whole, told to somebody, and no money is touched."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.money import total
from models.tables import Claim
from tests.activities import payer
from tests.activities.payer import drop, file, pays
from tests.activities.practice import Desk, usd

CASH = "cash:payer"


def claimed(desk: Desk) -> str:
    """The number of an accepted claim of 150.00."""
    return desk.claim(desk.client(desk.payer()))


def broken(desk: Desk, content: bytes) -> None:
    """It is kept whole, told to somebody, and touches no money."""
    before = desk.entries(), len(payer.parts(desk))
    drop(desk, content)
    [kept] = [answer for answer in payer.came(desk) if answer.content == content]
    assert kept.status == "parked"
    assert kept.why
    assert (desk.entries(), len(payer.parts(desk))) == before
    assert "remittance_parked" in desk.tasks()


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"hello", b"\x00\xff\xfe" * 40, b"ISA*00*", b"%PDF-1.7", b'{"claims": []}', b"<html></html>"],
)
def test_what_is_no_x12_is_parked(desk: Desk, content: bytes) -> None:
    broken(desk, content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ISA*", "ISB*"),
        ("ST*835", "ST*837"),
        ("~\nSE*", "~\nSE*9"),
        ("~\nGE*1", "~\nGE*2"),
        ("IEA*1*000000501", "IEA*1*000000502"),
        ("BPR*I*120", "BPR*I*1x0"),
        ("*120.00*", "*120,00*"),
        ("CLP*", "CLQ*"),
        ("CAS*CO*45*30.00", "CAS*CO*45*30.00*1*45"),
        ("TRN*1*T1", "TRN*1*"),
        ("TRN*1*T1", "TRN*1*T\0"),
        ("*20260320", "*20261320"),
    ],
)
def test_a_damaged_835_is_parked(desk: Desk, old: str, new: str) -> None:
    content = file(pays(claimed(desk), "120.00", "CO-45 30.00"))
    assert old in content
    broken(desk, content.replace(old, new).encode())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.integers(min_value=1, max_value=998))
def test_an_835_that_ends_too_early_is_parked_wherever_it_ends(desk: Desk, share: int) -> None:
    if not desk.rows(select(Claim)):
        claimed(desk)
    content = file(pays("C0000001", "120.00", "CO-45 30.00"), control=desk.made * 1000 + share)
    end = content.index("IEA*") * share // 999
    desk.made += 1
    broken(desk, content[:end].encode())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), byte=st.integers(min_value=0, max_value=255))
def test_a_flipped_byte_never_breaks_a_step_nor_unbalances_a_claim(desk: Desk, place: int, byte: int) -> None:
    if not desk.rows(select(Claim)):
        desk.payer()
    claim = desk.claim(desk.client(1))
    content = bytearray(file(pays(claim, "120.00", "CO-45 30.00"), trace=claim, control=desk.made).encode())
    content[place % len(content)] = byte
    drop(desk, bytes(content))
    assert bytes(content) in [answer.content for answer in payer.came(desk)]
    assert total(desk.accounts().values()) == usd("0.00")
    assert desk.balance(CASH) % usd("120.00") == usd("0.00")
