"""Files from other systems: which columns each kind has, how their cells read, and what is wrong, by line and column.

A cell is read once, here; what it refers to (a client, a clinician) is looked up by `activities/importing.py`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from models.facts import ImportKind, Relation, Status
from models.money import ZERO, dollars
from models.rules.import_columns import COLUMNS, ONE_OF, Column

MOST_LINES = 20_000
LARGEST = 10 * 1024 * 1024
"""Lines and bytes of one file; a larger practice brings its files in parts."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file and how to mend it; line 1 is the header, "" is the whole line."""

    line: int
    column: str
    what: str


@dataclass(frozen=True)
class Line:
    """A line as read: values by our column names, and its cells as they stand in the file."""

    number: int
    values: dict[str, Any]
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file as read; `unused` are its columns that nothing here holds."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    columns: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def read(kind: ImportKind, content: bytes) -> Sheet:
    """A CSV file of a kind, with all that is wrong with it at once."""
    text, fault = _text(content)
    if fault:
        return Sheet((), (Problem(1, "", fault),))
    try:
        (_, header), *records = _records(text)
    except csv.Error:
        return Sheet((), (Problem(1, "", "this is not a CSV file: a cell in it has no end"),))
    known, unused, problems = _header(kind, header)
    if problems:
        return Sheet((), tuple(problems), unused=unused)
    lines: list[Line] = []
    for number, cells in records:
        if any(cell.strip() for cell in cells):
            line, wrong = _line(kind, known, number, cells, len(header))
            lines.append(line)
            problems += wrong
    if not lines:
        problems.append(Problem(1, "", "there is no line below the header"))
    if len(lines) > MOST_LINES:
        problems.append(Problem(MOST_LINES + 1, "", f"more than {MOST_LINES} lines: bring the file in parts"))
    problems += _doubled(kind, lines)
    return Sheet(tuple(lines), tuple(problems), tuple(known.values()), unused)


def key_of(kind: ImportKind, values: dict[str, Any]) -> str:
    """What names a line: the same key is never brought in twice."""
    if kind is ImportKind.COVERAGES:
        return f"{values['client']}/{values['order']}"
    return str(values["client"] if kind is ImportKind.BALANCES else values["id"])


def _text(content: bytes) -> tuple[str, str]:
    """The file's text, or why it is none."""
    if len(content) > LARGEST:
        return "", "the file is larger than 10 MB: bring it in parts"
    if b"\0" in content or content.startswith(b"PK"):
        return "", "this is not a CSV file: save the sheet as CSV (UTF-8) and choose that file"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text, "" if text.strip() else "the file is empty"


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line of the file on which it begins."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for record in reader:
        yield begins, record
        begins = reader.line_num + 1


def _header(kind: ImportKind, header: Sequence[str]) -> tuple[dict[int, str], tuple[str, ...], list[Problem]]:
    """Which column stands where, which are not used, and what is missing or doubled."""
    names = {alias: column.name for column in COLUMNS[kind] for alias in (column.name, *column.aliases)}
    plain = {plainly(alias): name for alias, name in names.items()}
    known: dict[int, str] = {}
    unused: list[str] = []
    problems: list[Problem] = []
    for place, title in enumerate(header):
        name = plain.get(plainly(title))
        if name is None:
            unused += [title.strip()] if title.strip() else []
        elif name in known.values():
            problems.append(Problem(1, title.strip(), f"a second column for {name}: keep one of them"))
        else:
            known[place] = name
    for column in COLUMNS[kind]:
        if column.needed and column.name not in known.values():
            also = f" (also read: {', '.join(column.aliases[:3])})" if column.aliases else ""
            problems.append(Problem(1, column.name, f"this column is missing{also}"))
    choices = ONE_OF.get(kind, ())
    if choices and not any(set(choice) <= set(known.values()) for choice in choices):
        wanted = ", or ".join(" and ".join(choice) for choice in choices)
        problems.append(Problem(1, choices[0][0], f"this column is missing: {wanted}"))
    return known, tuple(unused), problems


