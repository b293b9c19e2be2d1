"""The denial playbook (RULES 4): by group and reason code (CARC), what it means, what to do, how often that pays.

`PLAYBOOK` is what a practice begins with; its own versions (table `play`) take the place of a code's play. Which
denials are booked as what does not hang on it: that is `models/rules/remittance.py`.
"""

from collections.abc import Iterable, Mapping
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
    """One row of the playbook: the codes met, their meaning, the action, and of a hundred such how many get paid.

    The chance is a first guess until a practice enters its own; version 0 is the one of the house.
    """

    codes: tuple[str, ...]
    meaning: str
    action: Action
    chance: int
    version: int = 0


UNKNOWN_CHANCE = 40
PLAYBOOK: tuple[Play, ...] = (
    Play(("CO-4", "CO-11", "CO-16", "CO-125"), "modifier, diagnosis, missing or wrong information", Action.CORRECT, 80),
    Play(("CO-18",), "duplicate", Action.FIND_ORIGINAL, 20),
    Play(("CO-22",), "another payer is primary", Action.OTHER_COVERAGE, 70),
    Play(("CO-26", "CO-27", "PR-27"), "no coverage on that date", Action.CHECK_ELIGIBILITY, 50),
    Play(("CO-29",), "past timely filing", Action.APPEAL_TIMELY, 40),
    Play(("CO-50", "CO-55", "CO-56"), "not medically necessary", Action.APPEAL, 45),
    Play(("CO-97", "CO-234"), "bundled into another service", Action.ADJUST_OFF, 10),
    Play(("CO-109",), "not this payer", Action.RIGHT_PAYER, 70),
    Play(("CO-197", "CO-198"), "no or exceeded authorization", Action.AUTHORIZATION, 50),
    Play(("CO-B7",), "provider not certified on that date", Action.CREDENTIALING, 40),
    Play(("PR-204", "PR-96", "PR-119"), "not covered, or benefit used up", Action.BILL_CLIENT, 60),
)
PLAYS = {code: play for play in PLAYBOOK for code in play.codes}


def play_for(adjustments: Iterable[Adjusted], plays: Mapping[str, Play] = PLAYS) -> Play:
    """The first play that knows one of the codes; else a review that names them."""
    codes = [f"{a.group}-{a.reason}" for a in adjustments]
    known = next((plays[code] for code in codes if code in plays), None)
    what = "denied with " + (", ".join(codes) or "no reason given")
    return known or Play(tuple(codes), what, Action.REVIEW, UNKNOWN_CHANCE)
