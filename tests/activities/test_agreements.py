"""Agreements are signed once, in the words that stood there; what was signed is never changed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import agreements
from models.errors import Refused
from models.facts import Audience
from models.tables import AgreementVersion, Signature
from tests.activities.practice import Desk

Answer = TypeVar("Answer")
TODAY = date(2026, 3, 2)


def write(desk: Desk, work: Callable[..., Answer], *given: Any) -> Answer:
    with Database(desk.world.engine, expire_on_commit=False) as db, db.begin():
        return work(db, *given)


def policy(desk: Desk, audience: Audience = Audience.EVERYONE) -> int:
    """An agreement with its first version; the agreement's id."""
    return write(desk, agreements.write, "Cancellations", audience, "Tell us 24 hours before.", TODAY)


def asked(desk: Desk, client: int, today: date = TODAY) -> list[tuple[str, int]]:
    return [(o.title, o.number) for o in write(desk, agreements.open_for, client, today)]


def sign(desk: Desk, client: int, name: str = "Pat Doe", version: int = 1) -> int:
    return write(desk, agreements.sign, client, version, name, None, desk.now)


def test_a_signature_ends_the_asking_and_signing_twice_is_signing_once(desk: Desk) -> None:
    policy(desk)
    client = desk.client()
    assert asked(desk, client) == [("Cancellations", 1)]
    assert sign(desk, client) == sign(desk, client, "Somebody Else")
    assert asked(desk, client) == []
    assert desk.rows(select(Signature.typed_name)) == ["Pat Doe"]


def test_a_new_version_asks_again_from_its_day_on(desk: Desk) -> None:
    agreement, client = policy(desk), desk.client()
    sign(desk, client)
    later = TODAY + timedelta(days=10)
    write(desk, agreements.rewrite, agreement, "Tell us 48 hours before.", later, True, 1)
    assert asked(desk, client) == []
    assert asked(desk, client, later) == [("Cancellations", 2)]


def test_two_who_rewrite_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    agreement = policy(desk)
    write(desk, agreements.rewrite, agreement, "Words of one", TODAY, True, 1)
    with pytest.raises(Refused, match="somebody wrote version 2"):
        write(desk, agreements.rewrite, agreement, "Words of another", TODAY, True, 1)
    newest = select(AgreementVersion.words).order_by(col(AgreementVersion.number).desc())
    assert desk.rows(newest)[0] == "Words of one"


def test_an_agreement_for_who_pays_themselves_is_not_for_the_insured(desk: Desk) -> None:
    policy(desk, Audience.SELF_PAY)
    assert asked(desk, desk.client()) == [("Cancellations", 1)]
    assert asked(desk, desk.client(desk.payer())) == []


def test_a_retired_agreement_is_asked_of_nobody(desk: Desk) -> None:
    agreement = policy(desk)
    write(desk, agreements.retire, agreement, TODAY)
    assert asked(desk, desk.client()) == []


@pytest.mark.parametrize(
    ("name", "version", "why"), [("  ", 1, "full name"), ("Pat", 9, "no such"), ("x" * 201, 1, "200")]
)
def test_a_signature_needs_a_name_and_an_agreement(desk: Desk, name: str, version: int, why: str) -> None:
    policy(desk)
    client = desk.client()
    with pytest.raises(Refused, match=why):
        sign(desk, client, name, version)


def test_a_signature_holds_for_what_was_agreed_only(desk: Desk) -> None:
    policy(desk)
    client = desk.client()
    sign(desk, client)
    with Database(desk.world.engine) as db:
        signature = db.exec(select(Signature)).one()
        assert agreements.holds(db, signature)
        forged = Signature(**{**signature.model_dump(), "typed_name": "Mallory"})
        assert not agreements.holds(db, forged)


@pytest.mark.parametrize(
    "change",
    [
        "update signature set typed_name = 'x'",
        "delete from signature",
        "update agreement_version set words = 'x'",
        "delete from agreement_version",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_agreed(desk: Desk, change: str) -> None:
    policy(desk)
    sign(desk, desk.client())
    with desk.world.engine.begin() as connection, pytest.raises(DatabaseError, match="never changed"):
        connection.exec_driver_sql(change)


def test_titles_are_not_given_twice(desk: Desk) -> None:
    policy(desk)
    with pytest.raises(Refused, match="there is an agreement"):
        write(desk, agreements.write, "cancellations", Audience.EVERYONE, "Words", TODAY)
