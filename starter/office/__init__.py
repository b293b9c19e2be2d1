"""Every verb of the practice, once: command line, desk, portal, API and scenarios all call these.

State changes go through the workflow of the thing that changes; whoever asks hears yes, or `Refused`.

sessions  book, confirm, move, cancel, record, sign, waive   money   what clients paid, got back, were let off
claims    send, read answers, correct, close                 pay     close periods, approve
tasks     close                                              asking  how a wish reaches its workflow
"""

from dataclasses import dataclass

from sqlalchemy import Engine
from temporalio.client import Client

from activities.vault import Vault
from starter.office.asking import Line
from starter.office.claims import Claims
from starter.office.money import Moneys
from starter.office.pay import Pay
from starter.office.sessions import Sessions
from starter.office.tasks import Tasks


@dataclass(frozen=True)
class Office:
    """The practice as its people use it, by subject."""

    sessions: Sessions
    money: Moneys
    claims: Claims
    pay: Pay
    tasks: Tasks
    line: Line

    @staticmethod
    def on(client: Client, engine: Engine, vault: Vault) -> "Office":
        """The office whose workflows this client reaches."""
        line = Line(client, engine, vault)
        return Office(Sessions(line), Moneys(line), Claims(line), Pay(line), Tasks(line), line)

    @property
    def client(self) -> Client:
        return self.line.client

    @property
    def engine(self) -> Engine:
        """The practice's database."""
        return self.line.engine
