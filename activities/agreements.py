"""Agreements: written in versions, signed by clients in their typed name; nothing of it ever changes."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities.database import HELD
from models.errors import Refused
from models.facts import Audience
from models.rules import agreements as rules
from models.tables import Agreement, AgreementVersion, Client, Coverage, Signature

LONGEST_NAME = 200


@dataclass(frozen=True)
class OpenAgreement:
    """What a client is asked to sign."""

    version_id: int
    title: str
    number: int
    words: str
    why: str


def open_for(db: Database, client_id: int, today: date) -> list[OpenAgreement]:
    """What a client must still sign, by title."""
    client = db.get(Client, client_id)
    if client is None:
        raise Refused("there is no such client")
    signed = select(Signature.id).where(Signature.version_id == AgreementVersion.id, Signature.client_id == client_id)
    still = func.coalesce(Coverage.covered_until, today) >= today
    insured = select(Coverage.id).where(Coverage.client_id == client_id, still)
    query = select(Agreement, AgreementVersion, signed.exists(), insured.exists())
    query = query.join(AgreementVersion, col(AgreementVersion.agreement_id) == Agreement.id)
    rows = db.exec(query.order_by(col(AgreementVersion.id))).all()
    found = {version.id: (agreement, version) for agreement, version, _, _ in rows}
    mine = frozenset(version.id or 0 for _, version, is_signed, _ in rows if is_signed)
    signer = rules.Signer(client.birth, not any(is_insured for *_, is_insured in rows), mine)
    asked = rules.to_sign([_facts(agreement, version) for agreement, version in found.values()], signer, today)
    asked_for = [(found[wanted.version_id], wanted.why) for wanted in asked]
    open_ = [OpenAgreement(v.id or 0, a.title, v.number, v.words, why) for (a, v), why in asked_for]
    return sorted(open_, key=lambda agreement: agreement.title)


def sign(db: Database, client_id: int, version_id: int, typed_name: str, by_account: int | None, at: datetime) -> int:
    """Sign a version for a client, once; the signature's id. Signing again changes nothing."""
    name = " ".join(typed_name.split())
    if not name:
        raise Refused("type your full name to sign")
    if len(name) > LONGEST_NAME:
        raise Refused(f"a name has at most {LONGEST_NAME} letters")
    version = db.get(AgreementVersion, version_id)
    if version is None:
        raise Refused("there is no such agreement")
    db.exec(select(Client.id).where(Client.id == client_id).with_for_update(**HELD)).one()
    mine = select(Signature).where(Signature.version_id == version_id, Signature.client_id == client_id)
    signature = db.exec(mine).first()
    if signature is None:
        signature = Signature(
            version_id=version_id,
            client_id=client_id,
            typed_name=name,
            signed_at=at,
            account_id=by_account,
            digest=digest(version.words, version_id, client_id, name, at),
        )
        db.add(signature)
        db.flush()
    return signature.id or 0


def holds(db: Database, signature: Signature) -> bool:
    """Whether a signature still belongs to the words, the name and the moment it was made with."""
    version = db.get_one(AgreementVersion, signature.version_id)
    made = digest(version.words, signature.version_id, signature.client_id, signature.typed_name, signature.signed_at)
    return made == signature.digest


def digest(words: str, version_id: int, client_id: int, name: str, at: datetime) -> str:
    """What binds a signature: SHA-256 over everything that was agreed."""
    agreed = [words, version_id, client_id, name, at.timestamp()]
    return sha256(json.dumps(agreed).encode()).hexdigest()


def write(db: Database, title: str, audience: Audience, words: str, effective_from: date) -> int:
    """A new agreement with its first version; its id."""
    title, words = " ".join(title.split()), words.strip()
    if not title or not words:
        raise Refused("an agreement needs a title and its words")
    if db.exec(select(Agreement.id).where(func.lower(Agreement.title) == title.lower())).first():
        raise Refused("there is an agreement of that title: write a new version of it")
    agreement = Agreement(title=title, audience=audience)
    db.add(agreement)
    db.flush()
    db.add(_version(agreement.id or 0, 1, words, effective_from, sign_again=True))
    return agreement.id or 0


def rewrite(db: Database, agreement_id: int, words: str, effective_from: date, sign_again: bool, seen: int) -> None:
    """A new version; Refused when somebody wrote one after version `seen`, on which this one was based."""
    if not words.strip():
        raise Refused("an agreement needs its words")
    db.exec(select(Agreement.id).where(Agreement.id == agreement_id).with_for_update()).one()
    mine = select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == agreement_id)
    newest = db.exec(mine).one()
    if newest != seen:
        raise Refused(f"somebody wrote version {newest} meanwhile: look at it first, your words are still below")
    db.add(_version(agreement_id, newest + 1, words.strip(), effective_from, sign_again))


def retire(db: Database, agreement_id: int, today: date) -> None:
    """Ask nobody to sign it any more; what was signed stays."""
    agreement = db.get(Agreement, agreement_id, with_for_update=True)
    if agreement is None:
        raise Refused("there is no such agreement")
    agreement.retired_on = agreement.retired_on or today


def _version(agreement_id: int, number: int, words: str, effective_from: date, sign_again: bool) -> AgreementVersion:
    return AgreementVersion(
        agreement_id=agreement_id, number=number, words=words, effective_from=effective_from, sign_again=sign_again
    )


def _facts(agreement: Agreement, version: AgreementVersion) -> rules.Version:
    return rules.Version(
        id=version.id or 0,
        agreement_id=version.agreement_id,
        number=version.number,
        audience=Audience(agreement.audience),
        effective_from=version.effective_from,
        sign_again=version.sign_again,
        retired_on=agreement.retired_on,
    )
