"""Superbills: what a client shows their insurer: who treated what and why, what it cost, what they paid."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, exists
from sqlmodel import Session as Database
from sqlmodel import and_, col, func, select

from activities import ledger, papers
from activities.database import Tx, step
from activities.documents import drawn, shown
from activities.rendering import PracticeCard
from activities.statements import AT_ONCE, last_day
from activities.wording import long_date, short_date, usd
from models.calendar import local_day, midnight, zone
from models.errors import Refused
from models.facts import Status
from models.messages import Mail
from models.messages.runs import MonthPart, SweepBatch
from models.money import ZERO, total
from models.rules.collections import Account, Debt, trace
from models.rules.ledger import client_account
from models.tables import Account as SignInAccount
from models.tables import (
    AccountClient,
    AddOnRow,
    AttendanceRow,
    BillingGroup,
    ClaimLine,
    Client,
    Clinician,
    Entry,
    Note,
    Posting,
    Practice,
    Service,
    Session,
)


@dataclass(frozen=True)
class Biller:
    """Under whose name and NPI a session is billed: the practice's, or those of a part of it with an NPI of its own."""

    name: str
    npi: str
    tax_id: str

    @property
    def words(self) -> str:
        """As it stands on paper, on lines of their own."""
        numbers = (f"NPI {self.npi}" if self.npi else "", f"Tax ID {self.tax_id}" if self.tax_id else "")
        return "\n".join(filter(None, (self.name, *numbers)))


@dataclass(frozen=True)
class Treated:
    """One service: its code, its diagnoses, who held it and bills it, what was charged to the client and paid of it."""

    on: date
    code: str
    diagnoses: tuple[str, ...]
    clinician: str
    npi: str
    charged: Decimal
    paid: Decimal
    biller: Biller


@dataclass(frozen=True)
class SuperbillDocument:
    """The sessions of a client in a period, with what an insurer asks for."""

    practice: PracticeCard
    client_name: str
    client_address: str
    birth: date | None
    first: date
    last: date
    lines: tuple[Treated, ...]


def superbill(db: Database, client_id: int, first: date, last: date) -> SuperbillDocument:
    """A client's attended sessions with a code, from a day through another; Refused when there is none."""
    practice, client = db.get_one(Practice, 1), db.get_one(Client, client_id)
    if practice.kind != "therapy":
        raise Refused("this practice writes no superbills")
    lines = _lines(db, client_id, first, last, zone(practice.timezone))
    if not lines:
        raise Refused("there is no attended session with a billing code in these days")
    return SuperbillDocument(
        papers.card_of(practice),
        client.name,
        client.address,
        client.birth,
        first,
        last,
        lines,
    )


def superbill_pdf(document: SuperbillDocument) -> bytes:
    """The superbill; each diagnosis is named once and pointed to by its letter."""
    codes = list(dict.fromkeys(code for line in document.lines for code in line.diagnoses))
    letters = {code: chr(ord("A") + number) for number, code in enumerate(codes)}
    clinicians = dict.fromkeys((line.clinician, line.npi) for line in document.lines)
    billers = list(dict.fromkeys(line.biller for line in document.lines))
    charged, paid = total(line.charged for line in document.lines), total(line.paid for line in document.lines)
    data = {
        "client_name": document.client_name,
        "client_address": document.client_address,
        "birth": short_date(document.birth) if document.birth else "",
        "period": f"{long_date(document.first)} to {long_date(document.last)}",
        "billers": [biller.words for biller in billers],
        "clinicians": [f"{name}, NPI {npi}" if npi else name for name, npi in clinicians],
        "diagnoses": [f"{letter}: {code}" for code, letter in letters.items()],
        "lines": [
            {
                "on": short_date(line.on),
                "code": line.code,
                "pointers": " ".join(letters[code] for code in line.diagnoses),
                "clinician": line.clinician if len(billers) == 1 else f"{line.clinician} ({line.biller.name})",
                "charged": usd(line.charged),
                "paid": usd(line.paid),
            }
            for line in document.lines
        ],
        "sums": shown([("Charged", charged, True), ("Paid by the client", paid, True)]),
    }
    return drawn("superbill", document.practice, document.last, data)


def superbill_pdf_of(engine: Engine, client_id: int, month: date) -> bytes:
    """A client's superbill of a month as PDF; `month` is its first day."""
    with Database(engine) as db:
        return superbill_pdf(superbill(db, client_id, month, last_day(month)))


