"""A pay statement as paper, for the mail and for pages."""

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.documents import PayLine as StatementLine
from activities.documents import PayStatementDocument, pay_statement_pdf
from activities.papers import card_of
from models.calendar import local_day, zone
from models.money import ZERO
from models.paying import Source
from models.rules.pay_words import plainly
from models.tables import Clinician, PayLine, PayStatement, Practice, Session
from models.words import sentence

IN_SUMS = (Source.GUARANTEE, Source.CARRIED_OVER)
"""Lines that a statement shows among its sums."""


def statement_document(db: Database, statement_id: int) -> PayStatementDocument:
    """What the paper says: every line, and the sums."""
    practice = db.get_one(Practice, 1)
    statement = db.get_one(PayStatement, statement_id)
    lines = db.exec(
        select(PayLine).where(PayLine.statement_id == statement_id).order_by(col(PayLine.earned_on), col(PayLine.id))
    ).all()
    extra = {line.source: line.amount for line in lines if line.source in IN_SUMS}
    return PayStatementDocument(
        practice=card_of(practice),
        clinician=db.get_one(Clinician, statement.clinician_id).name,
        first=statement.first,
        last=statement.last,
        issued=local_day(statement.closed_at, zone(practice.timezone)),
        lines=tuple(_line(db, practice, line) for line in lines if line.source not in IN_SUMS),
        top_up=extra.get(Source.GUARANTEE, ZERO),
        carried_in=extra.get(Source.CARRIED_OVER, ZERO),
    )


def statement_pdf(db: Database, statement_id: int) -> bytes:
    """The paper."""
    return pay_statement_pdf(statement_document(db, statement_id))


def _line(db: Database, practice: Practice, line: PayLine) -> StatementLine:
    words = ""
    if line.session_id is not None:
        day = local_day(db.get_one(Session, line.session_id).starts, zone(practice.timezone))
        words = f"{day:%b} {day.day}"
    return StatementLine(line.earned_on, words, sentence(plainly(line.rule)), line.why, line.amount)
