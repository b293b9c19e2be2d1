"""What a payer of the sandbox says when it is asked: of a member's coverage (271), of where a claim stands (277)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from models.x12.eligibility import Benefit, Contact, EligibilityAnswer, Inquiry, Rejection
from models.x12.status import Status
from starter.sandbox.payer_rules import ANY

AMOUNTS_TOLD = ("copay", "deductible", "deductible_left", "out_of_pocket", "out_of_pocket_left")
KINDS = {"copay": "B", "deductible": "C", "deductible_left": "C", "out_of_pocket": "G", "out_of_pocket_left": "G"}
PLAN, THERAPY, VISIT, YEAR, LEFT = "30", "MH", "27", "23", "29"


@dataclass(frozen=True)
class Covered:
    """A member as their payer knows them; None is what it does not tell."""

    payer: str = ANY
    member: str = ANY
    active: bool = True
    ended_days_ago: int | None = None
    plan: str = ""
    coinsurance: Decimal | None = None
    reject: str = ""
    carve_out: str = ""
    visits: int | None = None
    visits_left: int | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def matches(self, payer: str, member: str) -> bool:
        return self.payer in (ANY, payer) and self.member in (ANY, member)

    def answer(self, inquiry: Inquiry, today: date) -> EligibilityAnswer:
        """As a 271 tells it."""
        ended = self.ended_days_ago
        rejections = (Rejection("subscriber", self.reject, "C"),) if self.reject else ()
        return EligibilityAnswer(
            traces=(inquiry.trace,),
            member_id=inquiry.member_id,
            subscriber=inquiry.subscriber,
            patient=inquiry.patient,
            ends=None if ended is None else today - timedelta(days=ended),
            benefits=() if self.reject else tuple(self._benefits()),
            rejections=rejections,
        )

    def _benefits(self) -> Iterator[Benefit]:
        in_force = self.active and self.ended_days_ago is None
        yield Benefit("1" if in_force else "6", services=(PLAN,), plan=self.plan)
        if not in_force:
            return
        for name, amount in self.amounts.items():
            service, period = (THERAPY, VISIT) if name == "copay" else (PLAN, LEFT if name.endswith("_left") else YEAR)
            yield Benefit(KINDS[name], (service,), "IND", period=period, amount=amount, network="in")
        if self.coinsurance is not None:
            yield Benefit("A", (THERAPY,), "IND", percent=self.coinsurance, network="in")
        for period, visits in ((YEAR, self.visits), (LEFT, self.visits_left)):
            if visits is not None:
                yield Benefit("F", (THERAPY,), period=period, unit="VS", quantity=Decimal(visits), network="in")
        if self.carve_out:
            yield Benefit("U", (THERAPY,), contacts=(Contact("PR", self.carve_out),))


@dataclass(frozen=True)
class Standing:
    """What a payer says of a claim that it took in."""

    payer: str
    nth: int | None
    category: str
    code: str
    entity: str = ""

    def matches(self, payer: str, nth: int) -> bool:
        return self.payer in (ANY, payer) and self.nth in (None, nth)

    @property
    def status(self) -> Status:
        return Status(self.category, self.code, self.entity)
