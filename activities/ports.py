"""What the practice needs from the world: mail, a clearinghouse, card payments.

Activities speak to these Protocols; `activities/adapters/` holds the real ones. Every method may be
repeated after a crash without doing its work twice, and a server that does not answer is `Unreachable`.
"""

from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from typing import Protocol


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail to the server, or raise.

        Unreachable: no connection, or a temporary answer (4xx). Refused: the server will never take it (5xx).
        """


class Clearinghouse(Protocol):
    """A folder for our claims and a folder of answers, at the company between us and the payers."""

    def deliver(self, name: str, content: bytes) -> None:
        """Put the file there, whole, once: a file of that name and content already there is enough.

        Refused: not a plain file name, or another content stands under it. Unreachable: network.
        """

    def waiting(self) -> list[str]:
        """The names of the answers that wait, sorted. Unreachable: network."""

    def fetch(self, name: str) -> bytes:
        """The content of an answer. Refused: no such answer waits. Unreachable: network."""

    def archive(self, name: str) -> None:
        """Move an answer out of the way once it is stored here; already gone is fine. Unreachable: network."""


@dataclass(frozen=True)
class Charge:
    """What the card gateway answered; `retry` says whether the same card may be tried again another day."""

    approved: bool
    reference: str
    reason: str
    retry: bool


class Cards(Protocol):
    """A card gateway. It remembers every key: the same key gets the same answer and never moves money again."""

    def store(self, number: str) -> str:
        """Keep a card at the gateway and get its token; only the token is ever stored here.

        Refused: not a card number the gateway takes. Unreachable: network.
        """

    def charge(self, card: str, amount: Decimal, key: str) -> Charge:
        """Take the amount from the card behind a token; a decline is an answer, not an error.

        Refused: the key was used for another payment, or the amount is not positive. Unreachable: network.
        """

    def refund(self, reference: str, amount: Decimal, key: str) -> Charge:
        """Give back part or all of an approved charge; more than is left of it is declined.

        Refused and Unreachable: as for `charge`.
        """
