"""In which loop of its implementation guide each segment of a transaction stands, as the guides number them.

A table, since a guide's loops are one: which segment opens a loop, by what it says, and inside of which others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.x12.segments import Segment

HEADER = "HEADER"


@dataclass(frozen=True)
class Opens:
    """A segment that opens `loop`: with one of `values` in its `element`, and inside of the loops that begin so."""

    segment: str
    loop: str
    element: int = 0
    values: tuple[str, ...] = ()
    within: tuple[str, ...] = ("",)
    level: str = ""
    """The letter of the level it stands in."""

    def fits(self, segment: Segment, current: str) -> bool:
        return (
            segment.id == self.segment
            and current.startswith(self.within)
            and current.endswith(self.level)
            and (not self.values or segment.text(self.element) in self.values)
        )


def _named(within: str, **loops: str) -> tuple[Opens, ...]:
    """NM1 segments inside of some loops: whom they name (NM101, several parted by a blank), in which loop."""
    return tuple(
        Opens("NM1", loop.removeprefix("l"), 1, tuple(who.split()), tuple(within.split()))
        for loop, who in loops.items()
    )


def _levels(**letters: str) -> tuple[Opens, ...]:
    """The levels of a hierarchy (HL03) and the name that each begins with: 2000A and 2100A, and so on."""
    return tuple(
        opens
        for level, letter in letters.items()
        for opens in (
            Opens("HL", f"2000{letter}", 3, (level.removeprefix("l"),)),
            Opens("NM1", f"2100{letter}", within=(f"2000{letter}",)),
        )
    )


def _below(segment: str, number: str, letters: str) -> tuple[Opens, ...]:
    """A segment that opens a loop of the level it stands in."""
    return tuple(Opens(segment, number + letter, level=letter) for letter in letters)


PROFESSIONAL_CLAIM = (
    *_named("HEADER 1000", l1000A="41", l1000B="40"),
    *(Opens("HL", loop, 3, (level,)) for level, loop in (("20", "2000A"), ("22", "2000B"), ("23", "2000C"))),
    *_named("2000A 2010A", l2010AA="85", l2010AB="87", l2010AC="PE"),
    *_named("2000B 2010B", l2010BA="IL", l2010BB="PR"),
    *_named("2000C 2010C", l2010CA="QC"),
    Opens("CLM", "2300"),
    *_named("2300 2310", l2310A="DN P3", l2310B="82", l2310C="77", l2310D="DQ", l2310E="PW", l2310F="45"),
    Opens("SBR", "2320", within=("23",)),
    *_named("2320 2330", l2330A="IL", l2330B="PR", l2330C="DN P3", l2330D="82", l2330E="77", l2330F="DQ", l2330G="85"),
    Opens("LX", "2400"),
    Opens("LIN", "2410"),
    *_named("24", l2420A="82", l2420B="QB", l2420C="77", l2420D="DQ", l2420E="DK", l2420F="DN P3", l2420G="PW"),
    Opens("SVD", "2430"),
    Opens("LQ", "2440", within=("24",)),
)
REMITTANCE = (
    Opens("N1", "1000A", 1, ("PR",)),
    Opens("N1", "1000B", 1, ("PE",)),
    Opens("LX", "2000"),
    Opens("CLP", "2100"),
    Opens("SVC", "2110"),
    Opens("PLB", "SUMMARY"),
)
ACKNOWLEDGMENT = (
    Opens("AK2", "2000"),
    Opens("IK3", "2100"),
    Opens("IK4", "2110"),
    Opens("IK5", "2000"),
    Opens("AK9", HEADER),
)
STATUS = (
    *_levels(l20="A", l21="B", l19="C", lPT="D", l22="D", l23="E"),
    *_below("TRN", "2200", "ABCDE"),
    *_below("SVC", "2220", "DE"),
)
ELIGIBILITY = (
    *_levels(l20="A", l21="B", l22="C", l23="D"),
    *_below("EQ", "2110", "CD"),
    *_below("EB", "2110", "CD"),
    *_below("LS", "2120", "CD"),
    *_below("LE", "2110", "CD"),
)
LOOPS: dict[str, tuple[Opens, ...]] = {
    "837": PROFESSIONAL_CLAIM,
    "835": REMITTANCE,
    "999": ACKNOWLEDGMENT,
    "276": STATUS,
    "277": STATUS,
    "270": ELIGIBILITY,
    "271": ELIGIBILITY,
}


def loops_of(set_id: str, segments: Iterable[Segment]) -> Iterator[tuple[str, Segment]]:
    """Each segment with its loop, in their order."""
    table, current = LOOPS.get(set_id, ()), HEADER
    for segment in segments:
        if segment.id == "SE":
            current = HEADER
        current = next((opens.loop for opens in table if opens.fits(segment, current)), current)
        yield current, segment
