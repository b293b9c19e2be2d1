"""Envelopes: delimiters from the ISA, several interchanges, and everything that is broken told at once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.errors import Parked, Refused
from models.rules.file_check import check
from models.unfolding import Unfolding
from models.x12.acknowledgment import write_277ca, write_999, write_ta1
from models.x12.claim_837p import write
from models.x12.envelope import Party, interchanges, kinds
from models.x12.normal import normal
from models.x12.parties import Person, Provider
from models.x12.remittance_835 import write as write_835
from models.x12.segments import Segment
from models.x12.writing import Body, clean, compose, number
from tests.x12 import builders as a


def redelimited(text: str, element: str, component: str, terminator: str) -> str:
    """The same file in another partner's separators."""
    return text.replace("~\n", terminator).replace("*", element).replace(":", component)


@pytest.mark.parametrize("terminator", ["~", "~\r\n", "\n", "\r\n", "'"])
def test_delimiters_come_from_each_isa_of_a_text_by_itself(terminator: str) -> None:
    ours = write(a.claim_file())
    both = interchanges(ours + redelimited(ours, "|", ">", terminator))
    found = [next(each.transactions).segments for each in both]
    assert [len(segments) for segments in found] == [len(found[0])] * 2
    claims = [segment for segments in found for segment in segments if segment.id == "CLM"]
    assert [claim.parts(5) for claim in claims] == [("11", "B", "1")] * 2


def test_an_interchange_says_who_sent_what_to_whom_and_when() -> None:
    [found] = interchanges(write(a.claim_file(envelope=a.envelope(production=True, group_control=77))))
    assert (found.control, found.sender, found.receiver) == (905, Party("ZZ", "PERSESSION"), Party("ZZ", "CLEARING"))
    assert (found.created, found.production) == (datetime(2026, 3, 3, 14, 30, tzinfo=UTC), True)
    [group] = found.groups
    assert (group.functional_id, group.control, group.version) == ("HC", 77, "005010X222A1")
    assert [(each.set_id, each.control) for each in group.transactions] == [("837", "0001")]


def test_each_transaction_of_a_group_has_a_control_number_of_its_own() -> None:
    [found] = interchanges(
        write_835(a.envelope(), [a.remittance(), a.remittance(trace="T2"), a.remittance(trace="T3")])
    )
    assert [each.control for each in found.transactions] == ["0001", "0002", "0003"]


@pytest.mark.parametrize("mark", ["\ufeff", "\xef\xbb\xbf", "\n\n  "])
def test_a_byte_order_mark_or_blank_lines_before_the_isa_are_no_part_of_the_file(mark: str) -> None:
    assert len(interchanges(mark + write(a.claim_file()))) == 1


def test_segment_identifiers_in_small_letters_are_read() -> None:
    text = write(a.claim_file()).replace("CLM*", "clm*").replace("ISA*", "isa*").replace("IEA*", "iea*")
    [found] = interchanges(text)
    assert [segment.id for segment in next(found.transactions).segments].count("CLM") == 1


def test_every_contradiction_of_an_envelope_is_told_in_one_message() -> None:
    text = write(a.claim_file())
    count = text.count("\n") - 4
    text = text.replace(f"SE*{count}*0001", "SE*99*0007").replace("GE*1*905", "GE*3*905").replace("IEA*1*0", "IEA*2*1")
    with pytest.raises(Parked) as parked:
        interchanges(text)
    told = str(parked.value).split("; ")
    assert [place.split(":")[0] for place in told] == [
        f"interchange 1, segment {count + 4} IEA, element 2",
        f"interchange 1, segment {count + 4} IEA, element 1",
        f"interchange 1, segment {count + 3} GE, element 1",
        f"interchange 1, transaction 1, segment {count} SE, element 1",
        f"interchange 1, transaction 1, segment {count} SE, element 2",
    ]


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda text: text[:0], "is empty"),
        (lambda text: f"Dear practice, see attached: {text}", "does not start with a readable ISA"),
        (lambda text: text[:60], "does not start with a readable ISA"),
        (lambda text: text[:-20], "the segment terminator is missing"),
        (lambda text: text[: text.index("CLM*")], "has no SE: it is cut off"),
        (lambda text: text[: text.index("IEA*")], "the interchange has no IEA"),
        (lambda text: text.replace("GE*1*905~\n", ""), "has no GE: it is cut off"),
        (lambda text: text.replace("ST*837", "XX*837"), "stands outside of ST and SE"),
        (lambda text: text.replace("*000000905*0*T", "*00000090X*0*T"), "is not a control number"),
        (lambda text: text + "some footer", "does not start with a readable ISA"),
        (lambda text: text.replace("GE*1", "GE*0").replace("LX*1~", "~"), "has no valid identifier"),
    ],
)
def test_a_broken_envelope_is_parked_with_its_reason(break_it: object, told: str) -> None:
    assert callable(break_it)
    with pytest.raises(Parked, match=told):
        interchanges(break_it(write(a.claim_file())))


