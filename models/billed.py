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
