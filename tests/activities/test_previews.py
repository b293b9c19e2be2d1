"""What a change would cost is said before, by the rules that decide it: the preview is what is charged, or waived."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import fees
from activities.fees import Preview
from models.facts import By, Status
from models.tables import FeeRow
from tests.activities.practice import BEFORE_ALL, DAY, HOUR, Desk, usd


def preview(desk: Desk, session_id: UUID, change: str, by: By = By.CLIENT) -> list[Preview]:
    with Database(desk.world.engine) as db:
        return list(fees.preview(db, session_id, change, by, desk.now))


def decided(desk: Desk) -> list[tuple[str, bool]]:
    rows = desk.rows(select(FeeRow).order_by(col(FeeRow.attendance_id)))
    return [(str(row.amount), row.waived_by_itself) for row in rows]


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("notice", [timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)])
@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_preview_is_what_the_change_costs(desk: Desk, change: str, notice: timedelta, by: By) -> None:
    session = desk.book(desk.client(), starts=desk.now + notice)
    [before] = preview(desk, session, change, by)
    if change == "cancel":
        desk.cancel(session, by)
    else:
        desk.move(session, desk.now + 3 * DAY, by)
    charged = sum((row.amount for row in desk.rows(select(FeeRow))), usd("0.00"))
    assert charged == before.fee.charged == (usd("75.00") if by is By.CLIENT and notice < DAY else 0)


def test_a_waiver_is_said_before_it_is_used_and_the_next_costs(desk: Desk) -> None:
    desk.policy(BEFORE_ALL.replace(year=2021), waivers_per_year=1)
    client = desk.client()
    for waived in (True, False):
        session = desk.book(client, starts=desk.now + HOUR)
        [before] = preview(desk, session, "cancel")
        assert before.fee.waived is waived
        desk.cancel(session)
    assert decided(desk) == [("75.00", True), ("75.00", False)]


def test_a_preview_changes_nothing_and_names_only_those_still_expected(desk: Desk) -> None:
    one, other = desk.client(), desk.client()
    session = desk.book(one, other, starts=desk.now + HOUR)
    desk.cancel(session, By.PRACTICE, one)
    before = decided(desk)
    found = preview(desk, session, "no_show")
    assert [(p.client_id, p.status, p.fee.charged) for p in found] == [(other, Status.NO_SHOW, usd("150.00"))]
    assert decided(desk) == before


def test_the_share_of_a_held_session_is_the_price_or_the_copay(desk: Desk) -> None:
    payer = desk.payer(allows_no_show_fee=False)
    selfpay, insured = desk.client(), desk.client(payer, copay="25.00")
    desk.rate("120.00", client_id=selfpay)
    session = desk.book(selfpay, insured, starts=desk.now + HOUR)
    assert [p.share for p in preview(desk, session, "attend")] == [usd("120.00"), usd("25.00")]
    assert [p.fee.charged for p in preview(desk, session, "no_show")] == [usd("120.00"), usd("0.00")]
