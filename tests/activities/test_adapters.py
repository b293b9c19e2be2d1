"""The adapters against real servers: mail by SMTP, claims by SFTP, cards in the sandbox."""

import asyncio
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest

from activities.adapters.cards_sandbox import APPROVES, DECLINES, HESITATES, SandboxCards
from activities.adapters.folder import FolderClearinghouse
from activities.adapters.sftp import SftpClearinghouse
from activities.adapters.smtp import SmtpMailer
from activities.ports import Clearinghouse
from models.errors import Refused, Unreachable
from starter.sandbox import mailbox
from starter.sandbox.clearinghouse_server import ClearinghouseServer
from starter.sandbox.home import free_port
from starter.sandbox.mailbox import Mailbox

CLAIM = b"ISA*00*          ~"


def a_mail(message_id: str = "<invoice-1@practice.example>", to: str = "client@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Practice <office@practice.example>", to, "Your invoice"
    mail["Message-ID"], mail["Date"] = message_id, "Mon, 02 Mar 2026 09:00:00 -0500"
    mail.set_content("Zoë, your invoice is attached.")
    return mail


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Mailbox]:
    server = Mailbox(tmp_path / "mail", free_port())
    server.start()
    yield server
    server.stop()


class TestMail:
    def test_a_mail_sent_is_a_mail_kept(self, inbox: Mailbox) -> None:
        SmtpMailer(inbox.url).send(a_mail())
        (kept,) = mailbox.mails(inbox.folder)
        assert kept["To"] == "client@example.com"
        assert kept.get_content().strip() == "Zoë, your invoice is attached."

    def test_the_same_message_sent_again_is_one_mail(self, inbox: Mailbox) -> None:
        for message_id in ("<a@practice.example>", "<a@practice.example>", "<b@practice.example>"):
            SmtpMailer(inbox.url).send(a_mail(message_id))
        assert len(mailbox.mails(inbox.folder)) == 2

    def test_file_names_say_when_but_not_who(self, inbox: Mailbox) -> None:
        SmtpMailer(inbox.url).send(a_mail())
        (name,) = (path.name for path in inbox.folder.glob("*.eml"))
        assert name.startswith("20260302T140000-")
        assert "client" not in name

    def test_a_temporary_refusal_is_worth_another_try(self, inbox: Mailbox) -> None:
        mailbox.refuse(inbox.folder, 451)
        with pytest.raises(Unreachable, match="451"):
            SmtpMailer(inbox.url).send(a_mail())
        mailbox.accept(inbox.folder)
        SmtpMailer(inbox.url).send(a_mail())
        assert len(mailbox.mails(inbox.folder)) == 1

    def test_a_refused_recipient_is_final_and_not_named(self, inbox: Mailbox) -> None:
        mailbox.refuse(inbox.folder, 550)
        with pytest.raises(Refused, match="550") as error:
            SmtpMailer(inbox.url).send(a_mail())
        assert "client" not in str(error.value)

    def test_a_server_that_is_not_there_is_unreachable(self) -> None:
        with pytest.raises(Unreachable):
            SmtpMailer(f"smtp://127.0.0.1:{free_port()}").send(a_mail())

    def test_a_password_is_not_sent_to_a_server_that_cannot_check_it(self, inbox: Mailbox) -> None:
        with pytest.raises(Unreachable):
            SmtpMailer(inbox.url.replace("://", "://user:secret@")).send(a_mail())
        assert mailbox.mails(inbox.folder) == []

    def test_nothing_leaves_this_machine_unencrypted(self, inbox: Mailbox) -> None:
        elsewhere = SmtpMailer(inbox.url)
        elsewhere.may_be_plain = SmtpMailer("smtp://mail.example.com").may_be_plain
        with pytest.raises(Unreachable, match="no encryption"):
            elsewhere.send(a_mail())
        assert SmtpMailer("smtp://mail.example.com?tls=none").may_be_plain

    @pytest.mark.parametrize("url", ["", "mail.example.com", "http://mail.example.com", "smtp://"])
    def test_a_wrong_address_says_how_a_right_one_reads(self, url: str) -> None:
        with pytest.raises(Refused, match="smtp://USER"):
            SmtpMailer(url)


@dataclass
class House:
    """A clearinghouse, and the folder behind it."""

    port: Clearinghouse
    folder: Path
    url: str = ""

    def answer(self, name: str, content: bytes = b"TA1~") -> None:
        (self.folder / "outbox" / name).write_bytes(content)

    def inbox(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "inbox").iterdir()}

    def archived(self) -> list[str]:
        return sorted(os.listdir(self.folder / "archive"))


