"""How clients of one's own pay from now on: as they did, and never what they have not paid by now before now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.tables import Invoice
from starter.simulate.own_payments import paying
from starter.simulate.practice import Comer
from tests.activities.conftest import new_engine as new_engine
from tests.activities.practice import Desk
from tests.databases import MakeEngine

NOW = datetime(2026, 6, 30, 17, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


def test_who_left_an_invoice_open_pays_it_later_unless_it_is_old(new_engine: MakeEngine) -> None:
    desk = Desk.opened(new_engine())
    invoices: dict[int, list[tuple[int, int | None]]] = {
        desk.client(): [(40, 35), (20, 13)],
        desk.client(): [(40, 35), (20, 15), (3, None)],
        desk.client(): [(40, 35), (20, None), (3, None)],
        desk.client(): [(61, None), (20, 15)],
        desk.client(): [],
    }
    """By client: so many days ago an invoice was issued, and settled or not."""
    for client_id, theirs in invoices.items():
        for number, (issued, settled) in enumerate(theirs):
            issued_at = NOW - timedelta(days=issued)
            paid_at = None if settled is None else NOW - timedelta(days=settled)
            about: dict[str, Any] = {"issued_on": issued_at.date(), "issued_at": issued_at, "settled_at": paid_at}
            desk.add(Invoice(number=f"{client_id}-{number}", client_id=client_id, **about))
    comers = [Comer(str(client_id)) for client_id in invoices]
    since = datetime.combine(date(2026, 4, 1), datetime.min.time(), UTC)
    after = [comer.pays_after for comer in paying(comers, desk.world.engine, since, NOW, CHICAGO)]
    assert after == [5, 5, 21, None, 5]
