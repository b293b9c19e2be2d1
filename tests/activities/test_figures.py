"""The owner's week by mail says what the reports' pages say, carries them, and names no client."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activities import figures, mail
from activities.reports.answering import Answer
from activities.wording import money
from models.tables import Account, Practice
from tests.activities.practice import DAY, Desk, usd
from tests.activities.test_documents import reads_text, words_of
from tests.starter.reports.year import TZ, asked, lived


def week_mailed(desk: Desk, now_later: timedelta = 7 * DAY) -> tuple[str, dict[str, bytes]]:
    """The mail about the week of `desk.now`: its text, and its files by name."""
    desk.add(Account(login="o", email="o@x.example", name="Olga Own", roles=["owner"], created_at=desk.now))
    desk.now += now_later
    [wanted] = desk.only(figures.due, desk.now.astimezone(TZ).date()).mails
    desk.only(mail.send, wanted)
    sent = desk.mailer.sent[-1]
    body = sent.get_body(("plain",))
    assert body is not None
    files = {part.get_filename() or "": bytes(part.get_content()) for part in sent.iter_attachments()}
    return body.get_content(), files


def sum_of(answer: Answer, column: str) -> str:
    """An amount under a column, as mails say it."""
    return money(Decimal(answer.sum_of(column) or 0))


@reads_text
@pytest.mark.parametrize("kind", ["therapy", "tutoring"])
def test_the_mail_says_what_the_reports_say(desk: Desk, kind: str) -> None:
    desk.change(Practice, 1, kind=kind)
    client = desk.client(first="Zebulon", last="Quince")
    desk.hold(client)
    desk.miss(client)
    desk.pay(client, "40.00")
    monday = desk.now.astimezone(TZ).date() - timedelta(days=desk.now.astimezone(TZ).weekday())
    sunday = monday + timedelta(days=6)
    text, files = week_mailed(desk)
    revenue = asked(desk, "revenue", monday, sunday, by="clinician")
    attendance = asked(desk, "attendance", monday, sunday, by="clinician")
    aging = asked(desk, "aging", last=sunday, by="client")
    for line in (
        f"Billed: {sum_of(revenue, 'billed')}",
        f"Collected: {sum_of(revenue, 'collected')}",
        f"Attended: {attendance.sum_of('attended')}",
        f"No-show: {attendance.sum_of('missed')}",
        f"{sum_of(aging, 'owed')}",
    ):
        assert line in text
    assert revenue.sum_of("collected") == usd("40.00"), "there is something to compare"
    assert ("payers" in text) is (kind == "therapy")
    assert set(files) == {f"revenue-{monday}.pdf", f"attendance-{monday}.pdf"}
    papers = " ".join(words_of(pdf) for pdf in files.values())
    assert "Ada Stone" in papers
    assert "$40.00" in papers
    assert "Quince" not in text + papers
    assert "Zebulon" not in text + papers


def test_a_week_without_anything_is_told_too(desk: Desk) -> None:
    text, files = week_mailed(desk)
    assert "Billed: $0.00" in text
    assert "Attended: 0" in text
    assert len(files) == 2


def test_what_is_owed_is_that_of_the_weeks_end(desk: Desk) -> None:
    lived(desk, 3, deeds=14)
    today = desk.now.astimezone(TZ).date()
    sunday = today - timedelta(days=today.weekday() + 1)
    text, _ = week_mailed(desk, timedelta())
    owed = sum_of(asked(desk, "aging", last=sunday, by="client"), "owed")
    assert f"Owed by clients: {owed}" in text
