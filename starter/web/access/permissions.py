"""Who may do what: each role sees the least it needs (45 CFR 164.502(b)). docs/rules/roles.md is made from this table.

A deed here opens a page; whose client, session or chart it may be is asked besides (`Visit.must_see_client`).
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the practice; one person may be several."""

    OWNER = "owner"
    BILLER = "biller"
    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"
    CLIENT = "client"


class Do(StrEnum):
    """What can be done on pages; the value is the sentence of the docs."""

    KEEP_ACCOUNT = "keep one's own account: password, second factor, browsers"
    USE_DESK = "see the home page and one's own tasks"
    MANAGE_STAFF = "invite staff, set roles, end accounts"
    MANAGE_PRACTICE = "change the practice, services, rates and policies"
    MANAGE_PAYERS = "add insurers, change their deadlines"
    SEE_CLIENTS = "find clients and read their records (not charts)"
    CHANGE_CLIENTS = "add clients, change their records and coverages"
    INVITE_CLIENTS = "give clients and parents access to the portal"
    SEE_COVERAGES = "see coverages and images of insurance cards"
    CHANGE_COVERAGES = "add and change coverages and images of insurance cards"
    CHECK_ELIGIBILITY = "ask insurers whether a client is covered"
    GIVE_ESTIMATES = "see and give good faith estimates"
    KEEP_DOCUMENTS = "upload and open clients' documents"
    SIGN_WITH_CLIENTS = "see clients' agreements and have them signed on the practice's tablet"
    MANAGE_AGREEMENTS = "write what clients sign"
    SEE_BILLING = "see what is owed and paid: check-in, invoices, payments, plans, packages, statements, aging"
    TAKE_PAYMENTS = "take payments, charge and keep cards, agree payment plans, sell packages"
    REFUND = "give money back"
    WRITE_OFF = "give up what clients owe"
    MAIL_STATEMENTS = "mail a month's statements"
    PRINT_SUPERBILLS = "print superbills"
    SEE_ACCOUNTS = "read a client's money story and agreed rates"
    AGREE_RATES = "agree a rate with a client"
    SEE_CALENDAR = "see the calendar and its sessions"
    BOOK = "book, move, cancel and confirm sessions; check clients in; record how sessions ended"
    WAIVE_FEES = "waive fees of missed sessions"
    KEEP_WAITLIST = "see and keep the waitlist"
    KEEP_HOURS = "set working hours, time off and calendars kept elsewhere"
    KEEP_HOLIDAYS = "set the practice's holidays"
    WORK_TASKS = "see and do one's own tasks and those of one's roles; make, give and close tasks"
    WORK_CLAIMS = "see, correct and close claims; read what payers answered, post or set aside what was parked"
    SEE_CHARTS = "read the notes about those one treats or supervises"
    WRITE_NOTES = "write, sign and add to one's own notes; co-sign those of whom one supervises"
    KEEP_CLINICAL = "keep treatment plans, diagnoses, measures, intakes and contact notes"
    KEEP_PSYCHOTHERAPY_NOTES = "keep psychotherapy notes, which only their author reads"
    EXPORT_CHARTS = "print a whole chart"
    SEE_CHART_TRAIL = "see who saw and changed what in a chart (not the chart itself)"
    SEND_FORMS = "send forms to clients and see which came back"
    READ_ANSWERS = "read what one's own clients answered in forms"
    WRITE_FORMS = "write the practice's forms"
    ANSWER_REQUESTS = "answer clients who ask for a time"
    SEE_REPORTS = "see reports of sessions, clients and notes; who sees no money sees their own figures"
    SEE_MONEY_REPORTS = "see reports of money and claims, and those of everybody"
    SEE_WORTH = "see what one's own sessions are worth: an hour of work, beside an offer, in months to come"
    MANAGE_PAY = "see and decide on everybody's pay: contracts, periods, approval, files for bank and tax year"
    SEE_OWN_PAY = "see one's own pay and statements, log hours, sign one's contract"
    CONNECT = "give other programs keys, tell them what happens, bring in files of other systems"
    TAKE_OUT = "take all of the practice's data out"
    SEE_RUNS = "see what ran by the clock and how it went"
    RUN_SCHEDULES = "run, pause and resume what runs by the clock"
    READ_WORKFLOWS = "read what the Temporal UI shows, decrypted; what is about pay only who decides on pay"
    USE_PORTAL = "use the client portal"


OWNER, BILLER, FRONT, CLINICIAN, SUPERVISOR = (
    frozenset({role}) for role in (Role.OWNER, Role.BILLER, Role.FRONT_DESK, Role.CLINICIAN, Role.SUPERVISOR)
)
STAFF = OWNER | BILLER | FRONT | CLINICIAN | SUPERVISOR

