"""The practice's own days are lived again as they were: with moves, waivers and refunds they come to its own books."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.facts import By
from models.tables import PayRuleRow, PayTerms
from starter.simulate.lived import unwatched
from starter.simulate.measure import Found, by_last, measured
from starter.simulate.own import read_own
from starter.simulate.parts import parts_of, run_part
from starter.simulate.practice import Practice
from tests.workflows.practice import ANA, DANA, FULL_FEE, INA, TZ, Life

HALF = FULL_FEE / 2


async def a_week(life: Life) -> None:
    """Moves in time and late, by clients and by the practice; fees that staff waive; payments, and money given back."""
    life.change(PayRuleRow, 1, basis="percent_of_collected", value=Decimal("60.00"))
    life.change(PayTerms, 1, fee_share=Decimal("50.00"))
    sessions, money = life.office.sessions, life.office.money
    await life.sleep_until(life.at(0, 8))
    late = await life.book(life.at(3, 10))
    called_off = await life.book(life.at(4, 10))
    missed = await life.book(life.at(3, 12), INA)
    in_time = await life.book(life.at(2, 15))
    cancelled = await life.book(life.at(5, 9))

    note = ("Session note", ("F41.1",))
    days: tuple[tuple[int, int, Callable[[], Awaitable[Any]]], ...] = (
        (1, 9, lambda: sessions.reschedule(in_time, life.at(4, 15), By.CLIENT)),
        (2, 12, lambda: sessions.reschedule(late, life.at(4, 12), By.CLIENT)),
        (2, 13, lambda: sessions.reschedule(missed, life.at(3, 13), By.PRACTICE)),
        (2, 14, lambda: sessions.cancel(called_off, By.PRACTICE)),
        (3, 15, lambda: sessions.no_show(missed)),
        (3, 16, lambda: sessions.waive(missed, INA, "ill")),
        (3, 17, lambda: money.pay(ANA, life.owed(), "check")),
        (3, 18, lambda: sessions.waive(late, ANA, "a flat tyre")),
        (3, 19, lambda: money.refund(ANA, -life.owed(), "check", "waived")),
        (4, 13, lambda: sessions.attend(late)),
        (4, 14, lambda: sessions.sign(late, *note)),
        (4, 16, lambda: sessions.attend(in_time, minutes=55)),
        (4, 17, lambda: sessions.sign(in_time, *note)),
        (4, 20, lambda: sessions.cancel(cancelled, By.CLIENT)),
        (5, 10, lambda: money.pay(ANA, life.owed(), "ach")),
        (5, 11, lambda: money.pay(ANA, Decimal("40.00"), "cash")),
        (5, 12, lambda: money.refund(ANA, Decimal("15.00"), "cash", "asked for it")),
    )
    for day, hour, happens in days:
        await life.sleep_until(life.at(day, hour))
        await happens()
    await life.sleep_until(life.at(5, 20))


async def lived_again(practice: Practice, folder: Path, server_url: str) -> Found:
    [part] = parts_of(practice)
    return await run_part(part, folder, server_url, unwatched)


def told(found: Found, *names: str) -> dict[str, Any]:
    """Of what came out, that which is not nothing."""
    return {name: {key: value for key, value in found[name].items() if value} for name in names}


async def test_own_days_come_to_the_practices_own_books_and_other_terms_to_others(
    life: Life, tmp_path: Path, server_url: str
) -> None:
    await a_week(life)
    books = measured(life.office.engine, {"1": DANA, "2": 2}, 0)
    assert books["fees"] == {"charged": HALF, "waived by hand": FULL_FEE + HALF}
    practice = read_own(life.office.engine, 1, life.clock[0])
    practice = replace(practice, first=life.monday.astimezone(TZ).date(), lives_on=7)
    again = await lived_again(practice, tmp_path, server_url)
    policy = replace(practice.policy, notice_hours=48, no_show_fee="0%")
    stricter = await lived_again(replace(practice, policy=policy), tmp_path, server_url)
    assert told({name: again[by_last(name)] for name in books}, *books) == told(books, *books)
    assert again["left_out"] == stricter["left_out"] == {"visits": 0, "deeds": 0}
    assert stricter["fees"] == {"charged": 2 * HALF, "waived by hand": HALF}, (
        "the move in time is late now; the practice's cancellation is not, and the no-show has nothing to waive"
    )
    assert stricter["income"]["fee"] - books["income"]["fee"] == HALF
    assert stricter["pay"]["1"] - books["pay"]["1"] == HALF / 2
    assert stricter["owed"].get("client") == books["owed"].get("client"), "who pays all they owe pays the fee with it"
