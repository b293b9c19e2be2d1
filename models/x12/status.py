"""One status of a claim, as a 277CA or a 277 gives it in an STC: category, code, whom it is about."""

from dataclasses import dataclass

from models.x12.code_words import ENTITIES, words
from models.x12.segments import Segment, Segments, every
from models.x12.status_words import CATEGORIES, STATUSES

TAKEN = ("A0", "A1", "A2", "A5")
FURTHER_ALONG = ("P", "F")
"""Pending and finalized: such a claim is past the door."""


@dataclass(frozen=True)
class Status:
    """A status in the payer's codes; `text` and `action` say it in plain words."""

    category: str
    code: str
    entity: str = ""

    @property
    def accepted(self) -> bool:
        """A category nobody knows is taken for a rejection, so that a person looks at it."""
        return self.category in TAKEN or self.category.startswith(FURTHER_ALONG)

    @property
    def text(self) -> str:
        category = CATEGORIES.get(self.category, (words({}, self.category), ""))[0]
        status = STATUSES.get(self.code, (words({}, self.code), ""))[0]
        about = f" ({words(ENTITIES, self.entity)})" if self.entity else ""
        return f"{category}: {status}{about}"

    @property
    def action(self) -> str:
        """What mends the status; where the payer is still at work, or the status says nothing, the category's."""
        of_category = CATEGORIES.get(self.category, ("", "call the payer: the category is not known here"))[1]
        if self.category in CATEGORIES and self.accepted and self.category not in ("P3", "P4", "F2", "F4"):
            return of_category
        return STATUSES.get(self.code, ("", ""))[1] or of_category


def read_statuses(segments: Segments) -> list[Status]:
    """Every status of every STC: each has room for three (elements 1, 10 and 11)."""
    return [
        _status(verdict, element)
        for verdict in every(segments, "STC")
        for element in (1, 10, 11)
        if element == 1 or verdict.text(element)
    ]


def deciding(statuses: list[Status]) -> Status:
    """The first that rejects speaks for all of them."""
    return next((status for status in statuses if not status.accepted), statuses[0])


def told(statuses: list[Status]) -> str:
    """All of them in plain words, none twice."""
    return "; ".join(dict.fromkeys(status.text for status in statuses))


def _status(verdict: Segment, element: int) -> Status:
    verdict.required(element)
    return Status(verdict.part(element, 1), verdict.part(element, 2), verdict.part(element, 3))
