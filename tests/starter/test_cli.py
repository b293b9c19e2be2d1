"""The command line on a practice that really runs: every verb, its tables and JSON, refusals and exit codes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from starter.office import asking, money
from starter.schedules import TIMED
from tests.starter.cli_practice import CommandLine, booked, local, set_up, up


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with up(tmp_path_factory.mktemp("cli") / "home") as (cli, _):
        set_up(cli)
        yield cli


def test_a_session_is_named_by_its_unique_beginning_and_shown_in_local_time(cli: CommandLine) -> None:
    starts = local(30)
    session = booked(cli, starts, 1)
    told = cli.json("confirm", session[:8])
    assert told["id"] == session
    assert told["starts"].startswith(starts)
    assert told["clients"] == [
        {
            "client_id": 1,
            "client": "Sam Self",
            "status": "confirmed",
            "minutes": None,
            "presumed": False,
            "held": None,
            "add_ons": [],
        }
    ]
    assert f"{starts.replace('T', ' ')}" in cli.done("list", "sessions", "--client", 1)


def test_an_overlapping_booking_is_refused_in_one_sentence(cli: CommandLine) -> None:
    starts = local(31)
    booked(cli, starts, 1)
    again = ("book", "--clinician", 1, "--service", 1, "--client", 2, "--starts", starts)
    assert "there is another session at" in cli.refused(*again)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("book", "--clinician", 1, "--service", 1, "--client", 1, "--starts", "2026-01-05T11:00"), "lies in the past"),
        (("book", "--clinician", 9, "--service", 1, "--client", 1, "--starts", local(40)), "no active clinician 9"),
        (("book", "--clinician", 1, "--service", 9, "--client", 1, "--starts", local(40)), "no service 9"),
        (("book", "--clinician", 1, "--service", 1, "--client", 9, "--starts", local(40)), "no client 9"),
        (("attend", "ffffffff"), "there is no session ffffffff"),
        (("attend", "%"), "is not the beginning of an id"),
        (("explain", "ffffffff"), "there is no session ffffffff"),
        (("claims", "show", "C9999999"), "there is no claim C9999999"),
        (("claims", "correct", "C9999999"), "there is no claim C9999999"),
        (("remit", "show", 99), "there is no remittance 99"),
        (("tasks", "close", "ffffffff", "--because", "done"), "there is no task ffffffff"),
        (("pay", "approve", 1, "2026-01-11", "--by", "owner"), "has no closed period"),
        (("take", 1, "0", "--method", "cash"), "0.00 is not an amount"),
        (("take", 9, "10", "--method", "cash"), "there is no client 9"),
        (("refund", 1, "10", "--method", "check"), "0.00 was paid by check"),
        (("write-off", 1, "10000", "--reason", "gone"), "no more than that can be written off"),
        (("schedules", "run", "nothing"), "there is no schedule 'nothing'"),
        (("setup", "--name", "B", "--email", "b@b.example", "--timezone", "UTC"), "has a practice already"),
        (("setup", "--name", "B", "--email", "b@b.example", "--timezone", "Mars"), "is not a time zone"),
        (("add", "clinician", "--name", "B", "--npi", "1234567890"), "NPI '1234567890' is not ten digits"),
        (("add", "policy", "--late-fee", "150%"), "is not between 0% and 100%"),
        (("add", "coverage", "--client", 2, "--payer", 1, "--member-id", "W9"), "there is such a coverage already"),
        (("add", "coverage", "--client", 99, "--payer", 1, "--member-id", "W9"), "there is no client 99"),
        (("add", "card", 1, "1234"), "the sandbox takes test cards only"),
        (("change", "client", 99, "zip=02139"), "there is no client 99"),
        (("change", "client", 1, "zip=abc"), "ZIP 'abc' is not five or nine digits"),
    ],
)
def test_what_the_practice_does_not_do_is_refused_with_the_reason(
    cli: CommandLine, words: tuple[object, ...], sentence: str
) -> None:
    assert sentence in cli.refused(*words)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("book", "--clinician", 1, "--service", 1, "--client", 1, "--starts", "2027-03-14T02:30"), "does not exist"),
        (("book", "--clinician", 1, "--service", 1, "--client", 1, "--starts", "2027-11-07T01:30"), "happens twice"),
        (("book", "--clinician", 1, "--service", 1, "--client", 1, "--starts", "tomorrow"), "is not a time"),
        (("take", 1, "10.005", "--method", "cash"), "has more than two decimals"),
        (("take", 1, "ten", "--method", "cash"), "is not an amount in dollars"),
        (("take", 1, "10.00", "--method", "gold"), "Invalid value for '--method'"),
        (("cancel", "abcd"), "Missing option '--by'"),
        (("pay", "explain", 1, "soon"), "is not a day"),
        (("add", "pay-rule", "--clinician", 1, "--basis", "flat", "--value", "60%"), "is not an amount in dollars"),
        (("change", "client", 1, "nose=long"), "is not FIELD=VALUE"),
        (("change", "rate", 1, "amount=1"), "is not one of practice"),
        (("claims", "fly"), "No such command"),
    ],
)
def test_wrong_usage_is_said_so_and_exits_2(cli: CommandLine, words: tuple[object, ...], sentence: str) -> None:
    assert sentence in cli.misused(*words)


def test_an_offset_makes_an_hour_that_happens_twice_clear(cli: CommandLine) -> None:
    session = booked(cli, "2027-11-07T01:30-05:00", 1)
    [found] = cli.json("list", "sessions", "--from", "2027-11-07", "--to", "2027-11-07")
    assert (found["id"], found["starts"]) == (session, "2027-11-07T01:30:00-05:00")


def test_a_cancelled_session_is_over(cli: CommandLine) -> None:
    session = booked(cli, local(32), 1, 2)
    assert [c["status"] for c in cli.json("cancel", session, "--by", "practice", "--client", 2)["clients"]] == [
        "booked",
        "cancelled",
    ]
    moved = cli.json("reschedule", session, "--to", local(33), "--by", "practice")
    assert moved["starts"].startswith(local(33))
    cli.done("cancel", session, "--by", "client")
    assert "this is over" in cli.refused("cancel", session, "--by", "client")
    assert "has not started yet" in cli.refused("no-show", booked(cli, local(34), 1))


def test_schedules_are_applied_as_often_as_one_likes(cli: CommandLine) -> None:
    first = cli.json("schedules", "list")
    assert {(s["name"], s["applied"], s["paused"]) for s in first} == {(timed.name, True, False) for timed in TIMED}
    [batch] = [s for s in first if s["name"] == "claim-batch"]
    assert batch["next_run"][11:15] == "18:0"  # a few minutes later, as its jitter says
    again = cli.json("schedules", "apply")
    assert [s["next_run"] for s in again] == [s["next_run"] for s in first]
    assert "inbox was started" in cli.done("schedules", "run", "inbox")
    cli.done("schedules", "pause", "inbox")
    assert [s["name"] for s in cli.json("schedules", "apply") if s["paused"]] == ["inbox"]
    cli.done("schedules", "resume", "inbox")
    assert not any(s["paused"] for s in cli.json("schedules", "list"))
    assert "lies ahead" in cli.refused("schedules", "run", "pay-run", "--day", "2999-01-01")


@pytest.mark.parametrize(
    "name",
    [
        *("practice", "clinicians", "services", "rates", "policies", "payers", "clients", "coverages"),
        *("pay-rules", "pay-terms", "pay-adjustments", "sessions"),
    ],
)
def test_everything_listed_is_listed_in_both_ways(cli: CommandLine, name: str) -> None:
    rows = cli.json("list", name)
    assert isinstance(rows, list)
    assert "card" not in {key for row in rows for key in row}
    assert cli.done("list", name)


def test_a_contractor_stays_one_and_what_a_new_contract_leaves_out_is_told(cli: CommandLine) -> None:
    whose = ("--clinician", cli.json("add", "clinician", "--name", "Cam Roe", "--email", "cam@elm.example")["id"])
    terms = ("add", "pay-terms", *whose, "--from")
    cli.done(*terms, "2027-01-01", "--paid-as", "1099", "--fee-share", "50%")
    assert "time included in the pay has no rate" in cli.refused(*terms, "2027-02-01", "--admin-rate", "30.00")
    told = " ".join(cli.done(*terms, "2027-02-01").split())
    assert "and this one does not: 50 % of collected fees" in told
    cli.done(*terms, "2027-03-01", "--paid-as", "w2")
    mine = [row for row in cli.json("list", "pay-terms") if row["clinician_id"] == whose[1]]
    assert sorted((row["effective_from"], row["paid_as"]) for row in mine) == [
        ("2027-01-01", "1099"),
        ("2027-02-01", "1099"),
        ("2027-03-01", "w2"),
    ]


def test_an_account_of_a_clinician_of_another_name_is_asked_about(cli: CommandLine) -> None:
    account = ("staff", "add", "--role", "clinician", "--clinician", 1)
    told = " ".join(cli.done(*account, "--name", "Jo Owner", "--email", "jo@elm.example").split())
    assert "clinician 1 is Ada Hill: they see that pay" in told
    assert "the right id" not in cli.done(*account, "--name", "Ada Hill, LCSW", "--email", "ada2@elm.example")


def test_a_mistyped_rule_is_entered_again_and_an_adjustment_ends(cli: CommandLine) -> None:
    whose = ("--clinician", cli.json("add", "clinician", "--name", "Ben Moss", "--email", "ben@elm.example")["id"])
    rule = ("add", "pay-rule", *whose, "--basis", "flat", "--from", "2027-01-01")
    assert "no rule says what sessions 1 to 20" in cli.refused(*rule, "--value", "95.00", "--after-sessions", 20)
    cli.done(*rule, "--value", "8.00")
    told = cli.done(*rule, "--value", "80.00")
    assert "It takes the place of the entry of the same day: For any session, since 2027-01-01: 8.00 a session." in told
    evening = ("--name", "evening", "--more", "10%", "--from", "2027-01-01")
    number = cli.json("add", "pay-adjustment", *whose, *evening)["id"]
    assert "begins on 2027-01-01" in cli.refused("pay", "end-adjustment", number, "2026-12-30")
    assert "the adjustment ends on 2027-06-30" in cli.done("pay", "end-adjustment", number, "2027-06-30")
    assert cli.json("list", "pay-adjustments")[-1]["effective_until"] == "2027-06-30"
    anew = ("pay", "recalculate", whose[1], "--from", "2027-01-01", "--reason", "mistyped", "--by", "owner")
    assert cli.json(*anew) == {"corrected": 0, "promises_changed": []}
    assert "were paid by what is agreed" in cli.done(*anew)


def test_nobody_at_work_exits_3_with_what_to_do(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "OFFICE", "deserted")
    monkeypatch.setattr(asking, "PATIENCE", timedelta(seconds=2))
    result = cli.run("take", 1, "10.00", "--method", "cash")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "is a worker running? What was asked for may still be done" in result.stderr
    assert "with --request " in result.stderr
