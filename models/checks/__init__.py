"""What cannot be right about a row of reference data, in words a person can act on, each at the field it is about.

Forms, commands, the API and files of other systems all meet these checks before a row is kept.

words       how names, addresses, numbers and codes are written
reference   the practice, who works there, what it offers and agrees, its clients and their coverages
pay         contracts with clinicians, their rules and adjustments
"""

from collections.abc import Callable
from typing import Any

from models.checks import pay, reference
from models.checks.words import Problem, Problems
from models.errors import Refused
from models.tables import (
    BillingGroup,
    Client,
    Clinician,
    Contact,
    Coverage,
    PayAdjustment,
    Payer,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Practice,
    RateRow,
    Service,
)

CHECKS: dict[type[Any], Callable[[Any], Problems]] = {
    Practice: reference.practice,
    BillingGroup: reference.billing_group,
    Clinician: reference.clinician,
    Client: reference.client,
    Service: reference.service,
    RateRow: reference.rate,
    PolicyRow: reference.policy,
    Payer: reference.payer,
    Coverage: reference.coverage,
    Contact: reference.contact,
    PayRuleRow: pay.rule,
    PayTerms: pay.terms,
    PayAdjustment: pay.adjustment,
}


def problems(row: object) -> list[Problem]:
    """Every reason why a row cannot be right."""
    return list(CHECKS[type(row)](row))


def check(row: object) -> None:
    """Refused with all of them."""
    found = problems(row)
    if found:
        raise Refused("; ".join(problem.words for problem in found))
