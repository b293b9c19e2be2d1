"""Reference data: who works here, what is offered and agreed. Checked (`models/checks`) before it is kept.

What has an effective date is never changed: a newer row takes its place from its day on.
"""

from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from activities import directory, pay_contracts, pay_entries
from models.checks import check
from models.errors import Refused
from models.tables import Clinician, PayRuleRow, PayTerms, Practice


def add(engine: Engine, row: SQLModel) -> int:
    """Keep a new row, in a transaction of its own, and tell its id."""
    with Database(engine) as db, db.begin():
        return keep(db, row)


def keep(db: Database, row: SQLModel) -> int:
    """Keep a new row and tell its id; Refused names everything that is wrong with it."""
    check(row)
    if isinstance(row, Practice) and db.get(Practice, 1) is not None:
        raise Refused("this database has a practice already: use `persession change practice`")
    if isinstance(row, Clinician):
        _one_person_has(db, row)
    if isinstance(row, PayTerms):
        return pay_contracts.agree(db, row)
    if isinstance(row, PayRuleRow):
        return pay_entries.keep_rule(db, row)
    return directory.keep(db, row)


def change(engine: Engine, table: type[SQLModel], key: int, fields: dict[str, Any]) -> None:
    """Correct a row that is there; Refused when it is not, or would be wrong."""
    row = _there(engine, table, key)
    if row is None:
        raise Refused(f"there is no {table.__name__.lower()} {key}")
    for name, value in fields.items():
        setattr(row, name, value)
    check(row)
    if isinstance(row, Clinician):
        with Database(engine) as db:
            if not row.active:
                _promised_nothing(db, key)
            _one_person_has(db, row)
    directory.enter(engine, row)


def _one_person_has(db: Database, row: Clinician) -> None:
    """An NPI is one person's: claims name who held a session by it."""
    same = (Clinician.npi == row.npi, col(Clinician.active), col(Clinician.id).is_distinct_from(row.id))
    other = db.exec(select(Clinician).where(*same)).first() if row.npi and row.active else None
    if other:
        raise Refused(f"clinician {other.id}, {other.name}, has this NPI: it is one person's, so look it up again")


def _promised_nothing(db: Database, clinician_id: int) -> None:
    """Who left has a last day in their contract: a guarantee or a draw would go on without them."""
    for terms in pay_contracts.terms_of(db, clinician_id):
        if terms.effective_until is None:
            raise Refused(
                f"their pay contract since {terms.effective_from} holds until further notice: say its last day "
                f"first, on the page of their pay or with `persession pay end-contract {terms.id} DAY`"
            )


def _there(engine: Engine, table: type[SQLModel], key: int) -> SQLModel | None:
    with Database(engine, expire_on_commit=False) as db:
        return db.get(table, key)
