"""Clients' papers as PDF: good faith estimates with the words the law asks for, and agreements with their signature."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.agreements import holds
from activities.documents import drawn
from activities.papers import card_of
from activities.wording import long_date, moment, usd
from models.calendar import local_day, zone
from models.errors import Refused
from models.money import total
from models.tables import (
    Agreement,
    AgreementVersion,
    Client,
    Clinician,
    Estimate,
    EstimateLine,
    Practice,
    Service,
    Signature,
)

NOTICES = (
    (
        "This is an estimate",
        "This Good Faith Estimate shows the costs of items and services that are reasonably expected for your health "
        "care needs. It is based on information known at the time it was created. It does not include any unknown or "
        "unexpected costs that may arise during treatment: actual items, services or charges may differ from it.",
    ),
    (
        "What it leaves out",
        "Other items or services may be recommended as part of the course of care that must be scheduled or requested "
        "separately and are not reflected in this estimate. A separate estimate is given for them on request or when "
        "they are scheduled.",
    ),
    (
        "If you are billed more",
        "If your bill is $400 or more above this estimate, you have the right to dispute it. You may ask us to bring "
        "the bill in line with the estimate, to negotiate it, or whether there is financial assistance. You may also "
        "start a patient-provider dispute resolution with the U.S. Department of Health and Human Services (HHS) "
        "within 120 calendar days of the date on the original bill; there is a small fee. Starting it will not "
        "adversely affect the quality of the care you receive. How to start it, and more about your right to an "
        "estimate: www.cms.gov/nosurprises/consumers or 1-800-985-3059.",
    ),
    (
        "This is not a contract",
        "This estimate is not a contract and does not require you to obtain the items or services from any of the "
        "providers or facilities it names. Keep a copy of it: you may need it if you are billed a higher amount.",
    ),
)
"""45 CFR 149.610(c)(1)(vi)-(x), in the plain words of the model form."""


def estimate_pdf(db: Database, client_id: int, estimate_id: int) -> bytes:
    """An estimate as it was given."""
    estimate = db.get(Estimate, estimate_id)
    if estimate is None or estimate.client_id != client_id:
        raise Refused("there is no such estimate")
    practice, client = db.get_one(Practice, 1), db.get_one(Client, client_id)
    lines = _lines(db, estimate_id)
    data = {
        "client_name": client.name,
        "client_address": client.address,
        "born": long_date(client.birth) if client.birth else "",
        "provider": _provider(practice, db.get_one(Clinician, estimate.clinician_id)),
        "period": f"{long_date(estimate.first)} to {long_date(estimate.last)}",
        "diagnoses": estimate.diagnoses,
        "lines": [
            {
                "service": service.name,
                "code": service.code,
                "sessions": str(line.sessions),
                "price": usd(line.price),
                "amount": usd(line.price * line.sessions),
            }
            for line, service in lines
        ],
        "sums": [("Total expected", usd(total(line.price * line.sessions for line, _ in lines)))],
        "notices": NOTICES,
    }
    return drawn("estimate", card_of(practice), local_day(estimate.given_at, zone(practice.timezone)), data)


def agreement_pdf(db: Database, version_id: int, client_id: int | None = None) -> bytes:
    """An agreement's version, with the signature of a client, or lines to sign on paper where none is named."""
    version = db.get(AgreementVersion, version_id)
    if version is None:
        raise Refused("there is no such agreement")
    practice = db.get_one(Practice, 1)
    tz = zone(practice.timezone)
    signature = _signature(db, version_id, client_id) if client_id else None
    issued = local_day(signature.signed_at, tz) if signature else version.effective_from
    data = {
        "title": db.get_one(Agreement, version.agreement_id).title,
        "number": str(version.number),
        "in_force": long_date(version.effective_from),
        "words": version.words.replace("\r\n", "\n"),
        "signature": _signed(db, signature, tz) if signature else None,
    }
    return drawn("agreement", card_of(practice), issued, data)


def _signature(db: Database, version_id: int, client_id: int) -> Signature:
    query = select(Signature).where(Signature.version_id == version_id, Signature.client_id == client_id)
    found = db.exec(query).first()
    if found is None:
        raise Refused("this agreement is not signed yet")
    if not holds(db, found):
        raise Refused("this signature does not belong to these words: somebody changed the database")
    return found


def _signed(db: Database, signature: Signature, tz: ZoneInfo) -> dict[str, str]:
    at: datetime = signature.signed_at.astimezone(tz)
    client = db.get_one(Client, signature.client_id)
    return {"name": signature.typed_name, "client": client.name, "at": moment(at), "digest": signature.digest}


def _lines(db: Database, estimate_id: int) -> Sequence[tuple[EstimateLine, Service]]:
    return db.exec(
        select(EstimateLine, Service)
        .join(Service, col(Service.id) == EstimateLine.service_id)
        .where(EstimateLine.estimate_id == estimate_id)
        .order_by(col(EstimateLine.id))
    ).all()


def _provider(practice: Practice, clinician: Clinician) -> dict[str, object]:
    numbers = [("NPI", clinician.npi or practice.npi), ("Tax id", practice.tax_id)]
    town = " ".join(part for part in (practice.city, practice.state, practice.zip) if part)
    place = ", ".join(part for part in (practice.line1, town) if part)
    return {
        "name": f"{clinician.name}, {practice.name}",
        "numbers": [*(f"{name} {number}" for name, number in numbers if number), *([place] if place else [])],
    }
