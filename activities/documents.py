"""Documents on paper: invoice, receipt and pay statement as PDF, drawn by Typst.

Amounts come in as they were posted; sums are made here from the lines, so that a document always adds up. The text
reaches the template as JSON and is never read as markup. The same document gives the same bytes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst

from activities.rendering import PracticeCard
from activities.wording import long_date, short_date, usd
from models.money import ZERO, total

TEMPLATES = Path(__file__).parent / "templates" / "documents"


@dataclass(frozen=True)
class Line:
    """One row of an invoice or receipt; the amount of a credit or payment is positive and is taken off."""

    on: date
    text: str
    amount: Decimal


@dataclass(frozen=True)
class InvoiceDocument:
    """What a client is asked to pay, with the credits and payments that already count against it."""

    practice: PracticeCard
    number: str
    issued: date
    client_name: str
    client_address: str
    lines: tuple[Line, ...]
    credits: tuple[Line, ...] = ()
    payments: tuple[Line, ...] = ()
    how_to_pay: tuple[str, ...] = ()
    pay_url: str | None = None

    @property
    def due(self) -> Decimal:
        return amount_of(self.lines) - amount_of(self.credits) - amount_of(self.payments)


@dataclass(frozen=True)
class ReceiptDocument:
    """A payment and what it paid for; what it did not pay for stays as a credit."""

    practice: PracticeCard
    number: str
    paid_on: date
    client_name: str
    client_address: str
    method: str
    amount: Decimal
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class PayLine:
    """One amount earned or taken back: for which session, by which rule, and the rule's reason."""

    on: date
    session: str
    rule: str
    why: str
    amount: Decimal


@dataclass(frozen=True)
class PayStatementDocument:
    """A clinician's pay for a period; `carried_in` is the negative total of the one before, or zero."""

    practice: PracticeCard
    clinician: str
    first: date
    last: date
    issued: date
    lines: tuple[PayLine, ...]
    top_up: Decimal = ZERO
    carried_in: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return amount_of(self.lines) + self.top_up + self.carried_in


def invoice_pdf(invoice: InvoiceDocument) -> bytes:
    """The invoice; paid in full and overpaid ones say so instead of asking for money."""
    label, amount = balance(invoice.due)
    sums = [
        ("Charges", amount_of(invoice.lines), True),
        ("Credits", -amount_of(invoice.credits), bool(invoice.credits)),
        ("Payments", -amount_of(invoice.payments), bool(invoice.payments)),
        (label, amount, True),
    ]
    data = {
        "number": invoice.number,
        "client_name": invoice.client_name,
        "client_address": invoice.client_address,
        "due_label": label,
        "due": usd(amount),
        "lines": rows(invoice.lines),
        "taken_off": rows(Line(line.on, line.text, -line.amount) for line in (*invoice.credits, *invoice.payments)),
        "sums": shown(sums),
        "how_to_pay": invoice.how_to_pay if invoice.due > 0 else (),
        "pay_url": invoice.pay_url if invoice.due > 0 else None,
    }
    return drawn("invoice", invoice.practice, invoice.issued, data)


def receipt_pdf(receipt: ReceiptDocument) -> bytes:
    """The receipt, with the part of the payment that was for nothing yet as a credit."""
    kept = receipt.amount - amount_of(receipt.lines)
    sums = [
        ("Applied", amount_of(receipt.lines), kept != 0),
        ("Kept as credit", kept, kept != 0),
        ("Received", receipt.amount, True),
    ]
    data = {
        "number": receipt.number,
        "client_name": receipt.client_name,
        "client_address": receipt.client_address,
        "method": receipt.method,
        "lines": rows(receipt.lines),
        "sums": shown(sums),
    }
    return drawn("receipt", receipt.practice, receipt.paid_on, data)


def pay_statement_pdf(statement: PayStatementDocument) -> bytes:
    """The statement; a negative total is paid as nothing and carried to the next period."""
    total_pay = statement.total
    sums = [
        ("Earned", amount_of(statement.lines), True),
        ("Guaranteed minimum, top-up", statement.top_up, statement.top_up != 0),
        ("Carried over from the period before", statement.carried_in, statement.carried_in != 0),
        ("Carried over to the next period", -total_pay, total_pay < 0),
        ("Total pay", max(total_pay, ZERO), True),
    ]
    data = {
        "clinician": statement.clinician,
        "period": f"{long_date(statement.first)} to {long_date(statement.last)}",
        "lines": [
            {"session": line.session, "rule": line.rule, "why": line.why, **dated(line.on, line.amount)}
            for line in statement.lines
        ],
        "sums": shown(sums),
        "note": f"{usd(-total_pay)} will be taken off the next period's pay." if total_pay < 0 else "",
    }
    return drawn("pay_statement", statement.practice, statement.issued, data)


def balance(due: Decimal) -> tuple[str, Decimal]:
    """How a balance is called, and its amount without a sign."""
    if due < 0:
        return "Credit in your favor", -due
    return ("Amount due" if due > 0 else "Paid in full"), due


def amount_of(lines: Iterable[Line | PayLine]) -> Decimal:
    return total(line.amount for line in lines)


def dated(on: date, amount: Decimal) -> dict[str, str]:
    return {"on": short_date(on), "amount": usd(amount)}


def rows(lines: Iterable[Line]) -> list[dict[str, str]]:
    return [{"text": line.text, **dated(line.on, line.amount)} for line in lines]


def shown(sums: Iterable[tuple[str, Decimal, bool]]) -> list[tuple[str, str]]:
    """The sums that say something, as text."""
    return [(name, usd(amount)) for name, amount, wanted in sums if wanted]


def drawn(template: str, practice: PracticeCard, issued: date, data: dict[str, Any]) -> bytes:
    """The PDF, dated `issued`: the day of the document, not of the drawing."""
    letterhead = {"name": practice.name, "address": practice.address, "phone": practice.phone, "email": practice.email}
    on_paper = {
        "practice": letterhead,
        "issued": (issued.year, issued.month, issued.day),
        "issued_on": long_date(issued),
        **data,
    }
    pdf: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        sys_inputs={"data": json.dumps(on_paper)},
    )
    return pdf
