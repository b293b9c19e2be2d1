"""What is worked on first, what a payer wants, which payment a deposit is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.billed import BilledAddOn, Held
from models.facts import ClaimFacts, PayerRule, PayerRuleKind
from models.rules.appeal_letters import TEMPLATES, unfinished
from models.rules.denials import PLAYBOOK
from models.rules.deposits import Announced, Arrived, match
from models.rules.payer_rules import Billed, billed_as, billing_npi, in_force
from models.rules.scrub import CHECKS, Severity, holding, scrub
from models.rules.worklist import rank, worth
from tests.rules.test_scrub import CLEAN, HELD

TODAY = date(2027, 3, 2)
TEN = Decimal("10.00")
UNLISTED = replace(CLEAN, unlisted=("F33.1",))
BANK = Arrived(date(2027, 3, 5), Decimal("310.00"), "HEALTHCO HCCLAIMPMT TRN*1*EFT00071*1999")
PAID = Announced(7, "HealthCo", "EFT00071", Decimal("310.00"), date(2027, 3, 4))


def usd(text: str) -> Decimal:
    return Decimal(text)


def test_worth_is_the_open_amount_times_its_chance_by_the_days_left() -> None:
    found = worth(usd("150.00"), 60, TODAY + timedelta(days=11), TODAY)
    assert (found.expected, found.a_day) == (usd("90.00"), usd("7.50"))
    assert found.why == "150.00 open x 60 % = 90.00; 11 days left: 7.50 a day"


def test_a_small_claim_that_ends_today_stands_before_a_large_one_with_time() -> None:
    small, large = worth(usd("60.00"), 50, TODAY, TODAY), worth(usd("900.00"), 90, TODAY + timedelta(80), TODAY)
    assert sorted([large, small], key=rank) == [small, large]


@given(st.integers(0, 100), st.decimals("0.01", "9999.99", places=2), st.integers(-400, 400))
def test_what_is_too_late_stands_last_and_is_worth_nothing_a_day(chance: int, amount: Decimal, days: int) -> None:
    found = worth(amount, chance, TODAY + timedelta(days=days), TODAY)
    assert found.a_day == 0 or days >= 0
    assert found.expected <= amount
    assert rank(found)[0] is (days < 0)


def test_every_play_has_a_chance_and_every_check_its_mend() -> None:
    assert all(0 < play.chance < 100 for play in PLAYBOOK)
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert all(check.mend and check.checks for check in CHECKS)


def test_a_warning_is_overruled_and_an_error_never() -> None:
    findings = scrub(replace(CLEAN, twins=("C1",), note_signed=False))
    assert {f.code: f.severity for f in findings} == {"note": Severity.ERROR, "duplicate": Severity.WARNING}
    assert [f.code for f in holding(findings, {"duplicate", "note"})] == ["note"]


def rule(kind: PayerRuleKind, value: str, applies_to: str = "", **days: date) -> PayerRule:
    return PayerRule(kind, applies_to, value, days.get("since", date(2027, 1, 1)), days.get("until"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(CLEAN, unlisted=("F33.1",)), "diagnosis_unlisted"),
        (replace(CLEAN, unlisted=("F33.1",), list_in_force=False), "diagnosis_unsure"),
        (replace(CLEAN, pointers=(2,)), "pointers"),
        (replace(CLEAN, pointers=()), "pointers"),
        (replace(CLEAN, code="90785"), "add_on"),
        (replace(CLEAN, billable=False), "not_billable"),
        (replace(CLEAN, modifiers=("95",)), "place"),
        (replace(CLEAN, held=Held.HOME), "place"),
        (replace(CLEAN, modifiers=("93",), place_of_service="10", held=Held.HOME), "place"),
        (replace(CLEAN, billing_wanted="1999999984"), "billing_group"),
        (replace(CLEAN, add_ons=(BilledAddOn("90847", charge=TEN),)), "add_on"),
        (replace(CLEAN, add_ons=(BilledAddOn("90833", minutes=30, charge=TEN),)), "add_on"),
        (replace(CLEAN, add_ons=(BilledAddOn("90785", charge=Decimal("0.00")),)), "charge"),
        (replace(CLEAN, modifiers=("AJ", "AJ")), "modifiers"),
        (replace(CLEAN, file_by=date(2027, 5, 1), today=date(2027, 5, 2)), "filing_over"),
        (replace(CLEAN, payer_rules=(rule(PayerRuleKind.AUTHORIZATION, "required"),)), "authorization_missing"),
        (replace(CLEAN, payer_rules=(rule(PayerRuleKind.MODIFIER, "AJ", "social_worker"),)), "licence"),
        (replace(CLEAN, payer_rules=(rule(PayerRuleKind.TAXONOMY, "101YM0800X", "1234567893"),)), "taxonomy"),
    ],
)
def test_each_check_finds_its_fault_alone(wrong: ClaimFacts, code: str) -> None:
    assert [f.code for f in scrub(wrong)] == [code]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (UNLISTED, "number 1 was no ICD-10-CM code on the day of the session"),
        (replace(UNLISTED, categories=("F33.1",)), "number 1 is a category, and a category alone is not billable"),
        (
            replace(UNLISTED, list_in_force=False),
            "number 1 is in no list known here; that of the day of the session is another",
        ),
        (
            replace(UNLISTED, list_in_force=False, categories=("F33.1",)),
            "number 1 is a category in the list known here, and a category alone is not billable; "
            "that of the day of the session is another",
        ),
    ],
)
def test_a_category_is_told_apart_from_what_is_no_code(wrong: ClaimFacts, words: str) -> None:
    [found] = scrub(wrong)
    assert found.what == words


def test_minutes_that_do_not_fit_are_told_in_a_sentence() -> None:
    [found] = scrub(replace(CLEAN, code="90837", minutes=52))
    assert found.words == (
        "minutes do not fit the code (90837 stands for 53 minutes and more, the session took 52; 90834 would fit "
        "individual psychotherapy): correct the minutes or the service; it is never recoded silently"
    )


def test_a_service_is_billed_as_its_payer_wants_it() -> None:
    wants = [rule(PayerRuleKind.MODIFIER, "AJ", "social_worker"), rule(PayerRuleKind.TELEHEALTH_PLACE, "02")]
    assert billed_as(wants, "social_worker", Held.HOME, HELD) == Billed("02", ("95", "AJ"))
    assert billed_as(wants, "psychologist", Held.OFFICE, HELD) == Billed("11", ())


@pytest.mark.parametrize(
    ("wants", "held", "billed"),
    [
        ([], Held.OFFICE, Billed("11", ())),
        ([], Held.HOME, Billed("10", ("95",))),
        ([], Held.ELSEWHERE, Billed("02", ("95",))),
        ([], Held.AUDIO, Billed("10", ("93",))),
        ([("telehealth_modifier", "GT", "")], Held.ELSEWHERE, Billed("02", ("GT",))),
        ([("telehealth_modifier", "GT", "")], Held.AUDIO, Billed("10", ("93",))),
        (
            [("telehealth_modifier", "FQ", "audio"), ("telehealth_place", "02", "audio")],
            Held.AUDIO,
            Billed("02", ("FQ",)),
        ),
        ([("telehealth_modifier", "none", "")], Held.HOME, Billed("10", ())),
        ([("telehealth_place", "02", "home"), ("telehealth_place", "10", "")], Held.HOME, Billed("02", ("95",))),
        ([("telehealth_place", "02", "")], Held.OFFICE, Billed("11", ())),
    ],
)
def test_telehealth_is_billed_by_how_it_was_held_and_as_the_payer_wants(
    wants: list[tuple[str, str, str]], held: Held, billed: Billed
) -> None:
    rules = tuple(rule(PayerRuleKind(kind), value, applies_to) for kind, value, applies_to in wants)
    assert billed_as(rules, "", held, HELD) == billed
    claim = replace(
        CLEAN, held=held, place_of_service=billed.place_of_service, modifiers=billed.modifiers, payer_rules=rules
    )
    assert scrub(claim) == []


def test_the_narrowest_rule_says_under_which_npi_a_place_is_billed() -> None:
    wants = [rule(PayerRuleKind.BILLING, "1999999984"), rule(PayerRuleKind.BILLING, "1987654328", "Suite 2")]
    assert billing_npi(wants, "Suite 2", HELD) == "1987654328"
    assert billing_npi(wants, "Suite 1", HELD) == "1999999984"
    assert billing_npi([], "Suite 1", HELD) is None


def test_a_rule_holds_from_its_first_day_through_its_last_and_the_newest_wins() -> None:
    old = rule(PayerRuleKind.TELEHEALTH_PLACE, "02", until=HELD)
    new = rule(PayerRuleKind.TELEHEALTH_PLACE, "10", since=HELD + timedelta(1))
    assert in_force([new, old], HELD) == [old]
    assert in_force([new, old], HELD + timedelta(1)) == [new]


def test_a_deposit_is_known_by_its_trace_and_never_by_that_alone() -> None:
    twin = replace(PAID, remittance_id=8, trace="EFT00072")
    found = match(BANK, [twin, PAID])
    assert found
    assert found.remittance_id == 7
    assert match(replace(BANK, amount=usd("300.00")), [PAID]) is None


def test_without_a_trace_the_only_payment_of_that_amount_and_time_is_it() -> None:
    bare = replace(BANK, words="DEPOSIT")
    found = match(bare, [PAID, replace(PAID, remittance_id=9, paid_on=date(2026, 1, 4))])
    assert found
    assert found.remittance_id == 7
    assert match(bare, [PAID, replace(PAID, remittance_id=9)]) is None


def test_every_letter_names_only_what_a_claim_has_and_what_a_person_writes_is_bracketed() -> None:
    facts = dict.fromkeys(
        ("codes", "held_on", "filed_on", "filing_days", "diagnoses", "code", "authorization"), "known"
    )
    written = {name: letter.words.format_map(facts) for name, letter in TEMPLATES.items()}
    assert {name for name, words in written.items() if unfinished(words)} == {"necessity", "authorization", "general"}
