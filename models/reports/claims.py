"""Reports of claims: how many leave clean, pass at once, are denied, and why."""

from models.reports.declaration import Chart, Column, Grouping, Kind, Ratio, Report, Subject
from models.reports.sql import quality

COUNT, PERCENT = Kind.COUNT, Kind.PERCENT

QUALITY = Report(
    "claims",
    "Claims: clean, accepted, denied",
    Subject.CLAIMS,
    """Claims made in the period, and what became of them until today. Clean claim rate: sent without ever having
been held by our own checks / sent or held. First-pass acceptance: never rejected on the way to the payer / sent and
answered. Denial rate: denied at least once / judged by the payer (a posted or denied answer).""",
    quality.CLAIMS,
    (
        Grouping("month", "Month", quality.BY_MONTH, Kind.MONTH),
        Grouping("payer", "Payer", quality.BY_PAYER),
        Grouping("clinician", "{clinician}", quality.BY_CLINICIAN),
    ),
    (
        Column("made", "Claims", COUNT, "made in the period"),
        Column("looked_at", "Sent or held", COUNT),
        Column("clean", "Clean", COUNT, "sent, never held"),
        Column("clean_rate", "Clean claim rate", PERCENT, ratio=Ratio("clean", "looked_at", 100)),
        Column("answered", "Answered", COUNT, "sent, and accepted or rejected"),
        Column("first_pass", "Passed at once", COUNT, "accepted, never rejected"),
        Column("pass_rate", "First-pass acceptance", PERCENT, ratio=Ratio("first_pass", "answered", 100)),
        Column("judged", "Judged", COUNT, "by the payer"),
        Column("denied", "Denied", COUNT, "at least once"),
        Column("denial_rate", "Denial rate", PERCENT, ratio=Ratio("denied", "judged", 100)),
    ),
    Chart(("clean_rate", "pass_rate", "denial_rate")),
    claims=True,
)

DENIALS = Report(
    "denials",
    "Denials by reason",
    Subject.CLAIMS,
    """Answers read in the period that denied a claim, by every adjustment code on them; an answer counts once. The
rate by payer and month is denied / all answers that were posted or denied. What to do about a code is in the denial
playbook.""",
    quality.DENIALS,
    (
        Grouping("reason", "Codes", quality.BY_REASON),
        Grouping("payer", "Payer", quality.DENIED_BY_PAYER),
        Grouping("month", "Month", quality.DENIED_BY_MONTH, Kind.MONTH),
    ),
    (
        Column("judged", "Answers", COUNT, "posted or denied"),
        Column("denied", "Denied", COUNT),
        Column("part", "Part of all denials", PERCENT, share_of="denied"),
        Column("rate", "Denial rate", PERCENT, ratio=Ratio("denied", "judged", 100)),
        Column("charged", "Charged", Kind.MONEY, "on the denied ones"),
    ),
    Chart(("denied",)),
    claims=True,
)
