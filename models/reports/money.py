"""Reports of money: billed and collected, who owes since when, fees, what sessions bring, deposits."""

from models.reports.declaration import Chart, Column, Grouping, Kind, LeftOut, Ratio, Report, Span, Subject
from models.reports.sql import aging, deposits, fees, revenue, standing, yields

MONEY, COUNT, PERCENT = Kind.MONEY, Kind.COUNT, Kind.PERCENT
NO_SESSION, THEMSELVES = "Not for one session", "{clients} themselves"
FLOWS = (
    Grouping("month", "Month", revenue.BY_MONTH, Kind.MONTH),
    Grouping("clinician", "{clinician}", revenue.BY_CLINICIAN, nobody=NO_SESSION),
    Grouping("service", "Service", revenue.BY_SERVICE, nobody=NO_SESSION),
)
TRACING = """Money and write-offs of {clients} are not for one session in the ledger; by {clinician} and service,
money is counted for the {client}'s sessions and fees in the order in which the ledger booked them, write-offs for
what it leaves. What pays for nothing yet (credit) and refunds beyond it stand in the row "Not for one session", so
that the sum is the ledger's."""

REVENUE = Report(
    "revenue",
    "Revenue",
    Subject.MONEY,
    f"""What the ledger booked on the days of the period: billed is the income of sessions and fees less what was
taken back, adjusted what was given up, collected what came in less what went back. They are of different sessions:
what is collected in a month was often billed before. {TRACING}""",
    revenue.REVENUE,
    (*FLOWS, Grouping("payer", "Payer", revenue.BY_PAYER, nobody=THEMSELVES, claims=True)),
    (
        Column("sessions", "Sessions", MONEY, "what was booked to income:session"),
        Column("fees", "Fees", MONEY, "what was booked to income:fee"),
        Column("billed", "Billed", MONEY, "sessions and fees"),
        Column(
            "contractual", "Contractual", MONEY, "taken off by payers' contracts (adjustment:contractual)", claims=True
        ),
        Column("written_off", "Written off", MONEY, "given up (adjustment:write_off)"),
        Column("interest", "Interest", MONEY, "what payers paid for being late (income:interest)", claims=True),
        Column("collected", "Collected", MONEY, "cash accounts but payroll: received less returned"),
    ),
    Chart(("billed", "collected")),
)

COLLECTION = Report(
    "collection",
    "Net collection rate",
    Subject.MONEY,
    f"""Of what the practice may keep, how much came in: collected / to be collected, all booked on the days of the
period. Over a year it nears 100 %; write-offs and debts that stay open pull it down. {TRACING}""",
    revenue.REVENUE,
    (*FLOWS, Grouping("payer", "Payer", revenue.BY_WHO_IS_TO_PAY, nobody=THEMSELVES, claims=True)),
    (
        Column("billed", "Billed", MONEY, "income of sessions and fees"),
        Column("contractual", "Contractual", MONEY, "what payers' contracts take off", claims=True),
        Column(
            "passed",
            "Passed on",
            MONEY,
            "shares that payers left to the next payer or to {clients}: off the one, onto the other",
            claims=True,
            only_by="payer",
        ),
        Column("allowed", "To be collected", MONEY, "what the practice may keep of what was billed"),
        Column("written_off", "Written off", MONEY, "given up by the practice"),
        Column("collected", "Collected", MONEY, "received less returned"),
        Column("rate", "Net collection rate", PERCENT, ratio=Ratio("collected", "allowed", 100)),
    ),
    Chart(("rate",)),
    of_claims="""By payer, a row is about what was its own to pay: copays, coinsurance and deductibles that a payer left
to {clients} or to the next payer are taken off its row and stand in the row of who is to pay them.""",
)

AGING = Report(
    "aging",
    "Accounts receivable by age",
    Subject.MONEY,
    """What is owed at the end of the day, by how long ago it was booked. Money pays what was booked first,
so what is open are the newest debts. A {client}'s credit has no age. Each row's sum is the balance of the account in
the ledger.""",
    aging.AGING,
    (
        Grouping("client", "{client}", aging.BY_CLIENT),
        Grouping("payer", "Payer", aging.BY_PAYER, claims=True),
    ),
    (
        Column("days_30", "0-30 days", MONEY),
        Column("days_60", "31-60 days", MONEY),
        Column("days_90", "61-90 days", MONEY),
        Column("older", "Over 90 days", MONEY),
        Column("credit", "Without age", MONEY, "credit, and what is for no session"),
        Column("owed", "In all", MONEY, "the balance of the account"),
    ),
    Chart(("days_30", "days_60", "days_90", "older"), stacked=True),
    span=Span.STANDING,
    of_claims="""What payers owe is counted session by session, from the day it was held; what was paid too much, or
belongs to no session, has no age.""",
)