@pytest.fixture(params=["sftp", "folder"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "folder":
        yield House(FolderClearinghouse(tmp_path / "house"), tmp_path / "house")
        return
    server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", free_port())
    server.start()
    yield House(SftpClearinghouse(server.url), tmp_path / "house", server.url)
    server.stop()


class TestClearinghouse:
    def test_a_file_delivered_twice_is_there_once(self, house: House) -> None:
        house.port.deliver("batch-1.837", CLAIM)
        house.port.deliver("batch-1.837", CLAIM)
        assert house.inbox() == {"batch-1.837": CLAIM}

    def test_a_delivery_cut_off_half_way_is_done_again_whole(self, house: House) -> None:
        (house.folder / "inbox" / "batch-1.837.part").write_bytes(CLAIM + b"longer than the claim")
        house.port.deliver("batch-1.837", CLAIM)
        assert house.inbox() == {"batch-1.837": CLAIM}

    def test_another_file_of_the_same_name_is_never_overwritten(self, house: House) -> None:
        house.port.deliver("batch-1.837", CLAIM)
        with pytest.raises(Refused, match=r"batch-1\.837"):
            house.port.deliver("batch-1.837", b"something else")
        assert house.inbox() == {"batch-1.837": CLAIM}

    def test_answers_wait_by_name_and_unfinished_ones_do_not(self, house: House) -> None:
        for name in ("b.835", "a.999", "c.835.part", ".hidden"):
            house.answer(name)
        (house.folder / "outbox" / "folder").mkdir()
        assert house.port.waiting() == ["a.999", "b.835"]

    def test_an_answer_is_read_byte_for_byte(self, house: House) -> None:
        house.answer("a.835", bytes(range(256)) * 1000)
        assert house.port.fetch("a.835") == bytes(range(256)) * 1000

    def test_an_answer_that_somebody_else_has_read_meanwhile_is_gone(self, house: House) -> None:
        assert house.port.fetch("a.835") is None

    def test_an_archived_answer_waits_no_more_and_archiving_it_again_is_fine(self, house: House) -> None:
        house.answer("a.835")
        house.port.archive("a.835")
        house.port.archive("a.835")
        assert house.port.waiting() == []
        assert house.archived() == ["a.835"]

    def test_a_name_used_again_does_not_replace_what_was_archived(self, house: House) -> None:
        for _ in range(3):
            house.answer("a.835")
            house.port.archive("a.835")
        assert house.archived() == ["a.835", "a.835.2", "a.835.3"]

    @pytest.mark.parametrize("name", ["", "../key", "a/b", ".hidden", "a.part", "..\\a"])
    def test_a_name_cannot_lead_elsewhere(self, house: House, name: str) -> None:
        with pytest.raises(Refused, match="plain file name"):
            house.port.deliver(name, CLAIM)
        with pytest.raises(Refused, match="plain file name"):
            house.port.fetch(name)


class TestSftp:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[ClearinghouseServer]:
        server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", free_port())
        server.start()
        yield server
        server.stop()

    def test_a_server_with_another_host_key_gets_nothing(self, server: ClearinghouseServer, tmp_path: Path) -> None:
        other = ClearinghouseServer(tmp_path / "other", tmp_path / "other-access", server.port)
        with pytest.raises(Unreachable, match="host key"):
            SftpClearinghouse(other.url).deliver("a.837", CLAIM)
        other.loop.close()

    def test_a_server_nobody_vouched_for_gets_nothing(self, server: ClearinghouseServer) -> None:
        with pytest.raises(Unreachable, match="host key"):
            SftpClearinghouse(server.url.split("?")[0]).deliver("a.837", CLAIM)

    def test_a_wrong_password_is_said_to_be_one(self, server: ClearinghouseServer) -> None:
        with pytest.raises(Unreachable, match="login"):
            SftpClearinghouse(server.url.replace(server.password, "wrong")).waiting()

    def test_a_server_that_is_not_there_is_unreachable(self) -> None:
        with pytest.raises(Unreachable):
            SftpClearinghouse(f"sftp://user:pw@127.0.0.1:{free_port()}/").waiting()

    def test_a_server_that_says_nothing_is_unreachable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("activities.adapters.sftp.SECONDS", 1)
        with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable, match="Timeout"):
            SftpClearinghouse(f"sftp://user:pw@127.0.0.1:{silent.getsockname()[1]}/").waiting()

    def test_a_client_sees_the_three_folders_and_nothing_else(self, server: ClearinghouseServer) -> None:
        (server.folder.parent / "secret").write_text("not for clients")
        outside = server.url.replace("/?", "/?outbox=..&")
        assert SftpClearinghouse(outside).waiting() == []

    def test_a_key_that_is_none_is_refused(self) -> None:
        with pytest.raises(Refused, match="host_key"):
            SftpClearinghouse("sftp://user@example.com/?host_key=nonsense")

    def test_two_deliveries_at_once_make_one_file(self, server: ClearinghouseServer) -> None:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: SftpClearinghouse(server.url).deliver("a.837", CLAIM), range(2)))
        assert (server.folder / "inbox" / "a.837").read_bytes() == CLAIM

    def test_an_upload_is_told_once_when_it_is_whole(self, tmp_path: Path) -> None:
        told: list[tuple[str, bytes]] = []

        async def on_upload(path: Path) -> None:
            await asyncio.sleep(0)
            told.append((path.name, path.read_bytes()))

        server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", free_port(), on_upload)
        server.start()
        try:
            SftpClearinghouse(server.url).deliver("a.837", CLAIM)
            SftpClearinghouse(server.url).deliver("a.837", CLAIM)
        finally:
            server.stop()
        assert told == [("a.837", CLAIM)]

    def test_an_answer_that_fails_does_not_fail_the_delivery(self, tmp_path: Path) -> None:
        async def on_upload(_path: Path) -> None:
            raise RuntimeError("no answer today")

        server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", free_port(), on_upload)
        server.start()
        try:
            SftpClearinghouse(server.url).deliver("a.837", CLAIM)
        finally:
            server.stop()
        assert (tmp_path / "house" / "inbox" / "a.837").read_bytes() == CLAIM

    def test_host_key_and_password_survive_a_restart(self, tmp_path: Path) -> None:
        port = free_port()
        urls = set()
        for _ in range(2):
            server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", port)
            server.start()
            urls.add(server.url)
            server.stop()
        assert len(urls) == 1


