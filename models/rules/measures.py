"""Measures of how a client has been: PHQ-9 and GAD-7, their items, scores and severity (both are free to use)."""

from dataclasses import dataclass

from models.errors import Refused
from models.facts import MeasureKind

ANSWERS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
"""What one may answer; an answer is its place in this list, and its points."""
ASKS = "Over the last two weeks, how often have you been bothered by any of the following problems?"


@dataclass(frozen=True)
class Band:
    """A severity, from so many points on."""

    floor: int
    severity: str


@dataclass(frozen=True)
class Instrument:
    """A questionnaire; an answer above zero to `risk_item` (counted from 1) is followed up whatever the score."""

    name: str
    about: str
    source: str
    items: tuple[str, ...]
    bands: tuple[Band, ...]
    risk_item: int | None = None

    @property
    def highest(self) -> int:
        """The most points there can be."""
        return len(self.items) * (len(ANSWERS) - 1)


@dataclass(frozen=True)
class Score:
    """What the answers come to, in which band, and whether somebody must ask about safety."""

    total: int
    severity: str
    at_risk: bool
    why: str


INSTRUMENTS: dict[MeasureKind, Instrument] = {
    MeasureKind.PHQ_9: Instrument(
        name="PHQ-9",
        about="depression",
        source="Kroenke, Spitzer & Williams (2001), J Gen Intern Med 16(9):606-613",
        items=(
            "Little interest or pleasure in doing things",
            "Feeling down, depressed, or hopeless",
            "Trouble falling or staying asleep, or sleeping too much",
            "Feeling tired or having little energy",
            "Poor appetite or overeating",
            "Feeling bad about yourself, or that you are a failure or have let yourself or your family down",
            "Trouble concentrating on things, such as reading the newspaper or watching television",
            "Moving or speaking so slowly that other people could have noticed, or the opposite: being so fidgety or "
            "restless that you have been moving around a lot more than usual",
            "Thoughts that you would be better off dead, or of hurting yourself in some way",
        ),
        bands=(
            Band(0, "minimal"),
            Band(5, "mild"),
            Band(10, "moderate"),
            Band(15, "moderately severe"),
            Band(20, "severe"),
        ),
        risk_item=9,
    ),
    MeasureKind.GAD_7: Instrument(
        name="GAD-7",
        about="anxiety",
        source="Spitzer, Kroenke, Williams & Löwe (2006), Arch Intern Med 166(10):1092-1097",
        items=(
            "Feeling nervous, anxious, or on edge",
            "Not being able to stop or control worrying",
            "Worrying too much about different things",
            "Trouble relaxing",
            "Being so restless that it is hard to sit still",
            "Becoming easily annoyed or irritable",
            "Feeling afraid, as if something awful might happen",
        ),
        bands=(Band(0, "minimal"), Band(5, "mild"), Band(10, "moderate"), Band(15, "severe")),
    ),
}


def score(kind: MeasureKind, answers: tuple[int, ...]) -> Score:
    """The score of a full set of answers; Refused when one is missing or is none of the four."""
    instrument = INSTRUMENTS[kind]
    if len(answers) != len(instrument.items):
        raise Refused(f"{instrument.name} has {len(instrument.items)} questions; please answer each of them")
    if not all(answer in range(len(ANSWERS)) for answer in answers):
        raise Refused("an answer is one of: " + ", ".join(ANSWERS))
    total = sum(answers)
    band = max((band for band in instrument.bands if band.floor <= total), key=lambda band: band.floor)
    item = instrument.risk_item
    at_risk = item is not None and answers[item - 1] > 0
    why = f"{total} of {instrument.highest} points: {band.severity} ({band.floor} and more)"
    return Score(total, band.severity, at_risk, f"{why}; question {item} was answered above zero" if at_risk else why)
