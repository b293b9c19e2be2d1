"""Whatever arrives, a reader answers or parks it with a place and a reason; it never crashes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Parked
from models.x12 import acknowledgment, claim_837p, eligibility_270_271, remittance_835, status_276_277
from models.x12.envelope import kinds
from tests.x12 import asking
from tests.x12 import builders as a

Reader = Callable[[str], object]

READERS: dict[str, Reader] = {
    "837": claim_837p.read,
    "835": remittance_835.read,
    "999": acknowledgment.read_999,
    "277CA": acknowledgment.read_277ca,
    "277CA files": acknowledgment.read_277ca_files,
    "TA1": acknowledgment.read_ta1,
    "270": eligibility_270_271.read_270,
    "271": eligibility_270_271.read_271,
    "276": status_276_277.read_276,
    "277": status_276_277.read_277,
    "kinds": kinds,
}
ANSWERED = acknowledgment.write_277ca(
    a.envelope(), [a.claim_ack(), a.rejected_ack()], payer=a.MERIDIAN, provider=a.PRACTICE, batch="905"
)
FIXTURES = {
    "837": claim_837p.write(a.claim_file(a.claim(), a.dependent_claim(), a.secondary_claim())),
    "835": remittance_835.write(a.envelope(), [a.remittance(provider_adjustments=(a.RECOUPED,)), a.remittance()]),
    "999": acknowledgment.write_999(a.envelope(), [a.group_ack()]),
    "277CA": ANSWERED,
    "277CA files": ANSWERED,
    "TA1": acknowledgment.write_ta1(a.envelope(), [a.interchange_ack()]),
    "270": eligibility_270_271.write_270(a.envelope(), [asking.request(asking.inquiry(), asking.dependent_inquiry())]),
    "271": eligibility_270_271.write_271(
        a.envelope(), [asking.response(asking.answer(), asking.answer(patient=a.SAM))]
    ),
    "276": status_276_277.write_276(a.envelope(), [asking.status_request(asking.status_inquiry(patient=a.SAM))]),
    "277": status_276_277.write_277(a.envelope(), asking.status_request(), [asking.status_answer()]),
}


def answered_or_parked(read: Reader, text: str) -> None:
    try:
        read(text)
    except Parked as parked:
        place, _, reason = str(parked).partition(": ")
        assert place
        assert reason


def damaged(text: str) -> list[list[str]]:
    lines = text.split("~\n")
    found = []
    for place, line in enumerate(lines[:-1]):
        before, after = lines[:place], lines[place + 1 :]
        elements = line.split("*")
        found += [before + after, [*before, line, line, *after], [*before, elements[0], *after]]
        found += [[*before, "*".join(elements[:count]), *after] for count in range(1, len(elements))]
        found += [[*before, "*".join([*elements[:n], "?x?", *elements[n + 1 :]]), *after] for n in range(len(elements))]
        found.append([*before, *after[:1], line, *after[1:]])
    return found


@pytest.mark.parametrize("name", FIXTURES)
def test_any_segment_deleted_doubled_truncated_garbled_or_swapped_is_answered_or_parked(name: str) -> None:
    for lines in damaged(FIXTURES[name]):
        for text in ("~\n".join(lines), a.recounted("~\n".join(lines))):
            answered_or_parked(READERS[name], text)


@pytest.mark.parametrize("name", FIXTURES)
def test_a_file_cut_anywhere_is_parked(name: str) -> None:
    text = FIXTURES[name].rstrip()
    for end in range(0, len(text) - 1, 7):
        with pytest.raises(Parked):
            READERS[name](text[:end])


NOISE = st.text(alphabet=st.sampled_from("ISAGTE*~:^1 \n\x00é"), max_size=200)
BYTES = st.binary().map(lambda raw: raw.decode("latin-1"))


@pytest.mark.parametrize("name", READERS)
@given(text=NOISE | BYTES)
def test_noise_is_answered_or_parked(name: str, text: str) -> None:
    answered_or_parked(READERS[name], text)


@pytest.mark.parametrize("name", FIXTURES)
@given(data=st.data())
def test_a_file_with_noise_in_it_is_answered_or_parked(name: str, data: st.DataObject) -> None:
    text = FIXTURES[name]
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.text(alphabet=st.sampled_from("*~:^>\r\n 0A\x00é"), min_size=1, max_size=5))
    answered_or_parked(READERS[name], text[:place] + noise + text[place + len(noise) :])
