"""Letters of appeal: what a practice writes to a payer, by the reason of the denial; people edit the words and sign.

A template is data: its arguments, with the claim's facts in braces, and what is enclosed. The facts of the claim
stand in the letter's head in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.denials import Action

LEVELS = {1: "first-level appeal", 2: "second-level appeal", 3: "request for an external review"}
HIGHEST = max(LEVELS)
WAYS = {"mail": "by mail", "fax": "by fax", "upload": "uploaded to the payer's portal"}
"""How a letter leaves the practice."""


@dataclass(frozen=True)
class Template:
    """What is argued, paragraph by paragraph, and what is enclosed."""

    name: str
    words: str
    enclosed: tuple[str, ...]


TEMPLATES: dict[str, Template] = {
    "timely": Template(
        "Filed in time",
        "You denied this claim as filed too late ({codes}).\n\n"
        "The session took place on {held_on}. We filed the claim on {filed_on}, within your limit of {filing_days} "
        "days. The enclosed record shows our file, its acceptance, and your acknowledgment of the claim.\n\n"
        "Please process the claim on its merits.",
        ("Proof of timely filing: our file, its acknowledgment (999) and the claim's (277CA)",),
    ),
    "necessity": Template(
        "Medical necessity",
        "You denied this claim as not medically necessary ({codes}).\n\n"
        "The patient was treated under the diagnosis {diagnoses}. [Say what the patient could not do without "
        "treatment, what was done in the session, and what would follow without it.]\n\n"
        "The service ({code}) is the recognized treatment for this condition, at the frequency that the treatment "
        "plan sets. We ask for a review by a clinician of the same specialty, and for the criteria on which the "
        "denial rests.",
        ("Summary of the treatment",),
    ),
    "authorization": Template(
        "Authorization",
        "You denied this claim for a missing or exceeded authorization ({codes}).\n\n"
        "[Say which authorization covered the session, or why none could be asked for before it: an emergency, a "
        "wrong answer of your eligibility service, a change of plan the patient had not been told of.]\n\n"
        "Please apply the authorization {authorization}, or authorize the service of {held_on} retroactively.",
        ("Record of the authorization, or of the request for it",),
    ),
    "general": Template(
        "Any other reason",
        "You denied this claim ({codes}).\n\n"
        "[Say why the denial is wrong, with the rule or the contract it goes against.]\n\n"
        "Please reconsider the claim and pay it.",
        (),
    ),
}
OF_ACTION = {Action.APPEAL_TIMELY: "timely", Action.APPEAL: "necessity", Action.AUTHORIZATION: "authorization"}


def template_for(action: Action) -> str:
    """The template that argues against a denial of this kind."""
    return OF_ACTION.get(action, "general")


def words_of(template: str, facts: Mapping[str, str]) -> str:
    """A template's words with the facts of a claim in them; what is in brackets is for a person to write."""
    return TEMPLATES[template].words.format_map(facts)


def unfinished(words: str) -> bool:
    """Whether something in brackets still waits to be written."""
    return "[" in words and "]" in words
