"""The CMS-1500: each field says what the 837P of the same claim says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from activities.paper_claims import cms1500_pdf
from models.rules.paper_claim import forms
from models.x12.parties import Address, Provider
from tests.x12 import builders as a

SUPERVISOR = Provider("1457353999", "Rivera", "Lena")


def test_a_claim_of_one_session_fills_one_form() -> None:
    claim = a.claim(authorization="AUTH1", onset=date(2026, 1, 15), supervising=SUPERVISOR, note="By phone")
    [form] = forms(a.claim_file(claim), claim)
    told = form.fields
    assert form.payer == "Meridian Health"
    assert (told["1a"], told["2"], told["3"], told["6"]) == ("W123456789", "Doe, Pat", "04 05 90 F", "Self")
    assert (told["14"], told["17"], told["17b"]) == ("01 15 26 qualifier 431", "DQ Lena Rivera", "1457353999")
    assert (told["21"], told["22"], told["23"]) == ("A F411   B F331", "", "AUTH1")
    assert (told["25"], told["26"], told["28"], told["29"]) == ("123456789 EIN", "C1", "150 00", "")
    assert told["32"] == "Harbor Counseling\n400 Main Street\nSuite 7\nSpringfield IL 62701-0000"
    [service] = form.services
    assert (service.since, service.code, service.pointers, service.charge) == ("03 02 26", "90837", "A", "150 00")
    assert service.npi == "1987654328"


def test_a_dependent_is_the_patient_and_the_subscriber_the_insured() -> None:
    [form] = forms(a.claim_file(), a.dependent_claim())
    assert (form.fields["2"], form.fields["4"], form.fields["6"]) == ("Doe, Sam", "Doe, Pat", "Child")


def test_a_second_payer_reads_who_the_first_was_and_what_it_paid() -> None:
    claim = replace(a.secondary_claim(), frequency="7", payer_claim_number="ICN9")
    [form] = forms(a.claim_file(claim), claim)
    assert (form.fields["9d"], form.fields["11d"], form.fields["29"]) == ("Meridian Health", "Yes", "80 00")
    assert form.fields["22"] == "7 | ICN9"


def test_the_seventh_service_opens_a_second_form_which_alone_has_the_sum() -> None:
    claim = a.claim(lines=tuple(a.line(f"{n}", "10.00") for n in range(7)))
    first, second = forms(a.claim_file(claim), claim)
    assert (len(first.services), len(second.services)) == (6, 1)
    assert (first.fields["28"], second.fields["28"]) == ("continued", "70 00")


def test_telehealth_names_no_service_facility_and_money_may_go_elsewhere() -> None:
    claim = a.claim(place_of_service="10", lines=(a.line(modifiers=("95",), units=Decimal("1.50")),))
    [form] = forms(a.claim_file(claim, pay_to=Address("PO Box 9", "Springfield", "IL", "62705")), claim)
    assert form.fields["32"] == ""
    assert "PO Box 9" in form.fields["33"]
    assert (form.services[0].modifiers, form.services[0].units, form.services[0].place) == ("95", "1.5", "10")


def test_the_form_is_drawn_one_page_a_sheet_and_takes_no_text_for_markup() -> None:
    claim = a.claim(note='#panic("x") *[', lines=tuple(a.line(f"{n}", "10.00") for n in range(7)))
    pdf = cms1500_pdf(forms(a.claim_file(claim), claim), "2026-03-03")
    assert pdf[:5] == b"%PDF-"
    assert pdf == cms1500_pdf(forms(a.claim_file(claim), claim), "2026-03-03")
