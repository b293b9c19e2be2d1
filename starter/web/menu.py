"""What the navigation offers: only what this person may do, in the words of this kind of practice."""

from dataclasses import dataclass

from starter.web.access.permissions import THERAPY_ONLY, Do
from starter.web.words import Words

DESK: tuple[tuple[str, str, Do], ...] = (
    ("Home", "/", Do.USE_DESK),
    ("Calendar", "/calendar", Do.SEE_CALENDAR),
    ("{clients}", "/clients", Do.SEE_CLIENTS),
    ("Notes", "/notes", Do.SEE_CHARTS),
    ("Tasks", "/tasks", Do.WORK_TASKS),
    ("Billing", "/billing", Do.SEE_BILLING),
    ("Claims", "/claims", Do.WORK_CLAIMS),
    ("Waitlist", "/waitlist", Do.KEEP_WAITLIST),
    ("Hours", "/availability", Do.KEEP_HOURS),
    ("Requests", "/requests", Do.ANSWER_REQUESTS),
    ("Practice", "/practice", Do.MANAGE_PRACTICE),
    ("Staff", "/staff", Do.MANAGE_STAFF),
    ("Data and programs", "/imports", Do.CONNECT),
    ("Agreements", "/agreements", Do.MANAGE_AGREEMENTS),
)
"""Name, first page, and what one must be allowed to do."""
ALSO: dict[str, tuple[str, ...]] = {"/claims": ("/denials", "/remittances", "/parked")}
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
    count: int = 0


def desk_menu(may: frozenset[Do], words: Words, path: str) -> list[Item]:
    """The desk's navigation for somebody who may do this, on this page."""
    names = {"clients": words.clients.capitalize(), "clinicians": words.clinicians.capitalize()}
    offered = [
        (name.format(**names), url) for name, url, do in DESK if do in may and (words.therapy or do not in THERAPY_ONLY)
    ]
    return [Item(name, url, _here(url, path)) for name, url in offered]


def portal_menu(path: str) -> list[Item]:
    """The portal's navigation on this page."""
    return [Item(name, url, path == url if url == "/portal" else _here(url, path)) for name, url in PORTAL]


def _here(url: str, path: str) -> bool:
    return any(path == page or (page != "/" and path.startswith(f"{page}/")) for page in (url, *ALSO.get(url, ())))
