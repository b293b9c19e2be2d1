"""The sandbox clearinghouse asked who is covered and where claims stand: its payers answer by the script."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.errors import Refused
from models.x12.acknowledgment import read_999
from models.x12.claim_837p import write
from models.x12.eligibility_270_271 import read_271, write_270
from models.x12.status_276_277 import read_277, write_276
from starter.sandbox.clearinghouse import Clearinghouse, Script
from tests.x12 import asking
from tests.x12 import builders as a

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
PAYS = '[[rule]]\npayer = "*"\nallowed = "80%"\n'


class House:
    """A clearinghouse with a script, and what lies in its outbox."""

    def __init__(self, folder: Path, script: str = PAYS) -> None:
        (folder / "house" / "inbox").mkdir(parents=True, exist_ok=True)
        (folder / "payers.toml").write_text(script)
        self.folder = folder / "house"
        self.works = Clearinghouse(self.folder, Script.read(folder / "payers.toml"), lambda: NOW)

    def upload(self, text: str) -> None:
        path = self.folder / "inbox" / "upload.edi"
        path.write_text(text)
        self.works.judge(path)

    def texts(self, kind: str) -> list[str]:
        return [path.read_text() for path in sorted((self.folder / "outbox").glob(f"*.{kind}"))]

    @property
    def taken(self) -> list[bool]:
        return [ack.accepted for text in self.texts("999") for ack in read_999(text)]

    @property
    def standings(self) -> list[str]:
        return [each.category for text in self.texts("277") for told in read_277(text) for each in told.answers]


def test_who_is_covered_is_told_by_the_script_and_otherwise_only_that_the_plan_is_in_force(tmp_path: Path) -> None:
    house = House(
        tmp_path, '[[coverage]]\nmember = "GONE"\nended_days_ago = 3\n[[coverage]]\nmember = "M2"\nreject = "72"\n'
    )
    members = [asking.inquiry(f"E{place}", member_id=member) for place, member in enumerate(("GONE", "M2", "M3"))]
    house.upload(write_270(a.envelope(), [asking.request(*members)]))
    told = [each for text in house.texts("271") for response in read_271(text) for each in response.answers]
    assert [(each.traces, each.active, len(each.rejections)) for each in told] == [
        (("E0",), False, 0),
        (("E1",), None, 1),
        (("E2",), True, 0),
    ]
    assert str(told[0].ends) == "2026-02-28"
    assert told[2].terms().copay is None
    assert house.taken == [True]


def test_one_answer_goes_to_each_payers_request(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.upload(write_270(a.envelope(), [asking.request(), replace(asking.request(), payer=a.SUMMIT)]))
    assert len(house.texts("271")) == 2


def test_where_a_claim_stands_follows_what_its_payer_decided(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.upload(write_276(a.envelope(control=1), [asking.status_request()]))
    assert house.standings == ["P1"]
    house.upload(write(a.claim_file(a.claim("C0000001"), envelope=a.envelope(control=2))))
    house.works.release(NOW)
    house.upload(write_276(a.envelope(control=3), [asking.status_request()]))
    assert house.standings == ["P1", "F1"]


def test_the_script_may_say_otherwise_and_change_its_mind(tmp_path: Path) -> None:
    rules = '[[status]]\nnth = 1\nsays = "D0:35"\n[[status]]\nsays = "P3:317"\n'
    house = House(tmp_path, PAYS + rules)
    for control in (1, 2):
        house.upload(write_276(a.envelope(control=control), [asking.status_request()]))
    assert house.standings == ["D0", "P3"]


def test_a_request_that_asks_nothing_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    lines = write_276(a.envelope(), [asking.status_request()]).split("~\n")
    left = [line for line in lines if line[:3] not in ("TRN", "REF", "AMT", "DTP")]
    house.upload(a.recounted("~\n".join(left)))
    assert house.taken == [False]
    assert house.texts("277") == []


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("[[coverage]]\ncopay = 25", "coverage 1, copay: is not an amount in quotes"),
        ('[[coverage]]\nname = "x"', "coverage 1: 'name' is not a key here"),
        ('[[status]]\nsays = "pending"', "status 1, says: does not read like"),
    ],
)
def test_a_script_that_says_what_nobody_knows_is_refused_by_name(tmp_path: Path, script: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        House(tmp_path, script)
