"""What a comparison says to an owner in a minute: what the practice keeps, what clients pay, who earns what."""

from collections.abc import Iterator
from decimal import Decimal

from models.money import ZERO
from starter.simulate.comparison import CASH_BY_LAST, KEPT, NET, TOGETHER, UNANSWERED, Comparison, Row


def in_short(comparison: Comparison) -> list[str]:
    """A few sentences; none where nothing was changed."""
    return list(_sentences(comparison)) if comparison.changed else []


def _sentences(comparison: Comparison) -> Iterator[str]:
    rows = {row.label: row for row in comparison.rows() if not row.section.startswith("pay by")}
    yield f"The practice would keep {_moved(rows[KEPT])} after clinicians' pay."
    income = "Income after what is taken off" if NET in rows else "Income"
    yield f"{income} would be {_moved(rows.get(NET) or rows[TOGETHER])}."
    unanswered = rows.get(UNANSWERED["payer"])
    if unanswered:
        each = f"{_dollars(unanswered.before)} as it is, {_dollars(unanswered.after)} as tried"
        yield f"Not in it is what no payer has answered by {comparison.practice.until}: {each}."
    cash = rows[CASH_BY_LAST]
    if cash.difference:
        yield f"Cash in hand by the last day would be {_moved(cash)}."
    fees = rows.get("fees charged")
    if fees and fees.difference:
        yield f"Clients would be charged {_moved(fees)}, for missed and late cancelled visits."
    pay = [row for row in comparison.rows() if row.section == "pay by clinician"]
    more = sorted((row for row in pay if row.difference > ZERO), key=lambda row: -row.difference)
    less = sorted((row for row in pay if row.difference < ZERO), key=lambda row: row.difference)
    if not (more or less):
        yield "No clinician would earn more or less."
    for rows_, word in ((more, "more"), (less, "less")):
        if rows_:
            most = rows_[0]
            whose = most.label.removeprefix("clinician ")
            yield f"{len(rows_)} of {len(pay)} clinicians would earn {word}; most of all {whose}: {_moved(most)}."


def _moved(row: Row) -> str:
    """How much more or less, of what."""
    if not row.difference:
        return f"the same, {_dollars(row.before)}"
    word = "more" if row.difference > ZERO else "less"
    part = f" ({_percent(row)} %)" if row.before > ZERO else ""
    return f"{_dollars(abs(row.difference))} {word}{part}: {_dollars(row.after)} instead of {_dollars(row.before)}"


def _dollars(amount: Decimal) -> str:
    return f"{'-' if amount < ZERO else ''}${abs(amount):,.2f}"


def _percent(row: Row) -> str:
    return f"{abs(row.difference) * 100 / row.before:.1f}"
