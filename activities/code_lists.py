"""The list of diagnoses that may stand on a claim (ICD-10-CM), and from when until when it holds.

Only the codes are read, from the file that the library brings along: its whole classification takes a second and
almost 200 MB, which a worker that merely checks claims is spared.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path

LIBRARY = "simple-icd-10-cm"
LIST_NAME = re.compile(r"code-list-([A-Z][a-z]+)-(\d{4})\.txt$")


@dataclass(frozen=True)
class CodeList:
    """The billable codes of a release, written without dots, and the federal fiscal year they are for."""

    codes: frozenset[str]
    first: date
    last: date

    def has(self, code: str) -> bool:
        """Whether a diagnosis may be billed as it is written, with or without its dot."""
        return code.replace(".", "") in self.codes

    def is_category(self, code: str) -> bool:
        """Whether it has codes below it, and so is not billable itself."""
        plain = code.replace(".", "")
        return plain not in self.codes and any(below.startswith(plain) for below in self.codes)

    def in_force(self, on: date) -> bool:
        """Whether this is the list of that day."""
        return self.first <= on <= self.last


@cache
def diagnoses() -> CodeList:
    """The list that is here; a release of April belongs to the year that began in October before."""
    found = [
        (file, named) for file in metadata.files(LIBRARY) or () if (named := LIST_NAME.search(str(file))) is not None
    ]
    [(file, named)] = found
    year = int(named[2]) + (named[1] == "October")
    codes = sorted(line.strip() for line in Path(str(file.locate())).read_text().splitlines() if line.strip())
    plain = sorted(code.replace(".", "") for code in codes if "-" not in code)
    longer = [*plain[1:], ""]
    billable = frozenset(code for code, after in zip(plain, longer, strict=True) if not after.startswith(code))
    return CodeList(frozenset(c for c in billable if len(c) > 2), date(year - 1, 10, 1), date(year, 9, 30))
