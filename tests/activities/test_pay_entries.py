"""Rules and adjustments put right: the last entry of a day and tier holds, nothing is lost, everything can be ended."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session as Database
from sqlmodel import select

from activities import pay_changes, pay_entries, pay_signing
from models.errors import Refused
from models.money import total
from models.paying import Recalculation
from models.tables import PayAdjustment, PayRuleRow
from tests.activities.paying import LONG_AGO, agree
from tests.activities.practice import Desk, usd

MARCH = date(2026, 3, 1)
ANEW = Recalculation(1, MARCH, "put right", "owner")


def enter(desk: Desk, value: str, since: date = LONG_AGO, **more: Any) -> str:
    """A flat rule as the office enters it; what it is said to do."""
    row = PayRuleRow(clinician_id=1, basis="flat", value=usd(value), effective_from=since, **more)
    with Database(desk.world.engine) as db, db.begin():
        return pay_entries.meaning_of_rule(db, pay_entries.keep_rule(db, row))


def end(desk: Desk, last: date) -> None:
    with Database(desk.world.engine) as db, db.begin():
        assert pay_entries.end_adjustment(db, 1, last) == 1


def earned(desk: Desk) -> Decimal:
    return total(line.amount for line in desk.pay_lines())


def words(desk: Desk) -> list[str]:
    with Database(desk.world.engine) as db:
        known = pay_signing.agreed(db, 1)
        assert known is not None
        return known.words(known.contracts[0][0]).splitlines()[1:-1]


def test_a_mistyped_value_entered_again_for_the_same_day_is_put_right_and_stays_on_record(desk: Desk) -> None:
    agree(desk)
    assert enter(desk, "8.00") == ""
    desk.hold(desk.client())
    told = enter(desk, "80.00")
    assert told == (
        "It takes the place of the entry of the same day: For any session, since 2020-01-01: 8.00 a session. "
        "1 session held since 2020-01-01 is paid by what was agreed before: work pay out anew for the difference."
    )
    assert desk.ask(pay_changes.recalculate, ANEW) == 1
    assert earned(desk) == usd("80.00")
    assert words(desk) == ["For any session, since 2020-01-01: 80.00 a session."]
    with Database(desk.world.engine) as db:
        known = pay_signing.agreed(db, 1)
        assert known is not None
        assert [(rule.value, stands) for rule, stands in known.entries] == [(usd("80.00"), True), (usd("8.00"), False)]


def test_a_tier_alone_is_added_to_the_rule_that_holds_and_says_so(desk: Desk) -> None:
    with pytest.raises(Refused, match="no rule says what sessions 1 to 2 of a period earn on 2026-03-02: enter that"):
        enter(desk, "95.00", date(2026, 3, 2), after_sessions=2)
    enter(desk, "60.00")
    told = enter(desk, "95.00", date(2026, 3, 2), after_sessions=2)
    assert told == "Sessions before it earn as they did: For any session, since 2020-01-01: 60.00 a session."
    client = desk.client()
    for _ in range(3):
        desk.hold(client)
    assert [line.amount for line in desk.pay_lines()] == [usd("60.00"), usd("60.00"), usd("95.00")]
    assert enter(desk, "70.00", date(2026, 4, 1)) == (
        "Tiers agreed before that day end with it: "
        "For any session from session 3 of a period on, since 2026-03-02: 95.00 a session."
    )


def test_an_adjustment_ends_on_a_day_and_one_that_was_never_right_is_taken_back_whole(desk: Desk) -> None:
    agree(desk)
    desk.pay_rule("flat", "60.00")
    desk.add(PayAdjustment(clinician_id=1, name="travel", amount=usd("10.00"), effective_from=MARCH))
    desk.hold(desk.client())
    assert "travel (any session): 10.00 a session besides." in words(desk)
    end(desk, date(2026, 3, 2))
    assert desk.ask(pay_changes.recalculate, ANEW) == 0, "it held on the day of the session"
    with pytest.raises(Refused, match="begins on 2026-03-01: it ends on that day or later, or on 2026-02-28 where"):
        end(desk, date(2026, 2, 27))
    end(desk, date(2026, 2, 28))
    assert words(desk) == ["For any session, since 2020-01-01: 60.00 a session."]
    assert desk.ask(pay_changes.recalculate, ANEW) == 1
    assert earned(desk) == usd("60.00")
    assert len(desk.rows(select(PayAdjustment))) == 1, "kept on record"
