"""What came out of a run: sums that may be added up, from the ledger and the rows beside it."""

from typing import Any

from sqlalchemy import Engine, text

from models.paying import UNPOSTED, Source

NOT_EARNED = (*UNPOSTED, Source.DRAW, Source.DRAW_RECOVERED)
EARNED = "source not in (" + ", ".join(f"'{source.value}'" for source in NOT_EARNED) + ")"
"""Lines that are earned: what moves to another period, or is paid ahead, is not earned by it."""

MONEY: dict[str, str] = {
    "income": "select substr(p.account, 8) as key, -sum(p.amount) as value from posting p"
    " where p.account like 'income:%' group by 1",
    "adjusted": "select substr(p.account, 12) as key, sum(p.amount) as value from posting p"
    " where p.account like 'adjustment:%' group by 1",
    "owed": "select split_part(p.account, ':', 2) as key, sum(p.amount) as value from posting p"
    " where p.account like 'receivable:%' group by 1",
    "fees": "select case when waived_because is not null then 'waived by hand' when waived_by_itself then 'waived'"
    " when charged then 'charged' else 'not charged' end as key, sum(amount) as value from fee where not withdrawn"
    " and amount > 0 group by 1",
    "pay": f"select cast(clinician_id as text) as key, sum(amount) as value from pay_line where {EARNED} group by 1",
    "ahead": "select 'draws' as key, sum(amount) as value from pay_line where source like 'draw%' group by 1",
}
COUNTS: dict[str, str] = {
    "sessions": "select status as key, count(*) as value from attendance group by 1",
    "claims": "select status as key, count(*) as value from claim group by 1",
}
BY_MONTH: dict[str, str] = {
    "cash_by_month": "select to_char(e.on_day, 'YYYY-MM') as key, sum(p.amount) as value from posting p"
    " join entry e on e.id = p.entry_id where p.account like 'cash:%' and p.account <> 'cash:payroll' group by 1",
    "pay_by_month": "select to_char(earned_on, 'YYYY-MM') as key, sum(amount) as value from pay_line"
    f" where {EARNED} group by 1",
    "income_by_month": "select to_char(e.on_day, 'YYYY-MM') as key, -sum(p.amount) as value from posting p"
    " join entry e on e.id = p.entry_id where p.account like 'income:%' group by 1",
}
Found = dict[str, dict[str, Any]]


def by_last(name: str) -> str:
    """The name of a sum as it was when the last day of visits was over."""
    return f"{name}_by_last"


def measured(engine: Engine, clinicians: dict[str, int], later: int) -> Found:
    """Every sum of a run; months in the years of the practice that was run, `later` years before."""
    found: Found = {name: _read(engine, sql) for name, sql in (MONEY | COUNTS | BY_MONTH).items()}
    for name in BY_MONTH:
        found[name] = {f"{int(month[:4]) - later:04d}{month[4:]}": value for month, value in found[name].items()}
    names = {str(number): name for name, number in clinicians.items()}
    found["pay"] = {names[number]: value for number, value in found["pay"].items()}
    return found


def added(parts: list[Found]) -> Found:
    """The sums of several runs as one; keys in order."""
    whole: dict[str, dict[str, Any]] = {}
    for part in parts:
        for name, values in part.items():
            into = whole.setdefault(name, {})
            for key, value in values.items():
                into[key] = into[key] + value if key in into else value
    return {name: dict(sorted(values.items())) for name, values in whole.items()}


def _read(engine: Engine, sql: str) -> dict[str, Any]:
    with engine.connect() as connection:
        return {row.key: row.value for row in connection.execute(text(sql))}
