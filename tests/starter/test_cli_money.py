"""Money on the command line of a practice that really runs: fees, claims, remittances, pay, and the proof of it all."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.starter.cli_practice import CommandLine, booked, held, local, paid_claim, set_up, up


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with up(tmp_path_factory.mktemp("cli") / "home") as (cli, _):
        set_up(cli)
        yield cli


def test_a_no_show_costs_its_fee_until_it_is_waived(cli: CommandLine) -> None:
    client = cli.json("add", "client", "--first", "Noa")["id"]
    session = booked(cli, local(-2, 8), client, afterwards=True)
    cli.done("no-show", session)
    story = cli.json("explain", session)
    assert [(fee["amount"], fee["outcome"], fee["rule"]) for fee in story["fees"]] == [
        ("75.00", "charged", "attendance.no_show_fee")
    ]
    assert {"who": "Noa", "what": "owes for this session", "amount": "75.00"} in story["open"]
    assert "the outcome of this session is recorded already" in cli.refused("attend", session)
    cli.done("waive", session, "--client", client, "--reason", "the bus broke down")
    story = cli.json("explain", session)
    assert story["fees"][0]["outcome"] == "waived: the bus broke down"
    assert [(entry["event"], entry["amount"]) for entry in story["entries"]] == [
        ("fee charged", "75.00"),
        ("reversal", "75.00"),
    ]
    assert story["open"] == []
    assert "there is no fee to waive" in cli.refused("waive", session, "--client", client, "--reason", "again")


def test_an_insured_session_is_explained_from_booking_to_pay(cli: CommandLine, tmp_path: Path) -> None:
    session = booked(cli, local(-2, 11), 1, 2, afterwards=True)
    cli.done("attend", session, "--minutes", 45)
    note = tmp_path / "note.txt"
    note.write_text("said a lot")
    cli.done("sign", session, "--note", note, "--diagnosis", "f41.1")
    claim = paid_claim(cli, session)
    assert (claim["charge"], claim["open"]) == ("150.00", "0.00")
    assert cli.json("claims", "send") == {"claims_sent": 0}
    cli.done("take", 2, "25.00", "--method", "check", "--reference", "1017")
    story = cli.json("explain", session)
    assert [(part["client_id"], part["price"], part["paid"], part["owed"]) for part in story["parts"]] == [
        (1, "150.00", "0.00", "150.00"),
        (2, "150.00", "25.00", "0.00"),
    ]
    [answer] = story["answers"]
    assert (answer["paid"], answer["adjustments"], answer["outcome"]) == (
        "95.00",
        ["CO-45 30.00", "PR-3 25.00"],
        "posted",
    )
    assert sorted(line["amount"] for line in story["pay"]) == ["15.00", "57.00"]
    assert {"who": "Sam Self", "what": "owes for this session", "amount": "150.00"} in story["open"]
    assert {entry["event"] for entry in story["entries"]} >= {"attended, self-pay", "attended, insured", "payer paid"}
    told = cli.done("explain", session)
    for words in ("Policy since 2026-01-01", "service rate in force since", "835 CO-45", "60 % of 95.00", "Still open"):
        assert words in told
    shown = cli.json("claims", "show", claim["number"])
    assert (shown["status"], shown["open"], len(shown["sent"]), len(shown["answers"])) == ("paid", "0.00", 1, 1)
    assert cli.json("remit", "show", answer["remittance_id"])["payment"] == "95.00"


def test_what_was_done_is_corrected_after_it_was_paid_and_its_claim_goes_again(cli: CommandLine) -> None:
    since = ("--from", "2026-01-01")
    cli.done("add", "service", "--name", "Complexity", "--code", "90785", "--minutes", 0, "--rate", "30.00", *since)
    session = held(cli, local(-4, 15), 2)
    claim = paid_claim(cli, session)
    assert "has to go again as a replacement" in cli.refused("detail", session, "--add-on", "90785")
    cli.done("detail", session, "--add-on", "90785", "--replace")
    again = cli.json("claims", "show", claim["number"])
    assert (again["status"], again["frequency"], again["edition"], again["charge"]) == ("draft", "7", 2, "180.00")
    assert [line["code"] for line in again["lines"]] == ["90834", "90785"]
    story = cli.json("explain", session)
    assert [(one["event"], one["amount"]) for one in story["entries"]][-1] == ("attended, insured", "30.00")
    cli.done("detail", session, "--no-add-ons")
    assert cli.json("claims", "show", claim["number"])["charge"] == "150.00"


def test_a_file_handed_in_is_posted_once_and_what_is_wrong_is_parked(cli: CommandLine, tmp_path: Path) -> None:
    claim = paid_claim(cli, held(cli, local(-3, 11), 2))
    [answer] = cli.json("claims", "show", claim["number"])["answers"]
    archive = (cli.home / "clearinghouse" / "archive").glob("*835*")
    [paid] = [file for file in archive if answer["trace"] in file.read_text()]
    assert "this file was read before" in cli.refused("remit", "post", paid)
    came = [file.read_text() for file in (cli.home / "clearinghouse" / "archive").glob("*.277")]
    [accepted] = [text for text in came if claim["number"] in text]
    late = tmp_path / "late.277"
    late.write_text(accepted.replace("STC*A2:20", "STC*A7:164"))
    told = cli.done("remit", "post", late)
    assert claim["number"] in told
    assert "to do: compare with the insurance card" in told
    strange = tmp_path / "strange.835"
    strange.write_text(paid.read_text().replace(claim["number"], "C9999999").replace(answer["trace"], "60054-0000077"))
    result = cli.run("remit", "post", strange, "--json")
    assert result.exit_code == 1
    assert [answer["outcome"] for answer in json.loads(result.stdout)["answers"]] == ["parked"]
    broken = tmp_path / "broken.835"
    broken.write_bytes(paid.read_bytes()[:300])
    assert cli.run("remit", "post", broken).exit_code == 1
    parked = cli.json("remit", "parked")
    assert (len(parked["files"]), len(parked["claims"])) == (1, 1)
    [one] = parked["claims"]
    assert (one["claim_number"], one["told_number"]) == (claim["number"], "C9999999"), (
        "ours by its lines; what they call it"
    )
    assert "without taking the first payment back" in cli.done("remit", "parked")
    tasks = cli.json("tasks", "list", "--kind", "remittance_parked")
    assert len(tasks) == 2
    closed = cli.json("tasks", "close", tasks[0]["id"], "--because", "called the payer")
    assert closed["closed_because"] == "called the payer"
    assert "no such open task" in cli.refused("tasks", "close", tasks[0]["id"], "--because", "again")
    assert len(cli.json("tasks", "list", "--kind", "remittance_parked")) == 1


def test_the_same_payment_request_is_recorded_once(cli: CommandLine) -> None:
    client = cli.json("add", "client", "--first", "Pat")["id"]
    request = "7d9d6c0e-3f2b-4f57-9b1f-0c55f1b0a001"
    for _ in range(2):
        receipt = cli.json("take", client, "40.00", "--method", "cash", "--request", request)
        assert receipt == {
            "id": request,
            "kind": "payment",
            "client_id": client,
            "amount": "40.00",
            "balance": "-40.00",
        }
    assert "a credit of 30.00" in cli.done("refund", client, "10.00", "--method", "cash", "--reason", "too much")
    [balance] = cli.json("ledger", "balance", f"receivable:client:{client}")
    assert (balance["debits"], balance["credits"], balance["balance"]) == ("10.00", "40.00", "-30.00")


def test_a_held_claim_goes_out_once_the_record_is_corrected(cli: CommandLine) -> None:
    client = cli.json("add", "client", "--first", "Hal", "--last", "Held", "--birth", "1980-05-06")["id"]
    cli.done("add", "coverage", "--client", client, "--payer", 1, "--member-id", "W777")
    held(cli, local(-2, 14), client)
    [claim] = cli.eventually(len, "claims", "list", "--status", "held")
    assert "ZIP is missing" in claim["why"]
    cli.done("change", "client", client, "line1=3 Ash St", "city=Boston", "state=MA", "zip=02139")
    assert cli.json("claims", "correct", claim["number"])["status"] == "draft"
    assert "wait for its answer" in cli.refused("claims", "correct", claim["number"])
    closed = cli.json("claims", "close", claim["number"], "--reason", "pays herself", "--bill-client")
    assert (closed["status"], closed["open"]) == ("closed", "0.00")
    assert "is closed already" in cli.refused("claims", "close", claim["number"], "--reason", "again")
    written_off = cli.json("write-off", client, "150.00", "--reason", "moved away")
    assert written_off["balance"] == "0.00"


def test_a_pay_period_is_closed_approved_and_paid(cli: CommandLine, tmp_path: Path) -> None:
    held(cli, local(-4, 11), 1)
    cli.done("take", 1, "150.00", "--method", "cash")
    last = cli.json("pay", "preview", 1)["lines"][-1]["earned_on"]
    anchor = cli.json("list", "practice")[0]["pay_anchor"]
    through = end_of_week(last, anchor)
    cli.done("pay", "close", "--through", through)
    [statement] = cli.eventually(len, "pay", "list", "--clinician", 1)
    assert "nobody decides on their own pay" in cli.refused("pay", "approve", 1, statement["last"], "--by", "Ada Hill")
    approved = cli.json("pay", "approve", 1, statement["last"], "--by", "owner")
    assert approved["statement"]["paid_at"] is None
    told = cli.json("pay", "paid", 1, statement["last"], "--on", statement["last"], "--by", "owner")
    assert (told["statement"]["paid_at"] is None, told["statement"]["paid_on"]) == (False, statement["last"])
    correct = ("pay", "correct-day", 1, statement["last"], "--reason", "the bank says so", "--by", "owner", "--on")
    assert "before the period's last day" in cli.refused(*correct, "2020-01-01")
    next_day = str(date.fromisoformat(statement["last"]) + timedelta(days=1))
    assert cli.json(*correct, next_day)["paid_on"] == next_day
    assert cli.json("pay", "list", "--clinician", 1)[0]["paid_on"] == next_day
    explained = cli.json("pay", "explain", 1, statement["last"])
    assert (explained["total"], explained["posted"]) == (statement["total"], statement["total"])
    assert (told["statement"]["total"], told["statement"]["approved_by"]) == (statement["total"], "owner")
    assert sum(Decimal(line["amount"]) for line in told["lines"]) == Decimal(statement["total"])
    assert "approved already" in cli.refused("pay", "approve", 1, statement["last"], "--by", "owner")
    year = tmp_path / "year.csv"
    export = ("pay", "export", "--format", "1099")
    assert cli.json(*export, "--to", year) == {"file": str(year), "lines": 1}
    assert year.read_text().startswith("clinician_id,clinician,year,paid")
    assert "--last says nothing to --format 1099" in cli.misused(*export, "--last", statement["last"])


def test_the_ledger_is_proved_to_the_cent(cli: CommandLine) -> None:
    cli.done("take", 2, "25.00", "--method", "ach")
    paid_claim(cli, held(cli, local(-5, 11), 2))
    proof = cli.json("ledger", "proof")
    assert (proof["holds"], proof["trial_balance"], proof["unbalanced"]) == (True, "0.00", [])
    assert all(part["balance"] == part["explained"] for part in proof["explained"])
    kinds = {part["account"].rpartition(":")[0] for part in proof["explained"]}
    assert kinds >= {"receivable:client", "receivable:payer", "payable:clinician", "cash"}
    told = cli.done("ledger", "proof")
    assert "trial balance 0.00" in told
    assert "every cent is explained" in told


def end_of_week(day: str, anchor: str) -> str:
    first, on = date.fromisoformat(anchor), date.fromisoformat(day)
    return str(on + timedelta(days=6 - (on - first).days % 7))


@pytest.fixture(scope="module")
def denied(cli: CommandLine) -> list[str]:
    """The numbers of two claims that their payer denies for want of an authorization, and two people who decide."""
    payer = cli.json("add", "payer", "--name", "Cigna", "--payer-id", "62308")["id"]
    client = cli.json(
        *("add", "client", "--first", "Dee", "--last", "Nied", "--sex", "F", "--birth", "1980-01-02"),
        *("--street", "3 Oak St", "--city", "Boston", "--state", "MA", "--zip", "02139"),
    )["id"]
    cli.done("add", "coverage", "--client", client, "--payer", payer, "--member-id", "W9")
    for name, role in (("bo", "biller"), ("jo", "owner")):
        cli.done("staff", "add", "--name", name, "--email", f"{name}@elm.example", "--role", role)
    cli.done("change", "practice", 1, "write_off_limit=100.00")
    for hour in (8, 14):
        held(cli, local(-4 - hour, hour), client)
    cli.eventually(lambda claims: len([c for c in claims if c["payer"] == "Cigna"]) == 2, "claims", "list")
    cli.done("claims", "send")

    def answered(claims: Any) -> bool:
        cli.done("remit", "inbox")
        return {claim["status"] for claim in claims if claim["payer"] == "Cigna"} == {"denied"}

    claims = cli.eventually(answered, "claims", "list")
    return [claim["number"] for claim in claims if claim["payer"] == "Cigna"]


def test_a_denial_is_appealed_to_its_answer(cli: CommandLine, denied: list[str], tmp_path: Path) -> None:
    number, words = denied[0], tmp_path / "words.txt"
    assert number in [item["number"] for item in cli.json("claims", "worklist")]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # the sandbox pays by UTC, maybe ahead of the practice
    assert cli.json("claims", "causes", "--by", "code", "--to", str(tomorrow))["code"][0]["name"] == "CO-197"
    assert cli.json("claims", "appeal", number)["status"] == "draft"
    assert "in brackets still has to be written" in cli.refused(
        "claims", "appeal", number, "--sign-as", "bo@elm.example"
    )
    words.write_text("The authorization was granted by telephone.")
    letter = tmp_path / "letter.pdf"
    signed = cli.json("claims", "appeal", number, "--words", words, "--sign-as", "bo@elm.example", "--out", letter)
    assert (signed["status"], signed["signer"], letter.read_bytes()[:4]) == ("signed", "bo", b"%PDF")
    assert "its words stay as they are" in cli.refused("claims", "appeal", number, "--words", words)
    assert cli.json("claims", "appeal", number, "--sent", "upload")["sent_how"] == "upload"
    assert number not in [item["number"] for item in cli.json("claims", "worklist")]
    assert cli.json("claims", "appeal", number, "--decided", "upheld")["status"] == "upheld"
    proof = tmp_path / "proof.pdf"
    cli.done("claims", "proof", number, "--out", proof)
    assert proof.read_bytes().startswith(b"%PDF")


def test_a_large_write_off_is_asked_for_and_decided_by_two(cli: CommandLine, denied: list[str]) -> None:
    number, reason = denied[1], ("--reason", "no appeal is worth it")
    assert "say who asks for it" in cli.refused("claims", "close", number, *reason)
    assert cli.json("claims", "close", number, *reason, "--by", "bo@elm.example")["status"] == "denied"
    assert "a second person" in cli.refused("claims", "decide", number, "yes", "--by", "bo@elm.example")
    assert cli.json("claims", "decide", number, "yes", "--by", "jo@elm.example")["status"] == "closed"
    assert "nobody asked" in cli.refused("claims", "decide", number, "yes", "--by", "jo@elm.example")


def test_the_playbook_and_deposits_are_kept_by_command(cli: CommandLine, tmp_path: Path) -> None:
    later = local(30)[:10]
    versions = cli.json("playbook", "change", "CO-29", "--chance", 11, "--from", later)
    assert [(row["version"], row["chance"]) for row in versions] == [(1, 11), (0, 40)]
    held_then = {row["code"]: row["chance"] for row in cli.json("playbook", "list", "--on", later)}
    held_now = {row["code"]: row["chance"] for row in cli.json("playbook", "list")}
    assert (held_then["CO-29"], held_now["CO-29"]) == (11, 40)
    paid = next(row for row in cli.json("remit", "list") if row["payment"] != "0.00")
    bank = tmp_path / "bank.csv"
    bank.write_text(f"Date,Description,Amount\n{paid['paid_on']},EFT {paid['trace']},{paid['payment']}\n")
    assert cli.json("deposits", "take", bank) == {"new": 1, "known": 0, "matched": 1}
    assert cli.json("deposits", "take", bank)["known"] == 1
    arrived = cli.json("deposits", "record", "7.77", "--on", paid["paid_on"], "--words", "a wire")["deposits"][0]
    other = ("deposits", "match", arrived["id"], "--trace")
    assert "no unconfirmed payment has the trace" in cli.refused(*other, paid["trace"])
    paper = tmp_path / "payment.pdf"
    cli.done("remit", "show", paid["id"], "--pdf", paper)
    assert paper.read_bytes().startswith(b"%PDF")


def test_a_coverage_is_confirmed_by_telephone_by_command(cli: CommandLine) -> None:
    words = ("--spoke-to", "Kim", "--reference", "R-77")
    [told, *_] = cli.json("eligibility", "called", 1, *words)
    assert (told["holds"], told["spoke_to"], told["reference"]) == ("yes", "Kim", "R-77")
    assert "day to come" in cli.refused("eligibility", "called", 1, *words, "--on", "2099-01-01")


def test_a_claim_shows_each_service_it_bills(cli: CommandLine) -> None:
    extra = ("--name", "Interactive complexity", "--code", "90785", "--minutes", 0, "--rate", "30.00")
    cli.done("add", "service", *extra, "--from", "2026-01-01")
    session = booked(cli, local(-6, 11), 2, afterwards=True)
    cli.done("attend", session, "--add-on", "90785")
    cli.done("sign", session, "--diagnosis", "f41.1")
    claims = cli.eventually(lambda claims: session in {c["session_id"] for c in claims}, "claims", "list")
    [number] = [claim["number"] for claim in claims if claim["session_id"] == session]
    lines = cli.json("claims", "show", number)["lines"]
    assert [(line["place"], line["code"], line["units"], line["charge"]) for line in lines] == [
        (1, "90834", 1, "150.00"),
        (2, "90785", 1, "30.00"),
    ]
    told = cli.done("claims", "show", number)
    assert all(words in told for words in ("90834", "90785", "30.00"))
