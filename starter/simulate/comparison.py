"""Two runs of the same behaviour beside each other, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.facts import ClaimStatus
from models.money import ZERO, total
from starter.simulate.measure import Found, by_last
from starter.simulate.practice import Practice

INCOME = {"session": "income from sessions", "fee": "income from fees", "interest": "interest of payers"}
ADJUSTED = {"contractual": "taken off by contracts with payers", "write_off": "written off"}
OWED = {"client": "owed by clients at the end"}
UNANSWERED = {"payer": "still to be answered by payers, so not counted"}
TOGETHER, NET = "income together", "income after what is taken off"
CASH_BY_LAST = "cash received by the last day"
KEPT = "kept by the practice after clinicians' pay"
BY_LAST = {
    "income by the last day": "income",
    CASH_BY_LAST: "cash_by_month",
    "clinicians' pay by the last day": "pay",
}
AHEAD = {"draws": "paid ahead as draws, not made up by the end"}
FEES = {
    "charged": "fees charged",
    "waived": "fees waived by themselves",
    "waived by hand": "fees waived by staff",
    "not charged": "fees that staff can still waive",
}
CLAIMS = {
    ClaimStatus.DRAFT: "to be sent with the next batch",
    ClaimStatus.HELD: "held until somebody mends them",
    ClaimStatus.SUBMITTED: "sent, not acknowledged yet",
    ClaimStatus.ACCEPTED: "on which the payer decides",
    ClaimStatus.REJECTED: "rejected before they reached the payer",
    ClaimStatus.DENIED: "denied",
    ClaimStatus.PAID: "paid",
    ClaimStatus.CLOSED: "closed: given up, or the client's to pay",
}
"""How claims stand at the end."""
ENDINGS = {
    "attended": "attended",
    "late_cancelled": "cancelled late",
    "cancelled": "cancelled in time",
    "no_show": "no-shows",
    "booked": "not over yet",
}


@dataclass(frozen=True)
class Row:
    """A line of the comparison; `after` is None where nothing was changed."""

    section: str
    label: str
    before: Any
    after: Any = None

    @property
    def difference(self) -> Any:
        """After less before."""
        return None if self.after is None else self.after - self.before

    @property
    def cells(self) -> tuple[Any, ...]:
        """What stands in the line beside its label."""
        return (self.before,) if self.after is None else (self.before, self.after, self.difference)


@dataclass(frozen=True)
class Comparison:
    """What is told of a run: the practice as it is, and as it would be."""

    practice: Practice
    name: str
    as_is: Found
    changed: Found | None
    changes: tuple[str, ...] = field(default=())

    @property
    def about(self) -> str:
        """What was lived through."""
        run = self.practice
        return f"{run.source}; {run.first} to {run.last}, {len(run.visits)} visits"

    @property
    def counted(self) -> str:
        """Whose money is counted until when."""
        run = self.practice
        return (
            f"All money is that of the visits from {run.first} to {run.last}. Nobody books after that, and what payers "
            f"and clients still pay for these visits is counted until {run.until}, with what clinicians earn of it."
        )

    @property
    def terms(self) -> str:
        """The cancellation policy as it is."""
        agreed = self.practice.policy
        waived = f", {agreed.waivers_per_year} a year waived by itself" if agreed.waivers_per_year else ""
        return (
            f"As it is: {agreed.notice_hours} hours' notice, late cancellations cost {agreed.late_cancel_fee}, "
            f"missed visits {agreed.no_show_fee}{waived}"
        )

    @property
    def left_out(self) -> str:
        """What could not be done again, in words; "" where all was."""
        visits, deeds = (
            sum(found.get("left_out", {}).get(key, 0) for found in (self.as_is, self.changed or {}))
            for key in ("visits", "deeds")
        )
        told = [f"{visits} visits could not be booked again"] if visits else []
        told += [f"{deeds} other things that people did were refused when done again"] if deeds else []
        return f"{' and '.join(told)}: they are left out." if told else ""

    def rows(self) -> list[Row]:
        """Every line."""
        return [*self._money(), *self._pay(), *self._counts()]

    def months(self, name: str) -> list[Row]:
        """By month: cash, pay, income."""
        return self._of(name, name, self._keys(name))

    def told(self) -> dict[str, Any]:
        """As JSON."""
        rows = [
            {"section": r.section, "label": r.label, "as_is": r.before, "changed": r.after, "difference": r.difference}
            for r in self.rows()
        ]
        return {
            "practice": self.practice.source,
            "first": self.practice.first,
            "last": self.practice.last,
            "until": self.practice.until,
            "visits": len(self.practice.visits),
            "tried": self.name,
            "changes": list(self.changes),
            "same_behaviour": True,
            "rows": rows,
            "as_is": self.as_is,
            "changed": self.changed,
        }

    def _money(self) -> Iterator[Row]:
        yield from self._of("income", "income", INCOME)
        yield self._sum("income", TOGETHER, "income")
        yield from self._of("fees", "fees", FEES)
        off = [*self._of("adjusted", "taken off", ADJUSTED), *self._of("owed", "taken off", UNANSWERED)]
        net = self._sum("taken off", NET, "income")
        for row in off:
            net = self._less(net, row, "taken off", NET)
        yield from (*off, net) if off else ()
        yield self._sum("cash", "cash received", "cash_by_month")
        yield from self._of("owed", "open", OWED)
        pay = self._sum("pay", "clinicians' pay", "pay")
        yield pay
        yield self._less(net, pay, "pay", KEPT)
        yield from self._of("ahead", "pay", AHEAD)
        for label, name in BY_LAST.items():
            yield self._sum("of it by the last day of visits", label, by_last(name))

    def _pay(self) -> list[Row]:
        return self._of("pay", "pay by clinician", {c.id: f"clinician {c.id}" for c in self.practice.clinicians})

    def _counts(self) -> Iterator[Row]:
        yield from self._of("sessions", "sessions", ENDINGS, 0)
        yield from self._of(
            "claims", "claims", {key: f"claims {CLAIMS[ClaimStatus(key)]}" for key in self._keys("claims")}, 0
        )

    def _of(self, name: str, section: str, labels: Mapping[str, str], nothing: Any = ZERO) -> list[Row]:
        found = []
        for key, label in labels.items():
            before = self.as_is.get(name, {}).get(key, nothing)
            after = None if self.changed is None else self.changed.get(name, {}).get(key, nothing)
            if before or after or name in ("income", "pay"):
                found.append(Row(section, label, before, after))
        return [row for row in found if row.before or row.after or row.label != INCOME["interest"]]

    def _sum(self, section: str, label: str, name: str) -> Row:
        after = None if self.changed is None else total(_amounts(self.changed, name))
        return Row(section, label, total(_amounts(self.as_is, name)), after)

    def _less(self, all_of_it: Row, part: Row, section: str, label: str) -> Row:
        after = None if all_of_it.after is None else all_of_it.after - part.after
        return Row(section, label, all_of_it.before - part.before, after)

    def _keys(self, name: str) -> dict[str, str]:
        keys = {*self.as_is.get(name, {}), *(self.changed or {}).get(name, {})}
        return {key: key for key in sorted(keys)}


def _amounts(found: Found, name: str) -> list[Decimal]:
    return list(found.get(name, {}).values())
