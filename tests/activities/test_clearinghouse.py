"""Files out: one a payer, judged, each edition once. Answers in: known by content, matched to file and claim."""

from datetime import date

import pytest
from sqlmodel import col, select

from activities import claims, clearinghouse
from models.facts import ClaimStatus
from models.messages import Correction, Handover
from models.tables import Claim, Client, Coverage, Interchange, Submission
from models.x12 import acknowledgment, claim_837p
from models.x12.acknowledgment import ClaimAck, FileAck, GroupAck, InterchangeAck, TransactionAck
from models.x12.claims import Claim837, problems
from models.x12.judge import judge
from models.x12.parties import Payer, Provider
from tests.activities.payer import came, drop, envelope, file, pays, remit
from tests.activities.practice import Desk, usd

OTHER = "60055"


def ready(desk: Desk, *payers: int) -> str:
    """The number of a new claim that waits for the batch."""
    [claim] = desk.claims_of(desk.hold(desk.client(*payers)))
    assert claim.status == ClaimStatus.DRAFT
    return claim.number


def sent(desk: Desk) -> list[list[Claim837]]:
    """The claims of each file that left, each file judged valid."""
    found = []
    for _, content in desk.folder.delivered:
        assert judge(content.decode()) == []
        [batch] = claim_837p.read(content.decode())
        found.append(list(batch.claims))
    return found


def acked(*acks: ClaimAck, rejection: FileAck | None = None, batch: str = "1", control: int = 700) -> str:
    return acknowledgment.write_277ca(
        envelope(control),
        acks,
        payer=Payer("Payer 60054", "60054"),
        provider=Provider("1999999984", "Elm Street Practice"),
        batch=batch,
        rejection=rejection,
    )


def status(desk: Desk, number: str) -> str:
    return desk.row(Claim, number).status


def test_a_child_is_claimed_for_as_the_dependent_of_who_is_insured(desk: Desk) -> None:
    client = desk.client(desk.payer(), first="Kim", last="Roe")
    insured = {"subscriber_first": "Ben", "subscriber_last": "Roe", "subscriber_birth": date(1980, 1, 2)}
    desk.change(Coverage, 1, relation="child", group_number="G-7", **insured)
    desk.hold(client)
    desk.send()
    [[claim]] = sent(desk)
    assert (claim.subscriber.first, claim.relationship, claim.group_number) == ("Ben", "19", "G-7")
    assert claim.patient
    assert (claim.patient.first, claim.patient.birth) == ("Kim", date(1985, 5, 17))


def test_a_batch_is_one_file_a_payer(desk: Desk) -> None:
    desk.payer(), desk.payer(OTHER)
    numbers = [ready(desk, 1), ready(desk, 2), ready(desk, 1)]
    desk.send()
    assert [[c.number for c in batch] for batch in sent(desk)] == [[numbers[0], numbers[2]], [numbers[1]]]
    assert {status(desk, n) for n in numbers} == {"submitted"}


def test_a_file_holds_no_more_claims_than_allowed(desk: Desk) -> None:
    desk.payer()
    for _ in range(3):
        ready(desk, 1)
    assert [len(f.claim_numbers) for f in desk.ask(clearinghouse.build, 2).files] == [2, 1]


def test_a_claim_leaves_once(desk: Desk) -> None:
    ready(desk, desk.payer())
    for _ in range(2):
        desk.send()
    assert len(desk.folder.delivered) == 1
    assert len(desk.rows(select(Submission))) == 1


def test_a_file_that_was_built_but_not_delivered_is_not_built_again(desk: Desk) -> None:
    ready(desk, desk.payer())
    batches = [desk.ask(clearinghouse.build, 10) for _ in range(2)]
    for built in (built for batch in batches for built in batch.files * 2):
        desk.ask(clearinghouse.deliver, built)
    assert len(desk.folder.delivered) == 1
    assert len(desk.rows(select(Interchange))) == 1


