"""Samples of agreements to begin from; the cancellation policy is worded from the policy in force, so both agree.

They are a start, not advice: a practice has its own read by somebody who knows its state's law.
"""

from dataclasses import dataclass
from pathlib import Path

from activities.wording import usd
from models.facts import Policy, Terms

TEXTS = Path(__file__).parent / "templates" / "agreements"


@dataclass(frozen=True)
class Sample:
    """A title and its words."""

    title: str
    words: str


TITLES = {
    "consent": "Consent to treatment",
    "privacy": "Receipt of privacy practices",
    "telehealth": "Consent to telehealth",
    "services": "Service agreement",
}
THERAPY, OTHERS = ("consent", "privacy", "telehealth"), ("services",)
"""Which samples a kind of practice begins from."""


def samples(name: str, policy: Policy, therapy: bool) -> dict[str, Sample]:
    """What a practice of this name and policy may begin from."""
    found = {"cancellations": Sample("Cancellation policy", cancellations(name, policy))}
    for key in THERAPY if therapy else OTHERS:
        found[key] = Sample(TITLES[key], (TEXTS / f"{key}.txt").read_text().strip().format(name=name))
    return found


def cancellations(name: str, policy: Policy) -> str:
    """The cancellation policy in words."""
    parts = [
        f"A session is time held for you alone. Please tell {name} at least {policy.notice_hours} hours before its "
        "start when you cannot come or want another time: then it costs nothing.",
        f"A session cancelled or moved later than that is charged with {_terms(policy.late_cancel_fee)}. "
        f"A session you do not come to is charged with {_terms(policy.no_show_fee)}.",
    ]
    if policy.waivers_per_year == 1:
        parts.append("The first such charge within a year is waived.")
    elif policy.waivers_per_year:
        parts.append(f"The first {policy.waivers_per_year} such charges within a year are waived.")
    parts.append("Nothing is charged where we cancel.")
    return "\n\n".join(parts)


def _terms(terms: Terms) -> str:
    if terms.flat is not None:
        return usd(terms.flat) if terms.flat else "nothing"
    return f"{terms.percent.normalize():f}% of its price" if terms.percent else "nothing"
