"""CPT codes of psychotherapy against the minutes really spent (CPT time rule; RULES 1)."""

from dataclasses import dataclass

SHORTEST = 16
"""Below so many minutes no psychotherapy code is billable (CPT)."""


@dataclass(frozen=True)
class Minutes:
    """From and through how many minutes a code stands (None: no upper end)."""

    least: int
    most: int | None


CODE_MINUTES: dict[str, Minutes] = {
    "90832": Minutes(16, 37),
    "90834": Minutes(38, 52),
    "90837": Minutes(53, None),
    "90846": Minutes(26, None),
    "90847": Minutes(26, None),
    "90839": Minutes(30, 74),
    "90840": Minutes(30, None),
}


def mismatch(code: str, minutes: int) -> str | None:
    """Why the code does not fit the minutes, with the one that would; None when it fits or has no time rule."""
    rule = CODE_MINUTES.get(code)
    if rule is None or (rule.least <= minutes and (rule.most is None or minutes <= rule.most)):
        return None
    span = f"{rule.least} minutes and more" if rule.most is None else f"{rule.least}-{rule.most} minutes"
    return f"{code} stands for {span}, the session took {minutes}; {_advice(code, minutes)}"


def _advice(code: str, minutes: int) -> str:
    if minutes < SHORTEST:
        return f"below {SHORTEST} minutes no psychotherapy code is billable"
    if code in ("90846", "90847"):
        return "no shorter code for family psychotherapy exists"
    if code == "90839" and minutes > CODE_MINUTES[code].least:
        return "add 90840 for each further 30 minutes"
    fitting = next(code for code in ("90837", "90834", "90832") if minutes >= CODE_MINUTES[code].least)
    return f"{fitting} would fit individual psychotherapy"
