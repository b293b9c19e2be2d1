"""Mails about recurring appointments and freed times: when, where, and where to answer; never what for."""

from datetime import timedelta

from activities import directory, series
from activities.database import Tx
from activities.rendering import OfferMail, PracticeCard, SeriesMail
from models.calendar import local_day
from models.messages import Mail
from models.scheduling import OfferState
from models.tables import Client, Series, Service, WaitlistEntry, WaitlistOffer


def series_mail(tx: Tx, mail: Mail, card: PracticeCard) -> SeriesMail:
    """The dates of a series that are booked or soon will be, as they stand when the mail is written."""
    found, client = tx.db.get_one(Series, mail.series_id), tx.db.get_one(Client, mail.client_id)
    last = local_day(tx.now + series.AHEAD, tx.tz)
    held = [o for o in series.planned(tx.db, found, max(found.first, tx.today), last) if not o.skipped]
    tz = directory.client_zone(tx, client)
    starts = tuple(o.starts.astimezone(tz) for o in held if o.starts > tx.now)
    minutes = tx.db.get_one(Service, found.service_id).minutes
    more = found.until is None or found.until > last
    return SeriesMail(card, client.first, starts, minutes, found.place, more)


def offer_mail(tx: Tx, mail: Mail, card: PracticeCard) -> OfferMail:
    """A freed time, and until when it may be taken."""
    offer, client = tx.db.get_one(WaitlistOffer, mail.offer_id), tx.db.get_one(Client, mail.client_id)
    entry = tx.db.get_one(WaitlistEntry, offer.entry_id)
    tz = directory.client_zone(tx, client)
    url = f"{tx.world.site_url}/portal/offers/{offer.id}" if tx.world.site_url else ""
    minutes = tx.db.get_one(Service, entry.service_id).minutes
    return OfferMail(
        card,
        client.first,
        offer.starts.astimezone(tz),
        minutes,
        offer.place,
        (offer.expires_at - timedelta(minutes=1)).astimezone(tz),
        url,
    )


def offer_stands(tx: Tx, mail: Mail) -> bool:
    """Whether the offer can still be taken."""
    offer = tx.db.get_one(WaitlistOffer, mail.offer_id)
    return offer.state == OfferState.OPEN and tx.now < offer.expires_at