@step("superbills.due")
def due(tx: Tx, wanted: MonthPart) -> SweepBatch:
    """Tell clients who pay for themselves and have the portal that the month's superbill lies there.

    The mail holds none of it. Who had a claim sent for a session of the month needs none.
    """
    first, end = midnight(wanted.month, tx.tz), midnight(last_day(wanted.month) + timedelta(days=1), tx.tz)
    query = (
        select(AccountClient.client_id)
        .join(SignInAccount, col(SignInAccount.id) == AccountClient.account_id)
        .join(AttendanceRow, col(AttendanceRow.client_id) == AccountClient.client_id)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .join(Service, col(Service.id) == Session.service_id)
        .where(SignInAccount.active, AttendanceRow.status == Status.ATTENDED, Service.code != "")
        .where(col(Session.starts) >= first, col(Session.starts) < end, col(AccountClient.client_id) > wanted.after)
        .where(~exists().where(col(ClaimLine.attendance_id) == AttendanceRow.id))
    )
    found = tx.db.exec(query.distinct().order_by(col(AccountClient.client_id)).limit(AT_ONCE)).all()
    for client_id in found:
        tx.after.mails.append(Mail(f"superbill/{client_id}/{wanted.month:%Y-%m}", "superbill", client_id))
    next_after = str(found[-1]) if len(found) == AT_ONCE else None
    return SweepBatch(len(found), next_after, tx.after.handover())


def session_superbill_pdf_of(engine: Engine, attendance_id: int) -> bytes:
    """The superbill of one session as PDF."""
    with Database(engine) as db:
        attendance = db.get_one(AttendanceRow, attendance_id)
        session = db.get_one(Session, attendance.session_id)
        on = local_day(session.starts, zone(db.get_one(Practice, 1).timezone))
        return superbill_pdf(superbill(db, attendance.client_id, on, on))


def _lines(db: Database, client_id: int, first: date, last: date, tz: ZoneInfo) -> tuple[Treated, ...]:
    account = trace(ledger.movements(db, client_id))
    query = (
        select(AttendanceRow, Session, Service, Clinician)
        .join(Session, col(Session.id) == AttendanceRow.session_id)
        .join(Service, col(Service.id) == Session.service_id)
        .join(Clinician, col(Clinician.id) == Session.clinician_id)
        .where(AttendanceRow.client_id == client_id, AttendanceRow.status == Status.ATTENDED, Service.code != "")
        .where(col(Session.starts) >= midnight(first, tz), col(Session.starts) < midnight(last + timedelta(days=1), tz))
        .order_by(col(Session.starts))
    )
    found = db.exec(query).all()
    notes = db.exec(select(Note).where(Note.client_id == client_id, col(Note.signed_at).is_not(None))).all()
    diagnoses = {note.attendance_id: tuple(note.diagnoses) for note in notes}
    beside = _beside(db, client_id)
    practice = db.get_one(Practice, 1)
    own = Biller(practice.name, practice.npi, practice.tax_id)
    groups = db.exec(select(BillingGroup).where(BillingGroup.place != "")).all()
    billers = {group.place: Biller(group.name, group.npi, group.tax_id) for group in groups}

    def treated(attendance: AttendanceRow, session: Session, clinician: Clinician, part: Part) -> Treated:
        return Treated(
            on=local_day(session.starts, tz),
            code=part.code,
            diagnoses=diagnoses.get(attendance.id, ()),
            clinician=clinician.name,
            npi=clinician.npi,
            charged=part.charged,
            paid=part.paid,
            biller=billers.get(session.place, own),
        )

    return tuple(
        treated(attendance, session, clinician, part)
        for attendance, session, service, clinician in found
        for part in _parts(service.code, beside.get(attendance.id, {}), account, Debt(attendance.id or 0, False))
    )


@dataclass(frozen=True)
class Part:
    """One service of a session: what of the client's charge is for it, and what they paid of that."""

    code: str
    charged: Decimal
    paid: Decimal


def _parts(own: str, beside: dict[str, Decimal], account: Account, debt: Debt) -> list[Part]:
    """The session's service, then its add-ons; what was paid pays the first ones first.

    A share that a payer left to the client is not parted: the codes stand on one line.
    """
    charged, paid = account.owed.get(debt, ZERO), account.collected.get(debt, ZERO)
    if not any(beside.values()):
        return [Part(" + ".join((own, *beside)), charged, paid)]
    found = []
    for code, amount in {own: charged - total(beside.values()), **beside}.items():
        part = max(ZERO, min(paid, amount))
        paid -= part
        found.append(Part(code, amount, part))
    return found


def _beside(db: Database, client_id: int) -> dict[int | None, dict[str, Decimal]]:
    """The add-ons of a client's sessions by attendance and code, each with what the client was charged for it."""
    receivable = client_account(client_id)
    query = (
        select(AddOnRow.attendance_id, Service.code, func.coalesce(func.sum(col(Posting.amount)), ZERO))
        .join(Service, col(Service.id) == AddOnRow.service_id)
        .join(AttendanceRow, col(AttendanceRow.id) == AddOnRow.attendance_id)
        .outerjoin(
            Entry,
            and_(
                col(Entry.attendance_id) == AddOnRow.attendance_id,
                col(Entry.service_id) == AddOnRow.service_id,
                col(Entry.claim_number).is_(None),
            ),
        )
        .outerjoin(Posting, and_(col(Posting.entry_id) == Entry.id, col(Posting.account) == receivable))
        .where(AttendanceRow.client_id == client_id)
        .group_by(col(AddOnRow.attendance_id), col(Service.code))
        .order_by(col(Service.code))
    )
    found: dict[int | None, dict[str, Decimal]] = {}
    for attendance_id, code, amount in db.exec(query).all():
        found.setdefault(attendance_id, {})[code] = amount
    return found
