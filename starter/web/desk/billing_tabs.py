"""The frame of the billing pages: a tab for each part that this person may see."""

from typing import Any

from fastapi import Response

from starter.web.access.permissions import Do
from starter.web.visit import Visit

TABS: tuple[tuple[str, str, Do], ...] = (
    ("Overview", "/billing", Do.SEE_BILLING),
    ("Check-in", "/billing/today", Do.SEE_BILLING),
    ("Invoices", "/invoices", Do.SEE_BILLING),
    ("Payments", "/payments", Do.SEE_BILLING),
    ("Plans", "/payment-plans", Do.SEE_BILLING),
    ("Packages", "/packages", Do.SEE_BILLING),
    ("Statements", "/statements", Do.SEE_BILLING),
    ("Aging", "/billing/aging", Do.SEE_BILLING),
)
"""Name, first page, and what one must be allowed to do."""


def billing_page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the billing area, under its tabs; `desk/billing/frame.html` is its frame."""
    path = visit.request.url.path
    tabs = [(name, url, _here(url, path)) for name, url, do in TABS if visit.can(do)]
    return visit.page(f"desk/billing/{template}", status, billing_tabs=tabs, **context)


def _here(url: str, path: str) -> bool:
    """On this page, or on one below it; the overview has other parts below it."""
    return path == url or (url != TABS[0][1] and path.startswith(f"{url}/"))
