"""Trying a policy: the same people under other terms; parts that were run are kept, and come to the same sums."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from models.facts import Status
from starter.scenarios.command import quiet
from starter.scenarios.source import WrongFile
from starter.simulate.changes import read_changes
from starter.simulate.comparison import Comparison
from starter.simulate.generate import Wanted, generate
from starter.simulate.lived import living, unwatched
from starter.simulate.measure import Found, measured
from starter.simulate.own import read_own
from starter.simulate.parts import kept_at, parts_of, run_part, whole
from starter.simulate.practice import Practice, Visit, read
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
    """Two clinicians, five clients, two weeks; payers answer in days, the first claim of all is denied and mended."""
    made = generate(Wanted(clinicians=2, clients=5, months=1, seed=7))
    last = date(2027, 1, 17)
    visits = [quickly(visit) for visit in made.visits if visit.starts.date() <= last]
    first = next(number for number, visit in enumerate(visits) if visit.parts[0].answers)
    visits[first] = quickly(visits[first], denied="CO-16", mended=1)
    return replace(made, last=last, visits=tuple(visits))


def quickly(visit: Visit, **otherwise: Any) -> Visit:
    """A visit whose payer takes four days."""
    [part] = visit.parts
    answers = tuple(replace(answer, **{"days": 4, "denied": "", **otherwise}) for answer in part.answers)
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
    after = read_changes(a_file(tmp_path), before).applied(before)
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


def test_clinicians_who_share_a_client_are_run_together() -> None:
    made = small()
    assert [len(part.clinicians) for part in parts_of(made, visits=1)] == [1, 1]
    first = next(visit for visit in made.visits if visit.clinician == "k001")
    shared = replace(first, id="shared", clinician="k002")
    [together] = parts_of(replace(made, visits=(*made.visits, shared)), visits=1)
    assert together.visits[-1] == shared
    assert {visit.id for part in parts_of(made, visits=1) for visit in part.visits} == {v.id for v in made.visits}


class Interrupted(Exception):
    """As Ctrl-C."""


def run(part: Practice, folder: Path, stop_after: int | None = None) -> Found:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if stop_after is not None and done > stop_after:
            raise Interrupted

    quiet()
    return asyncio.run(run_part(part, folder, told))


def test_a_run_that_was_stopped_goes_on_to_the_same_sums_and_other_terms_to_others(tmp_path: Path) -> None:
    made = small()
    kept, first, second = tmp_path / "kept", *parts_of(made, visits=1)
    one = run(first, kept)
    with pytest.raises(Interrupted):
        run(second, kept, stop_after=5)
    assert not kept_at(second, kept).exists(), "a part that was stopped is not there"
    assert run(first, kept, stop_after=0) == one, "a part that is kept is not run again"
    resumed = whole([one, run(second, kept)])
    uninterrupted, told_back = asyncio.run(at_once(made))
    assert resumed == whole([uninterrupted, {"left_out": {"visits": 0}}])
    as_it_was(made, told_back)
    as_it_is, stricter = run(second, kept), read_changes(a_file(tmp_path), second).applied(second)
    tried = run(stricter, kept)
    told = compared(second, as_it_is, tried, tmp_path)
    assert told["attended"]["difference"] == 0
    assert told["cancelled late"]["difference"] == -told["cancelled in time"]["difference"] > 0
    assert Decimal(told["income from fees"]["difference"]) > 0
    assert Decimal(told["income from sessions"]["difference"]) == 15 * at_45(second)
    assert resumed["claims"]["paid"] > 1, "denied, mended and paid as well as paid at once"
    assert "denied" not in resumed["claims"]
    assert as_it_is["left_out"] == tried["left_out"] == {"visits": 0}


async def at_once(made: Practice) -> tuple[Found, Practice]:
    """The whole practice without parts, nothing left away; its sums, and what its database says of it afterwards."""
    async with living(made, unwatched, lean=False) as life:
        await life.run()
        found = measured(life.office.engine, dict(life.names.clinicians), life.later)
        assert any(life.stack.mail_folder.iterdir())
        return found, read_own(life.office.engine, 1, datetime(2027, 2, 1, 12, tzinfo=UTC))


def as_it_was(made: Practice, told_back: Practice) -> None:
    """A practice reads its own months as they were lived, and knows people by their ids alone."""
    assert told_back.policy == made.policy
    assert [c.pay for c in told_back.clinicians] == [c.pay for c in made.clinicians]
    for was, now in zip(made.visits, told_back.visits, strict=True):
        [before], [after] = was.parts, now.parts
        assert (now.starts, now.signed) == (was.starts, was.signed)
        assert (after.ended, after.at, after.minutes, after.by) == (before.ended, before.at, before.minutes, before.by)
        assert int(after.client) > 0
        assert [answer.allowed for answer in after.answers] in ([], [answer.allowed for answer in before.answers])
    assert any(part.answers and part.answers[0].denied == "CO-16" for v in told_back.visits for part in v.parts)
    assert b"Client" not in told_back.written()


def at_45(part: Practice) -> int:
    """Sessions of 45 minutes that were held, signed, and not at a price agreed with the client."""
    agreed = {client.id for client in part.clients if client.rates}
    return sum(
        1
        for visit in part.visits
        if visit.service == "session-45" and visit.signed and visit.signed.date() <= part.last
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
