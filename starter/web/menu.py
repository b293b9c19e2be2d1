"""What the navigation offers: only what this person may do, in the words of this kind of practice."""

from dataclasses import dataclass

from models.words import Words
from starter.web.access.permissions import THERAPY_ONLY, Do

DAILY: tuple[tuple[str, str, Do], ...] = (
    ("Home", "/", Do.USE_DESK),
    ("Calendar", "/calendar", Do.SEE_CALENDAR),
    ("{clients}", "/clients", Do.SEE_CLIENTS),
    ("Notes", "/notes", Do.SEE_CHARTS),
    ("Tasks", "/tasks", Do.WORK_TASKS),
    ("Requests", "/requests", Do.ANSWER_REQUESTS),
    ("Waitlist", "/waitlist", Do.KEEP_WAITLIST),
    ("Billing", "/billing", Do.SEE_BILLING),
    ("Claims", "/claims", Do.WORK_CLAIMS),
    ("Pay", "/pay", Do.MANAGE_PAY),
    ("My pay", "/my-pay", Do.SEE_OWN_PAY),
    ("Reports", "/reports", Do.SEE_REPORTS),
    ("Worth", "/worth", Do.SEE_WORTH),
)
SETUP: tuple[tuple[str, str, Do], ...] = (
    ("Hours", "/availability", Do.KEEP_HOURS),
    ("Practice", "/practice", Do.MANAGE_PRACTICE),
    ("Staff", "/staff", Do.MANAGE_STAFF),
    ("Agreements", "/agreements", Do.MANAGE_AGREEMENTS),
    ("By the clock", "/runs", Do.SEE_RUNS),
    ("Data and programs", "/imports", Do.CONNECT),
)
"""Name, first page, and what one must be allowed to do: for every day, and for now and then."""
ALSO: dict[str, tuple[str, ...]] = {
    "/runs": ("/temporal",),
    "/claims": ("/denials", "/appeals", "/remittances", "/deposits", "/parked", "/exchange"),
}
"""Pages that belong to an entry and do not begin like it."""
PORTAL: tuple[tuple[str, str], ...] = (
    ("Home", "/portal"),
    ("Appointments", "/portal/appointments"),
    ("Forms", "/portal/forms"),
    ("Billing", "/portal/invoices"),
    ("Profile", "/portal/profile"),
)


@dataclass(frozen=True)
class Item:
    """An entry of the navigation; `here` while one is on its pages."""

    name: str
    url: str
    here: bool
    setup: bool = False


def desk_menu(may: frozenset[Do], words: Words, path: str) -> list[Item]:
    """The desk's navigation for somebody who may do this, on this page."""
    names = {"clients": words.clients.capitalize()}
    return [
        Item(name.format(**names), url, _here(url, path), (name, url, do) in SETUP)
        for name, url, do in (*DAILY, *SETUP)
        if do in may and (words.therapy or do not in THERAPY_ONLY)
    ]


def portal_menu(path: str) -> list[Item]:
    """The portal's navigation on this page."""
    return [Item(name, url, path == url if url == "/portal" else _here(url, path)) for name, url in PORTAL]


def _here(url: str, path: str) -> bool:
    return any(path == page or (page != "/" and path.startswith(f"{page}/")) for page in (url, *ALSO.get(url, ())))
