"""Which lines of a claim a payer's answer is about, and what it says of each session on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from activities import kept_answers
from activities.claim_lines import control, sessions
from models.facts import PaidLine
from models.rules.line_matching import AskedLine, ToldLine, answered
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
    if _of_the_whole(matched):
        return _shared(asked, part, told[0])
    found: list[About] = []
    kept_lines: Any = part.detail["lines"]
    for (line, said), kept in zip(matched, kept_lines, strict=True):
        found += [(line, said)] if line else _over(asked, _of_day(asked, kept.get("on", "")), said)
    return found


def by_session(asked: Asked, part: RemittanceClaim) -> dict[int, list[About]]:
    """The same for each session of the claim, by attendance."""
    found: dict[int, list[About]] = {}
    only = next(iter(sessions(asked.lines)), 0)
    for line, said in by_line(asked, part):
        found.setdefault(line.attendance_id if line else only, []).append((line, said))
    return found


def _matched(asked: Asked, kept: Any) -> list[About]:
    """Lines as they were kept, each beside ours, with its name."""
    lines = asked.lines
    ours = [AskedLine(control(m.claim_number, m.place), asked.codes[m.service_id], m.held_on, m.charge) for m in lines]
    said = [
        ToldLine(line.get("control", ""), line.get("code", ""), line.get("on", ""), abs(Decimal(line["charged"])))
        for line in kept
    ]
    places = answered(ours, said)
    return [_about(asked, place, line) for place, line in zip(places, kept_answers.as_lines(kept), strict=True)]


def _about(asked: Asked, place: int | None, line: PaidLine) -> About:
    if place is None:
        return None, line
    return asked.lines[place], replace(line, of=asked.named(asked.lines[place]))


def _of_the_whole(matched: Sequence[About]) -> bool:
    """An answer in one piece: without lines, or with one for all that was charged."""
    [(line, said), *more] = matched
    return not more and (line is None or said.charged > line.charge)


def _shared(asked: Asked, part: RemittanceClaim, whole: PaidLine) -> list[About]:
    """What is said of the claim over its lines: beside what was said of them, where that was told."""
    told = [(line, said) for line, said in _matched(asked, part.detail.get("beside", ())) if line]
    if not told or len({line.place for line, _ in told}) < len(told):
        return _over(asked, asked.lines, whole)
    adjusted = kept_answers.as_adjustments(part.detail["of_claim"])
    parts = beside_lines([said for _, said in told], part.paid, adjusted)
    return [(line, said) for (line, _), said in zip(told, parts, strict=True)]


def _over(asked: Asked, lines: Sequence[ClaimLine], whole: PaidLine) -> list[About]:
    """In proportion to what the lines charge."""
    parts = laid_out(whole, [line.charge for line in lines])
    return [(line, replace(said, of=asked.named(line))) for line, said in zip(lines, parts, strict=True)]


def _of_day(asked: Asked, on: str) -> Sequence[ClaimLine]:
    """The lines that an answer may mean which names none of them: those of its day, else all."""
    return [line for line in asked.lines if str(line.held_on) == on] or asked.lines
