"""The bench of reports measures every report by every grouping, and says the figures that are promised."""

import asyncio
from datetime import date

from starter.bench.reports import Amount, Took, compared, last_month, measure
from starter.reports.catalog import REPORTS


def test_a_small_run_has_every_figure() -> None:
    said: list[str] = []
    found = asyncio.run(measure(Amount(sessions=4_000, times=1, clinicians=3, lines=30), said.append))
    assert set(found["ratios"]) == set(found["growths"]) == {report.name for report in REPORTS}
    assert 0 < found["ratio_to_sql_max"] == max(found["ratios"].values())
    assert found["growth_10x_max"] == max(found["growths"].values())
    assert found["pay_period_lines"] == 30
    assert found["pay_period_s"] > 0
    assert found["rows"]["session"] == 4_000
    assert said, "progress is told"


def test_a_report_is_judged_at_its_slowest_grouping() -> None:
    small = {("revenue", "month"): Took(0.1, 0.1), ("revenue", "payer"): Took(0.2, 0.1)}
    large = {("revenue", "month"): Took(0.12, 0.1), ("revenue", "payer"): Took(0.2, 0.1)}
    found = compared(small, large)
    assert (found["ratio_to_sql_max"], found["growth_10x_max"]) == (2.0, 1.2)


def test_the_last_whole_month_at_a_years_end_and_in_a_leap_year() -> None:

    assert last_month(date(2027, 1, 15)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert last_month(date(2028, 3, 1)) == (date(2028, 2, 1), date(2028, 2, 29))
