"""The table of postings (RULES 3): what happens -> which account is debited, which credited.

An entry is a draft here: signed postings (debit positive, credit negative) that sum to 0.00.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.money import ZERO, total


class Event(StrEnum):
    """What happened to money."""

    ATTENDED_SELF_PAY = "attended, self-pay"
    ATTENDED_INSURED = "attended, insured"
    FEE_CHARGED = "fee charged"
    CLIENT_PAID = "client paid"
    PAYER_PAID = "payer paid"
    CONTRACTUAL = "contractual adjustment"
    CLIENT_SHARE = "client's share"
    NEXT_COVERAGE = "next coverage's share"
    PROVIDER_ADJUSTMENT = "provider-level adjustment"
    INTEREST = "interest from payer"
    REFUND = "refund"
    WRITE_OFF = "write-off"
    PAYER_WRITE_OFF = "payer write-off"
    PAY_EARNED = "pay earned"
    PAY_SETTLED = "pay settled"
    PAY_ADVANCED = "pay advanced"
    REIMBURSED = "expense reimbursed"
    OPENING_BALANCE = "opening balance"
    REVERSAL = "reversal"


TABLE: dict[Event, tuple[str, str]] = {
    Event.ATTENDED_SELF_PAY: ("receivable:client:{client}", "income:session"),
    Event.ATTENDED_INSURED: ("receivable:payer:{payer}", "income:session"),
    Event.FEE_CHARGED: ("receivable:client:{client}", "income:fee"),
    Event.CLIENT_PAID: ("cash:{method}", "receivable:client:{client}"),
    Event.PAYER_PAID: ("cash:payer", "receivable:payer:{payer}"),
    Event.CONTRACTUAL: ("adjustment:contractual", "receivable:payer:{payer}"),
    Event.CLIENT_SHARE: ("receivable:client:{client}", "receivable:payer:{payer}"),
    Event.NEXT_COVERAGE: ("receivable:payer:{next_payer}", "receivable:payer:{payer}"),
    Event.PROVIDER_ADJUSTMENT: ("receivable:payer:{payer}", "cash:payer"),
    Event.INTEREST: ("income:interest", "cash:payer"),
    Event.REFUND: ("receivable:client:{client}", "cash:{method}"),
    Event.WRITE_OFF: ("adjustment:write_off", "receivable:client:{client}"),
    Event.PAYER_WRITE_OFF: ("adjustment:write_off", "receivable:payer:{payer}"),
    Event.PAY_EARNED: ("expense:clinician_pay", "payable:clinician:{clinician}"),
    Event.PAY_SETTLED: ("payable:clinician:{clinician}", "cash:payroll"),
    Event.PAY_ADVANCED: ("advance:clinician:{clinician}", "payable:clinician:{clinician}"),
    Event.REIMBURSED: ("expense:reimbursement", "payable:clinician:{clinician}"),
    Event.OPENING_BALANCE: ("receivable:client:{client}", "equity:opening"),
}
"""Debit and credit of each event; a negative amount turns the two around.

Provider-level adjustments and interest keep the sign of the 835's PLB: above zero takes money away.
"""


@dataclass(frozen=True)
class Draft:
    """An entry about to be posted: balanced by construction."""

    event: Event
    postings: tuple[tuple[str, Decimal], ...]
    rule: str
    why: str

    def __post_init__(self) -> None:
        if total(amount for _, amount in self.postings) != ZERO:
            raise ValueError(f"an entry for {self.event.value} does not balance")


def draft(event: Event, amount: Decimal, rule: str, why: str, **who: int | str) -> Draft:
    """The entry for `amount` dollars; `who` names client, payer, next_payer, method or clinician."""
    debit, credit = (account.format(**who) for account in TABLE[event])
    return Draft(event, ((debit, amount), (credit, -amount)), rule, why)


def mirror(of: Draft, why: str) -> Draft:
    """The exact mirror of an entry: what reverses it."""
    return Draft(Event.REVERSAL, tuple((account, -amount) for account, amount in of.postings), "ledger.mirror", why)


def client_account(client_id: int) -> str:
    """What a client owes (below zero: credit)."""
    return f"receivable:client:{client_id}"


def payer_account(payer_id: int) -> str:
    """What a payer owes."""
    return f"receivable:payer:{payer_id}"
