"""Aging has one definition, the report's: each open cent stands in one bucket, by the days since it was booked."""

from datetime import date, timedelta

import pytest

from models.money import ZERO, total
from starter.queries.aging import clients_aging, payers_aging
from tests.activities.practice import DAY, Desk, usd
from tests.starter.reports.year import TZ, asked, ledger, lived

BUCKETS = ("days_30", "days_60", "days_90", "older")


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, "days_30"),
        (30, "days_30"),
        (31, "days_60"),
        (60, "days_60"),
        (61, "days_90"),
        (90, "days_90"),
        (91, "older"),
        (900, "older"),
    ],
)
def test_an_amount_ages_from_bucket_to_bucket(desk: Desk, days: int, bucket: str) -> None:
    desk.hold(desk.client())
    booked = desk.now.astimezone(TZ).date()
    [row] = clients_aging(desk.world.engine, booked + timedelta(days=days))
    assert {name: getattr(row, name) for name in BUCKETS} == dict.fromkeys(BUCKETS, ZERO) | {bucket: usd("150.00")}


def test_money_covers_the_oldest_and_what_is_taken_back_is_no_debt(desk: Desk) -> None:
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
        desk.now += 40 * DAY
    desk.pay(client, "200.00")
    [row] = clients_aging(desk.world.engine, desk.now.astimezone(TZ).date())
    assert (row.days_30, row.days_60, row.days_90, row.older, row.owed) == (
        *(ZERO, usd("150.00"), usd("100.00"), ZERO),
        usd("250.00"),
    )


def test_who_owes_most_comes_first_and_credit_has_no_age(desk: Desk) -> None:
    little, much, ahead = desk.client(first="Ann"), desk.client(first="Bob"), desk.client(first="Cy")
    desk.hold(little)
    desk.pay(little, "100.00")
    desk.hold(much)
    desk.pay(ahead, "30.00")
    lines = clients_aging(desk.world.engine, desk.now.astimezone(TZ).date())
    assert [(line.key, line.credit, line.owed) for line in lines] == [
        (much, ZERO, usd("150.00")),
        (little, ZERO, usd("50.00")),
        (ahead, usd("-30.00"), usd("-30.00")),
    ]


def test_the_page_and_the_report_are_the_ledger(desk: Desk) -> None:
    lived(desk, 6)
    today = desk.now.astimezone(TZ).date()
    for day in (today, today - timedelta(days=50)):
        pages = {
            "client": clients_aging(desk.world.engine, day),
            "payer": payers_aging(desk.world.engine, day, TZ.key),
        }
        for by, rows in pages.items():
            report = asked(desk, "aging", last=day, by=by)
            assert [(row.who, row.owed) for row in rows] == [
                (line.who, owed) for line, owed in zip(report.lines, report.column("owed"), strict=True)
            ]
            assert total(row.owed for row in rows) == ledger(desk, f"receivable:{by}:%", date(2000, 1, 1), day)
