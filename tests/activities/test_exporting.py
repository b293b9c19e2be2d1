"""A practice takes out all it has: every table, readable; nothing secret; nothing a spreadsheet would run."""

import csv
import io
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import Session as Database
from sqlmodel import SQLModel, select

from activities import exporting, files, tokens
from activities.exporting import SEALED, SECRET_COLUMNS, SECRET_TABLES, Taking, archive, harmless
from models.facts import FileKind
from models.tables import Account, ChartEvent, DataExport, Practice
from tests.activities.practice import Desk

PDF = b"%PDF-1.7\n%%EOF\n"


def taken(desk: Desk, with_charts: bool = True) -> ZipFile:
    taking = Taking(desk.world.engine, desk.world.vault, with_charts, desk.now)
    return ZipFile(io.BytesIO(b"".join(archive(taking))))


def table(bundle: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bundle.read(f"tables/{name}.csv").decode(), newline="")))


def test_a_practice_takes_out_its_tables_calendar_papers_files_and_charts(desk: Desk) -> None:
    client = desk.client(desk.payer(), first="Quentin")
    other = desk.client()
    desk.hold(client)
    desk.hold(other)
    desk.send()
    with Database(desk.world.engine) as db, db.begin():
        files.keep(db, desk.world.vault, client, FileKind.DOCUMENT, "letter.pdf", PDF, None, desk.now)
    bundle = taken(desk)
    names = set(bundle.namelist())
    assert bundle.testzip() is None
    assert {row["first"] for row in table(bundle, "client")} == {"Quentin", "Pat"}
    assert len(table(bundle, "posting")) == 2 * len(table(bundle, "entry"))
    assert "A note" in {word for row in table(bundle, "note") for word in row["words"].split('"')}
    assert {f"charts/client-{client}.pdf", "sessions.ics"} <= names
    assert sum(name.startswith("invoices/") for name in names) == 1
    assert sum(name.startswith("x12/out") for name in names) == 1
    [document] = [name for name in names if name.startswith("documents/")]
    assert bundle.read(document) == PDF
    calendar = Calendar.from_ical(bundle.read("sessions.ics").decode())
    assert len(calendar.walk("VEVENT")) == 2


def test_charts_stay_unless_they_are_asked_for(desk: Desk) -> None:
    desk.hold(desk.client())
    names = taken(desk, with_charts=False).namelist()
    assert not [name for name in names if name.startswith("charts/")]
    assert not {"tables/note.csv", "tables/addendum.csv", "tables/measure.csv"} & set(names)


def test_nothing_secret_leaves(desk: Desk) -> None:
    with Database(desk.world.engine) as db, db.begin():
        account = Account(
            login="o", email="o@x.example", name="O", roles=["owner"], password="HASH", created_at=desk.now
        )
        db.add(account)
        db.flush()
        _, key = tokens.make(db, "it", ["sessions:read"], account.id or 0, desk.now, None)
    bundle = taken(desk)
    whole = b"".join(bundle.read(name) for name in bundle.namelist())
    assert b"HASH" not in whole
    assert key.encode() not in whole
    assert not [name for name in bundle.namelist() if "psychotherapy" in name or "token" in name]


def test_every_sealed_or_secret_column_is_opened_or_kept_back() -> None:
    """A new column of bytes must be decided on: opened at its place, or never exported."""
    for known in SQLModel.metadata.sorted_tables:
        for column in known.columns:
            if column.type.python_type is bytes and known.name not in SECRET_TABLES:
                decided = (known.name, column.name) in SEALED or column.name in SECRET_COLUMNS.get(known.name, ())
                assert decided, f"{known.name}.{column.name}"


def test_a_practice_of_another_kind_gets_no_table_of_insurance(desk: Desk) -> None:
    desk.change(Practice, 1, kind="tutoring")
    bundle = taken(desk)
    assert not [name for name in bundle.namelist() if "claim" in name or "payer" in name or "coverage" in name]
    assert b"psychotherapy" not in bundle.read("README.txt")


def test_what_a_spreadsheet_would_run_is_harmless_and_numbers_stay_numbers(desk: Desk) -> None:
    desk.client(first='=HYPERLINK("http://evil")', last="@SUM(A1)")
    [row] = table(taken(desk), "client")
    assert (row["first"], row["last"]) == ('\'=HYPERLINK("http://evil")', "'@SUM(A1)")
    assert [harmless(cell) for cell in ("-12.00", "+3", "-", "+1+1", "\t=1")] == [
        "-12.00",
        "+3",
        "'-",
        "'+1+1",
        "'\t=1",
    ]


@given(st.text())
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    shown = harmless(cell)
    assert not shown.startswith(exporting.FORMULA) or exporting.NUMBER.fullmatch(shown)


def test_taking_out_is_kept_and_told_in_each_chart(desk: Desk) -> None:
    desk.hold(desk.client())
    with Database(desk.world.engine) as db, db.begin():
        db.add(Account(login="o", email="o@x.example", name="O", roles=["owner"], created_at=desk.now))
        db.flush()
        exporting.note_export(db, 1, True, desk.now)
    assert [(event.client_id, event.deed) for event in desk.rows(select(ChartEvent))] == [(1, "exported")]
    assert [export.with_charts for export in desk.rows(select(DataExport))] == [True]
