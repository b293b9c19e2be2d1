"""The sandbox clearinghouse: every file is answered as its guide asks, and every answer adds up."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.sftp import SftpClearinghouse
from models.errors import Refused
from models.x12.acknowledgment import ClaimAck, GroupAck, InterchangeAck, read_277ca, read_999, read_ta1
from models.x12.claim_837p import write
from models.x12.claims import Claim837
from models.x12.judge import judge
from models.x12.parties import Adjustment, Payer
from models.x12.remittance_835 import read
from models.x12.remittances import ClaimPayment, Remittance, problems
from starter.sandbox.clearinghouse import PAYERS, Clearinghouse, Script
from starter.sandbox.clearinghouse_server import ClearinghouseServer
from starter.sandbox.home import free_port
from tests.x12 import builders as a

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
AETNA, CIGNA, MEDICARE = Payer("Aetna", "60054"), Payer("Cigna", "62308"), Payer("Medicare", "01112", "MB")
UNITED, SHIELD, SILENT = (
    Payer("UnitedHealthcare", "87726"),
    Payer("Blue Shield", "94036", "BL"),
    Payer("Nobody", "00000"),
)


class House:
    """A clearinghouse with a script, and what it has answered; each look at the outbox checks every file in it."""

    def __init__(self, folder: Path, script: str | None = None) -> None:
        (folder / "house" / "inbox").mkdir(parents=True, exist_ok=True)
        path = PAYERS if script is None else folder / "payers.toml"
        if script is not None:
            path.write_text(script)
        self.folder, self.control, self.clock = folder / "house", 900, NOW
        self.works = Clearinghouse(self.folder, Script.read(path), lambda: self.clock)

    def send(self, *claims: Claim837, control: int | None = None) -> None:
        """The claims in one file, with the next control number."""
        self.control += 1
        self.upload(write(a.claim_file(*claims, envelope=a.envelope(control=control or self.control))))

    def upload(self, text: str) -> None:
        path = self.folder / "inbox" / "upload.837"
        path.write_text(text)
        self.works.judge(path)

    def release(self, **later: int) -> int:
        self.clock += timedelta(**later)
        return self.works.release(self.clock)

    def files(self, kind: str = "") -> list[str]:
        found = sorted((self.folder / "outbox").iterdir())
        texts = {path: path.read_text() for path in found}
        for path, text in texts.items():
            assert path.suffix == ".ta1" or judge(text) == [], path.name
        return [text for path, text in texts.items() if path.name.endswith(kind)]

    @property
    def envelopes(self) -> list[InterchangeAck]:
        return [ack for text in self.files(".ta1") for ack in read_ta1(text)]

    @property
    def groups(self) -> list[GroupAck]:
        return [ack for text in self.files(".999") for ack in read_999(text)]

    @property
    def claims(self) -> list[ClaimAck]:
        return [ack for text in self.files(".277") for ack in read_277ca(text)]

    @property
    def remittances(self) -> list[Remittance]:
        found = [remittance for text in self.files(".835") for remittance in read(text)]
        assert [problem for remittance in found for problem in problems(remittance)] == []
        return found

    @property
    def payments(self) -> list[ClaimPayment]:
        return [claim for remittance in self.remittances for claim in remittance.claims]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def scripted(tmp_path: Path) -> Callable[[str], House]:
    return lambda script: House(tmp_path, script)


def usd(text: str) -> Decimal:
    return Decimal(text)


def claim(number: str = "C1", payer: Payer = AETNA, **changes: Any) -> Claim837:
    return a.claim(number, payer=payer, **changes)


def reasons(payment: ClaimPayment) -> dict[str, Decimal]:
    return {f"{each.group}-{each.reason}": each.amount for each in payment.every_adjustment}


class TestTheDoor:
    def test_a_valid_file_is_accepted_and_each_claim_with_the_payers_number(self, house: House) -> None:
        house.send(claim("C1"), claim("C2", CIGNA))
        [group] = house.groups
        assert (group.accepted, group.code, group.group_control) == (True, "A", 901)
        assert [(ack.claim_number, ack.category, ack.status) for ack in house.claims] == [
            ("C1", "A2", "20"),
            ("C2", "A2", "20"),
        ]
        assert all(ack.payer_claim_number and ack.charge == usd("150.00") for ack in house.claims)
        assert house.envelopes == []

    def test_a_breach_of_the_guide_is_rejected_by_a_999_that_names_the_place(self, house: House) -> None:
        house.upload(write(a.claim_file(claim())).replace("DTP*472*D8*20260302", "DTP*472*D8*20260231"))
        [group] = house.groups
        assert (group.accepted, group.code, group.rejected) == (False, "R", ("0001",))
        assert "segment 25 DTP, element 3" in group.problems[0].where
        assert house.claims == []
        assert house.release(days=1) == 0

    def test_a_truncated_file_gets_a_ta1_and_nothing_else(self, house: House) -> None:
        house.upload(write(a.claim_file(claim()))[:-40])
        [ack] = house.envelopes
        assert (ack.control, ack.accepted, ack.code) == (905, False, "023")
        assert len(house.files()) == 1

    def test_after_a_ta1_the_whole_file_is_taken_under_the_same_number(self, house: House) -> None:
        text = write(a.claim_file(claim()))
        house.upload(text[:-40])
        house.upload(text)
        assert [group.accepted for group in house.groups] == [True]

    @pytest.mark.parametrize("text", ["", "hello", "ISA*00*", "\x00"])
    def test_what_is_no_x12_is_not_answered(self, house: House, text: str) -> None:
        house.upload(text)
        assert house.files() == []

    def test_any_truncation_is_answered_by_a_ta1_or_by_nothing(self, house: House) -> None:
        text = write(a.claim_file(claim()))
        for end in range(3, len(text) - 3, 61):
            house.upload(text[:end])
        assert house.files(".999") == []
        assert not any(ack.accepted for ack in house.envelopes)

    def test_another_transaction_set_is_rejected(self, house: House) -> None:
        house.upload(write(a.claim_file(claim())).replace("ST*837*", "ST*276*"))
        assert [group.accepted for group in house.groups] == [False]

    @pytest.mark.parametrize(("old", "new"), [("GS*HC*", "GS**"), ("*X*005010X222A1", "*X*")])
    def test_a_group_that_does_not_say_what_it_is_is_rejected(self, house: House, old: str, new: str) -> None:
        house.upload(write(a.claim_file(claim())).replace(old, new))
        assert [group.code for group in house.groups] == ["R"]

    def test_a_claim_that_does_not_add_up_is_rejected_by_the_277ca(self, house: House) -> None:
        house.send(claim(charge=usd("151.00")), claim("C2"))
        assert [(ack.accepted, ack.status) for ack in house.claims] == [(False, "400"), (True, "20")]
        house.release()
        assert [payment.number for payment in house.payments] == ["C2"]

    def test_the_same_upload_twice_is_answered_once(self, house: House) -> None:
        house.send(claim(), control=950)
        answered = house.files()
        house.send(claim(), control=950)
        assert house.files() == answered
        assert house.release() == 1

    def test_another_file_under_a_used_number_gets_a_ta1(self, house: House) -> None:
        house.send(claim("C1"), control=950)
        house.send(claim("C2"), control=950)
        assert [ack.code for ack in house.envelopes] == ["025"]
        assert len(house.claims) == 1

    def test_a_clearinghouse_started_anew_remembers(self, house: House, tmp_path: Path) -> None:
        house.send(claim(), control=950)
        again = House(tmp_path)
        again.send(claim(), control=950)
        assert len(again.claims) == 1
        assert again.release() == 1
        assert house.release() == 0

    def test_a_file_not_yet_in_the_outbox_when_it_crashed_gets_there(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as crash:
            crash.setattr(house.works, "send", lambda: None)
            house.send(claim())
        assert house.files() == []
        house.works.send()
        assert len(house.files()) == 2


class TestTheDemoPayers:
    def one(self, house: House, sent: Claim837) -> ClaimPayment:
        house.send(sent)
        house.release()
        [payment] = house.payments
        return payment

    def test_aetna_allows_120_and_leaves_a_copay(self, house: House) -> None:
        payment = self.one(house, claim())
        assert (payment.status, payment.paid, payment.patient_owes) == ("1", usd("95.00"), usd("25.00"))
        assert reasons(payment) == {"CO-45": usd("30.00"), "PR-3": usd("25.00")}
        assert payment.lines[0].control == "C1-1"
        assert payment.icn == house.claims[0].payer_claim_number

    def test_a_copay_is_taken_once_a_claim(self, house: House) -> None:
        payment = self.one(house, claim(lines=(a.line("L1"), a.line("L2"))))
        assert [line.paid for line in payment.lines] == [usd("95.00"), usd("120.00")]

    def test_medicare_pays_80_percent_of_what_it_allows(self, house: House) -> None:
        payment = self.one(house, claim(payer=MEDICARE, lines=(a.line("L1", "200.00"),)))
        assert reasons(payment) == {"CO-45": usd("41.27"), "PR-2": usd("31.75")}
        assert payment.paid == usd("126.98")

    def test_united_leaves_the_deductible(self, house: House) -> None:
        assert reasons(self.one(house, claim(payer=UNITED))) == {"CO-45": usd("18.00"), "PR-1": usd("50.00")}

    def test_an_allowed_amount_is_never_more_than_the_charge(self, house: House) -> None:
        payment = self.one(house, claim(lines=(a.line("L1", "80.00"),)))
        assert reasons(payment) == {"PR-3": usd("25.00")}

    def test_cigna_denies_without_authorization(self, house: House) -> None:
        payment = self.one(house, claim(payer=CIGNA))
        assert (payment.status, payment.paid) == ("4", usd("0.00"))
        assert payment.every_adjustment == (Adjustment("CO", "197", usd("150.00")),)

    def test_a_replacement_of_a_denied_claim_is_judged_again(self, house: House) -> None:
        denied = self.one(house, claim(payer=CIGNA))
        house.send(claim(payer=CIGNA, frequency="7", payer_claim_number=denied.icn, authorization="AUTH1"))
        house.release()
        [_, paid] = house.payments
        assert (paid.status, paid.paid) == ("1", usd("108.00"))
        assert paid.icn != denied.icn

    def test_blue_shield_as_second_pays_what_the_first_left(self, house: House) -> None:
        payment = self.one(house, replace(a.secondary_claim(), payer=SHIELD))
        assert (payment.status, payment.paid, payment.patient_owes) == ("2", usd("40.00"), usd("0.00"))
        assert reasons(payment) == {"OA-23": usd("110.00")}

    def test_a_second_coverage_billed_before_the_first_decided_denies(self, house: House) -> None:
        payment = self.one(house, claim(payer=SHIELD, payer_sequence="S"))
        assert reasons(payment) == {"CO-22": usd("150.00")}

    def test_a_silent_payer_accepts_and_never_answers(self, house: House) -> None:
        house.send(claim(payer=SILENT))
        assert [ack.accepted for ack in house.claims] == [True]
        assert house.release(days=400) == 0

    def test_anybody_else_pays_a_share_of_the_charge(self, house: House) -> None:
        assert self.one(house, claim(payer=Payer("Other", "77777"))).paid == usd("96.00")

    def test_one_835_per_payer_and_release_holds_all_its_claims(self, house: House) -> None:
        house.send(claim("C1"), claim("C2", MEDICARE), claim("C3"))
        assert house.release() == 2
        by_payer = {each.payer.id: [payment.number for payment in each.claims] for each in house.remittances}
        assert by_payer == {"60054": ["C1", "C3"], "01112": ["C2"]}
        house.send(claim("C4"))
        assert house.release() == 1
        assert len({remittance.trace for remittance in house.remittances}) == 3
        assert len({(payment.number, payment.icn) for payment in house.payments}) == 4

    def test_nobody_pays_twice(self, house: House) -> None:
        house.send(claim())
        assert [house.release(), house.release(days=9)] == [1, 0]


class TestTheScript:
    def test_the_first_rule_that_matches_decides(self, scripted: Callable[[str], House]) -> None:
        house = scripted(
            '[[rule]]\nnth = 2\ndeny = "PR-96"\n[[rule]]\ncode = "90834"\nreject = "A7:164:IL"\n'
            '[[rule]]\nsequence = "S"\nsilent = true\n[[rule]]\npayer = "60054"\nallowed = "100%"\n'
        )
        house.send(claim("C1"), claim("C2"), claim("C3", lines=(a.line("L3", code="90834"),)), claim("C4", SHIELD))
        house.release()
        assert [(ack.category, ack.status) for ack in house.claims] == [
            *(("A2", "20"), ("A2", "20"), ("A7", "164")),
            ("A3", "116"),
        ]
        assert [(payment.number, payment.paid) for payment in house.payments] == [
            ("C1", usd("150.00")),
            ("C2", usd("0")),
        ]
        assert house.payments[1].patient_owes == usd("150.00")

    def test_a_file_can_be_rejected_once(self, scripted: Callable[[str], House]) -> None:
        house = scripted('[[rule]]\nnth = 1\nreject_file = "I5"\n[[rule]]\nallowed = "100%"\n')
        house.send(claim())
        house.send(claim())
        [first, second] = house.groups
        assert (first.code, second.code) == ("R", "A")
        assert first.problems[0].what == "the implementation guide is not followed"
        assert len(house.claims) == 1

    def test_a_late_payer_pays_on_its_day(self, scripted: Callable[[str], House]) -> None:
        house = scripted('[[rule]]\nallowed = "100%"\nafter_days = 14\nafter_seconds = 30\n')
        house.send(claim())
        assert [house.release(days=14), house.release(seconds=29), house.release(seconds=1)] == [0, 0, 1]

    def test_a_code_outside_of_the_fee_schedule_is_not_covered(self, scripted: Callable[[str], House]) -> None:
        house = scripted('[[rule]]\nallowed = { "90834" = "100.00" }\n')
        house.send(claim(lines=(a.line("L1"), a.line("L2", code="90834"))))
        house.release()
        assert reasons(house.payments[0]) == {"CO-96": usd("150.00"), "CO-45": usd("50.00")}

    def test_a_later_coverage_may_pay_a_share_only(self, scripted: Callable[[str], House]) -> None:
        house = scripted('[[rule]]\nallowed = "100%"\nshare = "75%"\n')
        house.send(a.secondary_claim())
        house.release()
        assert reasons(house.payments[0]) == {"OA-23": usd("110.00"), "PR-2": usd("10.00")}

    def test_a_payment_taken_back_is_mirrored_and_paid_anew(self, scripted: Callable[[str], House]) -> None:
        house = scripted(
            '[[rule]]\nallowed = "80%"\ncopay = "20.00"\ntake_back_after_seconds = 60\n'
            'corrected = { allowed = "60%", copay = "20.00" }\n'
        )
        house.send(claim())
        assert [house.release(), house.release(seconds=59), house.release(seconds=1)] == [1, 0, 1]
        [paid, back, again] = house.payments
        assert (back.status, back.icn, back.paid, back.charged) == ("22", paid.icn, -paid.paid, -paid.charged)
        assert reasons(back) == {reason: -amount for reason, amount in reasons(paid).items()}
        assert (again.status, again.paid) == ("1", usd("70.00"))
        assert house.remittances[1].payment == usd("-30.00")

    def test_a_reversal_never_travels_with_the_payment_it_reverses(self, scripted: Callable[[str], House]) -> None:
        house = scripted('[[rule]]\nallowed = "80%"\ntake_back_after_seconds = 60\ncorrected = { deny = "CO-27" }\n')
        house.send(claim())
        assert house.release(days=1) == 2
        assert [[payment.status for payment in each.claims] for each in house.remittances] == [["1"], ["22", "4"]]

    def test_a_replacement_of_a_paid_claim_takes_the_first_payment_back(self, house: House) -> None:
        house.send(claim())
        house.release()
        house.send(claim(frequency="7", payer_claim_number=house.payments[0].icn, lines=(a.line("L1", "130.00"),)))
        house.release()
        assert [payment.status for payment in house.payments] == ["1", "22", "1"]
        assert sum(payment.paid for payment in house.payments) == usd("95.00")

    def test_a_void_takes_everything_back_once(self, house: House) -> None:
        house.send(claim())
        house.send(claim(frequency="8", payer_claim_number=house.claims[0].payer_claim_number))
        house.send(claim(frequency="8", payer_claim_number=house.claims[0].payer_claim_number))
        house.release()
        assert [payment.status for payment in house.payments] == ["1", "22"]
        assert sum(payment.paid for payment in house.payments) == 0

    def test_acknowledge_only_accepts_everything_and_pays_nothing(self, tmp_path: Path) -> None:
        house = House(tmp_path)
        house.works.script = Script.acknowledge_only()
        house.send(claim(), claim("C2", CIGNA), claim("C3", frequency="7", payer_claim_number="X1"))
        assert [ack.accepted for ack in house.claims] == [True, True, True]
        assert house.release(days=365) == 0

    @pytest.mark.parametrize(
        ("script", "told"),
        [
            ("[[rule]]\nalowed = '80%'", "rule 1: 'alowed' is not a key"),
            ("[[rules]]\nsilent = true", "'rules' is not a key"),
            ("rule = 3", "rule: is not a list"),
            ("[[rule]]\npayer = '1'", "says none of"),
            ("[[rule]]\nsilent = true\ndeny = 'CO-1'", "says deny and silent of"),
            ("[[rule]]\nsilent = false", "silent: is only ever true"),
            ("[[rule]]\nallowed = { '*' = 120.0 }", "allowed.\\*: is not an amount in quotes"),
            ("[[rule]]\nallowed = { '*' = '1.234' }", "more than two decimals"),
            ("[[rule]]\nallowed = '120%'", "more than 100%"),
            ("[[rule]]\nallowed = '80'", "does not read like"),
            ("[[rule]]\nallowed = 80", "is not a text in quotes"),
            ("[[rule]]\nallowed = '80%'\ncopay = 25", "copay: is not an amount in quotes"),
            ("[[rule]]\ndeny = 'CO-1'\ncopay = '25.00'", "copay: means nothing beside deny"),
            ("[[rule]]\ndeny = '197'", "deny: does not read like"),
            ("[[rule]]\nreject = 'A1:20'", "reject: does not read like"),
            ("[[rule]]\nreject_file = '99'", "reject_file: is no code"),
            ("[[rule]]\nsilent = true\nfrequency = '2'", "frequency: is none of 1, 7, 8"),
            ("[[rule]]\nsilent = true\nfrequency = 7", "frequency: is not a text"),
            ("[[rule]]\nsilent = true\nnth = true", "nth: is not a whole number"),
            ("[[rule]]\nsilent = true\nauthorization = 'no'", "authorization: is not true or false"),
            ("[[rule]]\nallowed = '80%'\nafter_days = -1", "after_days: is below zero"),
            ("[[rule]]\nallowed = '80%'\ntake_back_after_seconds = 1", "go together"),
            (
                "[[rule]]\ndeny = 'CO-1'\ntake_back_after_seconds = 1\ncorrected = { deny = 'CO-2' }",
                "only what was paid",
            ),
            ("[[rule]\n", "is not TOML"),
        ],
    )
    def test_a_script_that_says_something_unknown_is_refused_by_name(
        self, tmp_path: Path, script: str, told: str
    ) -> None:
        path = tmp_path / "payers.toml"
        path.write_text(script)
        with pytest.raises(Refused, match=told):
            Script.read(path)


def test_no_patient_is_named_in_what_the_clearinghouse_keeps(house: House) -> None:
    house.send(claim())
    house.release()
    kept = b"".join(path.read_bytes() for path in house.folder.with_name("house-access").iterdir())
    answers = b"".join(path.read_bytes() for path in (house.folder / "outbox").iterdir())
    for said in (b"Doe", b"W123456789", b"19900405", b"12 Elm"):
        assert said not in kept + answers


async def test_a_file_delivered_by_sftp_is_answered_when_the_delivery_returns(tmp_path: Path) -> None:
    works = Clearinghouse(tmp_path / "house", Script.read(PAYERS), lambda: NOW)
    server = ClearinghouseServer(tmp_path / "house", tmp_path / "access", free_port(), works.on_upload)
    server.start()
    try:
        client = SftpClearinghouse(server.url)
        await asyncio.to_thread(client.deliver, "batch.837", write(a.claim_file(claim())).encode())
        assert await asyncio.to_thread(client.waiting) == ["000000001.999", "000000002.277"]
        assert works.release(NOW) == 1
        [name] = [name for name in await asyncio.to_thread(client.waiting) if name.endswith(".835")]
        content = await asyncio.to_thread(client.fetch, name)
        assert content is not None
        [remittance] = read(content.decode())
        assert remittance.payment == usd("95.00")
    finally:
        server.stop()
