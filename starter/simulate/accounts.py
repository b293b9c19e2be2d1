"""Clients' money as it is moved again: what they paid, or whatever clears the account under other terms."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import ledger, packages
from activities.tasks import NAMES
from models.money import ZERO
from models.rules.ledger import client_account
from models.tables import Invoice, Payment
from starter.office import Office
from starter.scenarios.outcome import Names
from starter.simulate.behaviour import Paid


@dataclass(frozen=True)
class Accounts:
    """Clients' accounts by number; `day` is a day of the practice as it is lived."""

    office: Office
    names: Names
    day: Callable[[date], date]

    def owing(self) -> dict[int, date]:
        """Clients with open invoices, and the day of the oldest."""
        with Database(self.office.engine) as db:
            asked = select(Invoice.client_id, func.min(Invoice.issued_on))
            asked = asked.where(col(Invoice.settled_at).is_(None)).group_by(col(Invoice.client_id))
            return dict(db.exec(asked.order_by(col(Invoice.client_id))).all())

    def owed(self, client_id: int) -> Decimal:
        """What a client owes; below zero it is theirs."""
        with Database(self.office.engine) as db:
            return ledger.balance(db, client_account(client_id))

    async def move(self, client_id: int, money: Paid) -> None:
        """Pay, give back or write off as it was: never more than there is to give back or to write off."""
        match money.kind:
            case "payment":
                await self._pay(client_id, money)
            case "refund":
                await self._refund(client_id, money)
            case _:
                owed = self.owed(client_id)
                amount = owed if money.clears else min(money.amount, owed)
                if amount > ZERO:
                    await self.office.money.write_off(client_id, amount, "given up")

    async def _pay(self, client_id: int, money: Paid) -> None:
        amount = self.owed(client_id) if money.clears else money.amount
        request = _package(money) if money.buys else None
        if money.buys:
            await asyncio.to_thread(self._offer, client_id, money)
        if amount > ZERO:
            await self.office.money.pay(client_id, amount, money.method or "", request=request)

    async def _refund(self, client_id: int, money: Paid) -> None:
        """What goes back went in by the same way, and of the same package where it was for one."""
        method = money.method or ""
        wanted = -self.owed(client_id) if money.clears else money.amount
        amount = min(wanted, self._paid(client_id, method))
        if amount > ZERO:
            of = _package(money) if money.package else None
            await self.office.money.refund(client_id, amount, method, of=of)

    def _offer(self, client_id: int, money: Paid) -> None:
        bought = money.buys
        assert bought is not None
        until = self.day(bought.expires_on) if bought.expires_on else None
        service = self.names.services[bought.service]
        wish = packages.Offer(_package(money), client_id, service, bought.sessions, money.amount, until)
        with Database(self.office.engine) as db, db.begin():
            packages.offer(db, wish, datetime.now(UTC))

    def _paid(self, client_id: int, method: str) -> Decimal:
        """What a client paid by a method and did not get back."""
        with Database(self.office.engine) as db:
            query = select(Payment.kind, func.sum(col(Payment.amount)))
            query = query.where(Payment.client_id == client_id, Payment.method == method)
            sums = dict(db.exec(query.group_by(Payment.kind)).all())
        return Decimal(sums.get("payment") or ZERO) - Decimal(sums.get("refund") or ZERO)


def _package(money: Paid) -> UUID:
    return uuid5(NAMES, f"package/{money.package}")
