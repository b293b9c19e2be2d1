"""The demo, played once by clients of unmistakable names: its numbers hold, and no data of theirs leaks."""

import asyncio
import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as readable
from pathlib import Path

import pytest
from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities.settings import LOCK_FILE
from models.errors import Refused
from models.facts import Status
from models.messages import session_workflow
from models.money import ZERO
from models.tables import AttendanceRow, Claim, Message, PayLine, PayStatement, Posting, Task
from starter import demo
from starter.cli.output import say
from starter.demo.people import CLIENTS, Cast
from starter.demo.stage import Stage
from starter.queries.proof import Proof, proof
from starter.running import running_practice

FIRST, LAST = "Qwyjibolina", "Zyxwvutsrqponm"
DIAGNOSIS = "T42.4X6S"
NOTE = "The unicorn sang of marmalade skies over the harbour."
MEMBER = "CANARYMEMBER"
CANARIES = (FIRST, LAST, DIAGNOSIS, DIAGNOSIS.replace(".", ""), "unicorn sang", "marmalade skies", MEMBER, "Oak Avenue")
"""Matched in any case, so the mail addresses made of the names are found too."""

LOGS = ("temporal.log", "postgres.log", "worker.log")


def letters(number: int) -> str:
    return "".join(chr(ord("a") + digit) for digit in divmod(number, 26))


CAST = Cast(
    clients=tuple(
        replace(
            person,
            first=f"{FIRST}{letters(number)}",
            last=f"{LAST}{letters(number)}",
            covers=tuple(replace(cover, member_id=f"{MEMBER}{number}") for cover in person.covers),
        )
        for number, person in enumerate(CLIENTS)
    ),
    diagnoses=(DIAGNOSIS,),
    note=NOTE,
)


@dataclass(frozen=True)
class Played:
    """What the demo left behind, read before its servers stopped; the files are read after."""

    home: Path
    holds: bool
    said: str
    proof: Proof
    sums: dict[str, Decimal]
    statuses: Counter[str]
    claims: Counter[str]
    tasks: list[str]
    mails: Counter[str]
    pay: dict[int, tuple[Decimal, datetime | None]]
    workflow_id: str


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    home = tmp_path_factory.mktemp("demo") / "home"
    return asyncio.run(play(home))


async def play(home: Path) -> Played:
    paper = io.StringIO()
    demo.own(home)
    with contextlib.redirect_stdout(paper):
        async with running_practice(home, say, fresh=True) as practice:
            stage = await demo.open_stage(practice, CAST)
            holds = await demo.perform(stage)
            return seen(stage, home, holds, paper.getvalue())


def seen(stage: Stage, home: Path, holds: bool, said: str) -> Played:
    of_the_story = col(AttendanceRow.session_id).in_(stage.sessions.values())  # the calendar is filled with others
    with Database(stage.practice.engine) as db:
        statements = db.exec(select(PayStatement)).all()
        lines = select(PayLine.statement_id, func.sum(col(PayLine.amount))).group_by(col(PayLine.statement_id))
        totals = dict(db.exec(lines).all())
        return Played(
            home=home,
            holds=holds,
            said=said,
            proof=proof(stage.practice.engine),
            sums=dict(db.exec(select(Posting.account, func.sum(col(Posting.amount))).group_by(Posting.account)).all()),
            statuses=Counter(db.exec(select(AttendanceRow.status).where(of_the_story)).all()),
            claims=Counter(db.exec(select(Claim.status)).all()),
            tasks=sorted(db.exec(select(Task.kind).where(col(Task.closed_at).is_(None))).all()),
            mails=Counter(db.exec(select(Message.kind)).all()),
            pay={s.clinician_id: (totals[s.id], s.paid_at) for s in statements},
            workflow_id=session_workflow(stage.sessions["julian"]),
        )


def mails(home: Path) -> Iterator[EmailMessage]:
    for file in (home / "mail").glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=readable)
        assert isinstance(mail, EmailMessage)
        yield mail


def test_every_proof_of_the_ledger_holds(played: Played) -> None:
    assert played.holds
    assert played.proof.trial_balance == ZERO
    assert played.proof.unbalanced == ()
    assert [part for part in played.proof.explained if not part.holds] == []
    assert "trial balance 0.00" in played.said


