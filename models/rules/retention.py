"""For how long what is no record is kept: the house's days, which a practice may lengthen or shorten within bounds.

Charts, money, claims, agreements, documents and who saw a chart are not in this table: law says how long each state has
them kept (often seven years and more, for children longer), so no run ever deletes them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from models.errors import Refused

Made = TypeVar("Made", bound=Hashable)
"""A backup, as whoever asks knows it."""


@dataclass(frozen=True)
class Keep:
    """So many days, never fewer than `least`, and why."""

    what: str
    days: int
    least: int
    why: str


KEPT: tuple[Keep, ...] = (
    Keep("mails", 2555, 400, "that a mail was sent, and when; a mail whose note is gone could be sent again"),
    Keep("sign_ins", 2190, 90, "who was signed in at which browser (45 CFR 164.316(b)(2): six years)"),
    Keep("links", 90, 30, "links for one use that were used or ran out"),
    Keep("steps", 400, 90, "what each step answered, so that asked again it answers the same"),
    Keep("api_answers", 30, 7, "what requests of other programs were answered"),
    Keep("webhooks", 365, 30, "which events other programs were told of"),
    Keep("runs", 800, 60, "what ran by the clock and how it went"),
    Keep("logs", 90, 14, "logs of worker and servers; they name no client"),
    Keep("backups", 35, 7, "a backup each night; the first of a month is kept for a year"),
    Keep("exports", 60, 14, "a readable export each week"),
)
MONTHLY_FOR = timedelta(days=366)
YOUNG, NEWEST, MONTHLY = "its days are not over", "the newest", "the first of its month, kept for a year"
"""Why a file stays; rows stay by the first only."""


def policy(own: Mapping[str, int]) -> dict[str, Keep]:
    """Every line, with the practice's own days where it has some."""
    return {keep.what: Keep(keep.what, own.get(keep.what, keep.days), keep.least, keep.why) for keep in KEPT}


def checked(what: str, days: int) -> int:
    """The days as a practice wishes them; Refused for what is not in the table, or too short."""
    known = {keep.what: keep for keep in KEPT}
    if what not in known:
        raise Refused(f"{what!r} is not something whose days can be set; there are {', '.join(known)}")
    if days < known[what].least:
        raise Refused(f"{what} are kept for at least {known[what].least} days: {known[what].why}")
    return days


def outlived(made: Mapping[Made, date], keep: Keep, today: date) -> list[Made]:
    """Which backups may go: those that nothing keeps."""
    stays = why_kept(made, keep, today)
    return [one for one in made if one not in stays]


def why_kept(made: Mapping[Made, date], keep: Keep, today: date) -> dict[Made, str]:
    """Which backups stay, and why: young ones, always the newest, and the first of each month within a year.

    They are given with their days, oldest first: of several of one day one is the first, and one the newest.
    """
    firsts: dict[tuple[int, int], Made] = {}
    for one, day in made.items():
        firsts.setdefault((day.year, day.month), one)
    stays = {one: MONTHLY for one in firsts.values() if made[one] >= today - MONTHLY_FOR}
    stays.update(dict.fromkeys([*made][-1:], NEWEST))
    return stays | {one: YOUNG for one, day in made.items() if day >= today - timedelta(days=keep.days)}