DAYS_OWED = Report(
    "days-owed",
    "Days in accounts receivable",
    Subject.MONEY,
    """How many days of billing are still owed: receivables at the end of the month (or of the period) / (billed in
the 90 days up to then / 90). Receivables are all receivable accounts of the ledger, credits taken off.""",
    standing.DAYS_OWED,
    (Grouping("month", "Month", standing.BY_MONTH, Kind.MONTH),),
    (
        Column("owed", "Receivable", MONEY, "all receivable accounts at the end of the month", adds=False),
        Column("billed", "Billed in 90 days", MONEY, "income of sessions and fees", adds=False),
        Column("days", "Days", Kind.DAYS, ratio=Ratio("owed", "billed", 90), adds=False),
    ),
    Chart(("days",)),
)

FEES = Report(
    "fees",
    "Fees of missed sessions",
    Subject.MONEY,
    """What late cancellations and no-shows cost: decided, let go and withdrawn by the day of the decision; charged
by the day it was booked (income:fee, less what was taken back); collected what {clients} paid of fees in the period,
in the order in which the ledger booked them. Fees of zero (cancelled in time, none agreed) are left out.""",
    fees.FEES,
    (
        Grouping("clinician", "{clinician}", fees.BY_CLINICIAN, nobody=NO_SESSION),
        Grouping("service", "Service", fees.BY_SERVICE, nobody=NO_SESSION),
        Grouping("reason", "What happened", fees.BY_STATUS, nobody=NO_SESSION),
    ),
    (
        Column("decided", "Fees", COUNT, "decided in the period"),
        Column("amount", "Amount", MONEY, "of these fees"),
        Column("by_rule", "Waived by rule", MONEY, "the first ones of a {client}'s year"),
        Column("by_staff", "Waived by staff", MONEY, "with a reason"),
        Column("withdrawn", "Withdrawn", MONEY, "decided for a mark that was wrong"),
        Column("charged", "Charged", MONEY, "booked, less taken back"),
        Column("collected", "Collected", MONEY, "paid in the period"),
    ),
    Chart(("amount", "charged", "collected")),
)

YIELDS = Report(
    "yield",
    "Payer mix and yield per code",
    Subject.MONEY,
    """Sessions held in the period and what they brought until today: billed, taken off, paid by payers and by
{clients} (their money pays sessions in the order in which the ledger booked them, which need not be that of their
dates). By code, an add-on such as 90785 counts for itself; what {clients} paid covers the session's own service
first. The mix is each row's part of all that was billed, the yield what a session brought on average. Recent
sessions are still to be paid, so look at a period that is some months old.""",
    yields.YIELDS,
    (
        Grouping("payer", "Payer", yields.BY_PAYER, nobody="self-pay"),
        Grouping("code", "Code", yields.BY_CODE),
        Grouping("both", "Payer and code", yields.BY_BOTH),
    ),
    (
        Column("sessions", "Sessions", COUNT, "attended, a {client} each; once a row", adds=False),
        Column("billed", "Billed", MONEY),
        Column("mix", "Mix", PERCENT, share_of="billed"),
        Column("adjusted", "Adjusted", MONEY, "contractual and written off"),
        Column("by_payers", "From payers", MONEY),
        Column("by_clients", "From {clients}", MONEY),
        Column("received", "Received", MONEY, "from both"),
        Column("each", "Yield", MONEY, "received a session", ratio=Ratio("received", "sessions"), adds=False),
    ),
    Chart(("billed", "received")),
    claims=True,
)

DEPOSITS = Report(
    "deposits",
    "Deposits and the ledger",
    Subject.MONEY,
    """Money as it was told (payments and refunds recorded) beside money as it was booked (the ledger's cash accounts
but payroll). The difference is to be 0.00.""",
    deposits.DEPOSITS,
    (
        Grouping("method", "How", deposits.BY_METHOD),
        Grouping("day", "Day", deposits.BY_DAY, Kind.DAY),
        Grouping("month", "Month", deposits.BY_MONTH, Kind.MONTH),
    ),
    (
        Column("paid", "Payments", MONEY, "recorded"),
        Column("refunded", "Refunds", MONEY, "recorded"),
        Column("remitted", "Remitted", MONEY, "by payers", claims=True),
        Column("unposted", "Not posted", MONEY, "parked or set aside", claims=True),
        Column("booked", "Ledger", MONEY, "cash accounts but payroll"),
        Column("difference", "Difference", MONEY, "told less booked"),
    ),
    Chart(("booked",)),
    of_claims="""Remittances are told, too, on the day they were read, less what of them is parked or set aside. An
answer posted on a later day than it was read shows as a difference on both days, and none over the two. A file that
contradicts itself is parked whole and not counted; how many came in the period is said.""",
    left_out=LeftOut(
        deposits.PARKED_WHOLE,
        "One answer file of these days is parked whole: what it tells was paid is not counted here.",
        "{count} answer files of these days are parked whole: what they tell was paid is not counted here.",
    ),
)
