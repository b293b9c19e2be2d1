"""What a page that is only looked at reads: a row that was read once is not read again."""

from sqlalchemy import event
from sqlmodel import Session as Database
from sqlmodel import SQLModel


class Looking(Database):
    """The database for one look at a page. A plain session forgets each row that nobody holds any more."""


@event.listens_for(Looking, "loaded_as_persistent")
def hold(db: Looking, row: SQLModel) -> None:
    """Hold on to a row for as long as the look lasts."""
    db.info.setdefault("read", []).append(row)
