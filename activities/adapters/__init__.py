"""The ports of `activities/ports.py` as real things.

| module | port | address |
|---|---|---|
| `smtp` | Mailer | `smtp://`, `smtps://` |
| `sftp` | Clearinghouse | `sftp://` |
| `folder` | Clearinghouse | `file:///FOLDER` |
| `profiles/` | how clearinghouses want to be dealt with | `?profile=NAME` |
| `stripe` | Cards | `stripe:SECRET_KEY?webhook_secret=...` |
| `cards_sandbox` | Cards | `sandbox:PATH` |
| `web` | Web | addresses that people entered, never our own network |
| `dumping` | none: pg_dump and pg_restore for backups | |
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from activities.adapters.cards_sandbox import SandboxCards
from activities.adapters.folder import FolderClearinghouse
from activities.adapters.sftp import SftpClearinghouse
from activities.adapters.smtp import SmtpMailer
from activities.ports import Cards, Clearinghouse, Mailer
from activities.profiles import profile_of
from models.errors import Refused


def mailer(url: str) -> Mailer:
    """The mail server at this address; Refused when there is none."""
    if not url:
        raise Refused("no mail server is set: set PERSESSION_SMTP_URL")
    return SmtpMailer(url)


def clearinghouse(url: str) -> Clearinghouse:
    """The clearinghouse at this address; Refused when there is none."""
    if not url:
        raise Refused("no clearinghouse is set: set PERSESSION_CLEARINGHOUSE_URL")
    if url.startswith("file:"):
        return FolderClearinghouse(Path(unquote(urlsplit(url).path)), profile_of(url))
    return SftpClearinghouse(url)


def cards(url: str) -> Cards:
    """The card gateway at this address; Refused when there is none."""
    kind, _, path = url.partition(":")
    if kind == "stripe":
        from activities.adapters.stripe import StripeCards  # here: its library takes a while to read, and few need it

        return StripeCards(url)
    if kind != "sandbox" or not path:
        raise Refused("no card gateway is set: set PERSESSION_CARDS_URL to stripe:SECRET_KEY?... or sandbox:PATH")
    return SandboxCards(Path(path))
