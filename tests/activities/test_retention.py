"""What is no record goes when its time is over; charts, money and claims never do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import SQLModel, func, select

from activities import ledger, retention
from activities.retention import AGING, LARGE_LOG, tidy_logs
from models.errors import Refused
from models.rules.retention import KEPT, MONTHLY, NEWEST, YOUNG, checked, outlived, policy, why_kept
from models.tables import Entry, Message, StepDone
from tests.activities.practice import DAY, OPENED, Desk
from workflows.upkeep import KINDS

RECORDS = {
    *("note", "addendum", "measure", "psychotherapy_note", "chart_event", "document", "agreement", "signature"),
    *("entry", "posting", "invoice", "payment", "claim", "remittance", "remittance_claim", "interchange"),
    *("client", "session", "attendance", "pay_line", "pay_statement", "estimate", "task", "data_export"),
}


def a_mail(desk: Desk, key: str, days_ago: int) -> None:
    desk.add(Message(key=key, kind="invoice", sent_at=OPENED - days_ago * DAY))


def test_old_mails_go_and_young_ones_stay(desk: Desk) -> None:
    a_mail(desk, "old", 2600)
    a_mail(desk, "young", 2500)
    assert desk.only(retention.forget, "mails").done == 1
    assert desk.rows(select(Message.key)) == ["young"]
    assert desk.only(retention.forget, "mails").done == 0


def test_a_practice_may_keep_things_for_another_time_but_not_for_too_short(desk: Desk) -> None:
    a_mail(desk, "old", 500)
    desk.add(StepDone(key="s", done_at=OPENED - 500 * DAY))
    with Database(desk.world.engine) as db, db.begin():
        retention.keep_for(db, "mails", 450)
    assert desk.only(retention.forget, "mails").done == 1
    assert desk.only(retention.forget, "steps").done == 1
    with pytest.raises(Refused, match="at least 400 days"):
        checked("mails", 399)
    with pytest.raises(Refused, match="'charts' is not something whose days can be set"):
        checked("charts", 1)


def test_what_stands_open_is_carried_on_to_the_newest_entry(desk: Desk) -> None:
    desk.hold(desk.client())
    [newest] = desk.rows(select(func.max(Entry.id)))
    carried = text("select amount from ledger_standing where account = ''")
    with Database(desk.world.engine) as db:
        assert db.execute(carried).scalar_one() == 0
    desk.only(ledger.carry_on, None)
    with Database(desk.world.engine) as db:
        assert db.execute(carried).scalar_one() == newest


def test_no_record_is_ever_among_what_goes() -> None:
    known = set(SQLModel.metadata.tables)
    assert known >= RECORDS
    assert {str(aging.table.__tablename__) for aging in AGING.values()}.isdisjoint(RECORDS)
    assert set(KINDS) == set(AGING)
    assert set(AGING) < {keep.what for keep in KEPT}
    assert all(keep.days >= keep.least for keep in KEPT)


def nightly(*days: date) -> dict[date, date]:
    """A backup a day."""
    return {day: day for day in sorted(days)}


def test_the_newest_backup_and_the_first_of_each_month_stay() -> None:
    keep, today = policy({})["backups"], date(2026, 11, 25)
    days = nightly(*(today - timedelta(days=n) for n in range(500)))
    gone = set(outlived(days, keep, today))
    assert {today - timedelta(days=n) for n in range(36)}.isdisjoint(gone)
    assert date(2026, 6, 1) not in gone
    assert date(2026, 6, 2) in gone
    assert date(2025, 8, 1) in gone
    assert outlived(nightly(date(2020, 1, 1)), keep, today) == []


def test_a_large_log_is_set_aside_and_old_ones_go(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"x" * (LARGE_LOG + 1))
    today = date(2026, 11, 25)
    with log.open("ab") as writer:
        assert tidy_logs(tmp_path, 90, today) == 0
        writer.write(b"goes on\n")
    assert log.read_bytes() == b"goes on\n"
    assert (tmp_path / "worker.log.2026-11-25").stat().st_size == LARGE_LOG + 1
    assert tidy_logs(tmp_path, 14, date(2099, 1, 1)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["worker.log"]


def test_every_file_that_stays_says_by_which_rule() -> None:
    keep, today = policy({})["backups"], date(2026, 11, 25)
    young = [today - timedelta(days=n) for n in (36, 35)]
    days = nightly(*young, date(2026, 9, 30), date(2026, 9, 29), date(2024, 3, 1))
    assert why_kept(days, keep, today) == {
        date(2026, 10, 21): YOUNG,
        date(2026, 10, 20): MONTHLY,
        date(2026, 9, 29): MONTHLY,
    }
    assert why_kept(nightly(date(2020, 1, 1)), keep, today) == {date(2020, 1, 1): NEWEST}
    assert why_kept({}, keep, today) == {}


def test_of_several_backups_of_a_day_all_are_kept_while_young_and_then_one(desk: Desk, tmp_path: Path) -> None:
    desk.world = replace(desk.world, backups=tmp_path)
    at = [f"{day}T{hour}" for day in ("2026-01-01", "2026-01-26") for hour in ("033000-0600", "090000-0600")]
    for name in (*at, "2026-01-25"):
        (tmp_path / f"persession-{name}.backup").touch()

    def left_on(day: date) -> list[str]:
        desk.at(datetime.combine(day, time(18), UTC))
        desk.only(retention.tidy, None)
        return sorted(path.name.removeprefix("persession-").removesuffix(".backup") for path in tmp_path.iterdir())

    assert left_on(date(2026, 3, 2)) == [at[0], *at[2:]]
    assert left_on(date(2026, 3, 3)) == [at[0], at[3]]
