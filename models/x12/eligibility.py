"""Asking a payer whether a client is covered, and what it answers; read and written in `eligibility_270_271`.

What the payer does not say is None, never 0: a copay nobody told is not a copay of nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from models.x12.eligibility_words import FOLLOW_UPS, REJECTIONS
from models.x12.parties import Payer, Person, Provider

Network = Literal["in", "out", "both", ""]
Level = Literal["payer", "provider", "subscriber", "dependent"]

ACTIVE = ("1", "2", "3", "4", "5")
INACTIVE = ("6", "7", "8")
NOT_COVERED = "I"
COINSURANCE, COPAY, DEDUCTIBLE, LIMIT, OUT_OF_POCKET = "A", "B", "C", "F", "G"
ELSEWHERE = ("U", "N")
REMAINING = ("29", "33")
USED_SO_FAR = "24"
VISITS = ("VS", "P6")
MENTAL_HEALTH = ("MH", "A6", "A8", "CF", "A4", "30", "")
"""Services from the one that fits an outpatient session best to the plan as a whole.

What is told of other services (a doctor's visit, a hospital) is no word on therapy.
"""


@dataclass(frozen=True)
class Inquiry:
    """One client on one day; `trace` is how the answer is found again, `patient` the dependent who is treated."""

    trace: str
    member_id: str
    subscriber: Person
    on: dt.date
    patient: Person | None = None
    relationship: str = "18"
    services: tuple[str, ...] = ("30", "MH")


@dataclass(frozen=True)
class EligibilityRequest:
    """Inquiries to one payer; `reference` (BHT03) is how an answer to all of them names the request."""

    payer: Payer
    provider: Provider
    inquiries: tuple[Inquiry, ...]
    reference: str


@dataclass(frozen=True)
class Contact:
    """Somebody else who covers or administers the benefit (loop 2120)."""

    role: str
    name: str
    id: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Benefit:
    """One EB: a kind of benefit for some services, with an amount, a part of the charge or a quantity."""

    kind: str
    services: tuple[str, ...] = ()
    people: str = ""
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    unit: str = ""
    quantity: Decimal | None = None
    authorization: bool | None = None
    network: Network = ""
    begins: dt.date | None = None
    ends: dt.date | None = None
    messages: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def of(self, service: str) -> bool:
        """Whether it is about this service; "" asks for those that name none."""
        return service in (self.services or ("",))


@dataclass(frozen=True)
class Rejection:
    """Why nothing was told (AAA): the code of the reason and of what may follow."""

    level: Level
    code: str
    follow_up: str = ""

    @property
    def text(self) -> str:
        return REJECTIONS.get(self.code, (f"code {self.code}", ""))[0]

    @property
    def action(self) -> str:
        own = REJECTIONS.get(self.code, ("", "call the payer"))[1]
        return "; ".join(filter(None, (own, FOLLOW_UPS.get(self.follow_up, ""))))


@dataclass(frozen=True)
class Terms:
    """What the coverage leaves the client to pay, in or out of network; None is not told, or told in two ways."""

    copay: Decimal | None = None
    coinsurance: Decimal | None = None
    deductible: Decimal | None = None
    deductible_left: Decimal | None = None
    out_of_pocket: Decimal | None = None
    out_of_pocket_left: Decimal | None = None
    visits: Decimal | None = None
    visits_left: Decimal | None = None


@dataclass(frozen=True)
class EligibilityAnswer:
    """What a payer says of one client; `traces` are ours, in the order of the file."""

    traces: tuple[str, ...]
    member_id: str
    subscriber: Person
    patient: Person | None = None
    begins: dt.date | None = None
    ends: dt.date | None = None
    group_number: str = ""
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def active(self) -> bool | None:
        """Whether sessions are covered; None where the payer does not say."""
        for service in MENTAL_HEALTH:
            kinds = {each.kind for each in self.benefits if each.of(service) and each.network != "out"}
            if kinds & {*INACTIVE, NOT_COVERED}:
                return False
            if kinds & set(ACTIVE):
                return True
        return None

    def covers(self, day: dt.date) -> bool | None:
        """Whether a session on that day is covered; None where the payer does not say."""
        if (self.begins and day < self.begins) or (self.ends and day > self.ends):
            return False
        return self.active

    @property
    def plan(self) -> str:
        """The plan's name, as the coverage itself gives it, else any benefit."""
        of_coverage = [each.plan for each in self.benefits if each.kind in (*ACTIVE, *INACTIVE)]
        return next(filter(None, (*of_coverage, *(each.plan for each in self.benefits))), "")

    @property
    def carve_out(self) -> Contact | None:
        """Who administers mental health benefits in the payer's place."""
        for service in MENTAL_HEALTH:
            for each in self.benefits:
                if each.kind in ELSEWHERE and each.of(service) and each.contacts:
                    return each.contacts[0]
        return None

    def terms(self, in_network: bool = True) -> Terms:
        """The benefits of an outpatient mental health session, the most specific service first."""
        told = [each for each in self.benefits if each.network != ("out" if in_network else "in")]
        visits = [each for each in told if each.unit in VISITS]
        return Terms(
            copay=_one(each.amount for each in _best(told, COPAY)),
            coinsurance=_one(each.percent for each in _best(told, COINSURANCE)),
            deductible=_one(each.amount for each in _best(_whole(told), DEDUCTIBLE)),
            deductible_left=_one(each.amount for each in _best(_left(told), DEDUCTIBLE)),
            out_of_pocket=_one(each.amount for each in _best(_whole(told), OUT_OF_POCKET)),
            out_of_pocket_left=_one(each.amount for each in _best(_left(told), OUT_OF_POCKET)),
            visits=_one(each.quantity for each in _best(_whole(visits), LIMIT)),
            visits_left=_one(each.quantity for each in _best(_left(visits), LIMIT)),
        )


@dataclass(frozen=True)
class EligibilityResponse:
    """One 271: answers client by client, or rejections of the whole request named by its `reference`."""

    reference: str
    payer: Payer
    provider: Provider
    answers: tuple[EligibilityAnswer, ...] = ()
    rejections: tuple[Rejection, ...] = ()


def _whole(benefits: Iterable[Benefit]) -> list[Benefit]:
    return [each for each in benefits if each.period not in (*REMAINING, USED_SO_FAR)]


def _left(benefits: Iterable[Benefit]) -> list[Benefit]:
    return [each for each in benefits if each.period in REMAINING]


def _best(benefits: Iterable[Benefit], kind: str) -> Iterator[Benefit]:
    """Those of the most specific service that says a number; the client's own before the family's."""
    of_kind = [each for each in benefits if each.kind == kind and _says_a_number(each)]
    for service in MENTAL_HEALTH:
        if fitting := [each for each in of_kind if each.of(service)]:
            own = [each for each in fitting if each.people in ("IND", "")]
            yield from own or fitting
            return


def _says_a_number(benefit: Benefit) -> bool:
    return any(number is not None for number in (benefit.amount, benefit.percent, benefit.quantity))


def _one(numbers: Iterable[Decimal | None]) -> Decimal | None:
    """The number all of them agree on; None where they differ, since a guess would be charged to a client."""
    different = {number for number in numbers if number is not None}
    return different.pop() if len(different) == 1 else None
