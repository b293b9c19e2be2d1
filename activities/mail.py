"""Sending mail: each once per key. Rows are looked up here, so that Temporal never sees a name or an address."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import select

from activities import account_mails, directory, figures, invoices, money_mails, portal_mails, scheduling_mails, tasks
from activities.database import Tx, step
from activities.documents import pay_statement_pdf
from activities.links import Purpose
from activities.papers import card_of
from activities.pay_document import statement_document
from activities.rendering import (
    AppointmentMail,
    MailContext,
    StatementMail,
    TasksMail,
    compose,
    message_id_for,
)
from models.errors import Parked, Refused
from models.facts import Status, TaskKind
from models.messages import Handover, Mail
from models.money import ZERO
from models.tables import (
    Account,
    AttendanceRow,
    Client,
    Clinician,
    Message,
    PayStatement,
    Session,
)


@step("mail.send")
def send(tx: Tx, mail: Mail) -> bool | Handover:
    """Send a mail unless it was sent, is no longer true, or its reader has no address; False when nothing went out.

    One that the server refuses for good is somebody's task, until a later mail to the same reader is taken.
    """
    if tx.db.get(Message, mail.key) or not _still_true(tx, mail):
        return False
    to, clinician_id = _address(tx, mail)
    if not to:
        return False
    context = CONTEXTS[mail.kind](tx, mail)
    sent = Message(key=mail.key, kind=mail.kind, client_id=mail.client_id, account_id=mail.account_id, sent_at=tx.now)
    sent.clinician_id = clinician_id
    tx.db.add(sent)
    tx.db.flush()
    try:
        tx.world.mailer.send(compose(mail.kind, to, context, message_id_for(mail.key, context.practice), tx.now))
    except (Refused, Parked) as no:
        tx.db.delete(sent)
        what = f"a {mail.kind.replace('_', ' ')} mail did not go out: {no}"
        tasks.open_task(tx, TaskKind.MAIL_REFUSED, _reader(sent), what, mail.client_id)
        return tx.after.handover()
    tasks.close_tasks(tx, _reader(sent), "a later mail was taken", TaskKind.MAIL_REFUSED)
    return tx.after.handover()


def _reader(sent: Message) -> str:
    """Whose address it is, as the cause of a task."""
    if sent.client_id is not None:
        return f"client/{sent.client_id}"
    return f"clinician/{sent.clinician_id}" if sent.clinician_id is not None else f"account/{sent.account_id}"


def _still_true(tx: Tx, mail: Mail) -> bool:
    """What was held up: no reminder after the start or to whom cancelled meanwhile, no dunning once it is paid."""
    if mail.kind == "overdue":
        return invoices.dues_of(tx.db, mail.client_id or 0)[mail.invoice_number or ""] > ZERO
    if mail.kind in ("tasks_due", "tasks_escalated"):
        return _waiting(tx, mail) > 0
    if mail.kind == "paperwork":
        return portal_mails.paperwork_waits(tx, mail.client_id or 0)
    if mail.kind == "offer":
        return scheduling_mails.offer_stands(tx, mail)
    if mail.kind != "reminder":
        return True
    session = tx.db.get_one(Session, mail.session_id)
    mine = select(AttendanceRow).where(
        AttendanceRow.session_id == mail.session_id, AttendanceRow.client_id == mail.client_id
    )
    return tx.now < session.starts and Status(tx.db.exec(mine).one().status).ahead


def _address(tx: Tx, mail: Mail) -> tuple[str, int | None]:
    if mail.statement_id is not None:
        clinician = tx.db.get_one(Clinician, tx.db.get_one(PayStatement, mail.statement_id).clinician_id)
        return clinician.email, clinician.id
    if mail.account_id is not None:
        return tx.db.get_one(Account, mail.account_id).email, None
    return tx.db.get_one(Client, mail.client_id).email, None


def _appointment(tx: Tx, mail: Mail) -> AppointmentMail:
    client = tx.db.get_one(Client, mail.client_id)
    session = tx.db.get_one(Session, mail.session_id)
    ahead = mail.kind != "cancelled"

    def url(purpose: Purpose) -> str | None:
        return portal_mails.appointment_url(tx, session, client.id or 0, purpose) if ahead else None

    return AppointmentMail(
        practice=card_of(tx.practice),
        greeting=client.first,
        starts=session.starts.astimezone(directory.client_zone(tx, client)),
        minutes=int((session.ends - session.starts).total_seconds() // 60),
        place=session.place,
        uid=f"{session.id}@{tx.practice.email.rpartition('@')[2]}",
        sequence=session.moves + (1 if mail.kind == "cancelled" else 0),
        confirm_url=url(Purpose.CONFIRM),
        cancel_url=url(Purpose.CANCEL),
        free_until=_free_until(tx, session, client) if ahead else None,
    )


def _free_until(tx: Tx, session: Session, client: Client) -> datetime | None:
    """The last moment to cancel without a fee, while it lies ahead and a fee is agreed."""
    policy = directory.policy(tx.db, session.policy_id)
    until = session.starts - timedelta(hours=policy.notice_hours)
    fee = policy.late_cancel_fee.flat or policy.late_cancel_fee.percent
    return until.astimezone(directory.client_zone(tx, client)) if fee and until > tx.now else None


def _pay_statement(tx: Tx, mail: Mail) -> StatementMail:
    document = statement_document(tx.db, mail.statement_id or 0)
    greeting = document.clinician.partition(" ")[0]
    return StatementMail(document.practice, greeting, document.first, document.last, pay_statement_pdf(document))


def _tasks(tx: Tx, mail: Mail) -> TasksMail:
    greeting = tx.db.get_one(Account, mail.account_id).name.partition(" ")[0]
    url = f"{tx.world.site_url}/tasks" if tx.world.site_url else None
    return TasksMail(card_of(tx.practice), greeting, _waiting(tx, mail), url)


def _waiting(tx: Tx, mail: Mail) -> int:
    account = tx.db.get_one(Account, mail.account_id)
    return tasks.escalated(tx.db) if mail.kind == "tasks_escalated" else tasks.due(tx.db, account, tx.now)


def _link(tx: Tx, mail: Mail) -> MailContext:
    return account_mails.link_mail(tx, mail, card_of(tx.practice))


def _portal(tx: Tx, mail: Mail) -> MailContext:
    return portal_mails.portal_mail(tx, mail, card_of(tx.practice))


CONTEXTS: dict[str, Callable[[Tx, Mail], MailContext]] = {
    "booked": _appointment,
    "moved": _appointment,
    "reminder": _appointment,
    "cancelled": _appointment,
    "invoice": money_mails.money_mail,
    "overdue": money_mails.money_mail,
    "receipt": money_mails.money_mail,
    "refund": money_mails.money_mail,
    "payment_failed": money_mails.money_mail,
    "statement": money_mails.money_mail,
    "instalment": money_mails.money_mail,
    "pay_statement": _pay_statement,
    "series": lambda tx, mail: scheduling_mails.series_mail(tx, mail, card_of(tx.practice)),
    "offer": lambda tx, mail: scheduling_mails.offer_mail(tx, mail, card_of(tx.practice)),
    "invitation": _link,
    "password_reset": _link,
    "sign_in_link": _link,
    "paperwork": _portal,
    "request_declined": _portal,
    "superbill": _portal,
    "figures": lambda tx, mail: figures.figures_mail(tx, mail, card_of(tx.practice)),
    "tasks_due": _tasks,
    "tasks_escalated": _tasks,
}
