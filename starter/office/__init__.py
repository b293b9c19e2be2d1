"""Every verb of the practice, once: command line, desk, portal, API and scenarios all call these.

State changes go through the workflow of the thing that changes; whoever asks hears yes, or `Refused`.

sessions  book, confirm, move, cancel, record, sign, waive   money   what clients paid, got back, were let off
claims    send, read, correct, close, post what was parked   pay     close periods, approve
eligibility  payers asked who is covered
records   looked through once they change                    charts  looked through once they change
letters   mails that people set going                        requests  times clients would like, their paperwork
integration   files checked and brought in, programs told again
series    begin, change, end                                 waitlist  take or leave an offered time
calendars read those kept elsewhere                          runs    what runs by the clock: now, for a past day, paused
tasks     make, give, move, close                            asking  how a wish reaches its workflow
"""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine
from temporalio.client import Client

from activities.vault import Vault
from starter.office.asking import Line
from starter.office.calendars import Calendars
from starter.office.charts import Charts
from starter.office.claims import Claims
from starter.office.eligibility import Eligibility
from starter.office.integration import Integration
from starter.office.letters import Letters
from starter.office.money import Moneys
from starter.office.pay import Pay
from starter.office.records import Records
from starter.office.requests import Requests
from starter.office.runs import Runs
from starter.office.series import ManySessions
from starter.office.sessions import Sessions
from starter.office.tasks import Tasks
from starter.office.waitlist import Waitlist


@dataclass(frozen=True)
class Office:
    """The practice as its people use it, by subject."""

    line: Line

    @staticmethod
    def on(client: Client, engine: Engine, vault: Vault) -> "Office":
        """The office whose workflows this client reaches."""
        return Office(Line(client, engine, vault))

    @property
    def client(self) -> Client:
        return self.line.client

    @property
    def engine(self) -> Engine:
        """The practice's database."""
        return self.line.engine

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.line)

    @cached_property
    def series(self) -> ManySessions:
        return ManySessions(self.line)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.line)

    @cached_property
    def waitlist(self) -> Waitlist:
        return Waitlist(self.line)

    @cached_property
    def money(self) -> Moneys:
        return Moneys(self.line)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self.line)

    @cached_property
    def eligibility(self) -> Eligibility:
        return Eligibility(self.line)

    @cached_property
    def pay(self) -> Pay:
        return Pay(self.line)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.line)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.line)

    @cached_property
    def charts(self) -> Charts:
        return Charts(self.line)

    @cached_property
    def records(self) -> Records:
        return Records(self.line)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self.line)

    @cached_property
    def letters(self) -> Letters:
        return Letters(self.line)

    @cached_property
    def integration(self) -> Integration:
        return Integration(self.line)
