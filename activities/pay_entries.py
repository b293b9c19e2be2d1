"""Contracts, pay rules and adjustments as they are entered, put right and ended: what that means for what was."""

from datetime import date, timedelta

from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import directory, pay_contracts
from models.calendar import midnight, zone
from models.errors import Refused
from models.paying import Contract
from models.rules import pay_contracts as contract_rules
from models.rules.pay import rule_in_force
from models.tables import Clinician, PayAdjustment, PayRuleRow, PayTerms, Practice, Service, Session

DAY = timedelta(days=1)


def keep_rule(db: Database, row: PayRuleRow) -> int:
    """A new rule or tier; Refused where the sessions before a tier would earn nothing."""
    db.get(Clinician, row.clinician_id, with_for_update=True)
    if row.after_sessions:
        known = pay_contracts.rules_of(db, row.clinician_id)
        if rule_in_force(known, row.service_id or 0, row.effective_from, 0) is None:
            raise Refused(
                f"no rule says what sessions 1 to {row.after_sessions} of a period earn on {row.effective_from}: "
                "enter that first, then the tier"
            )
    return directory.keep(db, row)


def end_adjustment(db: Database, adjustment_id: int, last: date) -> int:
    """An adjustment's last day; the day before its first takes back one that was never right. Whose it is."""
    row = db.get(PayAdjustment, adjustment_id, with_for_update=True)
    if row is None:
        raise Refused(f"there is no adjustment {adjustment_id}")
    if last < row.effective_from - DAY:
        raise Refused(
            f"this adjustment begins on {row.effective_from}: "
            f"it ends on that day or later, or on {row.effective_from - DAY} where it was never right"
        )
    row.effective_until = last
    return row.clinician_id


def meaning_of_rule(db: Database, rule_id: int) -> str:
    """What a rule that was entered does to those before it, and to what is earned already; in sentences."""
    row = db.get_one(PayRuleRow, rule_id)
    known = pay_contracts.rules_of(db, row.clinician_id)
    services = {number or 0: name for number, name in db.exec(select(Service.id, Service.name)).all()}
    [new] = [rule for rule in known if rule.id == rule_id]
    said = [contract_rules.consequence(new, [rule for rule in known if rule.id < rule_id], services)]
    return " ".join(filter(None, [*said, earned_already(db, row.clinician_id, row.effective_from)]))


def meaning_of_contract(db: Database, terms_id: int) -> str:
    """What a contract that was entered does not say and the one before it did, and what is earned already."""
    row = db.get_one(PayTerms, terms_id)
    before = before_day(db, row.clinician_id, row.effective_from)
    left = contract_rules.left_out(before, pay_contracts.as_contract(row)) if before else []
    lost = f"The contract before also said, and this one does not: {' '.join(left)}" if left else ""
    return " ".join(filter(None, [lost, earned_already(db, row.clinician_id, row.effective_from)]))


def before_day(db: Database, clinician_id: int, day: date) -> Contract | None:
    """The last contract that began before a day."""
    earlier = [contract for contract in pay_contracts.contracts(db, clinician_id) if contract.since < day]
    return earlier[-1] if earlier else None


def earned_already(db: Database, clinician_id: int, since: date) -> str:
    """That sessions held since a day are earned by what was agreed before; empty where none is."""
    from_moment = midnight(since, zone(db.get_one(Practice, 1).timezone))
    earned = select(func.count()).where(
        Session.clinician_id == clinician_id, col(Session.earned_on).is_not(None), Session.starts >= from_moment
    )
    count = db.exec(earned).one()
    if not count:
        return ""
    are = "1 session held since {} is" if count == 1 else f"{count} sessions held since {{}} are"
    return f"{are.format(since)} paid by what was agreed before: work pay out anew for the difference."
