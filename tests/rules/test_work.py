"""Tasks: every kind says whose it is, by when, what ends it; reminders keep quiet hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import QUIET_FROM, QUIET_UNTIL
from models.facts import TaskKind
from models.rules.work import DUTIES, ROLES, page_of, times_for

START = datetime(2026, 1, 1, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
KINDS = st.sampled_from(TaskKind)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_kind_has_somebody_a_due_date_and_an_escalation_after_it(kind: TaskKind) -> None:
    duty = DUTIES[kind]
    assert duty.role in ROLES
    assert duty.reminds <= duty.due < duty.escalates
    assert duty.ends or kind is TaskKind.BY_HAND


@given(KINDS, MOMENTS)
def test_a_reminder_comes_before_the_due_date_and_never_in_quiet_hours(kind: TaskKind, due_at: datetime) -> None:
    times = times_for(kind, due_at, CHICAGO)
    assert times.remind_at <= times.due_at < times.escalate_at
    assert QUIET_UNTIL <= times.remind_at.astimezone(CHICAGO).time() < QUIET_FROM


@given(KINDS, MOMENTS)
def test_nobody_is_reminded_of_what_has_escalated_already(kind: TaskKind, due_at: datetime) -> None:
    escalate_at = due_at - timedelta(days=30)
    assert times_for(kind, due_at, CHICAGO, escalate_at).remind_at == escalate_at


@pytest.mark.parametrize(
    ("cause", "page"),
    [
        ("claim/C0000001", "/claims/C0000001"),
        ("client/5/chart/notes/17", "/clients/5/chart/notes/17"),
        ("series/7/2026-03-02", "/series/7"),
        ("clinician/3", "/staff"),
        ("comet/1", ""),
    ],
)
def test_a_cause_names_the_page_where_the_task_is_done(cause: str, page: str) -> None:
    assert page_of(cause) == page
