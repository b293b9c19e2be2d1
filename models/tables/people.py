"""Who is who: the practice, its clinicians, clients, payers and coverages."""

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.addresses import on_envelope
from models.billed import ClaimsPer, FilingIndicator
from models.calendar import PayCycle
from models.facts import Relation
from models.money import ZERO
from models.tables.columns import INSTANT, MONEY, WORDS, one_of


class Practice(SQLModel, table=True):
    """The one practice of this database; `live_claims` marks its files as production (ISA15 P), not test.

    `gives_estimates`: self-pay clients are owed good faith estimates (45 CFR 149.610), and tasks see to it.
    `write_off_limit`: giving up more of a claim than this takes a second person (None: nobody is asked).
    `pay_to_...` is where payers send money when that is not the practice's own address.
    """

    __table_args__ = (CheckConstraint("id = 1", name="one_practice"), one_of("pay_cycle", PayCycle))

    id: int = Field(default=1, primary_key=True)
    name: str
    email: str
    phone: str = ""
    kind: str = "therapy"
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    timezone: str
    npi: str = ""
    tax_id: str = ""
    taxonomy: str = ""
    pay_cycle: str = PayCycle.BIWEEKLY
    pay_anchor: date
    submitter_id: str = "PERSESSION"
    receiver_id: str = "CLEARINGHOUSE"
    pay_url: str = ""
    live_claims: bool = False
    gives_estimates: bool = True
    write_off_limit: Decimal | None = Field(default=None, sa_type=MONEY)
    pay_to_line1: str = ""
    pay_to_city: str = ""
    pay_to_state: str = ""
    pay_to_zip: str = ""


class BillingGroup(SQLModel, table=True):
    """A further part of the practice that bills under an NPI of its own (837P loop 2010AA).

    It bills what was held at `place`, "" where payers' rules alone say what it bills.
    """

    __tablename__ = "billing_group"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    npi: str = Field(unique=True)
    tax_id: str = ""
    taxonomy: str = ""
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    place: str = ""


class Clinician(SQLModel, table=True):
    """Somebody who holds sessions; a supervisor co-signs the notes of whom they supervise.

    `licence` is one of `models/rules/payer_rules.LICENCES`, "" where no payer asks for it.
    `billed_supervised`: their claims name the supervisor too, as payers ask of clinicians in training.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    npi: str = ""
    email: str = ""
    taxonomy: str = ""
    active: bool = True
    supervisor_id: int | None = Field(default=None, foreign_key="clinician.id")
    self_book: bool = False
    licence: str = ""
    billed_supervised: bool = False


class Availability(SQLModel, table=True):
    """When a clinician works: local times of a weekday (0 Monday), from a day on, until one where that ended."""

    id: int | None = Field(default=None, primary_key=True)
    clinician_id: int = Field(foreign_key="clinician.id", index=True)
    weekday: int = Field(ge=0, le=6)
    opens: time
    closes: time
    effective_from: date
    effective_until: date | None = None


class Client(SQLModel, table=True):
    """Somebody who comes to sessions and owes for them; `uses_insurance` where a coverage is expected."""

    id: int | None = Field(default=None, primary_key=True)
    first: str
    last: str = ""
    preferred: str = ""
    pronouns: str = ""
    email: str = ""
    phone: str = ""
    birth: date | None = None
    sex: str = "U"
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    timezone: str | None = None
    card: str | None = None
    card_method: str = "card"
    card_label: str = ""
    autopay_since: datetime | None = Field(default=None, sa_type=INSTANT)
    autopay_cap: Decimal | None = Field(default=None, sa_type=MONEY)
    diagnoses: list[str] = Field(default_factory=list, sa_type=WORDS)
    uses_insurance: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}".strip()

    @property
    def address(self) -> str:
        """As on an envelope, one line each; what is unknown is left out."""
        return on_envelope(self.line1, self.city, self.state, self.zip)


class Payer(SQLModel, table=True):
    """An insurer: its id in X12, its deadlines in days, what it forbids, what it answers by file, where appeals go.

    `on_paper`: it takes no files; its claims are printed (CMS-1500) and mailed. `claims_per`: how it wants claims, each
    session's own or several sessions on one; claims that are made already stay as they are. `filing_indicator`: the
    kind of its plan, as claims say it.
    """

    __table_args__ = (one_of("claims_per", ClaimsPer), one_of("filing_indicator", FilingIndicator))

    id: int | None = Field(default=None, primary_key=True)
    name: str
    payer_id: str = Field(unique=True)
    timely_filing_days: int = 90
    appeal_days: int = 90
    allows_no_show_fee: bool = True
    answers_eligibility: bool = True
    answers_status: bool = True
    appeals_to: str = ""
    on_paper: bool = False
    claims_per: str = ClaimsPer.SESSION
    filing_indicator: str = FilingIndicator.COMMERCIAL


class Coverage(SQLModel, table=True):
    """A client's insurance; `sequence` 1 is primary. The subscriber is named where it is not the client.

    `referrer_...` is who sent the client, `onset` when the illness began: what this payer's claims must say.
    """

    __table_args__ = (UniqueConstraint("client_id", "sequence"), one_of("relation", Relation))

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    payer_id: int = Field(foreign_key="payer.id", index=True)
    member_id: str
    sequence: int = 1
    copay: Decimal = Field(default=ZERO, sa_type=MONEY)
    covered_from: date | None = None
    covered_until: date | None = None
    authorization: str = ""
    authorized_until: date | None = None
    authorized_sessions: int | None = None
    plan: str = ""
    group_number: str = ""
    relation: str = Relation.SELF
    subscriber_first: str = ""
    subscriber_last: str = ""
    subscriber_birth: date | None = None
    subscriber_sex: str = "U"
    deductible: Decimal | None = Field(default=None, sa_type=MONEY)
    deductible_note: str = ""
    referrer_first: str = ""
    referrer_last: str = ""
    referrer_npi: str = ""
    onset: date | None = None
