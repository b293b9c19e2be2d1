"""How the practice's own clients paid: what they paid, got back or were let off, and how soon they pay an invoice."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from models.calendar import local_day
from models.facts import Method
from models.money import ZERO
from starter.simulate.behaviour import Bought, Paid, local
from starter.simulate.practice import Comer

INVOICES = """
select i.client_id, i.issued_on, cast(i.settled_at as date) as settled_on,
  (select y.method from payment y where y.client_id = i.client_id and y.kind = 'payment'
    order by y.at desc limit 1) as method
from invoice i where i.issued_at >= :since
"""
MONEY = """
with account as (
  select e.payment_id, e.reverses_id, sum(p.amount) over (partition by p.account order by e.id) as after
  from posting p join entry e on e.id = p.entry_id where p.account like 'receivable:client:%'
)
select y.client_id, y.kind, y.method, y.amount, y.at, a.after, coalesce(c.unattended, false) as by_itself,
  coalesce(cast(b.id as text), cast(g.id as text), '') as package, b.service_id, b.sessions, b.expires_on
from account a join payment y on y.id = a.payment_id left join charge_intent c on c.id = y.id
  left join package b on b.id = y.id left join package g on g.id = y.refund_of
where a.reverses_id is null and y.at >= :since order by y.at, y.id
"""
"""`after`: what the client owed once it was posted."""
OWED_BEFORE = """
select e.client_id, sum(p.amount) as owed from posting p join entry e on e.id = p.entry_id
where p.account = 'receivable:client:' || e.client_id and e.at < :since group by 1 having sum(p.amount) > 0
"""
USUAL_DAYS = 14
GIVEN_UP = 60
"""Days after which an open invoice is not expected to be paid any more."""


def paying(clients: Iterable[Comer], engine: Engine, since: datetime, now: datetime, tz: ZoneInfo) -> tuple[Comer, ...]:
    """Each client with what they paid; and from then on they pay as long after an invoice as they did.

    Who leaves one open now has not paid it by now; open for longer than GIVEN_UP, they pay nothing besides.
    """
    with engine.connect() as connection:
        invoices = connection.execute(text(INVOICES), {"since": since}).all()
        moved = connection.execute(text(MONEY), {"since": since}).all()
        owed = {r.client_id: r.owed for r in connection.execute(text(OWED_BEFORE), {"since": since})}
    of_clients: dict[str, list[Any]] = defaultdict(list)
    for row in moved:
        of_clients[str(row.client_id)].append(row)
    usual = _habits(invoices, local_day(now, tz))
    return tuple(
        replace(usual(each), paid=_paid(of_clients[each.id], owed.get(int(each.id), ZERO), each.autopay, tz))
        for each in clients
    )


def _habits(invoices: Iterable[Any], today: date) -> Callable[[Comer], Comer]:
    """How soon and by what each client pays what nobody told when it was paid."""
    days: dict[str, list[int]] = defaultdict(list)
    methods: dict[str, str] = {}
    still_open: dict[str, int] = {}
    for row in invoices:
        client = str(row.client_id)
        if row.method:
            methods[client] = row.method
        if row.settled_on:
            days[client].append((row.settled_on - row.issued_on).days)
        else:
            still_open[client] = max(still_open.get(client, 0), (today - row.issued_on).days)
    typical = median_low([day for each in days.values() for day in each] or [USUAL_DAYS])

    def usual(client: Comer) -> Comer:
        after = max(median_low(days.get(client.id, [typical])), still_open.get(client.id, -1) + 1)
        method = Method(methods.get(client.id, Method.CHECK))
        return replace(client, pays_after=after if still_open.get(client.id, 0) <= GIVEN_UP else None, method=method)

    return usual


def _paid(rows: Iterable[Any], owed: Decimal, autopay: bool, tz: ZoneInfo) -> tuple[Paid, ...]:
    """A client's money in order, without what paid for visits before the window and what happens by itself."""
    found = []
    for row in rows:
        before = min(owed, row.amount) if row.kind != "refund" else ZERO
        owed -= before
        if row.amount > before and not (row.by_itself and autopay):
            found.append(_one(row, row.amount - before, tz))
    return tuple(found)


def _one(row: Any, amount: Decimal, tz: ZoneInfo) -> Paid:
    return Paid(
        local(row.at, tz),
        amount,
        Method(row.method) if row.method else None,
        row.kind,
        clears=row.after == ZERO and row.service_id is None,
        package=row.package,
        buys=Bought(str(row.service_id), row.sessions, row.expires_on) if row.service_id else None,
    )
