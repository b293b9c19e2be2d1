"""Mail by SMTP: `smtp://user:password@host:port` (STARTTLS) or `smtps://` (TLS from the start).

Error texts name the server's code only: its words often quote the address.
"""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from models.errors import Refused, Unreachable

SECONDS = 30
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """One connection a mail: a practice sends few, and a broken connection harms one only.

    Off this machine the connection must be encrypted, unless the address says `?tls=none`.
    """

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in PORTS or not address.hostname:
            raise Refused("the mail server's address reads smtp://USER:PASSWORD@HOST:PORT, or smtps://")
        self.implicit_tls = address.scheme == "smtps"
        self.host = address.hostname
        self.port = address.port or PORTS[address.scheme]
        self.user = unquote(address.username or "")
        self.password = unquote(address.password or "")
        self.may_be_plain = self.host in LOOPBACK or parse_qs(address.query).get("tls") == ["none"]

    def send(self, mail: EmailMessage) -> None:
        try:
            with self.connected() as server:
                refused = server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise mail_error([code for code, _ in error.recipients.values()]) from None
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(f"the mail server does not accept our login ({error.smtp_code})") from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise mail_error([error.smtp_code]) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"the mail server does not answer ({type(error).__name__})") from None
        if refused:
            raise mail_error([code for code, _ in refused.values()])

    def connected(self) -> smtplib.SMTP:
        """A connection, encrypted and logged in as far as the server's address asks for it."""
        own_name = "localhost" if self.host in LOOPBACK else None
        if self.implicit_tls:
            tls = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, own_name, timeout=SECONDS, context=tls)
        else:
            server = smtplib.SMTP(self.host, self.port, own_name, timeout=SECONDS)
            self.encrypt(server)
        if self.user:
            server.login(self.user, self.password)
        return server

    def encrypt(self, server: smtplib.SMTP) -> None:
        """STARTTLS where it is offered; without it nothing leaves this machine."""
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif not self.may_be_plain:
            server.close()
            raise Unreachable("the mail server offers no encryption; add ?tls=none to its address to send without")


def mail_error(codes: list[int]) -> Refused | Unreachable:
    """5xx is for good, everything else may pass later."""
    told = ", ".join(str(code) for code in codes)
    if all(code >= 500 for code in codes):
        return Refused(f"the mail server refuses this mail for good ({told})")
    return Unreachable(f"the mail server does not take this mail now ({told})")
