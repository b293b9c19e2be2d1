"""What a payer wants beyond the guide: modifiers by licence, places of telehealth, taxonomies, authorizations.

The table of a payer is data with days (`payer_rule`); here it is read: how a service is billed to this payer, and
what of its wishes a claim does not meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.billed import Held
from models.facts import PayerRule, PayerRuleKind

OFFICE, TELEHEALTH_ELSEWHERE, TELEHEALTH_AT_HOME = "11", "02", "10"
TELEHEALTH_PLACES = frozenset({TELEHEALTH_ELSEWHERE, TELEHEALTH_AT_HOME})
TELEHEALTH_MODIFIERS = frozenset({"95", "GT", "93", "GQ", "FQ"})
AUDIO_MODIFIERS = frozenset({"93", "FQ"})
"""Those of telehealth that say that there was sound only."""
USUAL: dict[Held, tuple[str, tuple[str, ...]]] = {
    Held.OFFICE: (OFFICE, ()),
    Held.HOME: (TELEHEALTH_AT_HOME, ("95",)),
    Held.ELSEWHERE: (TELEHEALTH_ELSEWHERE, ("95",)),
    Held.AUDIO: (TELEHEALTH_AT_HOME, ("93",)),
}
"""Place of service and modifiers where a payer says nothing else (CMS place of service set; CPT modifiers 95, 93)."""

LICENCES: dict[str, str] = {
    "psychiatrist": "physician (MD, DO)",
    "psychologist": "psychologist (PhD, PsyD)",
    "nurse_practitioner": "psychiatric nurse practitioner",
    "social_worker": "clinical social worker (LCSW)",
    "counselor": "counselor (LPC, LMHC)",
    "family_therapist": "marriage and family therapist (LMFT)",
    "masters": "master's level, not independently licensed",
    "bachelors": "bachelor's level",
}
"""Levels of licence by which payers tell modifiers apart, such as AH, AJ, HO and HN."""

SHAPES: dict[PayerRuleKind, str] = {
    PayerRuleKind.MODIFIER: r"[A-Z0-9]{2}",
    PayerRuleKind.TELEHEALTH_PLACE: r"02|10",
    PayerRuleKind.TELEHEALTH_MODIFIER: r"95|GT|93|GQ|FQ|none",
    PayerRuleKind.TAXONOMY: r"[0-9A-Z]{9}X",
    PayerRuleKind.AUTHORIZATION: r"required",
    PayerRuleKind.BILLING: r"[0-9]{10}",
}
"""How the value of each kind is written."""

WORDS: dict[PayerRuleKind, str] = {
    PayerRuleKind.MODIFIER: "Modifier by licence",
    PayerRuleKind.TELEHEALTH_PLACE: "Place of service of telehealth",
    PayerRuleKind.TELEHEALTH_MODIFIER: "Modifier of telehealth",
    PayerRuleKind.TAXONOMY: "Taxonomy enrolled for an NPI",
    PayerRuleKind.AUTHORIZATION: "Authorization needed for a service",
    PayerRuleKind.BILLING: "NPI of the group that bills",
}


@dataclass(frozen=True)
class Billed:
    """How a service is billed to a payer."""

    place_of_service: str
    modifiers: tuple[str, ...]


def in_force(rules: Iterable[PayerRule], on: date) -> list[PayerRule]:
    """The rules of that day; of several about the same thing the newest."""
    found: dict[tuple[PayerRuleKind, str], PayerRule] = {}
    for rule in sorted(rules, key=lambda r: r.effective_from):
        if rule.effective_from <= on and (rule.effective_until is None or on <= rule.effective_until):
            found[rule.kind, rule.applies_to] = rule
    return list(found.values())


def billed_as(rules: Sequence[PayerRule], licence: str, held: Held, on: date) -> Billed:
    """Place of service and modifiers as this payer wants them; what it says of telehealth at large is not of audio."""
    modifiers = [] if (level := _value(rules, PayerRuleKind.MODIFIER, licence, on)) is None else [level]
    place, said = USUAL[held]
    if held.remote:
        place = telehealth_place(rules, held, on) or place
        told = _of_telehealth(rules, PayerRuleKind.TELEHEALTH_MODIFIER, held, on)
        said = said if told is None else () if told == "none" else (told,)
    return Billed(place, (*said, *modifiers))


def telehealth_place(rules: Sequence[PayerRule], held: Held, on: date) -> str | None:
    """The place of service that this payer wants for a session held so; None where it says nothing."""
    return _of_telehealth(rules, PayerRuleKind.TELEHEALTH_PLACE, held, on)


def needs_authorization(rules: Sequence[PayerRule], code: str, on: date) -> bool:
    """Whether this payer pays for the service with an authorization only."""
    return _value(rules, PayerRuleKind.AUTHORIZATION, code, on) is not None


def billing_npi(rules: Sequence[PayerRule], place: str, on: date) -> str | None:
    """The NPI that this payer wants to be billed under for what was held there; None where it says nothing."""
    return _value(rules, PayerRuleKind.BILLING, place, on)


def _of_telehealth(rules: Sequence[PayerRule], kind: PayerRuleKind, held: Held, on: date) -> str | None:
    """For exactly this way of holding it; what is said of any is of video."""
    said = {rule.applies_to: rule.value for rule in in_force(rules, on) if rule.kind is kind}
    return said.get(held, None if held is Held.AUDIO else said.get(""))


def _value(rules: Sequence[PayerRule], kind: PayerRuleKind, applies_to: str, on: date) -> str | None:
    """The narrowest rule of a kind: for exactly this, else for any."""
    mine = {rule.applies_to: rule.value for rule in in_force(rules, on) if rule.kind is kind}
    return mine.get(applies_to, mine.get(""))
