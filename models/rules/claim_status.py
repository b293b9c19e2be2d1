"""What a payer says of a claim it was asked after (277): whether somebody has to do something, and what."""

from dataclasses import dataclass
from typing import Literal

NOT_KNOWN = ("A4", "D0")
RETURNED = ("A3", "A6", "A7", "A8")
DOWN = ("E1", "E2")
"""The payer's own system does not answer: it is asked again as any silent payer."""


@dataclass(frozen=True)
class News:
    """What follows: `rejected` it never reached adjudication, `task` a person acts on `what`, `wait` nobody does."""

    follows: Literal["rejected", "task", "wait"]
    what: str = ""


def news(category: str, action: str) -> News:
    """By the category of the status (code list 507); one that nobody knows is shown to a person."""
    if category in RETURNED:
        return News("rejected")
    if category in NOT_KNOWN:
        return News("task", "its payer does not know it: see whether it arrived, then close it or send it again")
    if category.startswith("F"):
        return News("task", "its payer has finished with it and no remittance has come: find the 835 or the payment")
    if category.startswith(("P3", "P4", "R")):
        return News("task", f"its payer waits for something: {action}")
    if category in DOWN or category.startswith(("P", "A")):
        return News("wait")
    return News("task", f"its payer could not say where it stands: {action}")