class TestCards:
    @pytest.fixture
    def cards(self, tmp_path: Path) -> SandboxCards:
        return SandboxCards(tmp_path / "cards.db")

    def test_the_same_key_charges_once_even_after_a_restart(self, cards: SandboxCards) -> None:
        card = cards.store("4242 4242 4242 4242")
        first = cards.charge(card, Decimal("120.00"), "pay/1")
        again = SandboxCards(cards.path).charge(card, Decimal("120.00"), "pay/1")
        other = cards.charge(card, Decimal("120.00"), "pay/2")
        assert first.approved
        assert again == first
        assert other.reference != first.reference

    def test_a_key_asked_by_many_at_once_charges_once(self, cards: SandboxCards) -> None:
        card = cards.store(APPROVES)
        with ThreadPoolExecutor(8) as threads:
            answers = set(threads.map(lambda _: cards.charge(card, Decimal("120.00"), "pay/1"), range(16)))
        assert len(answers) == 1

    def test_a_key_serves_one_payment_only(self, cards: SandboxCards) -> None:
        card = cards.store(APPROVES)
        charged = cards.charge(card, Decimal("120.00"), "pay/1")
        with pytest.raises(Refused, match="pay/1"):
            cards.charge(card, Decimal("121.00"), "pay/1")
        with pytest.raises(Refused, match="pay/1"):
            cards.refund(charged.reference, Decimal("120.00"), "pay/1")

    def test_a_declined_card_stays_declined(self, cards: SandboxCards) -> None:
        card = cards.store(DECLINES)
        answers = [cards.charge(card, Decimal("120.00"), f"pay/{n}") for n in range(3)]
        assert [(answer.approved, answer.retry) for answer in answers] == [(False, False)] * 3

    def test_a_hesitating_card_pays_at_the_third_try_and_a_repeated_key_is_no_try(self, cards: SandboxCards) -> None:
        card = cards.store(HESITATES)
        answers = [cards.charge(card, Decimal("120.00"), f"pay/{n // 2}") for n in range(6)]
        assert [answer.approved for answer in answers] == [False, False, False, False, True, True]
        assert [answer.retry for answer in answers[:4]] == [True] * 4

    def test_no_more_is_given_back_than_was_taken(self, cards: SandboxCards) -> None:
        charged = cards.charge(cards.store(APPROVES), Decimal("120.00"), "pay/1")
        parts = [
            cards.refund(charged.reference, Decimal(part), f"back/{part}") for part in ("100.00", "20.01", "20.00")
        ]
        assert [part.approved for part in parts] == [True, False, True]
        assert cards.refund(charged.reference, Decimal("100.00"), "back/100.00") == parts[0]
        assert not cards.refund("charge-999999", Decimal("1.00"), "back/unknown").approved

    def test_a_card_from_elsewhere_is_declined(self, cards: SandboxCards) -> None:
        assert cards.charge("card-unknown", Decimal("1.00"), "pay/1").reason == "card_unknown"

    def test_a_real_card_number_is_refused_and_not_repeated(self, cards: SandboxCards) -> None:
        with pytest.raises(Refused, match="test cards only") as error:
            cards.store("5555 5555 5555 4444")
        assert "5555" not in str(error.value)

    @pytest.mark.parametrize("amount", ["0.00", "-5.00"])
    def test_an_amount_is_above_zero(self, cards: SandboxCards, amount: str) -> None:
        card = cards.store(APPROVES)
        with pytest.raises(Refused):
            cards.charge(card, Decimal(amount), "pay/1")