def _line(
    kind: ImportKind, known: dict[int, str], number: int, cells: Sequence[str], width: int
) -> tuple[Line, list[Problem]]:
    problems = []
    if len(cells) > width:
        problems.append(Problem(number, "", "more cells than the header has: a cell with a comma needs quotes"))
    written = {name: cells[place].strip() if place < len(cells) else "" for place, name in known.items()}
    values: dict[str, Any] = {}
    for column in COLUMNS[kind]:
        cell = written.get(column.name, "")
        try:
            values[column.name] = READERS[column.reads](cell) if cell else _empty(column)
        except ValueError as wrong:
            problems.append(Problem(number, column.name, str(wrong)))
    choices = ONE_OF.get(kind, ())
    if choices and not any(all(written.get(name) for name in choice) for choice in choices):
        problems.append(Problem(number, choices[0][0], "this is needed"))
    return Line(number, _joined(values), written), problems


def _joined(values: dict[str, Any]) -> dict[str, Any]:
    """What stands in two columns of one system and in one of another."""
    if name := values.get("name"):
        last, comma, first = name.partition(",")
        first, last = (first, last) if comma else name.rpartition(" ")[::2] if " " in name else (name, "")
        values |= {"first": values.get("first") or first.strip(), "last": values.get("last") or last.strip()}
    if values.get("date") and values.get("time") and not values.get("starts"):
        values["starts"] = datetime.combine(values["date"], values["time"])
    return values


def _empty(column: Column) -> Any:
    if column.needed:
        raise ValueError("this is needed")
    return column.otherwise


def _doubled(kind: ImportKind, lines: Sequence[Line]) -> Iterator[Problem]:
    """Lines that name the same thing as one before."""
    first: dict[str, int] = {}
    needed = [column.name for column in COLUMNS[kind] if column.is_key]
    for line in lines:
        if all(name in line.values for name in needed):
            before = first.setdefault(key_of(kind, line.values), line.number)
            if before != line.number:
                yield Problem(line.number, needed[0], f"line {before} has the same: keep one of them")


def plainly(title: str) -> str:
    """A column's title without what differs from system to system: case, spaces, punctuation."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


# ── cells ────────────────────────────────────────────────────────────────────

US_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap]\.?m\.?)?", re.IGNORECASE)
AMOUNT = re.compile(r"(?P<below>-|\()?(?P<digits>\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?|\.\d+)(?P<closed>\))?")


def a_date(cell: str) -> date:
    """2027-03-02 or 3/2/2027 (month first)."""
    written = cell.split("T")[0].split(" ")[0] if re.match(r"\d{4}-", cell) else cell
    try:
        if american := US_DATE.fullmatch(written):
            month, day, year = (int(part) for part in american.groups())
            return date(year, month, day)
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError("not a date: write 2027-03-02, or 3/2/2027 with the month first") from None


def a_birth(cell: str) -> date:
    """A date in a year somebody living can be born in."""
    born = a_date(cell)
    if born.year < 1900:
        raise ValueError("nobody living was born before 1900: write the year with four digits")
    return born


def a_time(cell: str) -> time:
    """14:30 or 2:30 PM."""
    found = CLOCK.fullmatch(cell)
    if not found:
        raise ValueError("not a time: write 14:30 or 2:30 PM")
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("not a time: write 14:30 or 2:30 PM")
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError("not a time: write 14:30 or 2:30 PM") from None


def a_moment(cell: str) -> datetime:
    """A day and a time of day, by the practice's clock."""
    day, _, clock = cell.replace("T", " ", 1).partition(" ")
    return datetime.combine(a_date(day), a_time(clock.strip()))


