"""What a report is. Words in braces ({client}, {clinicians}, ...) are those of the practice's kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds; its text follows from it."""

    TEXT = "text"
    MONTH = "month"
    DAY = "day"
    COUNT = "count"
    MONEY = "money"
    HOURS = "hours"
    PERCENT = "percent"
    DAYS = "days"


class Span(StrEnum):
    """Which days a report is asked for."""

    PERIOD = "a period"
    STANDING = "a day"
    AHEAD = "days ahead"


class Subject(StrEnum):
    """The heading a report stands under."""

    MONEY = "Money"
    CLAIMS = "Claims"
    SESSIONS = "Sessions"
    CLIENTS = "{clients}"
    WORK = "Work"


@dataclass(frozen=True)
class Ratio:
    """A number made of two columns: `times` x part / whole; nothing where the whole is zero."""

    part: str
    whole: str
    times: int = 1


@dataclass(frozen=True)
class Column:
    """A column of numbers, named as in the SQL unless it is a ratio or a share of its own total.

    `adds`: its sum means something. `claims`: not shown by a practice that has no claims. `only_by`: shown only where
    the report is grouped so.
    """

    name: str
    title: str
    kind: Kind
    means: str = ""
    ratio: Ratio | None = None
    share_of: str = ""
    adds: bool = True
    claims: bool = False
    only_by: str = ""

    @property
    def read(self) -> bool:
        """Whether the SQL answers it."""
        return self.ratio is None and not self.share_of


@dataclass(frozen=True)
class Grouping:
    """One way to group: `parts` are filled into the report's SQL. `nobody` names the row without a group."""

    name: str
    title: str
    parts: Mapping[str, str]
    kind: Kind = Kind.TEXT
    nobody: str = "–"
    claims: bool = False


@dataclass(frozen=True)
class Chart:
    """The picture: the columns it draws, as bars beside or on each other."""

    columns: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True)
class LeftOut:
    """What of the days cannot be counted: SQL that says how many, and the sentence for one and for `{count}`."""

    sql: str
    one: str
    more: str


@dataclass(frozen=True)
class Report:
    """A report. Its SQL answers a row a group: `who`, then the columns that are read, by name.

    `own`: clinicians see it for themselves; others are for those who see money. `claims`: practices with claims only;
    `of_claims` is what the definition says to them besides, `left_out` what their answers say besides. `most` groups
    are drawn in the picture, the first ones.
    """

    name: str
    title: str
    subject: Subject
    definition: str
    sql: str
    groupings: tuple[Grouping, ...]
    columns: tuple[Column, ...]
    chart: Chart
    span: Span = Span.PERIOD
    own: bool = False
    claims: bool = False
    of_claims: str = ""
    left_out: LeftOut | None = None
    most: int = 15

    def sql_by(self, grouping: Grouping) -> str:
        """The SQL with the parts of a grouping in their places."""
        return self.sql.format_map(dict(grouping.parts))
