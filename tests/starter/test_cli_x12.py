"""`persession x12`: files checked and shown without a practice, as scripts rely on it."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from models.x12 import acknowledgment, claim_837p, eligibility_270_271, remittance_835, status_276_277
from models.x12.eligibility import Benefit, EligibilityAnswer, EligibilityRequest, EligibilityResponse, Inquiry
from starter.cli import x12 as cli
from starter.cli.main import app
from tests.x12 import asking
from tests.x12 import builders as a
from tests.x12.test_foreign_files import FILES, REMITTANCES

ASKED = EligibilityRequest(a.MERIDIAN, a.PRACTICE, (Inquiry("T1", "W1", a.PAT, a.SEEN),), "R1")
ANSWER = EligibilityAnswer(("T1",), "W1", a.PAT, benefits=(Benefit("1", ("30",), plan="Gold"),))
OURS: dict[str, str] = {
    "837": claim_837p.write(a.claim_file(a.claim(), a.dependent_claim(), a.secondary_claim())),
    "835": remittance_835.write(a.envelope(), [a.remittance(provider_adjustments=(a.RECOUPED,))]),
    "999": acknowledgment.write_999(a.envelope(), [a.group_ack()]),
    "TA1": acknowledgment.write_ta1(a.envelope(), [a.interchange_ack()]),
    "277CA": acknowledgment.write_277ca(
        a.envelope(), [a.claim_ack(), a.rejected_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905"
    ),
    "276": status_276_277.write_276(a.envelope(), [asking.status_request(asking.status_inquiry(patient=a.SAM))]),
    "277": status_276_277.write_277(a.envelope(), asking.status_request(), [asking.status_answer()]),
    "270": eligibility_270_271.write_270(a.envelope(), [ASKED]),
    "271": eligibility_270_271.write_271(a.envelope(), [EligibilityResponse("R1", a.MERIDIAN, a.PRACTICE, (ANSWER,))]),
}
Ask = Callable[..., Result]


@pytest.fixture
def x12(tmp_path: Path) -> Ask:
    def ask(command: str, text: str | bytes, *words: str) -> Result:
        file = tmp_path / "file.x12"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(app, ["x12", command, str(file), *words])

    return ask


def shown(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    transactions: list[dict[str, Any]] = json.loads(result.stdout)["transactions"]
    return transactions


def test_a_remittance_is_shown_in_the_form_scripts_rely_on(x12: Ask) -> None:
    assert shown(x12("show", OURS["835"], "--json")) == [
        {
            "set": "835",
            "payment": "65.00",
            "method": "ACH",
            "trace": "TRACE1",
            "date": "2026-03-20",
            "payer": {"name": "Meridian Health", "id": "60054"},
            "payee": {"name": "Harbor Counseling", "npi": "1234567893"},
            "balanced": True,
            "claims": [
                {
                    "number": "C1",
                    "status": "1",
                    "charged": "150.00",
                    "paid": "90.00",
                    "patient": "30.00",
                    "icn": "ICN1",
                    "adjustments": [],
                    "lines": [
                        {
                            "code": "90837",
                            "modifiers": ["95"],
                            "charged": "150.00",
                            "paid": "90.00",
                            "adjustments": [
                                {"group": "CO", "reason": "45", "amount": "30.00"},
                                {"group": "PR", "reason": "3", "amount": "30.00"},
                            ],
                        }
                    ],
                }
            ],
            "provider_adjustments": [{"code": "WO", "amount": "25.00"}],
        }
    ]


def test_a_remittance_that_does_not_add_up_is_shown_as_not_balanced_and_its_claim_is_found(x12: Ask) -> None:
    text = OURS["835"].replace("CAS*CO*45*30.00", "CAS*CO*45*20.00")
    assert shown(x12("show", text, "--json"))[0]["balanced"] is False
    result = x12("check", text, "--json")
    places = [(each["loop"], each["element"], each["value"]) for each in json.loads(result.stdout)["findings"]]
    assert result.exit_code == 1
    assert places == [("2110", "SVC02", "150.00"), ("2100", "CLP03", "150.00")]


@pytest.mark.parametrize("kind", OURS)
def test_every_kind_of_file_is_clean_and_shown_to_people_and_to_programs(x12: Ask, kind: str) -> None:
    checked = x12("check", OURS[kind], "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["findings"]) == (0, [])
    assert [each["set"] for each in shown(x12("show", OURS[kind], "--json"))] == [kind]
    assert x12("show", OURS[kind]).stdout.startswith(f"{kind}: ")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("1987654328", "1987654329", ("2310B", "NM1", "NM109", "1987654329")),
        ("CLM*C1*150.00", "CLM*C1*151.00", ("2300", "CLM", "CLM02", "151.00")),
        ("CLM*C2*", "CLM*C1*", ("2300", "CLM", "CLM01", "C1")),
        ("HC:90837*150.00*UN*1***1~\nDTP*472*D8*20260302~\nREF*6R*C1-1", None, ("2400", "SV1", "SV107-01", "9")),
        ("ABK:F411", "ABK:FF11", ("2300", "HI", "HI01-02", "FF11")),
        ("DTP*472*D8*20260302", "DTP*472*D8*20260231", ("2400", "DTP", "DTP03", "20260231")),
        ("DTP*472*D8*20260302", "DTP*472*D8*20990302", ("2400", "DTP", "DTP03", "20990302")),
        ("150.00***11:B:1", "150.00***11:B:8", ("2300", "CLM", "CLM05-03", "8")),
        ("~\nIEA*1*000000905", "~\nIEA*1*000000906", ("ENVELOPE", "IEA", "IEA02", "000000906")),
    ],
)
def test_each_finding_names_loop_segment_element_and_value(
    x12: Ask, old: str, new: str | None, found: tuple[str, str, str, str]
) -> None:
    assert old in OURS["837"]
    text = OURS["837"].replace(old, new if new is not None else old.replace("***1~", "***9~"), 1)
    result = x12("check", text, "--json")
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == 1
    assert found in [(each["loop"], each["segment"], each["element"], each["value"]) for each in findings]
    assert all(each["message"] for each in findings)


def test_what_takes_long_says_how_far_it_is_and_how_long_it_takes_yet(
    x12: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = claim_837p.write(a.claim_file(*(a.claim(f"C{number}") for number in range(60))))
    assert x12("check", large).stderr == "", "of what is quick nothing is said"
    monkeypatch.setattr(cli, "QUIET", 0)
    monkeypatch.setattr(cli, "OFTEN", 0)
    told = x12("check", large)
    assert re.search(r"^judged by its guide: \d+ %, about \d+ s left$", told.stderr, re.MULTILINE)
    assert told.stdout == "837P: nothing is wrong with it\n"


@pytest.mark.parametrize("command", ["check", "show"])
@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7", b"\x00\xff\xfe"])
def test_what_is_no_x12_cannot_be_used(x12: Ask, command: str, content: bytes) -> None:
    result = x12(command, content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("file.x12: interchange 1: ")


def test_a_file_cut_off_has_findings_and_cannot_be_shown(x12: Ask) -> None:
    assert x12("check", OURS["835"][:300]).exit_code == 1
    assert x12("show", OURS["835"][:300]).exit_code == 2


def test_a_missing_file_and_a_folder_are_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        assert CliRunner().invoke(app, ["x12", "check", str(path)]).exit_code == 2


@pytest.mark.parametrize("published", REMITTANCES, ids=[each[0] for each in REMITTANCES])
def test_a_published_remittance_is_shown_to_the_cent(x12: Ask, published: tuple[Any, ...]) -> None:
    name, payment, charged, paid, patient, moved, adjusted, statuses = published
    if not (FILES / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    [told] = shown(x12("show", (FILES / name).read_bytes(), "--json"))
    claims = told["claims"]
    by_group: dict[str, Decimal] = {}
    for part in [*claims, *(line for claim in claims for line in claim["lines"])]:
        for each in part["adjustments"]:
            by_group[each["group"]] = by_group.get(each["group"], Decimal(0)) + Decimal(each["amount"])
    sums = [sum(Decimal(claim[each]) for claim in claims) for each in ("charged", "paid", "patient")]
    assert (told["payment"], told["balanced"]) == (payment, True)
    assert sums == [Decimal(charged), Decimal(paid), Decimal(patient)]
    assert sum(Decimal(each["amount"]) for each in told["provider_adjustments"]) == Decimal(moved)
    assert by_group == {group: Decimal(amount) for group, amount in adjusted.items()}
    assert "".join(claim["status"] for claim in claims) == statuses


PUBLISHED = sorted(each.name for each in FILES.glob("*.*") if each.suffix != ".md") if FILES.exists() else ["any"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_file_is_checked_and_shown(x12: Ask, name: str) -> None:
    if not (FILES / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    content = (FILES / name).read_bytes()
    assert x12("check", content).exit_code in (0, 1)
    assert x12("show", content, "--json").exit_code == 0
