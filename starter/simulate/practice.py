"""A practice: what it agreed with its people, and beside it how they behave (`behaviour.py`). Ids only.

Both are kept apart: the same behaviour can be lived through under other terms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.calendar import PayCycle, Period
from models.errors import Refused
from models.facts import Method, PayBasis
from models.money import ZERO
from models.paying import AdminTime, WorkKind
from starter.simulate.behaviour import Paid, Visit

UNTIL_SETTLED = 120
"""Days for which payers and clients are waited for: an answer within nine weeks, a denial mended, an invoice paid."""


@dataclass(frozen=True)
class Offered:
    """A service, its minutes and its price."""

    id: str
    code: str
    minutes: int
    rate: Decimal


@dataclass(frozen=True)
class Insurer:
    """A payer and what it forbids."""

    id: str
    payer_id: str
    timely_filing_days: int = 90
    allows_no_show_fee: bool = True


@dataclass(frozen=True)
class PayTerm:
    """One rule of a clinician's pay, as a scenario writes it."""

    basis: PayBasis
    value: Decimal
    service: str = "*"
    after_sessions: int = 0
    per_extra_attendee: Decimal = ZERO
    from_attendees: int = 1


@dataclass(frozen=True)
class Besides:
    """An adjustment of pay: dollars, or percent of what the session earns, where all that is said of it holds."""

    name: str
    amount: Decimal = ZERO
    percent: Decimal = ZERO
    service: str = "*"
    min_minutes: int = 0
    from_time: time | None = None
    until_time: time | None = None
    remote: bool | None = None


@dataclass(frozen=True)
class Worked:
    """Minutes beside sessions that a clinician logged, and when."""

    at: datetime
    minutes: int
    kind: WorkKind = WorkKind.ADMIN


@dataclass(frozen=True)
class Contract:
    """What is agreed beside rules, fees and guarantee (`models/paying.py` says what each does)."""

    adjust: tuple[Besides, ...] = ()
    draw: Decimal = ZERO
    clawback_cap: Decimal | None = None
    admin: AdminTime = AdminTime.INCLUDED
    admin_rate: Decimal = ZERO
    admin_minutes: int = 0
    supervision_rate: Decimal = ZERO


@dataclass(frozen=True)
class Holder:
    """A clinician: what they are paid, prices of their own, and the hours they logged.

    `agreed` are the days of the run on which they are paid so, and by nothing else; None: all of them.
    """

    id: str
    pay: tuple[PayTerm, ...] = ()
    fee_share: Decimal = ZERO
    guaranteed: Decimal = ZERO
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    contract: Contract = Contract()
    worked: tuple[Worked, ...] = ()
    agreed: tuple[Period, ...] | None = None

    @property
    def paid_by_period(self) -> bool:
        """Whether what a session earns depends on the others of its period."""
        contract = self.contract
        by_contract = self.guaranteed or contract.draw or contract.clawback_cap is not None
        return bool(by_contract) or any(term.after_sessions for term in self.pay)


@dataclass(frozen=True)
class Comer:
    """A client: what was agreed with them, and how they pay: what they `paid`, from then on `pays_after` days.

    None: never by themselves.
    """

    id: str
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    payers: tuple[str, ...] = ()
    autopay: bool = False
    pays_after: int | None = 14
    method: Method = Method.CHECK
    paid: tuple[Paid, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """The cancellation policy."""

    notice_hours: int = 24
    late_cancel_fee: str = "0%"
    no_show_fee: str = "0%"
    waivers_per_year: int = 0
    no_show_after_hours: int = 24
    fee_grace_hours: int = 0


@dataclass(frozen=True)
class Practice:
    """Everything a run needs; `first` to `last` are the local days of its visits, both inside.

    Nobody books for a later day, and life goes on for so many days: payers answer, and clients pay for these visits.
    `ours`: it is the practice itself that is lived again, none that was made up.
    """

    source: str
    timezone: str
    first: date
    last: date
    pay_period: PayCycle
    pay_anchor: date
    note_required: bool
    policy: Agreed
    services: tuple[Offered, ...]
    payers: tuple[Insurer, ...]
    clinicians: tuple[Holder, ...]
    clients: tuple[Comer, ...]
    visits: tuple[Visit, ...]
    ours: bool = False
    lives_on: int = UNTIL_SETTLED

    @property
    def until(self) -> date:
        """The last day that is lived through."""
        return self.last + timedelta(days=self.lives_on)

    def written(self) -> bytes:
        """As JSON, always the same for the same practice."""
        return FORM.dump_json(self, exclude_defaults=True) + b"\n"


FORM = TypeAdapter(Practice)


def read(path: Path) -> Practice:
    """A practice kept by `written`; Refused with what is wrong."""
    try:
        return FORM.validate_json(path.read_bytes())
    except OSError as missing:
        raise Refused(f"{path}: cannot be read ({missing.strerror})") from None
    except ValidationError as wrong:
        first: Any = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(
            f"{path}: {place or 'the file'}: {first['msg']}; make it again with `simulate generate`"
        ) from None
