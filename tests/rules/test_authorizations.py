"""An authorization that runs out is told in time, and only while somebody comes."""

from datetime import date, timedelta

import pytest

from models.rules.authorizations import Authorized, running_out

TODAY = date(2026, 3, 2)
SOON, LATER = TODAY + timedelta(days=14), TODAY + timedelta(days=15)


@pytest.mark.parametrize(
    ("authorized", "next_session", "why"),
    [
        (Authorized(None, None, 40), TODAY, None),
        (Authorized(LATER, None, 0), TODAY, None),
        (Authorized(SOON, None, 0), TODAY, f"the authorization ends on {SOON}"),
        (Authorized(LATER, None, 0), LATER + timedelta(days=1), f"the authorization ends on {LATER}"),
        (Authorized(SOON, None, 0), None, None),
        (Authorized(None, 12, 9), TODAY, None),
        (Authorized(None, 12, 10), TODAY, "2 authorized sessions are left"),
        (Authorized(None, 12, 13), TODAY, "0 authorized sessions are left"),
        (Authorized(LATER, 12, 11), TODAY, "1 authorized sessions are left"),
    ],
)
def test_it_is_told_two_weeks_or_two_sessions_before(
    authorized: Authorized, next_session: date | None, why: str | None
) -> None:
    found = running_out(authorized, next_session, TODAY)
    assert (found.why if found else None) == why
