"""The bench of reports measures every report by every grouping, and says the figures that are promised."""

import asyncio
from datetime import date

from models.reports.catalog import REPORTS
from starter.bench.reports import Amount, Cost, Turn, compared, last_month, measure


def test_a_small_run_has_every_figure() -> None:
    said: list[str] = []
    found = asyncio.run(measure(Amount(sessions=4_000, times=1, clinicians=3, lines=30), said.append))
    assert set(found["ratios"]) == set(found["growths"]) == {report.name for report in REPORTS}
    assert 0 < found["ratio_to_sql_max"] == max(found["ratios"].values())
    assert found["growth_10x_max"] == max(found["growths"].values())
    assert 0 < found["ratio_cpu_max"] == max(found["ratios_cpu"].values())
    assert found["pay_period_lines"] == 30
    assert found["pay_period_s"] > 0
    assert found["rows"]["session"] == 4_000
    assert said, "progress is told"


def turn(report: float, cpu: float, tenth: float = 0.1) -> Turn:
    """A report that takes so long, and its SQL that takes 0.1 s and half as much of the processor."""
    return Turn(Cost(report, cpu), Cost(0.1, 0.05), Cost(tenth, tenth))


def test_a_report_is_judged_at_its_slowest_grouping() -> None:
    found = compared({("revenue", "month"): [turn(0.12, 0.1)], ("revenue", "payer"): [turn(0.2, 0.2, 0.2)]})
    assert (found["ratio_to_sql_max"], found["growth_10x_max"]) == (2.0, 1.2)
    assert (found["ratio_cpu_max"], found["growth_cpu_10x_max"]) == (4.0, 1.0)
    assert found["ratios_cpu"] == {"revenue": 4.0}


def test_one_turn_that_had_to_wait_does_not_judge_a_report() -> None:
    found = compared({("revenue", "month"): [turn(0.1, 0.05), turn(9.0, 9.0), turn(0.11, 0.05)]})
    assert (found["ratio_to_sql_max"], found["growth_10x_max"], found["report_s_max"]) == (1.1, 1.1, 0.11)


def test_the_last_whole_month_at_a_years_end_and_in_a_leap_year() -> None:

    assert last_month(date(2027, 1, 15)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert last_month(date(2028, 3, 1)) == (date(2028, 2, 1), date(2028, 2, 29))
