"""Reports of clients: new and leaving ones, and who they are."""

from models.reports.declaration import Chart, Column, Grouping, Kind, Report, Subject
from models.reports.sql import clients

COUNT = Kind.COUNT

COMING = Report(
    "clients",
    "New and leaving {clients}",
    Subject.CLIENTS,
    """{clients} who attended a session in the period. New: it was their first ever (with the practice). Leaving: it
was their last, nothing is booked, and 60 days have passed since; so the last two months show none yet. A {client} of
two {clinicians} is seen by both, and new or leaving with the one who held that session.""",
    clients.COMING,
    (
        Grouping("month", "Month", clients.BY_MONTH, Kind.MONTH),
        Grouping("clinician", "{clinician}", clients.BY_CLINICIAN),
    ),
    (
        Column("sessions", "Sessions", COUNT, "attended, a {client} each"),
        Column("seen", "{clients} seen", COUNT, "each counted once a row", adds=False),
        Column("began", "New", COUNT),
        Column("ended", "Leaving", COUNT),
    ),
    Chart(("began", "ended")),
    own=True,
)

PEOPLE = Report(
    "demographics",
    "Who the {clients} are",
    Subject.CLIENTS,
    """{clients} who attended a session in the period, each counted once, as their records are today; age at the end
of the period.""",
    clients.PEOPLE,
    (
        Grouping("age", "Age", clients.BY_AGE, nobody="not known"),
        Grouping("sex", "Sex", clients.BY_SEX),
        Grouping("town", "Town", clients.BY_TOWN, nobody="not known"),
        Grouping("payer", "Payer", clients.BY_PAYER, nobody="self-pay", claims=True),
    ),
    (
        Column("clients", "{clients}", COUNT),
        Column("part", "Part", Kind.PERCENT, share_of="clients"),
        Column("sessions", "Sessions", COUNT, "attended"),
    ),
    Chart(("clients",)),
    own=True,
)