def test_a_claim_a_judge_refuses_is_held_and_the_others_leave(desk: Desk) -> None:
    desk.payer()
    good, bad = ready(desk, 1), ready(desk, 1)
    attended = desk.row(Claim, bad).coverage_id
    desk.change(Client, desk.row(Coverage, attended).client_id, zip="1")
    desk.send()
    assert [[c.number for c in batch] for batch in sent(desk)] == [[good]]
    assert status(desk, bad) == "held"
    assert desk.tasks() == ["claim_held"]


def test_what_the_scrub_finds_keeps_a_claim_back_until_it_is_mended(desk: Desk) -> None:
    client = desk.client(desk.payer(), diagnoses=[])
    [claim] = desk.claims_of(desk.hold(client))
    assert status(desk, claim.number) == "held"
    desk.send()
    assert desk.folder.delivered == []
    desk.ask(claims.correct, Correction(claim.number, diagnoses=("F33.1",)))
    desk.send()
    assert sent(desk)[0][0].diagnoses == ("F331",)
    assert desk.tasks() == []


def test_a_claim_bills_the_full_fee_not_the_sliding_scale(desk: Desk) -> None:
    client = desk.client(desk.payer())
    desk.rate("40.00", client_id=client)
    desk.hold(client)
    desk.send()
    assert sent(desk)[0][0].charge == usd("150.00")


def test_a_denied_claim_is_sent_again_as_a_replacement_with_the_payers_number(desk: Desk) -> None:
    number = ready(desk, desk.payer())
    desk.send()
    remit(desk, pays(number, "0.00", "CO-197 150.00", status="4", icn="PAYERS77"))
    desk.ask(claims.correct, Correction(number, authorization="AUTH1"))
    assert desk.tasks() == []
    desk.send()
    [again] = sent(desk)[1]
    assert (again.frequency, again.payer_claim_number, again.authorization) == ("7", "PAYERS77", "AUTH1")
    assert b"REF*F8*PAYERS77" in desk.folder.delivered[1][1]


def test_a_rejected_claim_is_sent_again_as_an_original(desk: Desk) -> None:
    number = ready(desk, desk.payer())
    desk.send()
    drop(desk, acked(ClaimAck(number, False, "A7", "21")))
    assert status(desk, number) == "rejected"
    assert desk.tasks() == ["claim_rejected"]
    desk.ask(claims.correct, Correction(number))
    desk.send()
    [again] = sent(desk)[1]
    assert (again.frequency, again.payer_claim_number) == ("1", None)
    assert desk.tasks() == []


def test_the_second_payer_is_told_what_the_first_one_did(desk: Desk) -> None:
    desk.payer(filing_indicator="BL"), desk.payer(OTHER, filing_indicator="MC")
    number = ready(desk, 1, 2)
    desk.send()
    remit(desk, pays(number, "100.00", "CO-45 30.00", "PR-2 20.00", icn="FIRST9"))
    desk.send()
    [second] = sent(desk)[1]
    [first_payer] = second.other_coverages
    assert (second.payer_sequence, second.charge) == ("S", usd("150.00"))
    assert (second.payer.filing, first_payer.payer.filing) == ("MC", "BL")
    assert (first_payer.paid, first_payer.patient_owes) == (usd("100.00"), usd("20.00"))
    assert problems(second) == []


def test_a_remittance_in_small_letters_is_posted_and_kept_as_it_came(desk: Desk) -> None:
    number = ready(desk, desk.payer())
    desk.send()
    content = file(pays(number, "100.00", "CO-45 30.00", "PR-3 20.00")).lower()
    drop(desk, content)
    assert status(desk, number) == "paid"
    [kept] = desk.rows(select(Interchange).where(Interchange.direction == "in"))
    assert kept.content.decode() == content


