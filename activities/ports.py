"""What the practice needs from the world: mail, a clearinghouse, card payments, other programs.

Activities speak to these Protocols; `activities/adapters/` holds the real ones. Every method may be
repeated after a crash without doing its work twice, and a server that does not answer is `Unreachable`.
"""

from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from typing import Protocol

from models.collecting import ChargeState


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

    def fetch(self, name: str) -> bytes | None:
        """The content of an answer; None where it is gone: somebody else reads too. Unreachable: network."""

    def archive(self, name: str) -> None:
        """Move an answer out of the way once it is stored here; already gone is fine. Unreachable: network."""


@dataclass(frozen=True)
class Kept:
    """A card or bank account that the gateway keeps: its token, `card` or `ach`, and what to call it."""

    token: str
    method: str
    label: str


@dataclass(frozen=True)
class Charge:
    """How a charge, a refund or a page stands at the gateway; `retry`: the card may be tried again another day.

    `url` is where an open page is; `kept` the card that was left there.
    """

    state: ChargeState
    reference: str = ""
    reason: str = ""
    retry: bool = False
    url: str = ""
    kept: Kept | None = None

    @property
    def approved(self) -> bool:
        """The money moved, or the card is kept."""
        return self.state is ChargeState.APPROVED


@dataclass(frozen=True)
class Order:
    """What a page of the gateway asks a client for; an amount of 0.00 only leaves a card there."""

    client_id: int
    amount: Decimal
    what: str
    back_url: str
    known: str | None = None


class Cards(Protocol):
    """A card gateway. It remembers every key: the same key gets the same answer and never moves money again."""

    def store(self, number: str) -> str:
        """Keep a card at the gateway and get its token; only the token is ever stored here.

        Refused: not a card number the gateway takes. Unreachable: network.
        """

    def charge(self, card: str, amount: Decimal, key: str) -> Charge:
        """Take the amount from the card or bank account behind a token; a decline is an answer, not an error.

        Refused: the key was used for another payment, or the amount is not positive. Unreachable: network.
        """

    def refund(self, reference: str, amount: Decimal, key: str) -> Charge:
        """Give back part or all of an approved charge; more than is left of it is declined.

        Refused and Unreachable: as for `charge`.
        """

    def page(self, order: Order, key: str) -> Charge:
        """Open a page where the client pays or leaves a card; it can be paid once, and closes by itself in a day."""

    def close(self, reference: str) -> Charge:
        """Close a page that is open still; how it stands then."""

    def look(self, reference: str) -> Charge:
        """How a charge, a refund or a page stands now."""

    def heard(self, payload: bytes, signature: str) -> tuple[str, str] | None:
        """The id of a message of the gateway and the key it is about; None when it is about nothing of ours.

        Refused: nobody but the gateway could sign it, and this is not its signature.
        """


class Web(Protocol):
    """Other programs at addresses that people entered."""

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send a body; the HTTP status it was answered with.

        Refused: not an address we may speak to. Unreachable: network.
        """

    def get(self, url: str, most: int) -> bytes:
        """What stands there, at most so many bytes.

        Refused: not an address we may speak to, or no such answer. Unreachable: network.
        """
