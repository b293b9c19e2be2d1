"""The frames of the pay pages: the owner's tabs, and what every page about one person shares."""

from typing import Any

from fastapi import Response

from activities import pay_deciders, pay_signing
from models.errors import Refused
from models.tables import Clinician
from starter.web import downloads
from starter.web.visit import NotFound, Visit

TABS = (
    ("Periods", "/pay"),
    ("Contracts", "/pay/contracts"),
    ("Files and tax year", "/pay/files"),
    ("Bank accounts", "/pay/accounts"),
)


def pay_page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the owner's pay area, under its tabs."""
    path = visit.request.url.path
    at = max((url for _, url in TABS if path == url or path.startswith(f"{url}/")), key=len, default="/pay")
    tabs = [(name, url, url == at) for name, url in TABS]
    return visit.page(f"desk/pay/{template}", status, pay_tabs=tabs, **context)


def payee(visit: Visit, clinician_id: int) -> Clinician:
    """Whose pay a page is about."""
    row = visit.write(lambda db: db.get(Clinician, clinician_id))
    if row is None:
        raise NotFound
    return row


def is_own(visit: Visit, clinician_id: int) -> bool:
    """Whether it is the pay of who looks at it."""
    return clinician_id in visit.write(pay_deciders.clinicians_named, visit.account.name, visit.account.id)


def decided_on(visit: Visit, clinician_id: int) -> Clinician:
    """Whose pay somebody decides on; Refused where it is their own."""
    row = payee(visit, clinician_id)
    visit.write(pay_deciders.must_not_be_own, clinician_id, visit.account.name, visit.account.id)
    return row


def signed_paper(visit: Visit, terms_id: int, clinician_id: int) -> Response:
    """A signed contract as paper; NotFound where there is none, or it is not signed."""
    try:
        return downloads.pdf(visit.write(pay_signing.contract_pdf, terms_id, clinician_id), f"contract-{terms_id}.pdf")
    except Refused:
        raise NotFound from None
