"""The demo's end: the pay period closed and paid, the ledger proven, and where to look."""

import asyncio
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as readable
from pathlib import Path

from sqlmodel import col, select

from models.calendar import local_day
from models.tables import Message, PayStatement
from starter.cli.explain import tell_story
from starter.cli.money import BALANCES, EXPLAINED
from starter.cli.output import console, table
from starter.cli.pay import LINES, STATEMENTS
from starter.cli.work import TASKS
from starter.demo.stage import Stage, act, tell
from starter.queries import pay, work
from starter.queries.proof import Proof, proof
from starter.queries.story import story

EXPLAINED_SESSION = "julian"
PDFS = "pdfs"


async def pay_period(stage: Stage) -> None:
    """The period that ends today is closed, approved by the owner, and its statements are mailed."""
    act("Pay: the period closes, the owner approves")
    last = local_day(stage.opened, stage.tz)
    await stage.office.pay.close_periods("demo", through=last)
    await stage.until(lambda: len(stage.all(select(PayStatement))) == len(stage.ids.clinicians), "statements")
    for clinician in stage.ids.clinicians.values():
        await stage.office.pay.approve(clinician, last, "the owner")
    paper = console()
    found = pay.statements(stage.practice.engine)
    paper.print(table(found, STATEMENTS, stage.tz))
    for statement in found:
        lines = pay.lines(stage.practice.engine, statement_id=statement.id)
        paper.print(table(lines, LINES, stage.tz, f"{statement.clinician}: {statement.total:.2f}"))
    mailed = select(Message).where(col(Message.kind) == "pay_statement")
    await stage.until(lambda: len(stage.all(mailed)) == len(found), "pay statements to be mailed")


def open_tasks(stage: Stage) -> None:
    """What is left for people to do."""
    act("Open tasks")
    console().print(table(work.tasks(stage.practice.engine), TASKS, stage.tz))


def explained(stage: Stage) -> None:
    """One session's money, line by line."""
    act("One session explained: denied, corrected, paid")
    session = stage.sessions[EXPLAINED_SESSION]
    tell_story(story(stage.practice.engine, session, datetime.now(UTC), stage.tz), stage.tz)


def proven(stage: Stage) -> Proof:
    """Every balance, and what explains it."""
    act("The proof: every cent explained")
    found = proof(stage.practice.engine)
    paper = console()
    paper.print(table(found.accounts, BALANCES, stage.tz, "Trial balance"))
    shown = [part for part in found.explained if part.balance or not part.holds]
    paper.print(table(shown, EXPLAINED, stage.tz, "Balances and the open items they consist of"))
    wrong = [part.account for part in found.explained if not part.holds]
    tell(f"{found.entries} entries, each balanced" if not found.unbalanced else f"unbalanced: {found.unbalanced}")
    tell(f"trial balance {found.trial_balance:.2f}")
    tell(
        f"{len(found.explained)} balances, each explained to the cent by its open items"
        if not wrong
        else f"NOT EXPLAINED: {', '.join(wrong)}"
    )
    return found


async def where_to_look(stage: Stage) -> None:
    """Addresses and files."""
    act("Where to look")
    stack = stage.practice.stack
    mails = sorted(stack.mail_folder.glob("*.eml"))
    pdfs = await asyncio.to_thread(unpack, mails, stack.home / PDFS)
    up = f"PERSESSION_HOME={stack.home} persession up"
    there = {"desk, portal": stack.site_url, "Temporal UI": stack.ui_url}
    lines = (there if stage.stays else {"desk, portal": f"are stopped now; `{up}` brings them back"}) | {
        "mails": f"{stack.mail_folder} ({len(mails)})",
        "PDFs": f"{stack.home / PDFS} ({len(pdfs)}, out of the mails)",
        "X12 files": f"{stack.clearinghouse_folder} (also kept whole in the database: persession claims files)",
        "worker's log": str(stack.home / "worker.log"),
        "commands": f"PERSESSION_HOME={stack.home} persession list sessions",
    }
    for name, where in lines.items():
        tell(f"{name:<13}{where}")
    for subject, mail in one_of_each(mails).items():
        tell(f"{mail.name}  {subject}", "✉")


def one_of_each(mails: list[Path]) -> dict[str, Path]:
    """The last mail of each kind, by its subject."""
    kinds: dict[str, tuple[str, Path]] = {}
    for mail in mails:
        subject = str(message_from_bytes(mail.read_bytes(), policy=readable)["Subject"])
        kinds[re.sub(r"\bI\d+", "", subject)] = (subject, mail)
    return dict(kinds.values())


def unpack(mails: list[Path], folder: Path) -> list[Path]:
    """The PDFs that were mailed, named as they were attached."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for earlier in folder.glob("*.pdf"):
        earlier.unlink()
    for mail in mails:
        for part in message_from_bytes(mail.read_bytes(), policy=readable).iter_attachments():
            if part.get_content_type() == "application/pdf":
                number = len(list(folder.glob("*.pdf"))) + 1
                target = folder / f"{number:03d}-{Path(part.get_filename() or 'document.pdf').name}"
                target.write_bytes(part.get_content())
    return sorted(folder.glob("*.pdf"))
