"""Whatever a payer's file says is posted to the cent and once; a file that is damaged posts nothing and says where.

Each example is posted in a transaction that is checked, constraints and all, and rolled back: the claims stay as new.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session as Database
from sqlmodel import col, func, select

from activities import clearinghouse, remittances
from activities.claim_lines import control as line_control
from activities.database import Tx, open_engine
from models.facts import Adjusted, PaidLine
from models.messages import PostingWish
from models.money import ZERO, total
from models.rules.remittance import is_denied
from models.tables import Entry, Interchange, Posting, RemittanceClaim, RemittanceRow
from models.x12.parties import Adjustment
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment
from tests.activities import payer
from tests.activities.practice import Desk, FakeClearinghouse, usd
from tests.databases import new_database

CHARGE = usd("150.00")
CENTS = 15_000
AT_ONCE = 2
"""Claims a batch: fewer than a file has, so that it takes several."""
CODES = st.sampled_from(
    [*(("CO", c) for c in ("45", "97", "197")), *(("PR", c) for c in ("1", "2", "3", "96")), ("OA", "94"), ("PI", "45")]
)


@pytest.fixture(scope="module")
def desk(server_url: str) -> Iterator[Desk]:
    """Four accepted claims of 150.00 each; the first client has a second coverage."""
    with new_database(server_url) as url:
        engine = open_engine(url, threads=4)
        desk = Desk.opened(engine)
        first, second = desk.payer(), desk.payer("60055")
        clients = [desk.client(first, second), desk.client(first)]
        for client_id in (clients[0], clients[1], clients[1], clients[0]):
            desk.claim(client_id)
        yield desk
        engine.dispose()


NUMBERS = ("C0000001", "C0000002", "C0000003", "C0000004")


@st.composite
def parts(draw: st.DrawFn, whole: int, most: int) -> list[int]:
    """A number of cents in up to so many parts."""
    cuts = sorted(draw(st.sets(st.integers(1, whole - 1), max_size=min(most, whole) - 1))) if whole > 1 else []
    return [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True) if after > before]


@st.composite
def lines(draw: st.DrawFn, number: str, cents: int) -> LinePayment:
    """A line that explains itself: paid in full, in part or not at all; up to a group of six triplets and more."""
    paid = draw(st.sampled_from([cents, 0]) | st.integers(0, cents))
    amounts = draw(parts(cents - paid, 14)) if cents > paid else []
    told = [Adjustment(*draw(CODES), dollars(amount)) for amount in amounts]
    charged, control = dollars(cents), line_control(number)
    return LinePayment("90837", (), control, payer.PAID_ON, charged, dollars(paid), Decimal(1), tuple(told))


@st.composite
def answers(draw: st.DrawFn, number: str) -> ClaimPayment:
    """One answer to a claim."""
    told = tuple(draw(lines(number, cents)) for cents in draw(parts(CENTS, 3)))
    paid = total(line.paid for line in told)
    owes = total(a.amount for line in told for a in line.adjustments if a.group == "PR")
    status = "1" if paid else "4"
    return ClaimPayment(number, status, CHARGE, paid, owes, f"ICN{number}{draw(st.integers(0, 9))}", lines=told)


def taken_back(answer: ClaimPayment) -> ClaimPayment:
    """Its reversal, line by line."""
    turned = tuple(
        LinePayment(
            line.code,
            (),
            line.control,
            line.date,
            -line.charged,
            -line.paid,
            line.units,
            tuple(Adjustment(a.group, a.reason, -a.amount) for a in line.adjustments),
        )
        for line in answer.lines
    )
    return ClaimPayment(
        answer.number, "22", -answer.charged, -answer.paid, -answer.patient_owes, answer.icn, lines=turned
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[ClaimPayment], list[ClaimPayment]]:
    """A remittance: its text, all answers in it, and those that stand at its end."""
    told, stand = [], []
    for number in draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1, max_size=3)):
        answer = draw(answers(number))
        told.append(answer)
        for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):  # taken back, and mostly corrected
            told.append(taken_back(answer))
            answer = draw(answers(number))
            told.append(answer)
        if draw(st.sampled_from([False, False, True])):
            told.append(taken_back(answer))
        else:
            stand.append(answer)
    moved = draw(st.lists(st.sampled_from(["WO", "FB", "L6", "72", "CS"]), max_size=3))
    plb = [ProviderAdjustment(code, dollars(draw(st.integers(-5000, 5000))), "R1") for code in moved]
    plb = [each for each in plb if each.amount]
    return payer.file(*told, plb=plb), told, stand


def dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2) + ZERO


@contextmanager
def transaction(desk: Desk) -> Iterator[Tx]:
    """One that is never kept."""
    with Database(desk.world.engine) as db:
        yield Tx(db, desk.now, desk.world)
        db.rollback()


def posted(tx: Tx, content: str, name: str = "answer.edi") -> Interchange:
    """The file is read and posted, as the workflows ask for it."""
    cast(FakeClearinghouse, tx.world.clearinghouse).outbox = {name: content.encode()}
    tx.after.remittances.clear()
    for remittance_id in clearinghouse.read.work(tx, name).remittances:
        while remittances.post_batch.work(tx, PostingWish(remittance_id, AT_ONCE)).left:
            pass
    tx.db.flush()
    tx.db.execute(text("set constraints all immediate"))
    tx.db.execute(text("set constraints all deferred"))
    came = select(Interchange).where(Interchange.direction == "in")
    return tx.db.exec(came.order_by(col(Interchange.id).desc())).all()[0]


def sums(tx: Tx) -> dict[str, Decimal]:
    """What the accounts hold, of payers and of clients in one each."""
    found: dict[str, Decimal] = {}
    for account, amount in tx.db.exec(select(Posting.account, func.sum(Posting.amount)).group_by(Posting.account)):
        kind = account.rpartition(":")[0] if account.startswith("receivable") else account
        found[kind] = found.get(kind, ZERO) + amount
    return found


def counted(tx: Tx) -> int:
    return tx.db.exec(select(func.count()).select_from(Entry)).one()


def undenied(stand: list[ClaimPayment], *groups: str) -> Decimal:
    """What the standing answers adjust under these groups, on lines that are not denied."""
    told = [line for each in stand for line in each.lines if not denied(line)]
    return total(a.amount for line in told for a in line.adjustments if a.group in groups)


def denied(line: LinePayment) -> bool:
    told = tuple(Adjusted(a.group, a.reason, a.amount) for a in line.adjustments)
    return is_denied(PaidLine(line.charged, line.paid, told))


@settings(max_examples=12, deadline=None)
@given(file=files())
def test_what_a_file_says_is_posted_to_the_cent_and_once(
    desk: Desk, file: tuple[str, list[ClaimPayment], list[ClaimPayment]]
) -> None:
    content, told, stand = file
    with transaction(desk) as tx:
        before, fees = sums(tx), counted(tx)
        interchange = posted(tx, content)
        assert interchange.status == "read", interchange.why
        [row] = tx.db.exec(select(RemittanceRow)).all()
        outcomes = tx.db.exec(select(RemittanceClaim.outcome).order_by(col(RemittanceClaim.position))).all()
        assert [outcome == "reversal" for outcome in outcomes] == [each.status == "22" for each in told]
        assert set(outcomes) <= {"posted", "denied", "reversal"}
        after = sums(tx)
        assert sum(after.values()) == ZERO
        assert after.get("cash:payer", ZERO) == row.payment
        assert after.get("adjustment:contractual", ZERO) == undenied(stand, "CO", "PI")
        owed_before, owed = (s["receivable:payer"] + s.get("receivable:client", ZERO) for s in (before, after))
        of_claims = total(each.paid for each in stand) + undenied(stand, "CO", "PI")
        beside = total(each.amount for each in _beside(tx))
        assert owed == owed_before - of_claims + beside
        known = counted(tx)
        assert known >= fees
        for again, name in ((content, "again.edi"), (content.replace("000000501", "000000502"), "other.edi")):
            posted(tx, again, name)
            assert counted(tx) == known, "the same money is posted once"


def _beside(tx: Tx) -> list[Posting]:
    """What stands between the payer and the practice beside claims."""
    entry = select(Entry.id).where(col(Entry.key).startswith("plb/"))
    found = select(Posting).where(col(Posting.entry_id).in_(entry), col(Posting.account).startswith("receivable:payer"))
    return list(tx.db.exec(found).all())


@settings(max_examples=20, deadline=None)
@given(file=files(), damage=st.sampled_from(["deleted", "doubled", "truncated", "swapped", "cut"]), data=st.data())
def test_a_damaged_file_says_where_and_why_and_posts_nothing(
    desk: Desk, file: tuple[str, list[ClaimPayment], list[ClaimPayment]], damage: str, data: st.DataObject
) -> None:
    segments = file[0].split("~\n")[:-1]
    place = data.draw(st.integers(1, len(segments) - 2))
    broken = damaged(segments, place, damage)
    assume(broken != segments)
    with transaction(desk) as tx:
        before = counted(tx)
        interchange = posted(tx, "".join(f"{segment}~\n" for segment in broken))
        if interchange.status == "read" and damage in ("truncated", "swapped"):  # harmless: no money is said there
            [row] = tx.db.exec(select(RemittanceRow)).all()
            parked = select(col(RemittanceClaim.paid)).where(RemittanceClaim.outcome == "parked")
            assert sums(tx).get("cash:payer", ZERO) == row.payment - total(tx.db.exec(parked).all())
            return
        assert interchange.status == "parked"
        where, _, why = interchange.why.partition(": ")
        assert where.startswith(("interchange 1", "claim", "payment")), interchange.why
        assert why
        assert counted(tx) == before
        assert tx.db.exec(select(RemittanceRow)).all() == []


def damaged(segments: list[str], place: int, damage: str) -> list[str]:
    before, it, after = segments[:place], segments[place], segments[place + 1 :]
    match damage:
        case "deleted":
            return [*before, *after]
        case "doubled":
            return [*before, it, it, *after]
        case "truncated":
            return [*before, it.rpartition("*")[0] or it, *after]
        case "swapped":
            return [*before, *after[:1], it, *after[1:]]
    return [*before, it]
