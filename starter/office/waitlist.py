"""What people do with the times that the waitlist offered them."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlmodel import Session as Database

from activities.tasks import NAMES
from models.errors import Refused
from models.scheduling import offering_workflow
from models.tables import WaitlistEntry, WaitlistOffer
from starter.office.asking import Line
from starter.office.sessions import Sessions
from workflows.offering import OfferingWorkflow


@dataclass(frozen=True)
class Waitlist:
    """Offers of freed times, as clients answer them."""

    line: Line

    async def accept(self, offer_id: UUID) -> UUID:
        """Book the offered time for who was offered it; the session's id, or Refused when it is gone."""
        offer, entry = self._offer(offer_id)
        return await Sessions(self.line).book(
            offer.clinician_id,
            entry.service_id,
            (entry.client_id,),
            offer.starts,
            offer.place,
            session_id=uuid5(NAMES, f"offer/{offer_id}"),
            offer_id=offer_id,
        )

    async def decline(self, offer_id: UUID) -> None:
        """Not this time; the next who waits is asked."""
        offer, _ = self._offer(offer_id)
        await self.line.tell(
            OfferingWorkflow.run, offering_workflow(offer.freed_by), OfferingWorkflow.decline, offer_id
        )

    def _offer(self, offer_id: UUID) -> tuple[WaitlistOffer, WaitlistEntry]:
        with Database(self.line.engine, expire_on_commit=False) as db:
            offer = db.get(WaitlistOffer, offer_id)
            entry = db.get(WaitlistEntry, offer.entry_id) if offer else None
        if offer is None or entry is None:
            raise Refused("there is no such offer")
        return offer, entry
