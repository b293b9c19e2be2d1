"""Which lines of a claim a payer's answer is about, and what it says of each session on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from activities import kept_answers
from activities.claim_lines import control, sessions
from models.facts import PaidLine
from models.money import total
from models.rules.line_matching import AskedLine, ToldLine, answered, together
from models.rules.line_sharing import beside_lines, laid_out
from models.tables import ClaimLine, RemittanceClaim

About = tuple[ClaimLine | None, PaidLine]
"""What a payer says, and the line of ours that it is about; None: about a session as a whole."""


@dataclass(frozen=True)
class Asked:
    """The lines of a claim in their order, and the codes of what they are for, by service."""

    lines: Sequence[ClaimLine]
    codes: Mapping[int, str]

    @property
    def several(self) -> bool:
        """Whether the claim has more than one session on it."""
        return len(sessions(self.lines)) > 1

    def named(self, line: ClaimLine) -> str:
        """How people tell a line from its neighbours; "" where it has none."""
        if len(self.lines) == 1:
            return ""
        code = self.codes[line.service_id]
        return f"{code} of {line.held_on}" if self.several else code


def by_line(asked: Asked, part: RemittanceClaim) -> list[About]:
    """Each line of an answer beside the line of the claim that it is about.

    Of one session, what is said of the claim is said of that; of several, it is laid out over their lines.
    """
    told = kept_answers.lines_of(part)
    if len(asked.lines) == 1:
        return [(asked.lines[0], line) for line in told]
    matched = _matched(asked, part.detail["lines"])
    if not asked.several:
        return matched
    if _of_the_whole(asked, matched):
        return _shared(asked, part, told[0])
    kept_lines: Any = part.detail["lines"]
    found: list[About] = []
    for (line, said), kept in zip(matched, kept_lines, strict=True):
        meant = _together(asked, matched, line, said) if line else _of_day(asked, matched, kept.get("on", ""))
        found += over_lines(asked, meant, said) if len(meant) > 1 or line is None else [(line, said)]
    return found


def misfit(asked: Asked, part: RemittanceClaim) -> str:
    """What an answer charges that lines of several sessions cannot bear, in words for a person; "" where they do."""
    if not asked.several:
        return ""
    matched = _matched(asked, part.detail["lines"])
    if _of_the_whole(asked, matched):
        return ""
    over = [(line, said) for line, said in matched if line and not _together(asked, matched, line, said)]
    told = [f"{said.charged} for {said.of}, which was billed with {line.charge}" for line, said in over]
    return f"it charges {', and '.join(told)}; no other sessions make up the rest" if told else ""


def by_session(asked: Asked, part: RemittanceClaim) -> dict[int, list[About]]:
    """The same for each session of the claim, by attendance."""
    found: dict[int, list[About]] = {}
    only = next(iter(sessions(asked.lines)), 0)
    for line, said in by_line(asked, part):
        found.setdefault(line.attendance_id if line else only, []).append((line, said))
    return found


def _ours(asked: Asked) -> list[AskedLine]:
    return [
        AskedLine(control(line.claim_number, line.place), asked.codes[line.service_id], line.held_on, line.charge)
        for line in asked.lines
    ]


def _matched(asked: Asked, kept: Any) -> list[About]:
    """Lines as they were kept, each beside ours, with its name."""
    said = [
        ToldLine(line.get("control", ""), line.get("code", ""), line.get("on", ""), abs(Decimal(line["charged"])))
        for line in kept
    ]
    places = answered(_ours(asked), said)
    return [_about(asked, place, line) for place, line in zip(places, kept_answers.as_lines(kept), strict=True)]


def _about(asked: Asked, place: int | None, line: PaidLine) -> About:
    if place is None:
        return None, line
    return asked.lines[place], replace(line, of=asked.named(asked.lines[place]))


def _of_the_whole(asked: Asked, matched: Sequence[About]) -> bool:
    """An answer in one piece: without lines, or with one for all that was charged."""
    [(line, said), *more] = matched
    return not more and (line is None or said.charged == total(each.charge for each in asked.lines))


def _shared(asked: Asked, part: RemittanceClaim, whole: PaidLine) -> list[About]:
    """What is said of the claim over its lines: beside what was said of them, where each told line is one of ours."""
    matched = _matched(asked, part.detail.get("beside", ()))
    told = [(line, said) for line, said in matched if line and said.charged <= line.charge]
    if not told or len({line.place for line, _ in told}) < len(matched):
        return over_lines(asked, asked.lines, whole)
    adjusted = kept_answers.as_adjustments(part.detail["of_claim"])
    parts = beside_lines([said for _, said in told], part.paid, adjusted)
    return [(line, said) for (line, _), said in zip(told, parts, strict=True)]


def over_lines(asked: Asked, lines: Sequence[ClaimLine], whole: PaidLine) -> list[About]:
    """What is said of these lines at once, in proportion to what they charge."""
    parts = laid_out(whole, [line.charge for line in lines])
    return [(line, replace(said, of=asked.named(line))) for line, said in zip(lines, parts, strict=True)]


def _together(asked: Asked, matched: Sequence[About], line: ClaimLine, said: PaidLine) -> list[ClaimLine]:
    """The lines that a told one is about which names this; nothing where they would not charge as much."""
    if said.charged <= line.charge:
        return [line]
    taken = {place for place, one in enumerate(asked.lines) if _answers(matched, one)}
    places = together(_ours(asked), asked.lines.index(line), said.charged, taken)
    return [asked.lines[place] for place in places]


def _of_day(asked: Asked, matched: Sequence[About], on: str) -> Sequence[ClaimLine]:
    """The lines that an answer may mean which names none of them: those of its day, else all; of these the ones that
    no other line of the answer names, if such are left.
    """
    lines = [line for line in asked.lines if str(line.held_on) == on] or asked.lines
    return [line for line in lines if not _answers(matched, line)] or lines


def _answers(matched: Sequence[About], line: ClaimLine) -> bool:
    return any(named is line for named, _ in matched)
