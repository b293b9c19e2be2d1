"""CPT codes of psychotherapy: the minutes they stand for (CPT time rule; RULES 1), which are billed beside which."""

from collections.abc import Collection
from dataclasses import dataclass

SHORTEST = 16
"""Below so many minutes no psychotherapy code is billable (CPT)."""

CRISIS, FURTHER_CRISIS = "90839", "90840"
A_FURTHER_CRISIS = 30
"""Minutes of each 90840, after the last of 90839."""

EVALUATION_AND_MANAGEMENT = frozenset(
    {f"992{n:02}" for n in (2, 3, 4, 5, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36)}
    | {f"993{n:02}" for n in (4, 5, 6, 7, 8, 9, 10, 41, 42, 44, 45, 47, 48, 49, 50)}
)
"""Visits of prescribers that psychotherapy may go with: office, hospital, nursing facility, home (CPT)."""

WITH_A_VISIT = frozenset({"90833", "90836", "90838"})
"""Psychotherapy beside a visit; one of them a visit."""

ADD_ONS: dict[str, frozenset[str]] = {
    "90785": frozenset({"90791", "90792", "90832", "90834", "90837", "90853"}) | WITH_A_VISIT,
    **dict.fromkeys(sorted(WITH_A_VISIT), EVALUATION_AND_MANAGEMENT),
    FURTHER_CRISIS: frozenset({CRISIS}),
}
"""Codes that are billed beside another service only, each with those it goes with (CPT)."""


@dataclass(frozen=True)
class Minutes:
    """From and through how many minutes a code stands (None: no upper end)."""

    least: int
    most: int | None


CODE_MINUTES: dict[str, Minutes] = {
    "90832": Minutes(16, 37),
    "90834": Minutes(38, 52),
    "90837": Minutes(53, None),
    "90833": Minutes(16, 37),
    "90836": Minutes(38, 52),
    "90838": Minutes(53, None),
    "90846": Minutes(26, None),
    "90847": Minutes(26, None),
    CRISIS: Minutes(30, 74),
    FURTHER_CRISIS: Minutes(30, None),
}


def mismatch(code: str, minutes: int) -> str | None:
    """Why the code does not fit the minutes, with the one that would; None when it fits or has no time rule."""
    rule = CODE_MINUTES.get(code)
    if rule is None or (rule.least <= minutes and (rule.most is None or minutes <= rule.most)):
        return None
    span = f"{rule.least} minutes and more" if rule.most is None else f"{rule.least}-{rule.most} minutes"
    took = f"{minutes} of psychotherapy are said" if code in WITH_A_VISIT else f"the session took {minutes}"
    return f"{code} stands for {span}, {took}; {_advice(code, minutes)}"


def further_crisis(minutes: int) -> int:
    """How many times 90840 is billed beside 90839: once for each further 30 minutes that have begun after the 74th."""
    last = CODE_MINUTES[CRISIS].most or 0
    return max(0, -(-(minutes - last) // A_FURTHER_CRISIS))


def crisis_mismatch(minutes: int, further: int) -> str | None:
    """Why 90839 with so many 90840 does not fit the minutes; None when it does."""
    wanted = further_crisis(minutes)
    if further == wanted:
        return mismatch(CRISIS, min(minutes, CODE_MINUTES[CRISIS].most or minutes))
    billed = f"{FURTHER_CRISIS} is billed {further} times" if further else f"no {FURTHER_CRISIS} is billed"
    return f"{billed}, and {minutes} minutes of crisis stand for {wanted}"


def misplaced(code: str, beside: Collection[str]) -> str | None:
    """Why an add-on is not billed beside these services; None when it is."""
    goes_with = ADD_ONS.get(code)
    if goes_with is None:
        return f"{code or 'a service without a code'} is no add-on: it is a session of its own"
    if code in WITH_A_VISIT and (another := sorted(WITH_A_VISIT.intersection(beside))):
        return f"{code} and {another[0]} are not billed together: choose the one that fits the minutes"
    if goes_with.isdisjoint(beside):
        return f"{code} is billed beside {_named(goes_with)} only"
    return None


def _named(codes: Collection[str]) -> str:
    return "a visit (E/M)" if codes == EVALUATION_AND_MANAGEMENT else ", ".join(sorted(codes))


def _advice(code: str, minutes: int) -> str:
    if minutes < SHORTEST:
        return f"below {SHORTEST} minutes no psychotherapy code is billable"
    if code in ("90846", "90847"):
        return "no shorter code for family psychotherapy exists"
    if code == CRISIS and minutes > CODE_MINUTES[code].least:
        return f"add {FURTHER_CRISIS} for each further {A_FURTHER_CRISIS} minutes"
    of = ("90838", "90836", "90833") if code in WITH_A_VISIT else ("90837", "90834", "90832")
    fitting = next(code for code in of if minutes >= CODE_MINUTES[code].least)
    return (
        f"{fitting} would fit {'psychotherapy beside a visit' if code in WITH_A_VISIT else 'individual psychotherapy'}"
    )
