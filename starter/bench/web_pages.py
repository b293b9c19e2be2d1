"""Which pages are asked for, and who asks: each that somebody opens on a usual day, of the desk and of the portal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from starter.bench.web_practice import WATCHED, Watched
from starter.web.access.permissions import Role

A_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Page:
    """A page by the name it has here; it is the address without what changes from run to run."""

    name: str
    role: Role
    path: str


def pages(seen: Watched) -> list[Page]:
    """All of them."""
    asked = (*_days(seen), *_records(seen), *_charts(seen), *_money(seen), *_claims(seen), *_work(seen), *_portal(seen))
    return [Page(name, role, path) for role, name, path in asked]


Asked = Iterator[tuple[Role, str, str]]


def _days(seen: Watched) -> Asked:
    for role in (Role.OWNER, Role.FRONT_DESK, Role.BILLER, Role.CLINICIAN):
        yield role, f"home-{role.value}", "/"
    for view in ("day", "week", "month"):
        yield Role.FRONT_DESK, f"calendar-{view}", f"/calendar?view={view}"
        yield Role.FRONT_DESK, f"calendar-{view}-past", f"/calendar?view={view}&day={seen.today - A_MONTH}"
        yield Role.CLINICIAN, f"calendar-{view}-one", f"/calendar?view={view}&clinician={WATCHED}"
    yield Role.FRONT_DESK, "calendar-today", "/calendar/today"
    yield Role.FRONT_DESK, "book", f"/sessions/new?clinician={WATCHED}&day={seen.today}&at=12:00"
    yield Role.FRONT_DESK, "session", f"/sessions/{seen.session_ahead}"
    for deed in ("cancel", "move"):
        yield Role.FRONT_DESK, f"session-{deed}", f"/sessions/{seen.session_ahead}/{deed}"
    yield Role.FRONT_DESK, "session-outcome", f"/sessions/{seen.session_held}/outcome"
    yield Role.FRONT_DESK, "waitlist", "/waitlist"
    yield Role.FRONT_DESK, "requests", "/requests"
    yield Role.FRONT_DESK, "hours", f"/availability/{WATCHED}"


def _records(seen: Watched) -> Asked:  # noqa: ARG001  # called like the others of its kind
    record = f"/clients/{WATCHED}"
    yield Role.FRONT_DESK, "clients", "/clients"
    yield Role.FRONT_DESK, "clients-page-40", "/clients?page=40"
    yield Role.CLINICIAN, "clients-mine", "/clients"
    yield Role.OWNER, "client", record
    for tab in ("details", "coverages", "agreements", "estimates", "documents", "money", "messages", "forms", "access"):
        yield Role.OWNER, f"client-{tab}", f"{record}/{tab}"


def _charts(seen: Watched) -> Asked:
    chart = f"/clients/{WATCHED}/chart"
    yield Role.CLINICIAN, "notes", "/notes"
    yield Role.CLINICIAN, "chart", chart
    for tab in ("plan", "diagnoses", "measures", "psychotherapy", "trail"):
        yield Role.CLINICIAN, f"chart-{tab}", f"{chart}/{tab}"
    yield Role.CLINICIAN, "note", f"{chart}/notes/{seen.note}"
    yield Role.CLINICIAN, "note-draft", f"/clients/{seen.draft_client}/chart/notes/{seen.draft}"


def _money(seen: Watched) -> Asked:
    for name in ("billing", "billing/today", "billing/aging", "invoices", "payments", "payment-plans", "packages"):
        yield Role.BILLER, name.replace("/", "-"), f"/{name}"
    yield Role.BILLER, "invoices-all", "/invoices?state=all"
    yield Role.BILLER, "invoice", f"/invoices/{seen.invoice}"
    yield Role.BILLER, "payment", f"/payments/{seen.payment}"
    yield Role.BILLER, "payment-new", f"/clients/{WATCHED}/payments/new"
    yield Role.BILLER, "statements", "/statements"
    yield Role.BILLER, "statements-past", f"/statements?month={seen.today - A_MONTH:%Y-%m}"


def _claims(seen: Watched) -> Asked:
    for name in ("claims", "denials", "remittances", "parked"):
        yield Role.BILLER, name, f"/{name}"
    yield Role.BILLER, "claims-accepted", "/claims?stage=accepted"
    yield Role.BILLER, "claim", f"/claims/{seen.claim}"
    yield Role.BILLER, "remittance", f"/remittances/{seen.remittance}"


def _work(seen: Watched) -> Asked:
    yield Role.BILLER, "tasks", "/tasks"
    yield Role.CLINICIAN, "tasks-clinician", "/tasks"
    yield Role.OWNER, "tasks-team", "/tasks?view=team"
    yield Role.OWNER, "tasks-closed", "/tasks?view=team&state=closed"
    yield Role.BILLER, "task", f"/tasks/{seen.task}"


def _portal(seen: Watched) -> Asked:
    for name in ("appointments", "invoices", "payments", "statements", "forms", "profile", "book", "request"):
        yield Role.CLIENT, f"portal-{name}", f"/portal/{name}"
    yield Role.CLIENT, "portal", "/portal"
    yield Role.CLIENT, "portal-appointment", f"/portal/appointments/{seen.session_held}"
    yield Role.CLIENT, "portal-invoice", f"/portal/invoices/{seen.invoice}"
