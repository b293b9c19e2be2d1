"""The denial playbook (RULES 4): by group and reason code (CARC), what it means and what to do by default."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.facts import Adjusted


class Action(StrEnum):
    """What a biller does about a denial."""

    CORRECT = "correct and resubmit as a replacement"
    FIND_ORIGINAL = "find the original; close as duplicate when it was paid"
    OTHER_COVERAGE = "coordinate benefits, bill the other coverage"
    CHECK_ELIGIBILITY = "check eligibility, then bill the client"
    APPEAL_TIMELY = "appeal with the 999 and 277CA as proof when sent in time, else write off"
    APPEAL = "appeal with the note's summary; a person signs"
    ADJUST_OFF = "adjust off; review"
    RIGHT_PAYER = "find the right payer, original claim there"
    AUTHORIZATION = "get the authorization, resubmit as a replacement; else appeal"
    CREDENTIALING = "credentialing: check the clinician's enrolment on that date"
    BILL_CLIENT = "bill the client"
    REVIEW = "read codes and remarks, decide"


@dataclass(frozen=True)
class Play:
    """One row of the playbook: the codes met, their meaning in plain words, the default action."""

    codes: tuple[str, ...]
    meaning: str
    action: Action


PLAYBOOK: tuple[Play, ...] = (
    Play(("CO-4", "CO-11", "CO-16", "CO-125"), "modifier, diagnosis, missing or wrong information", Action.CORRECT),
    Play(("CO-18",), "duplicate", Action.FIND_ORIGINAL),
    Play(("CO-22",), "another payer is primary", Action.OTHER_COVERAGE),
    Play(("CO-26", "CO-27", "PR-27"), "no coverage on that date", Action.CHECK_ELIGIBILITY),
    Play(("CO-29",), "past timely filing", Action.APPEAL_TIMELY),
    Play(("CO-50", "CO-55", "CO-56"), "not medically necessary", Action.APPEAL),
    Play(("CO-97", "CO-234"), "bundled into another service", Action.ADJUST_OFF),
    Play(("CO-109",), "not this payer", Action.RIGHT_PAYER),
    Play(("CO-197", "CO-198"), "no or exceeded authorization", Action.AUTHORIZATION),
    Play(("CO-B7",), "provider not certified on that date", Action.CREDENTIALING),
    Play(("PR-204", "PR-96", "PR-119"), "not covered, or benefit used up", Action.BILL_CLIENT),
)
PLAYS = {code: play for play in PLAYBOOK for code in play.codes}


def play_for(adjustments: Iterable[Adjusted]) -> Play:
    """The first play that knows one of the codes; else a review that names them."""
    codes = [f"{a.group}-{a.reason}" for a in adjustments]
    known = next((PLAYS[code] for code in codes if code in PLAYS), None)
    return known or Play(tuple(codes), "denied with " + (", ".join(codes) or "no reason given"), Action.REVIEW)
