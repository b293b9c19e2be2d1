"""Reports of sessions: how they ended, how full the calendar is, what is ahead."""

from models.reports.declaration import Chart, Column, Grouping, Kind, Ratio, Report, Span, Subject
from models.reports.sql import attendance, forecast, utilization

COUNT, PERCENT, HOURS = Kind.COUNT, Kind.PERCENT, Kind.HOURS

ATTENDANCE = Report(
    "attendance",
    "Attendance and missed sessions",
    Subject.SESSIONS,
    """Sessions that began in the period, once for each {client}. Expected are those attended, cancelled late and not
shown up for; what was cancelled in time, or has no outcome yet, is not. Rates are of the expected. Weekday and hour
are the practice's own, lead time is from booking to the start (a moved session: to where it was moved).""",
    attendance.ATTENDANCE,
    (
        Grouping("clinician", "{clinician}", attendance.BY_CLINICIAN),
        Grouping("month", "Month", attendance.BY_MONTH, Kind.MONTH),
        Grouping("weekday", "Weekday", attendance.BY_WEEKDAY),
        Grouping("hour", "Hour", attendance.BY_HOUR),
        Grouping("lead", "Booked before", attendance.BY_LEAD),
        Grouping("service", "Service", attendance.BY_SERVICE),
    ),
    (
        Column("booked", "Booked", COUNT, "all that began in the period"),
        Column("cancelled", "Cancelled in time", COUNT),
        Column("undecided", "No outcome yet", COUNT),
        Column("attended", "Attended", COUNT),
        Column("late", "Cancelled late", COUNT),
        Column("missed", "No-show", COUNT),
        Column("expected", "Expected", COUNT, "attended, cancelled late, no-show"),
        Column("attendance_rate", "Attendance", PERCENT, ratio=Ratio("attended", "expected", 100)),
        Column("late_rate", "Late cancel rate", PERCENT, ratio=Ratio("late", "expected", 100)),
        Column("missed_rate", "No-show rate", PERCENT, ratio=Ratio("missed", "expected", 100)),
    ),
    Chart(("late_rate", "missed_rate"), stacked=True),
    own=True,
    most=24,
)

UTILIZATION = Report(
    "utilization",
    "Utilization of availability",
    Subject.SESSIONS,
    """Working hours as set in the calendar, less time off and holidays, beside the hours of sessions that began in
the period: booked (somebody did not cancel in time) and held (somebody attended), inside working hours or not.
Wall-clock hours stay when the clocks change.""",
    utilization.UTILIZATION,
    (
        Grouping("clinician", "{clinician}", utilization.BY_CLINICIAN),
        Grouping("month", "Month", utilization.BY_MONTH, Kind.MONTH),
        Grouping("weekday", "Weekday", utilization.BY_WEEKDAY),
    ),
    (
        Column("hours", "Working hours", HOURS),
        Column("off", "Time off", HOURS, "of these hours"),
        Column("available", "Available", HOURS, "working hours less time off"),
        Column("booked", "Booked hours", HOURS, "sessions not cancelled in time"),
        Column("held", "Held hours", HOURS, "sessions somebody attended"),
        Column("booked_rate", "Booked", PERCENT, "booked / available", ratio=Ratio("booked", "available", 100)),
        Column("held_rate", "Utilization", PERCENT, "held / available", ratio=Ratio("held", "available", 100)),
    ),
    Chart(("booked_rate", "held_rate")),
    own=True,
)

FORECAST = Report(
    "forecast",
    "Forecast from booked sessions",
    Subject.SESSIONS,
    """Sessions booked from now to the end of the period, at the price in force on their day (the {client}'s own,
else the {clinician}'s, else the service's). Likely is how many of them will be attended if the {clinician}'s
{clients} come as in the last 180 days: attended / (attended, cancelled, cancelled late, no-show); without a past,
all. Recurring sessions count as far as they are booked.""",
    forecast.FORECAST,
    (
        Grouping("week", "Week", forecast.BY_WEEK, Kind.DAY),
        Grouping("month", "Month", forecast.BY_MONTH, Kind.MONTH),
        Grouping("clinician", "{clinician}", forecast.BY_CLINICIAN),
        Grouping("service", "Service", forecast.BY_SERVICE),
    ),
    (
        Column("sessions", "Sessions", COUNT),
        Column("booked", "{clients}", COUNT, "who are expected, a session each"),
        Column("likely", "Likely to come", HOURS),
        Column("value", "Value", Kind.MONEY, "if all come"),
        Column("expected", "Expected", Kind.MONEY, "value, by how likely they come"),
    ),
    Chart(("booked", "likely")),
    span=Span.AHEAD,
    own=True,
)
