"""Trying a policy: the same people under other terms; parts that were run are kept, and come to the same sums."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from models.facts import Status
from starter.scenarios.command import quiet
from starter.scenarios.source import WrongFile
from starter.simulate.behaviour import Moved, Visit
from starter.simulate.brief import in_short
from starter.simulate.changes import read_changes
from starter.simulate.comparison import Comparison
from starter.simulate.generate import Wanted, generate
from starter.simulate.lived import living, unwatched
from starter.simulate.measure import Found
from starter.simulate.own import read_own
from starter.simulate.parts import parts_of, read_kept, run_part, whole
from starter.simulate.practice import Practice, Worked, read
from starter.simulate.progress import Progress
from starter.simulate.report import as_json, write

STRICTER = """
name = "Two days' notice, the whole price"

[policy]
notice_hours = 168
late_cancel_fee = "100%"
waivers_per_year = 0

[[rate]]
service = "session-45"
amount = "165.00"

[[pay]]
clinician = "k002"
rules = [{ basis = "flat", value = "80.00" }]
"""


def small() -> Practice:
    """Two clinicians, five clients, two weeks; payers answer after nine days, the first claim is denied and mended."""
    made = generate(Wanted(clinicians=2, clients=5, months=1, seed=7))
    last = date(2027, 1, 17)
    visits = [quickly(visit) for visit in made.visits if visit.starts.date() <= last]
    first = next(number for number, visit in enumerate(visits) if visit.parts[0].answers)
    visits[first] = quickly(visits[first], denied="CO-16", mended=1)
    return replace(made, last=last, visits=tuple(visits), lives_on=28)


def quickly(visit: Visit, **otherwise: Any) -> Visit:
    """A visit whose payer takes nine days."""
    [part] = visit.parts
    answers = tuple(replace(answer, **{"days": 9, "denied": "", **otherwise}) for answer in part.answers)
    return replace(visit, parts=(replace(part, answers=answers),))


def a_file(folder: Path, *changes: tuple[str, str]) -> Path:
    text = STRICTER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "stricter.toml"
    path.write_text(text)
    return path


def test_the_same_numbers_give_the_same_practice_byte_for_byte(tmp_path: Path) -> None:
    made = generate(Wanted(3, 60, 2, seed=7))
    assert generate(Wanted(3, 60, 2, seed=7)).written() == made.written()
    assert generate(Wanted(3, 60, 2, seed=8)).written() != made.written()
    kept = tmp_path / "practice.json"
    kept.write_bytes(made.written())
    assert read(kept) == made


def test_a_generated_practice_behaves_like_one() -> None:
    made = generate(Wanted())
    ended = Counter(part.ended for visit in made.visits for part in visit.parts)
    assert 15_000 < len(made.visits) < 25_000
    assert 0.75 < ended[Status.ATTENDED] / len(made.visits) < 0.9
    assert 0.02 < ended[Status.NO_SHOW] / len(made.visits) < 0.07
    insured = [visit.parts[0] for visit in made.visits if visit.parts[0].answers]
    denied = sum(1 for part in insured if part.answers[0].denied)
    assert 0.03 < denied / len(insured) < 0.1
    at = {(visit.clinician, visit.starts) for visit in made.visits}
    assert len(at) == len(made.visits), "nobody is booked twice at once"


def test_people_come_the_same_under_other_terms(tmp_path: Path) -> None:
    before = small()
    changes = read_changes(a_file(tmp_path), before)
    assert changes.words(before)[0] == "notice hours: 168 instead of 24"
    assert "session-45 costs 165.00 instead of 150.00" in changes.words(before)
    after = changes.applied(before)
    assert after.visits == before.visits
    assert after.policy.notice_hours == 168
    assert {s.id: s.rate for s in after.services}["session-45"] == Decimal("165.00")
    assert [c.pay[0].value for c in after.clinicians] == [Decimal("60.00"), Decimal("80.00")]


@pytest.mark.parametrize(
    ("changes", "where", "why"),
    [
        ([("notice_hours", "notice_days")], "line 5: [policy] notice_days", "is not a key here"),
        ([('"165.00"', '"165"'), ("165", "a lot")], "line 11: [rate] amount", "not an amount"),
        ([('"session-45"', '"session-90"')], "line 10: [rate] service", "which the practice does not have"),
        ([('"k002"', '"k009"')], "line 14: [pay] clinician", "which the practice does not have"),
        ([("flat", "flatly")], "line 15: [pay] basis", "must be one of"),
        ([("[[rate]]", "[rate]")], "line 9: rate", "must be written [[rate]]"),
    ],
)
def test_a_wrong_file_of_changes_is_refused_with_key_and_line(
    tmp_path: Path, changes: list[tuple[str, str]], where: str, why: str
) -> None:
    with pytest.raises(WrongFile) as refused:
        read_changes(a_file(tmp_path, *changes), small())
    assert where in str(refused.value)
    assert why in str(refused.value)


def test_a_file_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.toml"
    nothing.write_text('name = "as ever"\n')
    with pytest.raises(WrongFile, match="changes nothing"):
        read_changes(nothing, small())


def test_only_people_whose_money_depends_on_each_other_are_run_together() -> None:
    made = small()
    parts = parts_of(made, visits=1)
    assert [{client.id for client in part.clients} for part in parts] == [
        *({"c00002", "c00004"}, {"c00003"}, {"c00001"}, {"c00005"})
    ], "k002 is paid by tiers: what a session earns depends on the others of its period"
    assert Counter(v.id for part in parts for v in part.visits) == Counter(v.id for v in made.visits)
    first = next(visit for visit in made.visits if visit.parts[0].client == "c00001")
    for changed, why in (
        (replace(first, id="both", parts=(*first.parts, replace(first.parts[0], client="c00003"))), "come together"),
        (replace(first, id="both", parts=(replace(first.parts[0], client="c00003"),)), "want the same hour"),
        (moved_away(first, "c00003"), "one moved away from the other's hour"),
    ):
        together = parts_of(replace(made, visits=(*made.visits, changed)), visits=1)
        assert any({"c00001", "c00003"} <= {client.id for client in part.clients} for part in together), why
    guaranteed = replace(made, clinicians=tuple(replace(c, guaranteed=Decimal("900.00")) for c in made.clinicians))
    assert len(parts_of(guaranteed, visits=1)) == 2
    paid = [
        holder.id for part in parts_of(replace(made, visits=made.visits[:1]), visits=1) for holder in part.clinicians
    ]
    assert sorted(paid) == ["k001", "k002"], "who has no visits may have a guarantee"


def moved_away(visit: Visit, client: str) -> Visit:
    """Another client stood at the hour of a visit first, and was moved away."""
    later = Moved(visit.booked, visit.starts + timedelta(days=60))
    return replace(visit, id="both", parts=(replace(visit.parts[0], client=client),), moves=(later,))


def test_logged_hours_are_in_one_part_only() -> None:
    made = small()
    hours = Worked(datetime.combine(made.first, datetime.max.time()), 60)
    logged = replace(made, clinicians=tuple(replace(c, worked=(hours,)) for c in made.clinicians))
    worked = [(c.id, len(c.worked)) for part in parts_of(logged, visits=1) for c in part.clinicians]
    assert sorted(worked) == [("k001", 0), ("k001", 0), ("k001", 1), ("k002", 1)]


def test_the_time_left_is_told_by_what_this_run_has_done() -> None:
    said: list[str] = []
    progress = Progress({3: 100, 4: 300}, 6, lambda line, _: said.append(line), kept=4, live=True)
    assert progress.left(10) == "how long it takes is not known yet"
    progress.told(3, 50)
    assert progress.line(60) == "4 of 6 parts kept; about 8 min left"
    progress.told(3, 0)
    assert progress.line(3600) == "5 of 6 parts kept; about 3 h 01 min left"
    progress.told(4, 0)
    assert said[-1] == "6 of 6 parts kept; done"


def test_a_report_says_in_short_what_the_practice_keeps_and_who_earns_more() -> None:
    before: Found = {
        "income": {"session": usd("1000.00")},
        "pay": {"k001": usd("300.00"), "k002": usd("300.00")},
        "cash_by_month": {"2027-01": usd("500.00")},
        "owed": {"payer": usd("100.00")},
    }
    after: Found = {
        "income": {"session": usd("1100.00"), "fee": usd("50.00")},
        "adjusted": {"contractual": usd("30.00"), "write_off": usd("10.00")},
        "fees": {"charged": usd("60.00")},
        "pay": {"k001": usd("350.00"), "k002": usd("280.00")},
        "cash_by_month": {"2027-01": usd("500.00")},
        "cash_by_month_by_last": {"2027-01": usd("20.00")},
        "owed": {"payer": usd("115.00")},
    }
    assert in_short(Comparison(small(), "Stricter", before, after)) == [
        "The practice would keep $65.00 more (21.7 %): $365.00 instead of $300.00 after clinicians' pay.",
        "Income after what is taken off would be $95.00 more (10.6 %): $995.00 instead of $900.00.",
        "Not in it is what no payer has answered by 2027-02-14: $100.00 as it is, $115.00 as tried.",
        "Cash in hand by the last day would be $20.00 more: $20.00 instead of $0.00.",
        "Clients would be charged $60.00 more: $60.00 instead of $0.00, for missed and late cancelled visits.",
        "1 of 2 clinicians would earn more; most of all k001: $50.00 more (16.7 %): $350.00 instead of $300.00.",
        "1 of 2 clinicians would earn less; most of all k002: $20.00 less (6.7 %): $280.00 instead of $300.00.",
    ]
    assert in_short(Comparison(small(), "As it is", before, None)) == []


def usd(amount: str) -> Decimal:
    return Decimal(amount)


def run(part: Practice, folder: Path, server_url: str) -> Found:
    quiet()
    return asyncio.run(run_part(part, folder, server_url, unwatched))


def killed_and_gone_on_with(made: Practice, folder: Path, scratch: Path) -> Path:
    """The command, killed outright while it works on its second part, and run again; where its parts are."""
    given, state = folder / "practice.json", folder / "state"
    given.write_bytes(made.written())
    options = {"--practice": given, "--state": state, "--out": folder / "out", "--at-once": 1, "--part": 5}
    command = [
        sys.executable,
        "-m",
        "starter.cli.main",
        "simulate",
        *(str(w) for pair in options.items() for w in pair),
    ]
    environ = {**os.environ, "TMPDIR": str(scratch)}
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environ)
    while not list(state.glob("*.json")):
        assert first.poll() is None
        time.sleep(0.1)
    workers = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
    first.kill()
    first.wait()
    [kept] = state.glob("*.json")
    written = kept.stat().st_mtime_ns
    while any(Path(f"/proc/{number}").exists() for number in workers):
        time.sleep(0.1)
    assert list(state.glob("*.json")) == [kept], "nobody works on after the command"
    again = subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
    assert not list(scratch.iterdir()), "servers and databases to throw away are thrown away"
    told = again.stderr.splitlines()
    lived = f"living through {len(made.visits)} visits from {made.first} to {made.last}: 2 parts; 1 of them kept before"
    assert told[0].startswith(lived)
    assert told[-1] == "2 of 2 parts kept; done"
    assert kept.stat().st_mtime_ns == written, "a part that is kept is not run again"
    return state


def test_a_run_that_was_killed_goes_on_to_the_same_sums_and_other_terms_to_others(
    tmp_path: Path, server_url: str
) -> None:
    made = small()
    parts = parts_of(made, visits=5)
    assert [[c.id for c in part.clinicians] for part in parts] == [["k001", "k002"], ["k001"]]
    with TemporaryDirectory() as scratch:  # a short name: servers have sockets in it
        state = killed_and_gone_on_with(made, tmp_path, Path(scratch))
    resumed = whole([read_kept(part, state) for part in parts])
    uninterrupted, told_back = asyncio.run(at_once(made, server_url))
    assert resumed == whole([uninterrupted, {"left_out": {"visits": 0, "deeds": 0}}])
    as_it_was(made, told_back)
    as_it_is, stricter = read_kept(parts[0], state), read_changes(a_file(tmp_path), made).applied(parts[0])
    tried = run(stricter, state, server_url)
    told = compared(parts[0], as_it_is, tried, tmp_path)
    assert told["attended"]["difference"] == 0
    assert told["cancelled late"]["difference"] == -told["cancelled in time"]["difference"] > 0
    assert Decimal(told["income from fees"]["difference"]) > 0
    dearer = 15 * at_45(parts[0])
    assert Decimal(told["income from sessions"]["difference"]) == dearer
    payers_take_off = 15 * at_45(parts[0], insured=True)
    assert Decimal(told["taken off by contracts with payers"]["difference"]) == payers_take_off > 0
    net = Decimal(told["income after what is taken off"]["difference"])
    assert net == dearer - payers_take_off + Decimal(told["income from fees"]["difference"])
    assert "still to be answered by payers, so not counted" not in told
    assert as_it_is["owed_by_last"]["payer"] > 0, "on the last day of visits payers had still to answer"
    assert as_it_is["pay"]["k001"] > as_it_is["pay_by_last"].get("k001", 0), (
        "pay by what is collected was still to come"
    )
    assert resumed["claims"]["paid"] > 1, "denied, mended and paid as well as paid at once"
    assert "denied" not in resumed["claims"]
    assert as_it_is["left_out"] == tried["left_out"] == {"visits": 0, "deeds": 0}


async def at_once(made: Practice, server_url: str) -> tuple[Found, Practice]:
    """The whole practice without parts, nothing left away; its sums, and what its database says of it afterwards."""
    async with living(made, server_url, unwatched, lean=False) as life:
        await life.run()
        found = life.found()
        assert any(life.stack.mail_folder.iterdir())
        return found, read_own(life.office.engine, 1, datetime(2027, 2, 1, 12, tzinfo=UTC))


def as_it_was(made: Practice, told_back: Practice) -> None:
    """A practice reads its own months as they were lived, and knows people by their ids alone."""
    assert told_back.policy == made.policy
    assert [c.pay for c in told_back.clinicians] == [c.pay for c in made.clinicians]
    for was, now in zip(made.visits, told_back.visits, strict=True):
        [before], [after] = was.parts, now.parts
        assert (now.starts, now.signed, now.moves) == (was.starts, was.signed, ())
        assert (after.ended, after.minutes, after.by) == (before.ended, before.minutes, before.by)
        assert after.at == before.at or before.at is None
        assert int(after.client) > 0
        assert [answer.allowed for answer in after.answers] in ([], [answer.allowed for answer in before.answers])
    assert any(part.answers and part.answers[0].denied == "CO-16" for v in told_back.visits for part in v.parts)
    assert b"Client" not in told_back.written()


def at_45(part: Practice, insured: bool = False) -> int:
    """Sessions of 45 minutes that were held, signed, and not at a price agreed with the client."""
    agreed = {client.id for client in part.clients if client.rates}
    return sum(
        1
        for visit in part.visits
        if visit.service == "session-45" and visit.signed and (visit.parts[0].answers or not insured)
        if visit.parts[0].client not in agreed
    )


def compared(made: Practice, before: Found, after: Found, folder: Path) -> dict[str, Any]:
    """The report's lines by their label; its page loads nothing and names nobody."""
    comparison = Comparison(made, "Stricter", before, after, ("notice hours: 168",))
    page, paper, result = write(comparison, folder / "report")
    assert paper.read_bytes().startswith(b"%PDF")
    assert result.read_text().strip() == as_json(comparison)
    text = page.read_text()
    assert text.count("<svg") == 4
    assert "<script" not in text
    assert not {'src="http', 'href="http', "url(http"} & {word for word in text.split() if "http" in word}
    return {row["label"]: row for row in json.loads(result.read_text())["rows"]}