class TestAnswers:
    """TA1 and 999 judge the file, 277CA each claim."""

    def taken(self, desk: Desk) -> tuple[str, Interchange]:
        number = ready(desk, desk.payer())
        desk.send()
        [left] = desk.rows(select(Interchange).where(Interchange.direction == "out"))
        return number, left

    def refused(self, desk: Desk, content: str) -> None:
        number, left = self.taken(desk)
        drop(desk, content.replace("CONTROL", str(left.control)))
        assert status(desk, number) == "rejected"
        assert desk.row(Interchange, left.id).status == "rejected"
        assert desk.tasks() == ["claim_rejected"]

    def test_an_accepted_999_says_nothing_of_a_claim(self, desk: Desk) -> None:
        number, left = self.taken(desk)
        ack = GroupAck(left.control, "HC", True, "A", transactions=(TransactionAck("0001", True),))
        drop(desk, acknowledgment.write_999(envelope(601), [ack]))
        assert status(desk, number) == "submitted"
        assert desk.row(Interchange, left.id).status == "acknowledged"

    def test_a_refused_999_takes_the_claims_of_its_file_with_it(self, desk: Desk) -> None:
        number, left = self.taken(desk)
        ack = GroupAck(left.control, "HC", False, "R", transactions=(TransactionAck("0001", False, "R"),))
        drop(desk, acknowledgment.write_999(envelope(601), [ack]))
        assert status(desk, number) == "rejected"
        assert desk.tasks() == ["claim_rejected"]

    def test_a_refused_ta1_takes_the_claims_of_its_file_with_it(self, desk: Desk) -> None:
        number, left = self.taken(desk)
        drop(desk, acknowledgment.write_ta1(envelope(601), [InterchangeAck(left.control, False, "024")]))
        assert status(desk, number) == "rejected"

    def test_a_verdict_on_a_file_we_never_sent_is_parked(self, desk: Desk) -> None:
        number, left = self.taken(desk)
        drop(desk, acknowledgment.write_ta1(envelope(601), [InterchangeAck(left.control + 99, False, "024")]))
        assert status(desk, number) == "submitted"
        assert came(desk)[-1].status == "parked"
        assert desk.tasks() == ["remittance_parked"]

    def test_an_accepted_claim_knows_its_payers_number(self, desk: Desk) -> None:
        number, _ = self.taken(desk)
        drop(desk, acked(ClaimAck(number, True, "A2", "20", payer_claim_number="P1")))
        assert (status(desk, number), desk.row(Claim, number).payer_claim_number) == ("accepted", "P1")

    def test_a_refused_batch_takes_all_its_claims_with_it(self, desk: Desk) -> None:
        number, left = self.taken(desk)
        refusal = FileAck("file", str(left.control), False, "A3", "21")
        drop(desk, acked(rejection=refusal, batch=str(left.control)))
        assert status(desk, number) == "rejected"

    def test_an_answer_to_a_claim_we_never_made_is_somebodys_task(self, desk: Desk) -> None:
        number, _ = self.taken(desk)
        drop(desk, acked(ClaimAck("X999", True, "A2", "20"), ClaimAck(number, True, "A2", "20")))
        assert status(desk, number) == "accepted"
        assert desk.tasks() == ["remittance_parked"]

    def test_our_own_claims_among_the_answers_are_parked(self, desk: Desk) -> None:
        self.taken(desk)
        drop(desk, desk.folder.delivered[0][1])
        assert came(desk)[-1].status == "parked"

    @pytest.mark.parametrize("mark", ["\ufeff", "\n", "  "])
    def test_what_stands_before_a_good_file_does_no_harm(self, desk: Desk, mark: str) -> None:
        number, _ = self.taken(desk)
        drop(desk, mark + file(pays(number, "150.00")))
        assert status(desk, number) == "paid"


def test_an_answer_that_another_run_has_read_and_archived_meanwhile_is_nothing(desk: Desk) -> None:
    assert desk.ask(clearinghouse.read, "gone.835") == Handover()
    desk.ask(clearinghouse.archive, "gone.835")
    assert came(desk) == []


def test_an_answer_is_stored_before_it_is_moved_away(desk: Desk) -> None:
    number = ready(desk, desk.payer())
    desk.send()
    content = remit(desk, pays(number, "150.00"))
    assert desk.folder.waiting() == []
    assert [f.content for f in came(desk)] == [content.encode()]
    assert desk.rows(select(col(Interchange.kinds)).where(Interchange.direction == "in")) == [["835"]]
