"""A record lacks what the practice will need, and nothing it will not."""

from dataclasses import replace
from datetime import date

from models.rules.records import Cover, RecordFacts, coverage_ended, missing

TODAY = date(2026, 3, 2)
HOME = ("12 Elm Street", "Springfield", "IL", "62704")
WHOLE = RecordFacts("Doe", date(1985, 5, 17), HOME, "pat@client.example", "", False, (), False, clinical=True)
OPEN = Cover(None, None)


def test_a_whole_record_lacks_nothing() -> None:
    assert missing(WHOLE, TODAY) == ()
    assert missing(replace(WHOLE, uses_insurance=True, covers=(OPEN,)), TODAY) == ()


def test_somebody_must_be_reachable() -> None:
    assert missing(replace(WHOLE, email="", phone="2175550142"), TODAY) == ()
    assert missing(replace(WHOLE, email=""), TODAY) == ("a phone number or mail address",)


def test_a_minor_needs_somebody_who_pays() -> None:
    child = replace(WHOLE, birth=date(2015, 1, 1))
    assert missing(child, TODAY) == ("a guarantor (the client is a minor)",)
    assert missing(replace(child, has_guarantor=True), TODAY) == ()


def test_an_insurer_needs_more_than_a_mail_does() -> None:
    bare = replace(WHOLE, last="", address=("", "", "", ""), uses_insurance=True)
    assert missing(bare, TODAY) == ("last name", "address", "coverage (the client uses insurance)")
    assert missing(replace(bare, uses_insurance=False), TODAY) == ()


def test_a_practice_of_another_kind_asks_for_no_birth_date_and_no_coverage() -> None:
    bare = RecordFacts("", None, ("", "", "", ""), "pat@client.example", "", True, (), False, clinical=False)
    assert missing(bare, TODAY) == ()


def test_a_coverage_that_ended_with_none_after_it_is_told() -> None:
    ended = Cover(None, date(2026, 2, 28))
    found = coverage_ended(replace(WHOLE, covers=(ended,)), TODAY)
    assert found
    assert found.why == "the coverage ended on 2026-02-28 and none follows"
    assert coverage_ended(replace(WHOLE, covers=(ended, Cover(date(2026, 3, 1), None))), TODAY) is None
    assert coverage_ended(replace(WHOLE, covers=(ended,)), date(2026, 2, 28)) is None
    assert coverage_ended(WHOLE, TODAY) is None
