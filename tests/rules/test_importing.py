"""Files from other systems: every cell read or refused with its line, its column and the mend."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.facts import ImportKind, Status
from models.rules import importing
from models.rules.importing import Problem, key_of, read

CLIENTS = ImportKind.CLIENTS


def told(kind: ImportKind, text: str) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.what) for p in read(kind, text.encode()).problems]


@pytest.mark.parametrize(
    "header",
    [
        "Account Number,First Name,Last Name,DOB,Mobile Phone,Zip Code",
        "Client ID,Legal First Name,Legal Last Name,Date of Birth,Phone Number,Postal Code",
        "PatientID,first_name,LAST NAME,Birthday,cell-phone,ZIP",
    ],
)
def test_the_titles_of_other_systems_are_known(header: str) -> None:
    sheet = read(CLIENTS, f"{header}\nC7,Pat,Doe,3/9/1990,(217) 555-0142,62704-1234\n".encode())
    assert (sheet.problems, sheet.unused) == ((), ())
    values = sheet.lines[0].values
    assert (values["id"], values["first"], values["last"]) == ("C7", "Pat", "Doe")
    assert (values["birth"], values["phone"], values["zip"]) == (date(1990, 3, 9), "2175550142", "627041234")


def test_every_problem_is_told_at_once_with_the_line_of_the_file_and_the_column() -> None:
    text = 'id,first,birth,note,zip\nC1,"Pat\nDoe",13/40/1990,x,2139\nC2,,1990-01-31,x,62704\nC1,Sam,,x,\n'
    assert told(CLIENTS, text) == [
        (2, "birth", "not a date: write 2027-03-02, or 3/2/2027 with the month first"),
        (2, "zip", "four digits: a spreadsheet dropped the leading zero; format the column as text"),
        (4, "first", "this is needed"),
        (5, "id", "line 2 has the same: keep one of them"),
    ]


def test_a_missing_column_is_told_with_the_titles_it_may_have() -> None:
    [(line, column, what)] = told(CLIENTS, "first,last\nPat,Doe\n")
    assert (line, column) == (1, "id")
    assert "client id" in what
    assert told(CLIENTS, "id,last\n1,Doe\n") == [(1, "first", "this column is missing: first, or name")]
    assert told(CLIENTS, "id,first,First Name\n1,A,B\n") == [
        (1, "First Name", "a second column for first: keep one of them")
    ]


def test_what_nothing_here_holds_is_named_and_left_out() -> None:
    assert read(CLIENTS, b"id;first;Shoe size\n1;Pat;44\n").unused == ("Shoe size",)


@pytest.mark.parametrize(
    ("name", "first", "last"), [("Doe, Pat", "Pat", "Doe"), ("Pat Doe", "Pat", "Doe"), ("Pat", "Pat", "")]
)
def test_a_whole_name_is_parted(name: str, first: str, last: str) -> None:
    values = read(CLIENTS, f'id,client name\n1,"{name}"\n'.encode()).lines[0].values
    assert (values["first"], values["last"]) == (first, last)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("120", "120.00"),
        ("$1,234.50", "1234.50"),
        ("(12.00)", "-12.00"),
        ("-12", "-12.00"),
        ("−3.10", "-3.10"),
        ("0", "0"),
    ],
)
def test_amounts_are_read_as_people_write_them(cell: str, amount: str) -> None:
    assert importing.money(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["1,23.00", "12.005", "1e3", "NaN", "12 dollars", "--3", ""])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        importing.money(cell)


@pytest.mark.parametrize(
    ("cell", "at"), [("14:30", time(14, 30)), ("2:30 PM", time(14, 30)), ("12:05 a.m.", time(0, 5))]
)
def test_times_of_day_are_read(cell: str, at: time) -> None:
    assert importing.a_time(cell) == at


def test_an_appointment_has_its_day_and_time_in_one_column_or_in_two() -> None:
    one = "appointment id,client id,provider,cpt code,start,status\nA1,C1;C2,Ada,90837,2027-03-02 14:30,No-Show\n"
    heads = "appointment id,client id,provider,cpt code,date,start time,status"
    two = f"{heads}\nA1,C1;C2,Ada,90837,3/2/2027,2:30 PM,Missed\n"
    for text in (one, two):
        values = read(ImportKind.APPOINTMENTS, text.encode()).lines[0].values
        assert values["starts"] == datetime.fromisoformat("2027-03-02T14:30")
        assert (values["client"], values["status"]) == (("C1", "C2"), Status.NO_SHOW)


def test_a_line_with_too_many_cells_is_told() -> None:
    assert told(ImportKind.BALANCES, "client,balance\nC1,1,234.50\n")[0][:2] == (2, "")


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"id,first\n1,\0\n", b"x" * (importing.LARGEST + 1)])
def test_what_is_no_csv_file_is_told_as_one_problem(content: bytes) -> None:
    [problem] = read(CLIENTS, content).problems
    assert problem.line == 1


@pytest.mark.parametrize("content", [b"", b"id,first\n", b"id,first\n,\n\n"])
def test_an_empty_file_is_told(content: bytes) -> None:
    assert read(CLIENTS, content).problems


def test_windows_letters_are_read() -> None:
    assert read(CLIENTS, "id,first\n1,Zoë\n".encode("cp1252")).lines[0].values["first"] == "Zoë"


@given(st.binary(max_size=400), st.sampled_from(list(ImportKind)))
def test_no_bytes_break_the_reading(content: bytes, kind: ImportKind) -> None:
    sheet = read(kind, content)
    assert sheet.problems or sheet.lines
    assert all(isinstance(problem, Problem) for problem in sheet.problems)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20), min_size=1))
def test_each_line_keeps_its_own_key(ids: list[str]) -> None:
    cells = "".join(f'"{number}{name.strip()}x","Pat"\n'.replace('"', "'") for number, name in enumerate(ids))
    sheet = read(CLIENTS, f"id,first\n{cells}".encode())
    keys = [key_of(CLIENTS, line.values) for line in sheet.lines if "id" in line.values]
    assert len(keys) == len(sheet.lines) or sheet.problems
