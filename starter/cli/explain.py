"""A session's money story on paper: what was agreed, what happened, what it cost whom, what is still open."""

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from starter.cli.output import Columns, console, table, words
from starter.queries.story import Agreed, Story

PARTS: Columns = {
    "client": lambda p: f"{p.client_id} {p.client}",
    "ended": lambda p: f"{p.status} (presumed)" if p.presumed else p.status,
    "decided": "decided_at",
    "minutes": "minutes",
    "note signed": "signed_at",
    "price": "price",
    "because": lambda p: f"{p.price_rule}: {p.price_why}",
    "paid": "paid",
    "owed": "owed",
}
FEES: Columns = {
    "client": "client_id",
    "decided": "decided_at",
    "amount": "amount",
    "outcome": "outcome",
    "rule": "rule",
    "why": "why",
}
ENTRIES: Columns = {
    "entry": "id",
    "day": "on_day",
    "event": lambda e: f"{e.event} (of entry {e.reverses_id})" if e.reverses_id else e.event,
    "amount": "amount",
    "debit": "debit",
    "credit": "credit",
    "rule": "rule",
    "why": "why",
}
CLAIMS: Columns = {
    "claim": "number",
    "payer": "payer",
    "order": lambda c: {1: "primary", 2: "secondary", 3: "tertiary"}.get(c.sequence, str(c.sequence)),
    "status": "status",
    "charge": "charge",
    "still open": "open",
    "sent": lambda c: f"edition {c.edition}, frequency {c.frequency}",
    "why": "why",
}
SENT: Columns = {
    "claim": "claim_number",
    "edition": "edition",
    "file": "file",
    "left": "sent_at",
    "clearinghouse said": "file_status",
}
ANSWERS: Columns = {
    "claim": lambda a: a.claim_number or a.told_number,
    "remittance": lambda a: f"{a.remittance_id} ({a.trace})",
    "paid on": "paid_on",
    "CLP02": "status",
    "charged": "charged",
    "paid": "paid",
    "adjustments": "adjustments",
    "outcome": lambda a: f"{a.outcome}, taken back" if a.reversed_by_id else a.outcome,
}
INVOICES: Columns = {
    "invoice": "number",
    "client": "client_id",
    "issued": "issued_on",
    "for this session": "amount",
    "settled": "settled_at",
}
PAY: Columns = {
    "clinician": "clinician",
    "earned on": "earned_on",
    "for": "source",
    "share of": "basis",
    "amount": "amount",
    "rule": "rule",
    "why": "why",
    "period": lambda p: p.last or "not closed yet",
    "paid": "paid_on",
}
OPEN: Columns = {"who": "who", "what": "what", "amount": "amount"}


def tell_story(story: Story, tz: ZoneInfo) -> None:
    """The whole story, chapter by chapter; what did not happen is left out."""
    paper = console()
    _head(paper, story, tz)
    chapters = (
        ("Who came, and at what price", story.parts, PARTS),
        ("Fees as decided", story.fees, FEES),
        ("Ledger", story.entries, ENTRIES),
        ("Claims", story.claims, CLAIMS),
        ("Files that carried them", story.sent, SENT),
        ("What payers answered", story.answers, ANSWERS),
        ("Invoices", story.invoices, INVOICES),
        ("Pay", story.pay, PAY),
        ("Still open", story.open, OPEN),
    )
    for title, rows, columns in chapters:
        if rows:
            paper.print(table(rows, columns, tz, title))
    if not story.open:
        paper.print("Nothing is open: every cent of this session is where it belongs.")


def _head(paper: Console, story: Story, tz: ZoneInfo) -> None:
    session = story.session
    what = f"{session.service} {session.code}".strip()
    lines = [
        f"Session {session.id}",
        f"{words(session.starts, tz)} to {session.ends.astimezone(tz):%H:%M}, {session.clinician}, {what}",
        f"Booked {words(story.agreed.booked_at, tz)}{_moved(story.agreed)}. {_policy(story.agreed)}",
    ]
    for line in lines:
        paper.print(escape(line), soft_wrap=True, highlight=False)


def _moved(agreed: Agreed) -> str:
    return f", moved {agreed.moves} times" if agreed.moves > 1 else ", moved once" if agreed.moves else ""


def _policy(agreed: Agreed) -> str:
    note = "the note must be signed first" if agreed.note_required else "no note is needed"
    return (
        f"Policy since {agreed.policy_since}: {agreed.notice_hours} hours' notice, late cancellation "
        f"{agreed.late_cancel_fee}, no-show {agreed.no_show_fee} after {agreed.fee_grace_hours} hours of grace, "
        f"{agreed.waivers_per_year} waivers a year; {note}."
    )
