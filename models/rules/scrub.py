"""What would get a claim refused, found before it leaves: every problem at once, with its mend.

The table `CHECKS` is the scrub: code, severity, what is checked, and how it is mended; its page is
docs/rules/scrub.md. An error holds a claim until it is mended; a warning holds it until it is mended or
somebody says why it may leave all the same.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.facts import ClaimFacts
from models.rules import scrub_checks as checks
from models.rules.scrub_checks import Looks, valid_npi

__all__ = ["CHECKS", "Check", "Finding", "Severity", "holding", "scrub", "scrub_sessions", "valid_npi"]


class Severity(StrEnum):
    """Whether a person may overrule a finding."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One reason to hold a claim: which field, what is wrong, what to do."""

    code: str
    field: str
    what: str
    mend: str
    severity: Severity = Severity.ERROR

    @property
    def words(self) -> str:
        """As a person reads it."""
        return f"{self.field} {self.what}: {self.mend}"


@dataclass(frozen=True)
class Check:
    """One row of the scrub."""

    code: str
    severity: Severity
    checks: str
    mend: str
    looks: Looks


E, W = Severity.ERROR, Severity.WARNING
CHECKS: tuple[Check, ...] = (
    Check("not_billable", E, "the session is one that is billed", "close the claim", checks.not_billable),
    Check("procedure", E, "a CPT or HCPCS code is given", "give the service its code", checks.procedure),
    Check(
        "add_on",
        E,
        "an add-on is not billed alone, and goes with its service",
        "correct what was done beside the session",
        checks.add_on,
    ),
    Check(
        "minutes",
        E,
        "the code stands for the minutes spent",
        "correct the minutes or the service; it is never recoded silently",
        checks.minutes,
    ),
    Check(
        "diagnosis_missing", E, "a diagnosis is given", "add an ICD-10-CM code to the note", checks.diagnosis_missing
    ),
    Check("diagnosis", E, "diagnoses are written like ICD-10-CM codes", "correct the diagnosis", checks.diagnosis),
    Check(
        "diagnosis_unlisted",
        E,
        "diagnoses are billable codes of the list in force on that day",
        "choose one of the list, or the exact code below its category",
        checks.diagnosis_unlisted,
    ),
    Check(
        "diagnosis_unsure",
        W,
        "where the list of that day is not here, diagnoses are in the one that is",
        "look the code up in the list of that year",
        checks.diagnosis_unsure,
    ),
    Check("diagnosis_count", E, "twelve diagnoses at most", "leave out the least important", checks.diagnosis_count),
    Check(
        "pointers",
        E,
        "the line points to one to four diagnoses of the claim",
        "correct the diagnoses of the claim",
        checks.pointers,
    ),
    Check("note", E, "the note is signed, where the practice requires notes", "sign the note", checks.note),
    Check("charge", E, "the charge is above zero", "give the service its full fee", checks.charge),
    Check("npi", E, "NPIs of clinician and practice have their check digit", "correct the NPI", checks.npi),
    Check(
        "demographics",
        E,
        "name, birth date and address of the client are known",
        "ask the client and add it",
        checks.demographics,
    ),
    Check("member", E, "the member id is known", "take it from the insurance card", checks.member),
    Check(
        "coverage",
        E,
        "the coverage held on the day of the session",
        "check who covered the client that day",
        checks.coverage,
    ),
    Check(
        "place",
        E,
        "place of service, modifier and how the session was held agree",
        "correct the session's place, or this payer's rules",
        checks.place,
    ),
    Check("modifiers", E, "four modifiers at most, each once", "correct this payer's rules", checks.modifiers),
    Check(
        "duplicate",
        W,
        "no other claim bills the same client, day, service and clinician",
        "close one of the two, or say why both are right",
        checks.duplicate,
    ),
    Check(
        "authorization_missing",
        E,
        "there is an authorization where the payer wants one",
        "enter its number with the coverage",
        checks.authorization_missing,
    ),
    Check(
        "authorization_over",
        E,
        "the authorization had not ended",
        "enter the next one with the coverage, and with this claim",
        checks.authorization_over,
    ),
    Check(
        "authorization_used_up",
        W,
        "the authorization has sessions left",
        "ask the payer for more, and enter them with the coverage",
        checks.authorization_used_up,
    ),
    Check(
        "filing_over",
        W,
        "the payer's limit for filing is not over",
        "send it with a reason the payer accepts, or close it",
        checks.filing_over,
    ),
    Check(
        "licence",
        E,
        "the modifier that the payer wants for the clinician's licence is there",
        "enter the clinician's licence",
        checks.licence,
    ),
    Check(
        "telehealth_place",
        E,
        "the place of service is the one the payer wants for telehealth",
        "correct this payer's rules",
        checks.telehealth_place,
    ),
    Check(
        "taxonomy",
        E,
        "the clinician's taxonomy is the one enrolled with the payer",
        "correct the clinician's taxonomy, or enrol it",
        checks.taxonomy,
    ),
    Check(
        "billing_group",
        E,
        "the NPI that bills is the one the payer wants",
        "enter the group that has this NPI, or correct this payer's rules",
        checks.billing_group,
    ),
)
OVERRULABLE = frozenset(check.code for check in CHECKS if check.severity is Severity.WARNING)


def scrub(claim: ClaimFacts) -> list[Finding]:
    """Every reason not to send this claim yet; empty when it may leave."""
    return [
        Finding(check.code, field, what, check.mend, check.severity)
        for check in CHECKS
        for field, what in check.looks(claim)
    ]


def scrub_sessions(sessions: Sequence[ClaimFacts]) -> list[Finding]:
    """The same of a claim of several sessions, each judged by itself; what is not said of all names the days."""
    days: dict[Finding, list[str]] = {}
    for session in sessions:
        for finding in dict.fromkeys(scrub(session)):
            days.setdefault(finding, []).append(str(session.held_on))
    return [
        finding if len(wrong) >= len(sessions) else replace(finding, what=f"{finding.what} ({', '.join(wrong)})")
        for finding, wrong in days.items()
    ]


def holding(findings: list[Finding], overruled: Container[str]) -> list[Finding]:
    """The findings that hold a claim: all but the warnings somebody has answered for."""
    return [f for f in findings if f.severity is Severity.ERROR or f.code not in overruled]
