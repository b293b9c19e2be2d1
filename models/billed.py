"""What is billed of a client's part in a session: how it was held, what was done beside it, how it is claimed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.money import ZERO


class Held(StrEnum):
    """How a client's part in a session was held; payers tell apart where the client was."""

    OFFICE = "office"
    HOME = "home"
    ELSEWHERE = "elsewhere"
    AUDIO = "audio"

    @property
    def remote(self) -> bool:
        """The client was not in the room."""
        return self is not Held.OFFICE


HELD_WORDS = {
    Held.OFFICE: "in person",
    Held.HOME: "by video, the client at home",
    Held.ELSEWHERE: "by video, the client elsewhere",
    Held.AUDIO: "by phone, without a picture",
}


class ClaimsPer(StrEnum):
    """How a payer wants claims: one a session, or one for all alike of a calendar week or month."""

    SESSION = "session"
    WEEK = "week"
    MONTH = "month"


class FilingIndicator(StrEnum):
    """What kind of plan a payer's is, as claims say it (837P, SBR09; codes of guide 005010X222A1)."""

    COMMERCIAL = "CI"
    BLUE_CROSS = "BL"
    MEDICAID = "MC"
    MEDICARE_B = "MB"
    MEDICARE_A = "MA"
    TRICARE = "CH"
    VETERANS = "VA"
    PPO = "12"
    POS = "13"
    EPO = "14"
    INDEMNITY = "15"
    MEDICARE_HMO = "16"
    DENTAL = "17"
    HMO = "HM"
    FEDERAL_EMPLOYEES = "FI"
    OTHER_FEDERAL = "OF"
    TITLE_V = "TV"
    OTHER_NON_FEDERAL = "11"
    WORKERS = "WC"
    CAR = "AM"
    LIABILITY = "LM"
    DISABILITY = "DS"
    OTHER = "ZZ"


FILING_WORDS = {
    FilingIndicator.COMMERCIAL: "commercial insurance",
    FilingIndicator.BLUE_CROSS: "Blue Cross Blue Shield",
    FilingIndicator.MEDICAID: "Medicaid",
    FilingIndicator.MEDICARE_B: "Medicare part B",
    FilingIndicator.MEDICARE_A: "Medicare part A",
    FilingIndicator.TRICARE: "TRICARE (Champus)",
    FilingIndicator.VETERANS: "Veterans Affairs",
    FilingIndicator.PPO: "preferred providers (PPO)",
    FilingIndicator.POS: "point of service (POS)",
    FilingIndicator.EPO: "exclusive providers (EPO)",
    FilingIndicator.INDEMNITY: "indemnity insurance",
    FilingIndicator.MEDICARE_HMO: "Medicare Advantage (HMO at Medicare's risk)",
    FilingIndicator.DENTAL: "dental maintenance",
    FilingIndicator.HMO: "health maintenance (HMO)",
    FilingIndicator.FEDERAL_EMPLOYEES: "federal employees",
    FilingIndicator.OTHER_FEDERAL: "another federal program",
    FilingIndicator.TITLE_V: "Title V (mothers and children)",
    FilingIndicator.OTHER_NON_FEDERAL: "another program that is not federal",
    FilingIndicator.WORKERS: "workers' compensation",
    FilingIndicator.CAR: "car insurance, medical",
    FilingIndicator.LIABILITY: "liability, medical",
    FilingIndicator.DISABILITY: "disability",
    FilingIndicator.OTHER: "something else",
}


@dataclass(frozen=True)
class AddOn:
    """A service beside the session's own, as its clinician says; `minutes` of psychotherapy where its code has some."""

    service_id: int
    minutes: int | None = None


@dataclass(frozen=True)
class BilledAddOn:
    """An add-on as the scrub sees it."""

    code: str
    units: int = 1
    minutes: int | None = None
    charge: Decimal = ZERO


@dataclass(frozen=True)
class ServiceLine:
    """One service of a client's part in a session: its day, and what it is charged in dollars; `add_on` as it says."""

    attendance_id: int
    service_id: int
    held_on: date
    units: int
    charge: Decimal
    add_on: bool = False


def held_as(place: str, said: str | None) -> Held:
    """As somebody said, else as the session's place tells: an address of the web is video with the client at home."""
    if said:
        return Held(said)
    return Held.HOME if on_the_web(place) else Held.OFFICE


def on_the_web(place: str) -> bool:
    """Whether a place is an address to open."""
    return place.startswith(("https://", "http://"))
