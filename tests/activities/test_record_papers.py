"""Clients' papers say what the law asks for, and never a signature that does not hold."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlmodel import Session as Database

from activities import agreements, estimates
from activities.estimates import Expected, Offer
from activities.record_papers import agreement_pdf, estimate_pdf
from models.errors import Refused
from models.facts import Audience
from tests.activities.practice import Desk
from tests.activities.test_documents import reads_text, words_of

Answer = TypeVar("Answer")
TODAY = date(2026, 3, 2)


def ask(desk: Desk, work: Callable[..., Answer], *given: Any) -> Answer:
    with Database(desk.world.engine, expire_on_commit=False) as db, db.begin():
        return work(db, *given)


def estimate(desk: Desk, client: int) -> bytes:
    expected = (Expected(1, 24), Expected(desk.service("90791", 60, "200.00"), 1, Decimal("180.00")))
    offer = Offer(client, 1, TODAY, date(2027, 3, 1), expected, "F41.1")
    return ask(desk, estimate_pdf, client, ask(desk, estimates.give, offer, None, desk.now))


@reads_text
def test_an_estimate_says_what_the_law_asks_for(desk: Desk) -> None:
    words = words_of(estimate(desk, desk.client()))
    for said in (
        "Good faith estimate",
        "Pat Doe",
        "Born May 17, 1985",
        "March 2, 2026 to March 1, 2027",
        "Ada Stone, Elm Street Practice",
        "NPI 1987654328",
        "Tax id 123456789",
        "F41.1",
        "90837 24 $150.00 $3,600.00",
        "90791 1 $180.00 $180.00",
        "Total expected $3,780.00",
        "right to dispute",
        "will not adversely affect the quality",
        "www.cms.gov/nosurprises/consumers",
        "not a contract",
    ):
        assert said in words, said


@reads_text
def test_a_signed_agreement_shows_who_signed_what_when(desk: Desk) -> None:
    client = desk.client()
    ask(desk, agreements.write, "Cancellations", Audience.EVERYONE, "Tell us before.\n\n#panic() *x*", TODAY)
    ask(desk, agreements.sign, client, 1, "Pat Q. Doe", None, desk.now)
    words = words_of(ask(desk, agreement_pdf, 1, client))
    for said in (
        "Cancellations",
        "Version 1",
        "Tell us before.",
        "#panic() *x*",
        "Pat Q. Doe, for Pat Doe",
        "9:00 AM CST",
    ):
        assert said in words, said


@reads_text
def test_an_agreement_can_be_printed_to_be_signed_on_paper(desk: Desk) -> None:
    ask(desk, agreements.write, "Cancellations", Audience.EVERYONE, "Tell us before.", TODAY)
    words = words_of(ask(desk, agreement_pdf, 1))
    assert "SIGNATURE" in words
    assert "Signed" not in words


def test_papers_of_others_or_unsigned_ones_are_refused(desk: Desk) -> None:
    client, other = desk.client(), desk.client()
    estimate(desk, client)
    with pytest.raises(Refused, match="no such estimate"):
        ask(desk, estimate_pdf, other, 1)
    ask(desk, agreements.write, "Cancellations", Audience.EVERYONE, "Tell us before.", TODAY)
    with pytest.raises(Refused, match="not signed"):
        ask(desk, agreement_pdf, 1, client)
    with pytest.raises(Refused, match="no such agreement"):
        ask(desk, agreement_pdf, 9)
