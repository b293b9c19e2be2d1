"""Contracts: never two on a day, gaps earn nothing and are named; hours and adjustments as agreed."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Database
from sqlmodel import select

from activities import bank_accounts, pay_changes, pay_contracts, pay_entries, pay_preview, pay_signing
from activities.pay_contracts import TimeWish
from models.errors import Refused
from models.money import ZERO, total
from models.nacha import Bank
from models.paying import PaidAs, Recalculation, WorkKind
from models.tables import Clinician, PayAdjustment, PayTerms
from starter import setup
from starter.queries import pay as pay_queries
from starter.queries import pay_agreed as agreed_queries
from tests.activities.paying import FIRST, LONG_AGO, SECOND, agree, stated
from tests.activities.practice import DAY, Desk, usd


class TestAgreed:
    """Which contract holds when."""

    def test_a_new_contract_ends_the_open_one_before_it_and_an_overlap_is_refused(self, desk: Desk) -> None:
        first = agree(desk)
        agree(desk, date(2026, 4, 1))
        assert desk.row(PayTerms, first).effective_until == date(2026, 3, 31)
        with pytest.raises(Refused, match="from 2020-01-01 to 2026-03-31 is in force then"):
            agree(desk, date(2026, 3, 1), effective_until=date(2026, 3, 9))
        with pytest.raises(Refused, match="from 2026-04-01 until further notice is in force then: end it first"):
            agree(desk, date(2026, 5, 1), effective_until=date(2026, 5, 31))

    def test_the_database_refuses_two_contracts_on_a_day_whoever_asks(self, desk: Desk) -> None:
        agree(desk, effective_until=date(2026, 3, 9))
        with pytest.raises(IntegrityError, match="one_contract_at_a_time"):
            desk.add(PayTerms(clinician_id=1, effective_from=date(2026, 3, 9)))

    def test_a_contract_that_leaves_out_what_the_one_before_said_tells_it(self, desk: Desk) -> None:
        agree(desk, fee_share=usd("50.00"), paid_as="1099")
        later = agree(desk, date(2026, 3, 9))
        with Database(desk.world.engine) as db:
            said = pay_entries.meaning_of_contract(db, later)
            before = pay_entries.before_day(db, 1, date(2026, 3, 9))
            assert pay_entries.before_day(db, 1, LONG_AGO) is None
        assert said.endswith("and this one does not: 50 % of collected fees for missed sessions.")
        assert before is not None
        assert (before.paid_as, before.until) == (PaidAs.CONTRACTOR, date(2026, 3, 8))

    def test_nobody_unknown_gets_a_contract(self, desk: Desk) -> None:
        with pytest.raises(Refused, match="there is no clinician 9"), Database(desk.world.engine) as db:
            pay_contracts.agree(db, PayTerms(clinician_id=9, effective_from=LONG_AGO))

    def test_a_session_in_a_gap_earns_nothing_is_named_and_is_paid_once_a_contract_covers_it(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        contract = agree(desk, effective_until=date(2026, 3, 1))
        desk.hold(desk.client())
        agree(desk, date(2026, 3, 9))
        with Database(desk.world.engine) as db:
            found = pay_preview.preview(db, 1, FIRST.first, desk.now)
        assert [row.why for row in found.waiting] == ["no contract was in force on 2026-03-02"]
        assert [(gap.first, gap.last) for gap in found.gaps] == [(date(2026, 3, 2), date(2026, 3, 8))]
        with Database(desk.world.engine) as db, db.begin():
            pay_contracts.end(db, contract, date(2026, 3, 8))
        wish = Recalculation(1, date(2026, 3, 1), "the contract was entered late", "owner")
        assert desk.ask(pay_changes.recalculate, wish) == 1
        assert desk.ask(pay_changes.recalculate, wish) == 0, "once"
        [line] = desk.pay_lines()
        assert (line.source, line.amount) == ("recalculated", usd("60.00"))
        assert "0.00 was earned, 60.00 is due: session of 2026-03-02" in line.why

    def test_a_service_without_a_rule_is_named(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00", service_id=desk.service("90847"))
        desk.hold(desk.client())
        with Database(desk.world.engine) as db:
            found = pay_preview.preview(db, 1, FIRST.first, desk.now)
        assert [row.why for row in found.waiting] == ["no pay rule is for this service on that day"]

    def test_a_signature_binds_the_words_and_is_asked_for_again_when_they_change(self, desk: Desk) -> None:
        desk.pay_rule("flat", "60.00")
        terms = agree(desk, guaranteed=usd("300.00"))
        with Database(desk.world.engine) as db, db.begin():
            with pytest.raises(Refused, match="no such contract of yours"):
                pay_signing.sign(db, terms, 2, "Ben Moss", None, desk.now)
            for name in ("Somebody Else", "Ada", "Stone", "."):
                with pytest.raises(Refused, match="in your own name, Ada Stone"):
                    pay_signing.sign(db, terms, 1, name, None, desk.now)
            first = pay_signing.sign(db, terms, 1, " Ada  Stone ", None, desk.now)
            assert pay_signing.sign(db, terms, 1, "Ada Stone", None, desk.now) == first
            shown_then = pay_signing.agreed(db, 1)
            assert shown_then is not None
            read = pay_signing.print_of(shown_then.words(shown_then.contracts[0][0]))
            assert pay_signing.sign(db, terms, 1, "Ada Stone", None, desk.now, read) == first
        desk.pay_rule("flat", "70.00", effective_from=date(2026, 3, 9))
        with Database(desk.world.engine) as db, db.begin():
            for shown in (read, ""):
                with pytest.raises(Refused, match="reads otherwise since you opened the page"):
                    pay_signing.sign(db, terms, 1, "Ada Stone", None, desk.now, shown)
            known = pay_signing.agreed(db, 1)
            assert known is not None
            [(row, signed)] = known.contracts
            assert signed is not None
            assert signed.typed_name == "Ada Stone"
            assert pay_signing.holds(signed, 1)
            assert signed.words != known.words(row)
            assert pay_signing.contract_pdf(db, terms, 1).startswith(b"%PDF")
            signed.words = signed.words.replace("60.00", "90.00")
            assert not pay_signing.holds(signed, 1)
            with pytest.raises(Refused, match="somebody changed the database"):
                pay_signing.contract_pdf(db, terms, 1)
            db.rollback()


def test_adjustments_and_admin_time_are_lines_of_their_own(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    agree(desk, admin="hourly", admin_rate=usd("30.00"), admin_minutes=10)
    desk.add(PayAdjustment(clinician_id=1, name="video", remote=True, percent=usd("10"), effective_from=LONG_AGO))
    desk.hold(desk.client(), place="https://meet.example/1")
    desk.hold(desk.client())
    assert stated(desk, FIRST) == {"session": usd("120.00"), "adjustment": usd("6.00"), "admin": usd("10.00")}


def test_a_percentage_is_paid_of_every_share_of_what_is_collected_and_goes_back_with_it(desk: Desk) -> None:
    desk.pay_rule("percent_of_collected", "60.00")
    agree(desk, clawback_cap=usd("30.00"))
    for percent, amount in ((usd("10.00"), ZERO), (ZERO, usd("5.00"))):
        video = PayAdjustment(
            clinician_id=1, name="video", remote=True, percent=percent, amount=amount, effective_from=LONG_AGO
        )
        desk.add(video)
    client = desk.client()
    desk.hold(client, place="https://meet.example/1")
    desk.hold(desk.client())
    desk.pay(client, "100.00")
    desk.pay(client, "50.00")
    assert stated(desk, FIRST) == {"collection": usd("90.00"), "adjustment": usd("14.00")}
    again = Recalculation(1, date(2026, 3, 1), "looked at again", "owner")
    assert desk.ask(pay_changes.recalculate, again) == 0, "it is what the rule says"
    desk.now += 14 * DAY
    desk.refund(client, "50.00")
    left = {"collection": usd("-30.00"), "adjustment": usd("-3.00"), "clawback_deferred": usd("3.00")}
    assert stated(desk, SECOND) == left, "the cap holds for both"
    desk.change(PayAdjustment, 1, percent=usd("20.00"))
    assert desk.ask(pay_changes.recalculate, again) == 1
    assert total(line.amount for line in desk.pay_lines() if line.source == "recalculated") == usd("6.00")


def test_logged_hours_are_paid_once_and_only_as_agreed(desk: Desk) -> None:
    agree(desk, admin="logged", admin_rate=usd("30.00"))
    today = desk.now.date()

    def log(minutes: int, day: date = today, kind: WorkKind = WorkKind.ADMIN) -> int:
        with Database(desk.world.engine) as db, db.begin():
            return pay_contracts.log_time(db, TimeWish(1, kind, day, minutes), desk.now.date(), desk.now)

    first = log(50)
    for wish, why in (
        ((50, today + DAY), "still ahead"),
        ((50, today, WorkKind.SUPERVISION), "no supervision hours"),
        ((1400, today), "more than 24 hours"),
        ((0, today), "from 1 to 1440"),
        ((50, date(2019, 1, 1)), "no contract was in force"),
    ):
        with pytest.raises(Refused, match=why):
            log(*wish)
    assert stated(desk, FIRST) == {"admin": usd("25.00")}
    with Database(desk.world.engine) as db, db.begin(), pytest.raises(Refused, match="a closed statement pays"):
        pay_contracts.drop_time(db, first, 1)
    desk.now += 14 * DAY
    log(30, date(2026, 3, 3))
    assert stated(desk, SECOND) == {"admin": usd("15.00")}, "hours of a closed period come with the next"


def test_who_leaves_gets_a_last_day_in_their_contract_first(desk: Desk) -> None:
    terms = agree(desk, guaranteed=usd("500.00"))
    with pytest.raises(Refused, match=f"say its last day first.*end-contract {terms} DAY"):
        setup.change(desk.world.engine, Clinician, 1, {"active": False})
    assert desk.rows(select(Clinician.active)) == [True]
    with Database(desk.world.engine) as db, db.begin():
        pay_contracts.end(db, terms, FIRST.last)
    setup.change(desk.world.engine, Clinician, 1, {"active": False})
    assert desk.rows(select(Clinician.active)) == [False]


def test_who_has_neither_contract_nor_rule_yet_is_told_so(desk: Desk) -> None:
    desk.hold(desk.client())
    agree(desk, date(2026, 3, 9))
    desk.pay_rule("flat", "60.00", effective_from=date(2026, 3, 9))
    with Database(desk.world.engine) as db:
        [row] = pay_preview.preview(db, 1, FIRST.first, desk.now).waiting
    assert row.why.startswith("no contract and no pay rule had begun on 2026-03-02: agree on one from that day")


def test_two_of_one_name_are_told_apart_and_an_npi_is_one_persons(desk: Desk) -> None:
    engine = desk.world.engine
    with pytest.raises(Refused, match="clinician 1, Ada Stone, has this NPI"):
        setup.add(engine, Clinician(name="Ben Moss", npi="1987654328"))
    other = setup.add(engine, Clinician(name="Ada Stone"))
    with pytest.raises(Refused, match="clinician 1, Ada Stone, has this NPI"):
        setup.change(engine, Clinician, other, {"npi": "1987654328"})
    third = setup.add(engine, Clinician(name="Ben Moss"))
    setup.change(engine, Clinician, 1, {"npi": "1987654328"})
    names = [(1, "Ada Stone (1)"), (other, f"Ada Stone ({other})"), (third, "Ben Moss")]
    assert [(row.clinician_id, row.clinician) for row in pay_queries.open_sums(engine)] == names
    assert [(row.id, row.name) for row in agreed_queries.people(engine, FIRST.last)] == names
    assert [(row.id, row.name) for row in pay_queries.accounts(engine)] == [(0, "The practice itself"), *names]


@pytest.mark.parametrize(("number", "ending"), [("00-12 34", "1234"), ("12-3", "123"), ("0012345678", "5678")])
def test_an_account_is_told_by_its_last_four_digits(desk: Desk, number: str, ending: str) -> None:
    with Database(desk.world.engine) as db, db.begin():
        bank = Bank("021000021", number)
        assert bank_accounts.keep_account(db, desk.world.vault, 1, bank, desk.now) == ending
        kept = bank_accounts.account_of(db, 1)
        assert kept is not None
        assert (kept.ending, bank_accounts.bank_of(desk.world.vault, kept).account) == (ending, "".join(number.split()))
