"""The client whom a portal visit is about, and the clock they live by."""

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from models.calendar import zone
from models.tables import Client
from starter.queries import portal as queries
from starter.queries.portal import Named
from starter.web.visit import Visit


@dataclass
class Mine:
    """What every page of the portal stands on."""

    visit: Visit
    client: Client

    @property
    def id(self) -> int:
        return self.client.id or 0

    @property
    def tz(self) -> ZoneInfo:
        """The client's time zone, else the practice's."""
        return zone(self.client.timezone) if self.client.timezone else self.visit.tz

    @property
    def zone_name(self) -> str:
        """The zone as people read it: Chicago time."""
        return f"{self.tz.key.rpartition('/')[2].replace('_', ' ')} time"

    @property
    def name(self) -> str:
        """What the client likes to be called."""
        return self.client.preferred or self.client.first

    @cached_property
    def looked_after(self) -> list[Named]:
        """Those whom this account may act for."""
        return queries.looked_after(self.visit.engine, self.visit.account.client_ids)

    @property
    def for_themselves(self) -> bool:
        """Nobody else is looked after with this account."""
        return len(self.visit.account.client_ids) == 1


def mine(visit: Visit) -> Mine:
    """The client this visit is about; NotFound for an account that acts for nobody."""
    client_id = visit.acting_for
    return Mine(visit, visit.write(lambda db: db.get_one(Client, client_id)))
