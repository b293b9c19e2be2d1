"""An SMTP server that keeps every mail as an `.eml` file instead of sending it on.

File names hold the mail's date and a hash of its Message-ID, nothing of its content; a mail handed in twice is one
file. It can be told to refuse for a while, also from another process, so that retries can be watched.
"""

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as readable
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSING = ".refusing"
NAME = "mailbox.localhost"


class Mailbox:
    """The server, in a thread of its own: whoever sends may block the caller's event loop meanwhile."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.folder = folder
        self.url = f"smtp://127.0.0.1:{port}"
        self.controller = Controller(self, hostname="127.0.0.1", port=port, server_hostname=NAME, ident="PerSession")

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        code = refusal(self.folder)
        if code:
            return f"{code} Told to refuse for a while"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        keep(self.folder, content if isinstance(content, bytes) else content.encode())
        return "250 Kept"


def keep(folder: Path, content: bytes) -> Path:
    """Write the mail once; readers never see half of it."""
    mail = email.message_from_bytes(content)
    key = sha256((mail["Message-ID"] or "").encode() or content).hexdigest()[:16]
    for earlier in folder.glob(f"*-{key}.eml"):
        return earlier
    target = folder / f"{sent_at(mail['Date']):%Y%m%dT%H%M%S}-{key}.eml"
    unfinished = folder / f".{target.name}"
    unfinished.write_bytes(content)
    return unfinished.rename(target)


def sent_at(date: str | None) -> datetime:
    """The mail's own date, which is the practice's time even when that is skipped through; else now."""
    try:
        return parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def mails(folder: Path) -> list[EmailMessage]:
    """Every mail kept, oldest first."""
    return [email.message_from_bytes(path.read_bytes(), policy=readable) for path in sorted(folder.glob("*.eml"))]


def refuse(folder: Path, code: int = 451) -> None:
    """Answer every recipient with this code (4xx: later, 5xx: never) until `accept`."""
    (folder / REFUSING).write_text(str(code))


def accept(folder: Path) -> None:
    """Take mail again."""
    (folder / REFUSING).unlink(missing_ok=True)


def refusal(folder: Path) -> str:
    """The code to refuse with now; empty when mail is taken."""
    try:
        return (folder / REFUSING).read_text()
    except FileNotFoundError:
        return ""