def money(cell: str) -> Any:
    """120.00, $1,234.50, -12 or (12.00)."""
    found = AMOUNT.fullmatch(cell.replace("$", "").replace(" ", "").replace("\u2212", "-"))
    if not found or (found["below"] == "(") is not bool(found["closed"]):
        raise ValueError("not an amount: write 120.00, and -12.00 for a credit")
    try:
        amount = dollars(found["digits"].replace(",", ""))
    except ValueError:
        raise ValueError("not an amount in whole cents: write 120.00") from None
    return -amount if found["below"] else amount


def not_below_zero(cell: str) -> Any:
    """An amount that cannot be a credit."""
    amount = money(cell)
    if amount < ZERO:
        raise ValueError("this is not below zero")
    return amount


def phone(cell: str) -> str:
    """Ten digits of a US number, or + and the digits of another country's."""
    digits = re.sub(r"\D", "", re.split(r"(?i)ext|x", cell)[0])
    if cell.startswith("+") and not cell.startswith("+1") and 8 <= len(digits) <= 15:
        return f"+{digits}"
    digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if len(digits) != 10:
        raise ValueError("not a phone number: ten digits, or + and the country's number")
    return digits


def email(cell: str) -> str:
    """One mail address."""
    if not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", cell):
        raise ValueError("not one mail address: it reads name@host")
    return cell


def sex(cell: str) -> str:
    """F, M or U, as insurers know it."""
    found = {"f": "F", "female": "F", "m": "M", "male": "M"}.get(cell.lower())
    return found or "U"


def state(cell: str) -> str:
    """Two letters."""
    if not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise ValueError("not a state: two letters, such as MA")
    return cell.upper()


def zip_code(cell: str) -> str:
    """Five or nine digits; a spreadsheet drops the leading zero of New England's."""
    digits = cell.replace("-", "").replace(" ", "")
    if len(digits) == 4 and digits.isdigit():
        raise ValueError("four digits: a spreadsheet dropped the leading zero; format the column as text")
    if not re.fullmatch(r"\d{5}(\d{4})?", digits):
        raise ValueError("not a ZIP: five or nine digits")
    return digits


def order(cell: str) -> int:
    """1 or primary, 2 or secondary, 3 or tertiary."""
    found = {"primary": 1, "secondary": 2, "tertiary": 3, "1": 1, "2": 2, "3": 3}.get(cell.lower())
    if not found:
        raise ValueError("not an order: primary, secondary or tertiary")
    return found


def relation(cell: str) -> Relation:
    """Who the client is to the subscriber."""
    found = {"self": Relation.SELF, "spouse": Relation.SPOUSE, "child": Relation.CHILD}.get(cell.lower())
    return found or Relation.OTHER


def names(cell: str) -> tuple[str, ...]:
    """Several ids with a semicolon between, each once."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def outcome(cell: str) -> Status:
    """How an appointment stands, in the words of several systems."""
    found = OUTCOMES.get(plainly(cell))
    if found is None:
        raise ValueError("not known here: write booked, attended, cancelled, late cancelled or no show")
    return found


OUTCOMES: dict[str, Status] = {
    **dict.fromkeys(("booked", "scheduled", "pending", "upcoming", "unconfirmed", "active"), Status.BOOKED),
    **dict.fromkeys(("confirmed",), Status.CONFIRMED),
    **dict.fromkeys(("attended", "completed", "show", "kept", "arrived", "held", "checkedout"), Status.ATTENDED),
    **dict.fromkeys(("cancelled", "canceled", "cliniciancanceled", "rescheduled"), Status.CANCELLED),
    **dict.fromkeys(("latecancelled", "latecanceled", "latecancel"), Status.LATE_CANCELLED),
    **dict.fromkeys(("noshow", "missed", "didnotattend"), Status.NO_SHOW),
}

READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "date": a_date,
    "birth": a_birth,
    "time": a_time,
    "moment": a_moment,
    "money": money,
    "amount": not_below_zero,
    "phone": phone,
    "email": email,
    "sex": sex,
    "state": state,
    "zip": zip_code,
    "order": order,
    "relation": relation,
    "names": names,
    "outcome": outcome,
}
