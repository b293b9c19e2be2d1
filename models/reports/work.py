"""Reports of work that is left."""

from models.reports.declaration import Chart, Column, Grouping, Kind, Report, Span, Subject
from models.reports.sql import notes

COUNT = Kind.COUNT

UNSIGNED = Report(
    "unsigned",
    "Unsigned {notes}",
    Subject.WORK,
    """Sessions of the 365 days up to the day that were attended and had no signed note at its end, where the policy
asks for one; by days since the session. Billing and pay wait for them.""",
    notes.UNSIGNED,
    (Grouping("clinician", "{clinician}", notes.BY_CLINICIAN),),
    (
        Column("notes", "Unsigned", COUNT),
        Column("fresh", "0-1 day", COUNT),
        Column("days_3", "2-3 days", COUNT),
        Column("days_7", "4-7 days", COUNT),
        Column("days_30", "8-30 days", COUNT),
        Column("older", "Over 30 days", COUNT),
        Column("oldest", "Oldest, days", COUNT, adds=False),
    ),
    Chart(("fresh", "days_3", "days_7", "days_30", "older"), stacked=True),
    span=Span.STANDING,
    own=True,
)
