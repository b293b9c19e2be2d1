"""PDFs add up, break over pages, survive any name, and come out the same each time."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from activities.documents import (
    InvoiceDocument,
    Line,
    PayLine,
    PayStatementDocument,
    ReceiptDocument,
    invoice_pdf,
    pay_statement_pdf,
    receipt_pdf,
)
from activities.rendering import PracticeCard
from models.rules.pay_words import PLAIN, plainly
from models.words import sentence

DAY = date(2026, 11, 4)
PRACTICE = PracticeCard("Riverside Sessions", "office@riverside.example", "", "120 Main Street", "America/Chicago")
INVOICE = InvoiceDocument(
    practice=PRACTICE,
    number="1042",
    issued=DAY,
    client_name="María Muñoz",
    client_address="4 Elm Street\nSpringfield, IL 62701",
    lines=(Line(DAY, "Session, 50 minutes", Decimal("1175.00")), Line(DAY, "Late cancellation", Decimal("75.00"))),
    credits=(Line(DAY, "Credit from before", Decimal("20.00")),),
    payments=(Line(DAY, "Card ending in 4242", Decimal("100.00")),),
    how_to_pay=("Check: payable to Riverside Sessions",),
    pay_url="https://pay.example/1042",
)
EARNED = PayLine(DAY, "Session, 50 minutes", "60% of billed", "60% of $120.00", Decimal("72.00"))
STATEMENT = PayStatementDocument(
    practice=PRACTICE,
    clinician="Sam Okonkwo",
    first=date(2026, 11, 1),
    last=date(2026, 11, 15),
    issued=date(2026, 11, 16),
    lines=(EARNED, replace(EARNED, amount=Decimal("-12.00"), why="Payment went back")),
    top_up=Decimal("1440.00"),
    carried_in=Decimal("-100.00"),
)
RECEIPT = ReceiptDocument(
    PRACTICE, "R-7", DAY, "Ana Bell", "", "card ending in 4242", Decimal("200.00"), (INVOICE.lines[1],)
)
reads_text = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with each run of blanks as one."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = read.stdout.decode().replace("−", "-").split("\f")[:-1]
    return [" ".join(page.split()) for page in pages]


def words_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def overprinted(pdf: bytes) -> list[tuple[str, str]]:
    """Neighbouring words of a line that lie on one another."""
    read = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>', read.stdout.decode()
    )
    words = sorted((float(top), float(left), float(right), word) for left, top, right, word in found)
    beside = [(a, b) for a, b in pairwise(words) if a[0] == b[0]]
    return [(a[3], b[3]) for a, b in beside if b[1] < a[2] - 0.5]


def test_an_invoice_owes_its_lines_less_credits_and_payments() -> None:
    assert INVOICE.due == Decimal("1130.00")


def test_a_statement_totals_earned_top_up_and_carry_over() -> None:
    assert STATEMENT.total == Decimal("1400.00")


@pytest.mark.parametrize(
    "draw",
    [lambda: invoice_pdf(INVOICE), lambda: receipt_pdf(RECEIPT), lambda: pay_statement_pdf(STATEMENT)],
    ids=["invoice", "receipt", "pay_statement"],
)
def test_the_same_document_is_the_same_bytes(draw: Callable[[], bytes]) -> None:
    first = draw()
    assert first.startswith(b"%PDF-")
    assert b"20261104" in first or b"20261116" in first  # the date in it is the document's own
    assert first == draw()


@reads_text
def test_an_invoice_says_who_owes_what_and_how_to_pay() -> None:
    words = words_of(invoice_pdf(INVOICE))
    for said in (
        "Invoice 1042",
        "María Muñoz",
        "November 4, 2026",
        "11/04/2026 Session, 50 minutes $1,175.00",
        "Credit from before -$20.00",
        "Card ending in 4242 -$100.00",
        "Charges $1,250.00",
        "Amount due $1,130.00",
        "payable to Riverside Sessions",
        "https://pay.example/1042",
        "Page 1 of 1",
    ):
        assert said in words


@reads_text
@pytest.mark.parametrize(
    ("paid", "label"), [("1230.00", "Paid in full $0.00"), ("1300.00", "Credit in your favor $70.00")]
)
def test_an_invoice_that_is_paid_asks_for_nothing(paid: str, label: str) -> None:
    words = words_of(invoice_pdf(replace(INVOICE, payments=(Line(DAY, "Check", Decimal(paid)),))))
    assert label in words
    assert "How to pay" not in words
    assert "Amount due" not in words


@reads_text
def test_sixty_lines_run_over_pages_with_the_head_repeated() -> None:
    lines = tuple(Line(DAY + timedelta(days=n), f"Session {n}.", Decimal("100.00")) for n in range(60))
    pages = pages_of(invoice_pdf(replace(INVOICE, lines=lines)))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert ("DATE DESCRIPTION AMOUNT" in page) == (" Session " in page)
    assert [n for n in range(60) if f" Session {n}. $100.00" not in " ".join(pages)] == []
    assert "Charges $6,000.00" in pages[-1]


@reads_text
def test_a_statement_explains_each_line() -> None:
    words = words_of(pay_statement_pdf(STATEMENT))
    for said in (
        "Sam Okonkwo",
        "November 1, 2026 to November 15, 2026",
        "60% of billed 60% of $120.00 $72.00",
        "Payment went back -$12.00",
        "Earned $60.00",
        "Guaranteed minimum, top-up $1,440.00",
        "Carried over from the period before -$100.00",
        "Total pay $1,400.00",
    ):
        assert said in words


@reads_text
@pytest.mark.parametrize("rule", [f"pay.{name} since 2026-11-28" for name in PLAIN])
def test_no_word_of_a_statement_overprints_another(rule: str) -> None:
    line = replace(EARNED, session="Nov 12", rule=sentence(plainly(rule)), why="60 % of 25.00 collected")
    assert overprinted(pay_statement_pdf(replace(STATEMENT, lines=(line,)))) == []


@reads_text
def test_a_negative_total_pays_nothing_and_carries_over() -> None:
    words = words_of(pay_statement_pdf(replace(STATEMENT, top_up=Decimal("0.00"))))
    assert "Carried over to the next period $40.00" in words
    assert "Total pay $0.00" in words
    assert "$40.00 will be taken off the next period's pay" in words


@reads_text
def test_no_document_uses_a_clinical_or_insurance_word() -> None:
    words = words_of(invoice_pdf(INVOICE)) + words_of(receipt_pdf(RECEIPT)) + words_of(pay_statement_pdf(STATEMENT))
    banned = ("clinic", "therap", "patient", "treatment", "insur", "diagnos", "copay", "claim", "payer", "provider")
    assert [word for word in banned if word in words.lower()] == []


@reads_text
def test_an_empty_statement_says_so() -> None:
    words = words_of(pay_statement_pdf(PayStatementDocument(PRACTICE, "Sam", DAY, DAY, DAY, ())))
    assert "Nothing was earned in this period." in words
    assert "Total pay $0.00" in words


@reads_text
def test_a_receipt_shows_what_stays_as_credit() -> None:
    words = words_of(receipt_pdf(RECEIPT))
    for said in ("Receipt R-7", "card ending in 4242", "Applied $75.00", "Kept as credit $125.00", "Received $200.00"):
        assert said in words


@reads_text
def test_typst_markup_in_a_name_is_only_text() -> None:
    name = '#panic("x") *bold* $1$ _u_ @ref <l> \\ [a] // c'
    assert name in words_of(invoice_pdf(replace(INVOICE, client_name=name)))


@pytest.mark.parametrize("name", ["李小龍", "محمد", "שלום", "Иван Ωμέγα", "नमस्ते", "🙂", "x" * 400, ""])
def test_no_name_stops_a_document(name: str) -> None:
    assert invoice_pdf(replace(INVOICE, client_name=name, client_address=name)).startswith(b"%PDF-")
    assert pay_statement_pdf(replace(STATEMENT, clinician=name)).startswith(b"%PDF-")
