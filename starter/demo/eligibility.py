"""Who is covered, two days before: payers asked over SFTP, one coverage that has ended, in time to ask for the card."""

from datetime import datetime, timedelta
from datetime import time as hour

from sqlmodel import col, select

from models.calendar import instant
from models.tables import Client, Coverage, EligibilityAnswerRow, EligibilityInquiry, Payer, Task
from starter.demo.stage import Stage, act, tell

ENDED = "victor"
"""Whose coverage ended the other day, and nobody at the desk knows."""
AFTER_HOURS = hour(19, 15)


async def asked(stage: Stage) -> None:
    """Ask as every morning does, and hear what the insurers say."""
    act("Who is covered, before the session and not after the denial")
    day = stage.opened.astimezone(stage.tz).date() + timedelta(days=1)
    starts = instant(datetime.combine(day, AFTER_HOURS), stage.tz)
    reid, short = stage.ids.clinicians["reid"], stage.ids.services["short"]
    await stage.office.sessions.book(reid, short, (stage.client(ENDED),), starts)
    files = await stage.office.eligibility.run("demo")
    await stage.until(lambda: _arrived(stage) >= files, "what the insurers say")
    await stage.office.claims.read_answers("demo-eligibility")
    tell(f"{files} insurers were asked (270) about everybody who comes within two days, and answered (271)")
    for said, payer, client in stage.all(_answers()):
        tell(f"{client.name}, {payer.name}: {_words(said)}", "·" if said.active else "!")
    for task in stage.all(select(Task).where(Task.kind == "coverage_terminated", col(Task.closed_at).is_(None))):
        tell(f"task for the {task.role.replace('_', ' ')}: {task.what}", "!")


def _arrived(stage: Stage) -> int:
    """Answers that wait, and those that the hourly inbox has read before us."""
    outbox = stage.practice.stack.clearinghouse_folder / "outbox"
    return len([*outbox.glob("[!.]*")]) + len(stage.all(select(EligibilityAnswerRow)))


def _words(said: EligibilityAnswerRow) -> str:
    if not said.active:
        return f"ended on {said.ends}" if said.ends else "not active"
    told = {
        "copay": said.copay,
        "% coinsurance": said.coinsurance,
        "deductible left": said.deductible_left,
        "visits left": said.visits_left,
    }
    known = [f"{amount:.0f} {name}" for name, amount in told.items() if amount is not None]
    return f"active; {', '.join(known) or 'what is left to the client was not told'}"


def _answers() -> object:
    return (
        select(EligibilityAnswerRow, Payer, Client)
        .join(EligibilityInquiry, col(EligibilityInquiry.id) == EligibilityAnswerRow.inquiry_id)
        .join(Coverage, col(Coverage.id) == EligibilityInquiry.coverage_id)
        .join(Payer, col(Payer.id) == Coverage.payer_id)
        .join(Client, col(Client.id) == Coverage.client_id)
        .order_by(col(EligibilityAnswerRow.id))
    )
