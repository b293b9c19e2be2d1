"""The file of direct deposits by the rules of its format: widths, blocks, hash, counts, sums, a balanced batch."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.bank_days import holidays, next_settling, settles
from models.errors import Refused
from models.nacha import Bank, Deposit, Origin, check_account, check_routing, file_of

MADE = datetime(2027, 3, 16, 14, 30, tzinfo=UTC)
PAY_ON = date(2027, 3, 18)
ORIGIN = Origin(Bank("021000021", "123456789"), "JPMorgan Chase", "Elm Street Therapy", "1123456789")
ROUTINGS = ("011000015", "021000021", "121000248", "322271627")


def deposit(amount: str = "1234.56", name: str = "Zoë Núñez", routing: str = "121000248") -> Deposit:
    return Deposit(Bank(routing, "00-98765"), name, "7-20270314", Decimal(amount))


def lines(*deposits: Deposit) -> list[str]:
    return file_of(ORIGIN, list(deposits), MADE, PAY_ON).splitlines()


def test_one_deposit_line_by_line() -> None:
    header, batch, entry, offset, batch_end, file_end, *padding = lines(deposit())
    assert header == ("101 02100002111234567892703161430A094101JPMORGAN CHASE         ELM STREET THERAPY             ")
    assert batch == ("5200ELM STREET THERA                    1123456789PPDPAYROLL   270316270318   1021000020000001")
    assert entry == ("62212100024800-98765         00001234567-20270314     ZOE NUNEZ               0021000020000001")
    assert offset == ("627021000021123456789        0000123456OFFSET         ELM STREET THERAPY      0021000020000002")
    hashed = 12100024 + 2100002
    assert batch_end == (
        f"8200000002{hashed:010d}0000001234560000001234561123456789                         021000020000001"
    )
    assert file_end == f"9000001000001{2:08d}{hashed:010d}000000123456000000123456{'':39}"
    assert padding == ["9" * 94] * 4


def test_a_letter_that_is_no_plain_one_with_an_accent_stands_as_its_plain_one() -> None:
    """Who is paid is told apart by it: Østergård is no Stergard."""
    assert lines(deposit(name="Østergård Łukasz"))[2][54:76] == "OSTERGARD LUKASZ      "


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            deposit,
            st.decimals(min_value="0.01", max_value="99999.99", places=2).map(str),
            st.text(max_size=40),
            st.sampled_from(ROUTINGS),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_any_file_keeps_the_formats_rules(deposits: list[Deposit]) -> None:
    found = lines(*deposits)
    assert {len(line) for line in found} == {94}
    assert len(found) % 10 == 0
    assert all(line.isascii() for line in found)
    entries = [line for line in found if line[0] == "6"]
    credits = [line for line in entries if line[1:3] in ("22", "32")]
    debits = [line for line in entries if line[1:3] in ("27", "37")]
    sums = [sum(int(line[29:39]) for line in kind) for kind in (debits, credits)]
    assert sums[0] == sums[1] == sum(int(d.amount * 100) for d in deposits)
    control = next(line for line in found if line[0] == "8")
    last = next(line for line in found if line[0] == "9" and line != "9" * 94)
    hashed = f"{sum(int(line[3:11]) for line in entries) % 10**10:010d}"
    assert (control[4:10], control[10:20]) == (f"{len(entries):06d}", hashed)
    assert (control[20:32], control[32:44]) == (f"{sums[0]:012d}", f"{sums[1]:012d}")
    assert (last[1:7], last[7:13], last[13:21], last[21:31]) == (
        "000001",
        f"{len(found) // 10:06d}",
        f"{len(entries):08d}",
        hashed,
    )
    traces = [line[79:94] for line in entries]
    assert traces == sorted(set(traces))


@pytest.mark.parametrize(("routing", "why"), [("021000022", "check digit"), ("12345", "nine digits"), ("0" * 9, "no")])
def test_a_routing_number_has_nine_digits_and_a_right_check_digit(routing: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_routing(routing)


def test_right_numbers_pass_and_blanks_go() -> None:
    assert [check_routing(number) for number in ROUTINGS] == list(ROUTINGS)
    assert check_account(" 00 98765 ") == "0098765"
    with pytest.raises(ValueError, match="at most 17"):
        check_account("1" * 18)


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_nothing_below_a_cent_is_deposited(amount: str) -> None:
    with pytest.raises(Refused, match="above zero"):
        lines(deposit(amount))


def test_nobody_to_pay_is_no_file() -> None:
    with pytest.raises(Refused, match="nothing to pay"):
        lines()


def test_banks_do_not_settle_on_weekends_and_holidays() -> None:
    assert not settles(date(2027, 3, 14))
    assert next_settling(date(2027, 12, 24)) == date(2027, 12, 27), "Christmas 2027 is a Saturday"
    assert date(2028, 1, 1) in holidays(2028)
    assert next_settling(date(2027, 7, 2)) == date(2027, 7, 6), "the Fourth is a Sunday, kept on the Monday"
    moving = {(1, 18), (2, 15), (5, 31), (9, 6), (10, 11), (11, 25)}
    assert {date(2027, month, day) for month, day in moving} <= holidays(2027)
