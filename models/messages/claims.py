"""Wishes about claims and their files, and how a claim stands."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from models.messages.handover import NOTHING, Handover


@dataclass(frozen=True)
class ClaimStart:
    """A claim to follow; an answer that came after its workflow had ended starts it again."""

    number: str


@dataclass(frozen=True)
class RemittanceStart:
    """A remittance that was kept and is to be posted; `posted` counts the claims of it that were, by runs before."""

    remittance_id: int
    posted: int = 0


@dataclass(frozen=True)
class PostingWish:
    """Post the next claims of a remittance, so many in one transaction."""

    remittance_id: int
    at_most: int


@dataclass(frozen=True)
class PostedBatch:
    """How many claims of a remittance were posted with this step, how many are left, and what follows."""

    claims: int
    left: int
    handover: Handover = NOTHING


@dataclass(frozen=True)
class ClaimStanding:
    """Where a claim stands, when its clock rings (None: nothing runs out, or it rang), when to ask its payer.

    `clock` says which one rings; until `leaves_on` it waits for further sessions.
    """

    number: str
    status: str
    payer_id: str
    charge: Decimal
    over: bool
    warn_at: datetime | None
    handover: Handover = NOTHING
    ask_at: datetime | None = None
    clock: str = "filing"
    leaves_on: date | None = None


@dataclass(frozen=True)
class Correction:
    """What changed in a claim before it is sent again; its diagnoses and its note to the payer stay in the database.

    `kept_id` says where. Messages of before carried them: those are still taken as they came.
    """

    claim_number: str
    authorization: str = ""
    diagnoses: tuple[str, ...] = ()
    note: str = ""
    kept_id: UUID | None = None


@dataclass(frozen=True)
class ClaimClosing:
    """A wish to give up a claim, with the reason: what the payer still owes is written off or billed to the client.

    Here as in other wishes: the reason stays in the database under `kept_id`; messages of before carried it.
    """

    claim_number: str
    bill_client: bool
    reason: str = ""
    by_id: int | None = None
    kept_id: UUID | None = None


@dataclass(frozen=True)
class NextCoverage:
    """A wish that the client's next coverage answers for what this one does not pay."""

    claim_number: str
    reason: str = ""
    kept_id: UUID | None = None


@dataclass(frozen=True)
class WriteOffDecision:
    """What a second person says to a write-off that somebody asked for."""

    claim_number: str
    asked_id: int
    granted: bool
    by_id: int | None = None


@dataclass(frozen=True)
class Overruled:
    """A warning of the scrub that somebody answers for; the reason stays in the database."""

    claim_number: str
    code: str
    kept_id: UUID | None
    by_id: int | None = None


@dataclass(frozen=True)
class AppealDraft:
    """An appeal to write, or to write anew while nobody has signed it; its words stay in the database."""

    claim_number: str
    appeal_id: UUID
    template: str
    kept_id: UUID | None
    by_id: int | None = None


@dataclass(frozen=True)
class AppealMove:
    """What happened to an appeal: signed, sent (how, when), decided (on which day), withdrawn; its words stay here."""

    claim_number: str
    appeal_id: UUID
    deed: str
    by_id: int | None = None
    how: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Voiding:
    """A wish that a claim be taken back from its payer (frequency 8), with the reason."""

    claim_number: str
    reason: str = ""
    kept_id: UUID | None = None


@dataclass(frozen=True)
class ClaimAssignment:
    """A parked part of a remittance that a biller says answers this claim."""

    claim_number: str
    part_id: int


@dataclass(frozen=True)
class BillNow:
    """A wish that a claim waits no longer for further sessions of its span."""

    claim_number: str


@dataclass(frozen=True)
class Separation:
    """A wish that one session of a claim that has not left goes on a claim of its own."""

    claim_number: str
    session_id: UUID


@dataclass(frozen=True)
class StatusWish:
    """Ask where a claim stands: because its payer is silent, or because somebody wants to know."""

    claim_number: str
    by_person: bool = False


@dataclass(frozen=True)
class EligibilityWish:
    """Ask whether a client is covered; without one, whoever is expected and has to be asked after."""

    client_id: int | None = None


@dataclass(frozen=True)
class ClaimFileRef:
    """A file that is about to leave: its id, its claims (none where it asks something)."""

    interchange_id: int
    claim_numbers: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """The files of a batch, and what follows from the claims it held."""

    files: tuple[ClaimFileRef, ...]
    handover: Handover = NOTHING
