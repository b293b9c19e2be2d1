"""Who may say yes to pay, and what follows; what leaves for the bank, the payroll provider and the tax year."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session as Database
from sqlmodel import select

from activities import bank_accounts, pay, pay_days, pay_files, pay_preview, pay_years
from activities.pay_days import DayWish
from activities.pay_files import DepositsWish
from models.errors import Refused
from models.messages import Approval
from models.money import ZERO
from models.nacha import Bank
from models.paying import ItemKind, Payout
from models.tables import Account, BankAccount, Clinician, PayFile, PayStatement
from tests.activities.paying import FIRST, agree, item
from tests.activities.practice import DAY, Desk, usd


class TestDecided:
    """Who may say yes, and what follows."""

    def closed(self, desk: Desk) -> int:
        desk.pay_rule("flat", "60.00")
        desk.hold(desk.client())
        return desk.ask(pay.close, FIRST).statement_id or 0

    def test_closing_makes_a_task_that_approving_closes_and_paying_the_next(self, desk: Desk) -> None:
        number = self.closed(desk)
        assert desk.tasks() == ["pay_review"]
        with pytest.raises(Refused, match="not approved yet"):
            desk.ask(pay.pay_out, Payout(number, "owner"))
        desk.ask(pay.approve, Approval(number, "owner", pay_now=False))
        assert desk.tasks() == ["pay_due"]
        assert desk.balance("cash:payroll") == ZERO
        desk.ask(pay.pay_out, Payout(number, "owner"))
        assert (desk.tasks(), desk.balance("cash:payroll")) == ([], usd("-60.00"))
        with pytest.raises(Refused, match="paid already"):
            desk.ask(pay.pay_out, Payout(number, "owner"))
        assert [mail.kind for mail in desk.mails][-1] == "pay_statement"

    @pytest.mark.parametrize("by", ["Ada Stone", " ada  stone ", "ADA@elmstreet.example", "ada", "Dr. Ada"])
    def test_nobody_approves_their_own_pay_by_whatever_name(self, desk: Desk, by: str) -> None:
        number = self.closed(desk)
        desk.add(
            Account(
                login="ada",
                email="private@elmstreet.example",
                name="Dr. Ada",
                clinician_id=1,
                roles=["owner", "clinician"],
                created_at=desk.now,
            )
        )
        with pytest.raises(Refused, match="nobody decides on their own pay"):
            desk.ask(pay.approve, Approval(number, by, pay_now=False))
        with pytest.raises(Refused, match="nobody decides on their own pay"):
            desk.ask(pay.approve, Approval(number, "owner", pay_now=False, account_id=1))
        with pytest.raises(Refused, match="say who approves"):
            desk.ask(pay.approve, Approval(number, " ", pay_now=False))

    @pytest.mark.parametrize(
        "second",
        [
            {"name": "Dr.  ADA", "login": "second", "email": "second@elmstreet.example"},
            {"name": "A. S.", "login": "second", "email": "Private@elmstreet.example"},
            {"name": "A. S.", "login": "ada@elmstreet.example", "email": "second@elmstreet.example"},
            {"name": "Ada Stone", "login": "second", "email": "second@elmstreet.example"},
        ],
        ids=["name of the account", "address of the account", "address of the clinician", "name of the clinician"],
    )
    def test_nobody_approves_their_own_pay_by_a_second_account(self, desk: Desk, second: dict[str, Any]) -> None:
        number = self.closed(desk)
        first: dict[str, Any] = {
            "login": "ada",
            "email": "private@elmstreet.example",
            "name": "Dr. Ada",
            "clinician_id": 1,
        }
        desk.add(Account(**first, roles=["clinician"], created_at=desk.now))
        desk.add(Account(**second, roles=["owner"], created_at=desk.now))
        with pytest.raises(Refused, match="has the name, user name or address of this one"):
            desk.ask(pay.approve, Approval(number, second["name"], pay_now=False, account_id=2))

    def test_who_has_no_address_is_not_everybody_without_one(self, desk: Desk) -> None:
        number = self.closed(desk)
        desk.change(Clinician, 1, email="")
        desk.add(Account(login="jo", email="", name="Jo Owner", roles=["owner"], created_at=desk.now))
        desk.ask(pay.approve, Approval(number, "Jo Owner", pay_now=False, account_id=1))

    def test_approving_what_is_owed_to_nobody_settles_and_tells_it(self, desk: Desk) -> None:
        item(desk, ItemKind.CORRECTION, "-25.00")
        number = desk.ask(pay.close, FIRST).statement_id or 0
        approved = desk.ask(pay.approve, Approval(number, "owner", pay_now=False))
        assert (approved.total, approved.settled) == (usd("-25.00"), True)
        assert (desk.tasks(), [mail.kind for mail in desk.mails][-1]) == ([], "pay_statement")
        assert desk.balance("cash:payroll") == ZERO

    @pytest.mark.parametrize("through", [FIRST.last, date(2026, 6, 7)])
    def test_a_period_is_not_closed_before_its_last_day(self, desk: Desk, through: date) -> None:
        """A guarantee would be paid in full, and what is earned on the days left once more."""
        with pytest.raises(Refused, match="is still ahead: a period closes on its last day"):
            desk.only(pay.run, through)

    def test_a_period_may_be_closed_on_its_last_day(self, desk: Desk) -> None:
        agree(desk, guaranteed=usd("100.00"))
        desk.now += timedelta(days=13)
        assert desk.now.date() == FIRST.last
        assert [ref.last for ref in desk.only(pay.run, FIRST.last).pay_periods] == [FIRST.last]


def test_the_preview_is_what_closing_states(desk: Desk) -> None:
    desk.pay_rule("flat", "60.00")
    agree(desk, guaranteed=usd("100.00"), draw=usd("150.00"))
    desk.hold(desk.client())
    with Database(desk.world.engine) as db:
        before = pay_preview.preview(db, 1, FIRST.first, desk.now)
    closed = desk.ask(pay.close, FIRST)
    with Database(desk.world.engine) as db:
        after = pay_preview.preview(db, 1, FIRST.first, desk.now)
        [statement] = db.exec(select(PayStatement)).all()
    assert before.total == after.total == closed.total == usd("150.00")
    assert sorted(line.amount for line in before.lines) == sorted(line.amount for line in after.lines)
    assert (before.closed, after.closed, statement.last) == (False, True, FIRST.last)


class TestFiles:
    """What leaves: each deposit once, columns that add up, the year by the day of payment."""

    def ready(self, desk: Desk, paid_as: str = "1099") -> None:
        desk.pay_rule("flat", "60.00")
        agree(desk, paid_as=paid_as)
        desk.hold(desk.client())
        item(desk, ItemKind.REIMBURSEMENT, "12.50")
        number = desk.ask(pay.close, FIRST).statement_id or 0
        desk.ask(pay.approve, Approval(number, "owner", pay_now=False))

    def file(self, desk: Desk, pay_on: date = date(2026, 3, 18), again: bool = False, wish: UUID | None = None) -> str:
        with Database(desk.world.engine) as db, db.begin():
            wanted = DepositsWish(FIRST.last, pay_on, again, wish)
            return pay_files.deposits_file(db, desk.world.vault, wanted, desk.now)

    def banks(self, desk: Desk, *whose: int | None) -> None:
        for clinician_id in whose:
            with Database(desk.world.engine) as db, db.begin():
                bank = Bank("021000021", "0012345678")
                bank_accounts.keep_account(db, desk.world.vault, clinician_id, bank, desk.now, "First Bank")

    def test_a_deposit_is_in_one_file_only(self, desk: Desk) -> None:
        self.ready(desk)
        with pytest.raises(Refused, match="Ada Stone has no bank account"):
            self.file(desk)
        self.banks(desk, 1)
        with pytest.raises(Refused, match="the practice's own bank account"):
            self.file(desk)
        self.banks(desk, None)
        for day in (date(2026, 3, 15), date(2026, 5, 25)):
            with pytest.raises(Refused, match="banks do not settle"):
                self.file(desk, day)
        entries = [line for line in self.file(desk).splitlines() if line[0] == "6"]
        assert [(line[1:3], line[29:39]) for line in entries] == [("22", "0000007250"), ("27", "0000007250")]
        with pytest.raises(Refused, match="would be paid twice"):
            self.file(desk)
        assert len(self.file(desk, again=True).splitlines()) == 10

    def test_the_same_wish_again_is_the_same_file_and_the_database_holds_one(self, desk: Desk) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        first = self.file(desk, wish=UUID(int=1))
        desk.now += DAY
        assert self.file(desk, wish=UUID(int=1)) == first
        again = self.file(desk, date(2026, 3, 19), again=True, wish=UUID(int=2))
        assert again != first
        assert self.file(desk, date(2026, 3, 19), again=True, wish=UUID(int=2)) == again
        files = desk.rows(select(PayFile))
        assert len(files) == 2
        assert {pay_files.content_of(desk.world.vault, file) for file in files} == {first, again}
        assert b"0012345678" not in b"".join(file.sealed or b"" for file in files)
        with pytest.raises(IntegrityError):
            desk.add(PayFile(made_on=FIRST.last, letter="Z", last=FIRST.last, made_at=desk.now, wish=UUID(int=1)))

    def test_what_was_paid_another_way_is_in_no_file(self, desk: Desk) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        desk.ask(pay.pay_out, Payout(1, "owner"))
        for again in (False, True):
            with pytest.raises(Refused, match="nothing to pay"):
                self.file(desk, again=again)
        assert desk.rows(select(PayFile)) == []

    def test_a_statement_that_is_being_paid_is_waited_for(self, desk: Desk) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        with Database(desk.world.engine) as paying, paying.begin():
            paying.get_one(PayStatement, 1, with_for_update=True)
            with Database(desk.world.engine) as db, db.begin():
                db.connection().execute(text("set local lock_timeout = '50ms'"))
                wanted = DepositsWish(FIRST.last, date(2026, 3, 18))
                with pytest.raises(OperationalError, match="lock timeout"):
                    pay_files.deposits_file(db, desk.world.vault, wanted, desk.now)
        assert "0000007250" in self.file(desk)

    def test_every_file_of_a_day_has_a_letter_of_its_own(self, desk: Desk) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        letters = [self.file(desk, again=again)[33] for again in (False, True, True)]
        desk.now += DAY
        letters.append(self.file(desk, date(2026, 3, 19), again=True)[33])
        assert letters == ["A", "B", "C", "A"]
        today = desk.now.astimezone(desk.tz).date()
        for letter in pay_files.LETTERS[1:]:
            desk.add(PayFile(made_on=today, letter=letter, last=FIRST.last, made_at=desk.now))
        with pytest.raises(Refused, match="36 files a day"):
            self.file(desk, date(2026, 3, 19), again=True)

    def test_employees_are_paid_by_their_payroll_provider(self, desk: Desk) -> None:
        self.ready(desk, "w2")
        self.banks(desk, 1, None)
        with pytest.raises(Refused, match=r"employees \(W-2\), whose taxes are withheld first"):
            self.file(desk)
        with Database(desk.world.engine) as db:
            header, line = pay_files.payroll_csv(db, FIRST.last).splitlines()
        cells = dict(zip(header.split(","), line.split(","), strict=True))
        assert (cells["sessions"], cells["reimbursements"], cells["total"]) == ("60.00", "12.50", "72.50")
        assert (cells["paid_as"], cells["in_bank_file"]) == ("w2", "")

    def test_the_payroll_file_says_who_is_paid_by_the_bank_already(self, desk: Desk) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        self.file(desk)
        with Database(desk.world.engine) as db:
            _, line = pay_files.payroll_csv(db, FIRST.last).splitlines()
        assert line.endswith(",72.50,2026-03-02"), "the local day on which the file was made"

    def test_the_year_of_a_1099_is_that_of_the_payment_without_reimbursements(self, desk: Desk) -> None:
        self.ready(desk)
        desk.now += 305 * DAY
        desk.ask(pay.pay_out, Payout(1, "owner"))
        with Database(desk.world.engine) as db:
            assert pay_years.nec_totals(db, 2026) == []
            [found] = pay_years.nec_totals(db, 2027)
            head, line = pay_years.nec_csv(db, 2027).splitlines()
        assert head == "clinician_id,clinician,year,paid,reimbursed,statements,must_file"
        assert line == f"1,{found.clinician},2027,60.00,12.50,1,no"
        assert (found.paid, found.reimbursed, found.must_file) == (usd("60.00"), usd("12.50"), False)

    @pytest.mark.parametrize(
        ("settles", "clicked", "year"),
        [(date(2026, 12, 31), date(2027, 1, 4), 2026), (date(2027, 1, 4), date(2026, 12, 30), 2027)],
    )
    def test_a_file_paid_it_on_the_day_it_settles_whenever_somebody_says_so(
        self, desk: Desk, settles: date, clicked: date, year: int
    ) -> None:
        self.ready(desk)
        self.banks(desk, 1, None)
        self.file(desk, settles)
        desk.now += (clicked - desk.now.date()).days * DAY
        desk.ask(pay.pay_out, Payout(1, "owner"))
        assert self.years(desk) == [year]
        [statement] = desk.rows(select(PayStatement))
        assert (statement.paid_on, statement.paid_at) == (settles, desk.now)

    def years(self, desk: Desk) -> list[int]:
        """The years in which somebody was paid."""
        with Database(desk.world.engine) as db:
            return [year for year in (2026, 2027) if pay_years.nec_totals(db, year)]

    def test_a_day_may_be_said_and_is_corrected_with_a_reason(self, desk: Desk) -> None:
        self.ready(desk)
        desk.now += 305 * DAY
        with pytest.raises(Refused, match="not paid yet"):
            self.correct(desk, FIRST.last)
        for wrong, why in ((date(2026, 3, 14), "before the period's last day"), (date(2027, 1, 16), "too far ahead")):
            with pytest.raises(Refused, match=why):
                desk.ask(pay.pay_out, Payout(1, "owner", wrong))
        desk.ask(pay.pay_out, Payout(1, "owner", date(2027, 1, 4)))
        assert self.years(desk) == [2027]
        desk.now += 60 * DAY
        desk.add(Account(login="ada", email="", name="Ada", clinician_id=1, roles=["owner"], created_at=desk.now))
        for wish, why in (
            ({"reason": " "}, "give the reason"),
            ({"by": " "}, "say who"),
            ({"by": "Ada Stone", "account_id": 1}, "nobody decides on their own pay"),
        ):
            with pytest.raises(Refused, match=why):
                self.correct(desk, date(2026, 12, 31), **wish)
        assert self.correct(desk, date(2026, 12, 31)) == [2026], "its 1099-NEC was due on January 31"
        assert self.years(desk) == [2026]
        with pytest.raises(Refused, match="already"):
            self.correct(desk, date(2026, 12, 31))
        assert self.correct(desk, date(2026, 12, 30), reason="the check") == []
        [statement] = desk.rows(select(PayStatement))
        assert statement.paid_on_before.splitlines() == [
            "2027-01-04 was the day of payment until 2027-03-02 (owner: the bank says so)",
            "2026-12-31 was the day of payment until 2027-03-02 (owner: the check)",
        ]

    def correct(self, desk: Desk, paid_on: date, **wish: Any) -> list[int]:
        said: dict[str, Any] = {"reason": "the bank says so", "by": "owner", **wish}
        with Database(desk.world.engine) as db, db.begin():
            return pay_days.correct(db, DayWish(1, paid_on, **said), desk.now.date())

    def test_the_account_is_sealed_for_its_place(self, desk: Desk) -> None:
        self.banks(desk, 1)
        [row] = desk.rows(select(BankAccount))
        assert b"0012345678" not in row.sealed
        assert row.ending == "5678"
        assert desk.world.vault.open(row.sealed, "bank account/1") == "0012345678"
        with pytest.raises(Refused, match="does not open"):
            desk.world.vault.open(row.sealed, "bank account/2")
