"""When to remind a client: policy hours before the start, outside quiet hours, never in the past (RULES 6)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.calendar import outside_quiet_hours


def reminder_times(starts: datetime, now: datetime, hours: Iterable[int], tz: ZoneInfo) -> tuple[datetime, ...]:
    """The instants (UTC, ascending, each once) at which a client in `tz` is reminded of a session."""
    wanted = {outside_quiet_hours(starts - timedelta(hours=h), tz) for h in hours}
    return tuple(sorted(at for at in wanted if now < at < starts))
