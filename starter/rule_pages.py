"""The pages of docs/rules, written from the tables the rules themselves read.

`python -m starter.rule_pages` writes them; with `--check` it names every stale one and exits 1.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from models.billed import HELD_WORDS
from models.rules.coding import ADD_ONS, CODE_MINUTES, EVALUATION_AND_MANAGEMENT, SHORTEST, Minutes
from models.rules.deadlines import (
    ANSWER_DAYS,
    ESCALATE_AT,
    PAYMENT_DAYS,
    UNKNOWN_APPEAL_DAYS,
    UNKNOWN_FILING_DAYS,
    WARN_AT,
)
from models.rules.denials import PLAYBOOK, Action
from models.rules.ledger import TABLE
from models.rules.payer_rules import USUAL
from models.rules.scrub import CHECKS
from models.rules.work import DUTIES
from starter.web.access.permissions import ALLOWED, Do, Role

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "postings.md": postings(),
        "denial-playbook.md": denial_playbook(),
        "scrub.md": scrub(),
        "cpt-minutes.md": cpt_minutes(),
        "deadlines.md": deadlines(),
        "tasks.md": tasks(),
        "roles.md": roles(),
    }


def postings() -> str:
    """What happens to money, and where it is booked."""
    rows = [(event.value, f"`{debit}`", f"`{credit}`") for event, (debit, credit) in TABLE.items()]
    return _page(
        "Postings",
        "For bookkeepers and billers who ask where an amount was booked",
        "models/rules/ledger.py",
        _table(("what happens", "debit", "credit"), rows),
        "A negative amount turns debit and credit around. A reversal is the exact mirror of the entry it reverses.\n"
        "Provider-level adjustments and interest keep the sign of the 835's PLB: above zero takes money away.",
    )


def denial_playbook() -> str:
    """What each denial code means and what is done about it by default."""
    rows = [(", ".join(play.codes), play.meaning, play.action.value, f"{play.chance} %") for play in PLAYBOOK]
    return _page(
        "Denial playbook",
        "For billers who work denied claims",
        "models/rules/denials.py",
        _table(("code", "meaning", "default action", "paid in the end"), rows),
        f"The first of a denial's codes that stands here decides. Any other code: {Action.REVIEW.value}.\n"
        "This is what a practice begins with; its own versions are on the page Playbook. The last column is a first\n"
        "guess that orders the worklist: what is open, times the chance, by the days left.",
    )


def scrub() -> str:
    """What is checked of a claim before it leaves."""
    rows = [(f"`{check.code}`", check.severity.value, check.checks, check.mend) for check in CHECKS]
    return _page(
        "Scrub",
        "For billers who wonder why a claim was held",
        "models/rules/scrub.py",
        _table(("code", "severity", "what is checked", "the mend"), rows),
        "An error holds a claim until it is mended. A warning holds it too, until it is mended or somebody says why\n"
        "the claim may leave all the same; the reason is kept. Claims are checked when they are made, when they are\n"
        "corrected, and again just before they leave; then the whole file is judged against the guide (837P).",
    )


def cpt_minutes() -> str:
    """How many minutes each psychotherapy code stands for."""
    rows = [(code, _span(minutes)) for code, minutes in CODE_MINUTES.items()]
    beside = [(code, _beside(code)) for code in ADD_ONS]
    held = [(HELD_WORDS[how], place, ", ".join(modifiers)) for how, (place, modifiers) in USUAL.items()]
    return _page(
        "CPT codes and minutes",
        "For clinicians and billers who wonder why a claim was held for its minutes",
        "models/rules/coding.py",
        _table(("code", "minutes"), rows),
        f"Below {SHORTEST} minutes no psychotherapy code is billable. A code that does not fit holds the claim with\n"
        "a task; it is never recoded silently. 90840 is added to 90839 for each further 30 minutes that have begun\n"
        "after the 74th. Codes that are not listed have no time rule."
        "\n\n## Add-ons\n\nBilled beside another service only, each on a line of its own:\n\n"
        f"{_table(('add-on', 'goes with'), beside)}"
        "\n## How it was held\n\nPlace of service and modifiers where a payer's own rules say nothing else:\n\n"
        f"{_table(('held', 'place of service', 'modifiers'), held)}".rstrip(),
    )


def _beside(code: str) -> str:
    """The codes that an add-on goes with, in words."""
    goes_with = ADD_ONS[code]
    return "a visit (E/M)" if goes_with == EVALUATION_AND_MANAGEMENT else ", ".join(sorted(goes_with))


def deadlines() -> str:
    """When a claim must have reached its payer, and who is told before."""
    rows = [
        ("a task for a biller", f"{_part(WARN_AT)} of the payer's limit, rounded down to the day"),
        ("that task escalates", f"{_part(ESCALATE_AT)} of the payer's limit, rounded down to the day"),
        ("the last day to file", f"the payer's limit; {UNKNOWN_FILING_DAYS} days when unknown"),
    ]
    return _page(
        "Deadlines",
        "For billers who want to know how long a claim or an appeal may wait",
        "models/rules/deadlines.py",
        _table(("what happens", "days after the session"), rows),
        f"An appeal is heard for the days after the denial that the payer allows, {UNKNOWN_APPEAL_DAYS} when unknown;\n"
        f"the same parts of them open the task and escalate it. {ANSWER_DAYS} days after an appeal was sent, and\n"
        f"{PAYMENT_DAYS} after it was won, somebody is asked to see what became of it.",
    )


def tasks() -> str:
    """Whose each kind of task is, by when, and what ends it."""
    rows = [
        (
            f"`{kind}`",
            d.does,
            d.role.replace("_", " "),
            _span_of(d.due),
            _span_of(d.reminds),
            _span_of(d.escalates),
            d.ends,
        )
        for kind, d in DUTIES.items()
        if d.ends
    ]
    return _page(
        "Tasks that make themselves",
        "For everybody who finds a task on their list",
        "models/rules/work.py",
        _table(
            ("kind", "what", "whose", "due after", "reminder before", "escalates after", "closes by itself when"), rows
        ),
        "Reminders are mailed once a day for all tasks of a person, never in quiet hours; of an escalated task the\n"
        "owner hears. Whoever's task it is may also close it with a reason; what is still wrong then opens a new one.",
    )


def roles() -> str:
    """Which role may do what on the pages."""
    rows = [(do.value, *("yes" if role in ALLOWED[do] else "" for role in Role)) for do in Do]
    return _page(
        "Roles",
        "For owners who wonder what an account shows",
        "starter/web/access/permissions.py",
        _table(("may", *(role.value.replace("_", " ") for role in Role)), rows),
        "Somebody may have several roles. Clinicians see the clients they hold or held sessions with, supervisors\n"
        "also those of whom they supervise, clients themselves and the children they act for. Charts are seen by\n"
        "those who treat or supervise only. What is clinical or about insurance is not there for practices of another\n"
        "kind.",
    )


def stale(folder: Path) -> list[str]:
    """The names of pages in `folder` that differ from their tables, or are not there."""
    return [name for name, text in pages().items() if not _holds(folder / name, text)]


def write(folder: Path) -> None:
    """Write every page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """0, or 1 where `--check` found a stale page, 2 where the arguments are wrong."""
    if arguments == ["--check"]:
        names = stale(folder)
        sys.stderr.writelines(f"docs/rules/{name} is stale: run python -m starter.rule_pages\n" for name in names)
        return 1 if names else 0
    if arguments:
        sys.stderr.write("usage: python -m starter.rule_pages [--check]\n")
        return 2
    write(folder)
    return 0


def _page(title: str, reader: str, source: str, table: str, words: str) -> str:
    return f"{reader}. Generated from `{source}`; do not edit by hand.\n\n# {title}\n\n{table}\n{words}\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _span(minutes: Minutes) -> str:
    return f"{minutes.least} and more" if minutes.most is None else f"{minutes.least}-{minutes.most}"


def _span_of(time: timedelta) -> str:
    hours = int(time.total_seconds()) // 3600
    days, rest = divmod(hours, 24)
    unit, number = ("hour", hours) if rest else ("day", days)
    return f"{number} {unit}" + ("" if number == 1 else "s")


def _part(whole: Fraction) -> str:
    return f"{whole.numerator}/{whole.denominator}"


def _holds(page: Path, text: str) -> bool:
    return page.is_file() and page.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
