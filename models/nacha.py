"""A file of direct deposits for the practice's bank: one balanced PPD batch in the Nacha format, 94 characters a line.

Text of known width, nothing looked up: what would make a bank refuse the file is `Refused` beforehand.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.errors import Refused
from models.letters import plain
from models.money import ZERO, cents, total

WIDTH, BLOCK = 94, 10
MIXED = "200"
"""The service class of a batch with credits and the debit that balances them."""
MOST = 9_999_999_999
ROUTING_WEIGHTS = (3, 7, 1) * 3
ACCOUNT = re.compile(r"[0-9A-Za-z-]{1,17}")
PAYROLL = "PAYROLL"
"""The description that Nacha's rules ask for where a credit pays for work."""


@dataclass(frozen=True)
class Bank:
    """An account at a US bank."""

    routing: str
    account: str
    savings: bool = False


@dataclass(frozen=True)
class Origin:
    """Who pays: the account all of it comes from, the bank, and the company's ten characters (1 and its EIN)."""

    bank: Bank
    bank_name: str
    company: str
    company_id: str


@dataclass(frozen=True)
class Deposit:
    """An amount for somebody; `reference` names it to them, in fifteen characters at most."""

    to: Bank
    name: str
    reference: str
    amount: Decimal


def file_of(origin: Origin, deposits: list[Deposit], made_at: datetime, pay_on: date, modifier: str = "A") -> str:
    """The file; `made_at` by the practice's clock, `modifier` tells the files of a day apart."""
    _check(origin, deposits)
    owed = total(deposit.amount for deposit in deposits)
    odfi = origin.bank.routing[:8]
    entries = [_entry(deposit, odfi, number, credit=True) for number, deposit in enumerate(deposits, 1)]
    offset = Deposit(origin.bank, origin.company, "OFFSET", owed)
    entries.append(_entry(offset, odfi, len(deposits) + 1, credit=False))
    hashed = sum(int(deposit.to.routing[:8]) for deposit in (*deposits, offset)) % 10**10
    sums = f"{hashed:010d}{cents(owed):012d}{cents(owed):012d}"
    company_id = _text(origin.company_id, 10)
    lines = [
        _file_header(origin, made_at, modifier),
        f"5{MIXED}{_text(origin.company, 16)}{'':20}{company_id}PPD{PAYROLL:10}{made_at:%y%m%d}{pay_on:%y%m%d}"
        f"{'':3}1{odfi}{1:07d}",
        *entries,
        f"8{MIXED}{len(entries):06d}{sums}{company_id}{'':19}{'':6}{odfi}{1:07d}",
    ]
    blocks = -(-(len(lines) + 1) // BLOCK)
    lines.append(f"9{1:06d}{blocks:06d}{len(entries):08d}{sums}{'':39}")
    lines += ["9" * WIDTH] * (blocks * BLOCK - len(lines))
    return "".join(f"{line}\n" for line in lines)


def check_routing(routing: str) -> str:
    """A routing number as written; ValueError unless it has nine digits with a right check digit."""
    digits = routing.strip()
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise ValueError("a routing number has nine digits")
    if sum(weight * int(digit) for weight, digit in zip(ROUTING_WEIGHTS, digits, strict=True)) % 10:
        raise ValueError("the check digit of this routing number is wrong: look at it again")
    if digits == "0" * 9:
        raise ValueError("this is no bank's routing number")
    return digits


def check_account(number: str) -> str:
    """An account number as written, without blanks; ValueError unless the format can carry it."""
    account = "".join(number.split())
    if not ACCOUNT.fullmatch(account):
        raise ValueError("an account number has at most 17 digits, letters and hyphens")
    return account


def _check(origin: Origin, deposits: list[Deposit]) -> None:
    if not deposits:
        raise Refused("there is nothing to pay: no approved statement above zero goes to a bank account")
    for bank in (origin.bank, *(deposit.to for deposit in deposits)):
        try:
            check_routing(bank.routing)
            check_account(bank.account)
        except ValueError as wrong:
            raise Refused(str(wrong)) from None
    if not origin.company_id.strip() or not origin.bank_name.strip():
        raise Refused("the practice's bank and company id are missing: they are on the page Pay, Bank accounts")
    if any(deposit.amount <= ZERO for deposit in deposits):
        raise Refused("a deposit is above zero")
    if cents(total(deposit.amount for deposit in deposits)) > MOST:
        raise Refused("this is more than one file can carry")


def _file_header(origin: Origin, made_at: datetime, modifier: str) -> str:
    return (
        f"101 {origin.bank.routing}{_text(origin.company_id, 10)}{made_at:%y%m%d%H%M}{modifier}0{WIDTH}{BLOCK}1"
        f"{_text(origin.bank_name, 23)}{_text(origin.company, 23)}{'':8}"
    )


def _entry(deposit: Deposit, odfi: str, number: int, credit: bool) -> str:
    kind = ("3" if deposit.to.savings else "2") + ("2" if credit else "7")
    return (
        f"6{kind}{deposit.to.routing}{deposit.to.account:17}{cents(deposit.amount):010d}"
        f"{_text(deposit.reference, 15)}{_text(deposit.name, 22)}{'':2}0{odfi}{number:07d}"
    )


def _text(words: str, width: int) -> str:
    """Capital letters of ASCII, cut and filled to a width."""
    return f"{re.sub(r'[^A-Z0-9 .,&/()-]', ' ', plain(words).upper())[:width]:{width}}"