ALLOWED: dict[Do, frozenset[Role]] = {
    Do.KEEP_ACCOUNT: frozenset(Role),
    Do.USE_DESK: STAFF,
    Do.MANAGE_STAFF: OWNER,
    Do.MANAGE_PRACTICE: OWNER,
    Do.MANAGE_PAYERS: OWNER | BILLER,
    Do.SEE_CLIENTS: STAFF,
    Do.CHANGE_CLIENTS: OWNER | BILLER | FRONT,
    Do.INVITE_CLIENTS: OWNER | FRONT,
    Do.SEE_COVERAGES: STAFF,
    Do.CHANGE_COVERAGES: OWNER | BILLER | FRONT,
    Do.CHECK_ELIGIBILITY: OWNER | BILLER | FRONT,
    Do.GIVE_ESTIMATES: OWNER | BILLER | FRONT,
    Do.KEEP_DOCUMENTS: STAFF,
    Do.SIGN_WITH_CLIENTS: STAFF,
    Do.MANAGE_AGREEMENTS: OWNER,
    Do.SEE_BILLING: OWNER | BILLER | FRONT,
    Do.TAKE_PAYMENTS: OWNER | BILLER | FRONT,
    Do.REFUND: OWNER | BILLER,
    Do.WRITE_OFF: OWNER | BILLER,
    Do.MAIL_STATEMENTS: OWNER | BILLER,
    Do.PRINT_SUPERBILLS: OWNER | BILLER,
    Do.SEE_ACCOUNTS: OWNER | BILLER | FRONT,
    Do.AGREE_RATES: OWNER | BILLER,
    Do.SEE_CALENDAR: STAFF,
    Do.BOOK: OWNER | FRONT | CLINICIAN | SUPERVISOR,
    Do.WAIVE_FEES: OWNER | BILLER | FRONT,
    Do.KEEP_WAITLIST: OWNER | FRONT | CLINICIAN | SUPERVISOR,
    Do.KEEP_HOURS: OWNER | FRONT | CLINICIAN | SUPERVISOR,
    Do.KEEP_HOLIDAYS: OWNER | FRONT,
    Do.WORK_TASKS: STAFF,
    Do.WORK_CLAIMS: OWNER | BILLER,
    Do.SEE_CHARTS: CLINICIAN | SUPERVISOR,
    Do.WRITE_NOTES: CLINICIAN | SUPERVISOR,
    Do.KEEP_CLINICAL: CLINICIAN | SUPERVISOR,
    Do.KEEP_PSYCHOTHERAPY_NOTES: CLINICIAN | SUPERVISOR,
    Do.EXPORT_CHARTS: CLINICIAN | SUPERVISOR,
    Do.SEE_CHART_TRAIL: OWNER | CLINICIAN | SUPERVISOR,
    Do.SEND_FORMS: OWNER | FRONT | CLINICIAN | SUPERVISOR,
    Do.READ_ANSWERS: CLINICIAN | SUPERVISOR,
    Do.WRITE_FORMS: OWNER,
    Do.ANSWER_REQUESTS: OWNER | FRONT,
    Do.SEE_REPORTS: OWNER | BILLER | CLINICIAN | SUPERVISOR,
    Do.SEE_MONEY_REPORTS: OWNER | BILLER,
    Do.SEE_WORTH: CLINICIAN | SUPERVISOR,
    Do.MANAGE_PAY: OWNER,
    Do.SEE_OWN_PAY: CLINICIAN | SUPERVISOR,
    Do.CONNECT: OWNER,
    Do.TAKE_OUT: OWNER,
    Do.SEE_RUNS: OWNER | BILLER,
    Do.RUN_SCHEDULES: OWNER,
    Do.READ_WORKFLOWS: OWNER | BILLER,
    Do.USE_PORTAL: frozenset({Role.CLIENT}),
}
"""Which roles may; a deed that is missing here is nobody's."""

THERAPY_ONLY: frozenset[Do] = frozenset(
    {
        Do.MANAGE_PAYERS,
        Do.SEE_COVERAGES,
        Do.CHANGE_COVERAGES,
        Do.CHECK_ELIGIBILITY,
        Do.GIVE_ESTIMATES,
        Do.WORK_CLAIMS,
        Do.PRINT_SUPERBILLS,
        Do.KEEP_CLINICAL,
        Do.KEEP_PSYCHOTHERAPY_NOTES,
    }
)
"""What a practice of another kind (tutors, consultants) does not have: its pages are not found there."""


def allowed(roles: frozenset[Role], do: Do) -> bool:
    """Whether one of the roles may."""
    return bool(roles & ALLOWED.get(do, frozenset()))
