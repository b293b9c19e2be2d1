"""What a scenario's owner does about pay: contracts agreed, signed and ended, hours logged, items, approvals."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid5

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import pay_contracts, pay_signing
from activities.pay_contracts import TimeWish
from activities.tasks import NAMES
from models.paying import ItemKind, PayItem, Recalculation, WorkKind
from models.tables import Clinician, PayAdjustment, PayRuleRow, PayTerms
from starter import setup
from starter.office import Office
from starter.scenarios.outcome import Names

DEEDS = ("contract", "end_contract", "log_hours", "add_pay", "recalculate_pay", "approve_pay")
"""The events that are about pay."""
OWNER = "The owner"
TERMS = (
    "paid_as",
    "fee_share",
    "guaranteed",
    "draw",
    "clawback_cap",
    "admin",
    "admin_rate",
    "admin_minutes",
    "supervision_rate",
)
CONDITIONS = ("min_minutes", "from_time", "until_time", "remote")
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Payroll:
    """The owner's desk; `day` is a day of the file as it is lived, `now` that moment and its local day."""

    office: Office
    names: Names
    day: Callable[[date], date]
    now: tuple[datetime, date]

    async def happen(self, event: Event) -> None:
        """One event of the file."""
        await getattr(self, event["do"])(event)

    async def contract(self, event: Event) -> None:
        """Agreed with its rules and adjustments, and signed unless it says otherwise."""
        await asyncio.to_thread(self._agree, event)

    async def end_contract(self, event: Event) -> None:
        await asyncio.to_thread(self._end, event)

    async def log_hours(self, event: Event) -> None:
        await asyncio.to_thread(self._log, event)

    async def add_pay(self, event: Event) -> None:
        number = uuid5(NAMES, f"scenario/{event['at']}/{event['clinician']}/{event['kind']}/{event['amount']}")
        kind = ItemKind(event["kind"])
        await self.office.pay.add(PayItem(number, self.whose(event), kind, event["amount"], event["reason"], OWNER))

    async def recalculate_pay(self, event: Event) -> None:
        wish = Recalculation(self.whose(event), self.day(event["from"]), event["reason"], OWNER)
        await self.office.pay.recalculate(wish)

    async def approve_pay(self, event: Event) -> None:
        await self.office.pay.approve(self.whose(event), self.day(event["last"]), OWNER, pay_now=event["paid"])

    def whose(self, event: Event) -> int:
        """The clinician of an event."""
        return self.names.clinicians[event["clinician"]]

    def _agree(self, event: Event) -> None:
        since, whose = self.day(event["from"]), self.whose(event)
        until = self.day(event["until"]) if event["until"] else None
        with Database(self.office.engine) as db, db.begin():
            terms = PayTerms(
                clinician_id=whose, effective_from=since, effective_until=until, **{key: event[key] for key in TERMS}
            )
            number = setup.keep(db, terms)
            for row in (*self._rules(event, whose, since), *self._more(event, whose, since, until)):
                setup.keep(db, row)
            if event["sign"]:
                name = db.get_one(Clinician, whose).name
                pay_signing.sign(db, number, whose, name, None, self.now[0])

    def _rules(self, event: Event, whose: int, since: date) -> list[PayRuleRow]:
        return [
            PayRuleRow(
                clinician_id=whose,
                service_id=self.names.services.get(rule["service"]),
                basis=rule["basis"],
                value=rule["value"],
                after_sessions=rule["after_sessions"],
                per_extra_attendee=rule["per_extra_attendee"],
                from_attendees=rule["from_attendees"],
                effective_from=since,
            )
            for rule in sorted(event["pay"], key=lambda rule: int(rule["after_sessions"]))
        ]

    def _more(self, event: Event, whose: int, since: date, until: date | None) -> list[PayAdjustment]:
        return [
            PayAdjustment(
                clinician_id=whose,
                name=more["name"],
                service_id=self.names.services.get(more["service"]),
                amount=more["more"][0],
                percent=more["more"][1],
                **{key: more[key] for key in CONDITIONS},
                effective_from=since,
                effective_until=until,
            )
            for more in event["adjust"]
        ]

    def _end(self, event: Event) -> None:
        with Database(self.office.engine) as db, db.begin():
            newest = select(PayTerms.id).where(PayTerms.clinician_id == self.whose(event))
            number = db.exec(newest.order_by(col(PayTerms.effective_from).desc())).first()
            pay_contracts.end(db, number or 0, self.day(event["last"]))

    def _log(self, event: Event) -> None:
        now, today = self.now
        wish = TimeWish(self.whose(event), WorkKind(event["kind"]), today, event["minutes"])
        with Database(self.office.engine) as db, db.begin():
            pay_contracts.log_time(db, wish, today, now)