def test_sessions_end_in_every_way_there_is(played: Played) -> None:
    assert played.statuses == {
        Status.ATTENDED: 31,
        Status.NO_SHOW: 4,
        Status.LATE_CANCELLED: 2,
        Status.CANCELLED: 1,
        Status.BOOKED: 3,
        Status.CONFIRMED: 1,
    }


def test_denied_rejected_and_secondary_claims_are_paid_and_only_the_silent_payer_is_awaited(played: Played) -> None:
    assert played.claims == {"paid": 8, "accepted": 1}
    for amount in ("108.00", "31.75", "126.98", "190.00"):
        assert f"{amount} by ACH" in played.said
    assert played.sums["cash:payer"] == sum(
        map(Decimal, ("190.00", "74.00", "82.00", "126.98", "108.00", "31.75", "112.00"))
    )


def test_people_are_left_with_what_only_people_can_do(played: Played) -> None:
    owed_estimates = [kind for kind in played.tasks if kind == "estimate_due"]
    assert owed_estimates, "self-pay clients are booked three business days ahead and more (45 CFR 149.610)"
    assert [kind for kind in played.tasks if kind not in owed_estimates] == [
        "coverage_terminated",
        "payment_failed",
        "remittance_parked",
    ]


def test_fees_are_charged_waived_and_given_back(played: Played) -> None:
    assert played.sums["income:fee"] == Decimal("-215.00")
    assert played.sums["adjustment:write_off"] == Decimal("20.00")
    assert played.sums["receivable:client:4"] == Decimal("-75.00")


def test_every_clinician_is_paid_what_the_statement_says(played: Played) -> None:
    assert len(played.pay) == 3
    assert all(paid_at for _, paid_at in played.pay.values())
    assert played.sums["cash:payroll"] == -sum(total for total, _ in played.pay.values())
    assert {played.sums[f"payable:clinician:{clinician}"] for clinician in played.pay} == {ZERO}


def test_each_mail_leaves_once(played: Played) -> None:
    for kind, count in {"pay_statement": 3, "refund": 1, "payment_failed": 1, "moved": 1, "cancelled": 3}.items():
        assert played.mails[kind] == count, kind
    assert played.mails["invoice"] >= 20
    assert len(list(mails(played.home))) == sum(played.mails.values())


def test_no_patient_stands_in_temporals_database_or_a_log(played: Played) -> None:
    files = [*played.home.glob("temporal.db*"), *(played.home / name for name in LOGS)]
    assert played.workflow_id.encode() in (played.home / "temporal.db").read_bytes() + b"".join(
        file.read_bytes() for file in played.home.glob("temporal.db-*")
    ), "the search would not see what is written there"
    for file in files:
        content = file.read_bytes().lower()
        for canary in CANARIES:
            assert canary.lower().encode() not in content, f"{canary} in {file.name}"
            assert canary.lower().encode("utf-16-le") not in content, f"{canary} in {file.name}"


def test_no_patient_stands_in_a_subject_or_a_file_name(played: Played) -> None:
    told = [str(path.relative_to(played.home)) for path in played.home.rglob("*")]
    for mail in mails(played.home):
        told.append(str(mail["Subject"]))
        told += [part.get_filename() or "" for part in mail.iter_attachments()]
    assert any(words.endswith(".pdf") for words in told)
    for words in told:
        assert not [canary for canary in CANARIES if canary.lower() in words.lower()], words


def test_the_canaries_sing_where_they_belong(played: Played) -> None:
    assert FIRST in played.said
    assert any(LAST.lower() in str(mail["To"]) for mail in mails(played.home))
    claim_files = [file.read_bytes() for file in (played.home / "clearinghouse").rglob("*") if file.is_file()]
    assert any(MEMBER.encode() in content for content in claim_files)


def test_mails_hold_no_diagnosis_note_or_service(played: Played) -> None:
    for mail in mails(played.home):
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                words = str(part.get_content()).lower()
                assert not [c for c in (DIAGNOSIS, "unicorn sang", MEMBER, "therapy session") if c.lower() in words]


def test_a_folder_that_holds_a_practice_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).touch()
    with pytest.raises(Refused, match="holds a practice"):
        demo.own(tmp_path)
    demo.own(tmp_path / "new")
    demo.own(tmp_path / "new")
