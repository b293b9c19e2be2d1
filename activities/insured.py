"""Rows as X12 names people and companies: the practice, a payer, who is insured and who is treated."""

from typing import cast

from activities.database import Tx
from models.facts import Relation
from models.tables import BillingGroup, Client, Coverage, Payer, Practice
from models.x12 import parties
from models.x12.envelope import Envelope
from models.x12.parties import Sex


def envelope(tx: Tx, control: int) -> Envelope:
    """What every file of ours says of itself: between whom it travels, its number, whether it is real.

    Its day and time are the practice's own: the day a file left counts against the last day for filing.
    """
    practice, profile = tx.practice, tx.world.profile
    return Envelope(
        sender=profile.sender or practice.submitter_id,
        receiver=profile.receiver or practice.receiver_id,
        control=control,
        created=tx.now.astimezone(tx.tz),
        production=practice.live_claims,
        sender_qualifier=profile.sender_qualifier,
        receiver_qualifier=profile.receiver_qualifier,
        group_sender=profile.group_sender,
        group_receiver=profile.group_receiver,
    )


def payer(tx: Tx, payer_id: int) -> parties.Payer:
    found = tx.db.get_one(Payer, payer_id)
    return parties.Payer(found.name, found.payer_id, found.filing_indicator)


def subscriber(coverage: Coverage, client: Client) -> parties.Person:
    """Whose insurance it is: the client's own, or somebody's whose dependent they are and with whom they live."""
    if coverage.relation == Relation.SELF:
        return person(client)
    sex = cast(Sex, coverage.subscriber_sex)
    return parties.Person(
        coverage.subscriber_last, coverage.subscriber_first, coverage.subscriber_birth, sex, address(client)
    )


def dependent(coverage: Coverage, client: Client) -> parties.Person | None:
    """The client, where the insurance is somebody else's."""
    return person(client) if coverage.relation != Relation.SELF else None


def person(client: Client) -> parties.Person:
    return parties.Person(client.last, client.first, client.birth, cast(Sex, client.sex), address(client))


def billing(of: Practice | BillingGroup) -> parties.Provider:
    """Who bills: the practice, or a part of it with an NPI of its own."""
    return parties.Provider(npi=of.npi, name=of.name, tax_id=of.tax_id, taxonomy=of.taxonomy, address=address(of))


def address(of: Client | Practice | BillingGroup) -> parties.Address:
    """A ZIP is five or nine digits in N403, never with the dash of an envelope."""
    return parties.Address(of.line1, of.city, of.state, of.zip.replace("-", ""))
