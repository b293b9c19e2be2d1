"""What is added to pay by hand, and pay worked out anew: always a new line of the open period, with its reason."""

from decimal import Decimal

from sqlmodel import col, func, select

from activities import earnings, kept_words, pay_anew
from activities.database import Tx, step
from activities.pay_deciders import must_not_be_own
from models.errors import Refused
from models.money import ZERO
from models.paying import ItemKind, ItemStanding, PayItem, Recalculation, Source
from models.tables import Clinician, PayLine

LONGEST = 200
"""Characters of a reason."""


@step("pay_changes.add_item")
def add_item(tx: Tx, item: PayItem) -> ItemStanding:
    """A bonus, a deduction, a reimbursement or a correction: a line of the open period, once per id."""
    key = f"pay/item/{item.id}"
    amount = -item.amount if item.kind is ItemKind.DEDUCTION else item.amount
    before = tx.db.exec(select(PayLine).where(PayLine.key == key)).first()
    if before:
        return _added_before(before, item, amount)
    because = kept_words.reason(tx, item.about, item)
    _check(tx, item, because)
    line = PayLine(
        key=key,
        clinician_id=item.clinician_id,
        source=Source(item.kind.value),
        earned_on=tx.today,
        basis=ZERO,
        amount=amount,
        rule=f"pay.{item.kind.value} by {item.by.strip()}",
        why=because,
    )
    saved = earnings.save(tx, line)
    return ItemStanding(saved.id or 0, amount)


def _added_before(line: PayLine, item: PayItem, amount: Decimal) -> ItemStanding:
    """The line that the same wish made; Refused where this id was another wish's."""
    if (line.clinician_id, line.source, line.amount) != (item.clinician_id, item.kind.value, amount):
        raise Refused(
            f"a {line.source} of {abs(line.amount)} to clinician {line.clinician_id} was added under this id: "
            "give what is to be added besides an id of its own"
        )
    return ItemStanding(line.id or 0, line.amount)


@step("pay_changes.recalculate")
def recalculate(tx: Tx, wish: Recalculation) -> int:
    """Pay since a day by the rules and contracts as they are now: the differences as new lines; how many."""
    because = kept_words.reason(tx, wish.about, wish)
    _may(tx, wish.clinician_id, wish.by, wish.account_id, because)
    return pay_anew.since(tx, wish.clinician_id, wish.since, because)


def _check(tx: Tx, item: PayItem, because: str) -> None:
    _may(tx, item.clinician_id, item.by, item.account_id, because)
    if item.amount == ZERO or (item.amount < ZERO and item.kind is not ItemKind.CORRECTION):
        raise Refused(f"{item.amount} is not an amount for a {item.kind.value}: above zero (a correction: not zero)")
    if item.kind is ItemKind.DEDUCTION and item.amount > (owed := _open(tx, item.clinician_id)):
        raise Refused(
            f"{item.amount} is more than the {max(owed, ZERO)} earned and not stated yet: nobody is paid below zero "
            "by a deduction; split it over periods"
        )


def _open(tx: Tx, clinician_id: int) -> Decimal:
    query = select(func.sum(col(PayLine.amount))).where(
        PayLine.clinician_id == clinician_id, col(PayLine.statement_id).is_(None)
    )
    return tx.db.exec(query).one() or ZERO


def _may(tx: Tx, clinician_id: int, by: str, account_id: int | None, reason: str) -> None:
    if tx.db.get(Clinician, clinician_id, with_for_update=True) is None:
        raise Refused(f"there is no clinician {clinician_id}")
    if not by.strip():
        raise Refused("say who decides this")
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused(f"give the reason, in {LONGEST} characters at most: it stands on the statement")
    must_not_be_own(tx.db, clinician_id, by, account_id)