def test_what_an_error_says_repeats_nothing_of_the_file() -> None:
    text = write(a.claim_file()).replace("NM1*IL*1*Doe", "DOE^PAT*1*Doe")
    with pytest.raises(Parked) as parked:
        interchanges(text)
    assert "DOE" not in str(parked.value).upper()


def test_kinds_name_what_a_text_holds_even_where_it_is_cut_off() -> None:
    answers = write_277ca(a.envelope(), [a.claim_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905")
    texts = {
        "837P": write(a.claim_file()),
        "835": write_835(a.envelope(), [a.remittance()]),
        "TA1": write_ta1(a.envelope(), [a.interchange_ack()]),
        "999": write_999(a.envelope(), [a.group_ack()]),
        "277CA": answers,
    }
    assert {kind: kinds(text) for kind, text in texts.items()} == {kind: {kind} for kind in texts}
    assert kinds("".join(texts.values())) == set(texts)
    assert kinds(texts["835"][:-80]) == {"835"}
    with pytest.raises(Parked):
        kinds("nothing of X12")


def test_a_status_response_is_no_277ca() -> None:
    text = compose(a.envelope(), "HN", "005010X212", [Body("277", [("BHT", "0010", "08")], "005010X212")])
    assert kinds(text) == {"277"}


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ("Zoë Müller-Łukasz", "Zoe Muller-Lukasz"),
        ("A*B~C:D^E", "A B C D E"),
        ("Straße 5\nHaus 2", "Strasse 5 Haus 2"),
        ("O’Brien – “Jr”", 'O\'Brien - "Jr"'),
        ("  two   blanks ", "two blanks"),
    ],
)
def test_data_is_written_in_characters_every_receiver_takes(data: str, written: str) -> None:
    assert clean(data) == written


def test_data_never_breaks_the_file_it_is_written_into() -> None:
    provider = Provider("1234567893", "A*B~IEA*1*1~:^", tax_id="123456789", address=a.OFFICE)
    [found] = interchanges(write(a.claim_file(billing=provider)))
    [name] = [each for each in next(found.transactions).segments if each.id == "NM1" and each.text(1) == "85"]
    assert name.text(3) == "A B IEA 1 1"


@pytest.mark.parametrize(
    "changes", [{"sender": "MORE THAN FIFTEEN"}, {"receiver": ""}, {"control": 0}, {"control": 1_000_000_000}]
)
def test_an_envelope_that_fits_no_isa_is_refused_before_it_is_written(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        write(a.claim_file(envelope=a.envelope(**changes)))


@pytest.mark.parametrize("text", ["1e5", "１２", "1_000", "NaN", "Infinity", "--1", "1.234", ".", "-", "9" * 30])
def test_an_amount_that_is_no_exact_sum_of_dollars_is_parked_with_its_place(text: str) -> None:
    with pytest.raises(Parked, match="interchange 1, segment 3 CLP, element 1") as parked:
        Segment(("CLP", text), "interchange 1", 3).amount(1)
    assert text not in str(parked.value).removeprefix("interchange 1, segment 3 CLP, element 1") or text in (".", "-")


@pytest.mark.parametrize(("text", "cents"), [("12", "12.00"), (".5", "0.50"), ("-.5", "-0.50"), ("7.", "7.00")])
def test_amounts_may_leave_out_what_x12_lets_them_leave_out(text: str, cents: str) -> None:
    assert str(Segment(("CLP", text), "here").amount(1)) == cents


def test_quantities_are_written_without_needless_zeros() -> None:
    assert [number(a.usd(text)) for text in ("1", "1.00", "1.50", "10", "0")] == ["1", "1", "1.5", "10", "0"]


LOWERED = {
    "837P": write(a.claim_file()),
    "835": write_835(a.envelope(), [a.remittance()]),
    "999": write_999(a.envelope(), [a.group_ack()]),
    "277CA": write_277ca(
        a.envelope(), [a.claim_ack(), a.rejected_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905"
    ),
}


def held(told: Any) -> Any:
    """What was read with all that unfolds held, to be compared."""
    if isinstance(told, dict):
        return {name: held(value) for name, value in told.items()}
    return [held(item) for item in told] if isinstance(told, (list, Unfolding)) else told


@pytest.mark.parametrize("kind", LOWERED)
def test_a_file_in_small_letters_throughout_says_what_it_says_in_capitals(kind: str) -> None:
    text = LOWERED[kind].replace("~\n", "~\r\n")
    assert kinds(text.lower()) == {kind}
    assert held(normal(text.lower())) == held(normal(text.upper()))
    assert check(text.lower(), date(2026, 3, 4)) == check(text.upper(), date(2026, 3, 4))


def test_only_the_interchange_in_small_letters_is_read_in_capitals() -> None:
    ours = write(a.claim_file(a.claim(subscriber=Person("Müller", "Ada", date(1990, 1, 1)))))
    small, as_it_came = interchanges(ours.lower() + ours.replace("*PERSESSION", "*PerSession"))
    assert small.sender.id == "PERSESSION"
    assert as_it_came.sender.id == "PerSession"
