"""The billing pages: what is due is seen and taken at the desk, once; money goes back only where it came from."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import col, select

from activities.adapters.cards_sandbox import APPROVES, DECLINES, SandboxCards
from models.tables import ChargeIntent, Client, PackageRow, Payment, PaymentPlan, Practice
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages, Screen, unfit
from tests.workflows.practice import ANA, FULL_FEE, INA, THERAPY, Life

FIRST = "I000001"


async def owing(life: Life) -> None:
    """Ana owes for a session of this morning."""
    await life.hold(life.at(1, 9))


async def keeps_card(browser: Browser) -> None:
    """Ana leaves a card on the gateway's page."""
    page = await browser.post(f"/clients/{ANA}/card")
    assert "stands in for a card gateway" in page.words
    done = await browser.post(page.path, number=APPROVES)
    assert done.path == f"/clients/{ANA}/card"
    assert "The card is on file." in done.words


def payments(life: Life) -> list[tuple[str, str, Decimal]]:
    return [(p.kind, p.method, p.amount) for p in life.rows(select(Payment).order_by(col(Payment.at)))]


class TestCheckIn:
    async def test_who_is_expected_today_is_listed_with_what_to_ask_for(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        await life.book(life.at(1, 15), ANA)
        await life.book(life.at(1, 16), INA)
        browser = await pages.as_(Role.FRONT_DESK)
        page = await browser.get("/billing/today")
        assert "Ana Ortiz" in page.words
        assert "charged $150.00 $150.00 Take payment" in page.words
        assert "price $150.00 $150.00 Take payment" in page.words  # the balance is asked for once
        assert "$300.00 to ask for in all" in page.words
        assert "not known neither the insurer nor the coverage says" in page.words

    async def test_a_payment_is_taken_right_there_and_once(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        browser, wish = await pages.as_(Role.FRONT_DESK), uuid4()
        form = await browser.get(f"/clients/{ANA}/payments/new?amount=150.00&back=today")
        assert form.value("amount") == "150.00"
        for _ in range(2):
            done = await browser.post(
                f"/clients/{ANA}/payments/new", wish=wish, amount="150.00", how="cash", back="today"
            )
            assert (done.status, done.path) == (200, "/billing/today")
        assert payments(life) == [("payment", "cash", FULL_FEE)]
        assert life.owed() == 0


class TestTaking:
    @pytest.mark.parametrize("amount", ["0", "-5", "1.005", "many", "", "99999999999999"])
    async def test_an_amount_that_cannot_be_is_told_at_the_field_and_nothing_typed_is_lost(
        self, pages: Pages, amount: str
    ) -> None:
        browser = await pages.as_(Role.FRONT_DESK)
        page = await browser.post(f"/clients/{ANA}/payments/new", amount=amount, how="check", reference="No. 17")
        assert page.status == 422
        assert page.value("reference") == "No. 17"
        assert 'id="amount-error"' in page.text
        assert payments(pages.life) == []

    async def test_the_card_on_file_is_charged_for_the_invoice_that_is_named(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        browser = await pages.as_(Role.BILLER)
        await keeps_card(browser)
        done = await browser.post(f"/clients/{ANA}/payments/new", amount="150.00", how="on_file", invoice_number=FIRST)
        assert done.path == f"/invoices/{FIRST}"
        assert "The card is charged." in done.words
        assert "settled" in done.words
        [payment] = life.rows(select(Payment))
        assert (payment.method, payment.invoice_number) == ("card", FIRST)

    async def test_a_decline_is_told_with_its_reason(self, pages: Pages) -> None:
        life = pages.life
        life.change(Client, ANA, card=life.world.cards.store(DECLINES))
        browser = await pages.as_(Role.FRONT_DESK)
        page = await browser.post(f"/clients/{ANA}/payments/new", amount="20.00", how="on_file")
        assert page.status == 422
        assert "declined: card declined" in page.words
        assert payments(life) == []

    async def test_an_invoice_is_paid_on_the_gateways_page(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        browser = await pages.as_(Role.FRONT_DESK)
        page = await browser.post(f"/invoices/{FIRST}/checkout")
        again = await browser.post(f"/invoices/{FIRST}/checkout")
        assert page.path == again.path
        refused = await browser.post(page.path, number=DECLINES)
        assert (refused.status, "declined" in refused.words) == (422, True)
        done = await browser.post(page.path, number=APPROVES)
        assert done.path == f"/invoices/{FIRST}"
        assert "Paid." in done.words
        await browser.post(page.path, number=APPROVES)
        assert payments(life) == [("payment", "card", FULL_FEE)]

    async def test_a_script_in_a_field_is_only_text(self, pages: Pages) -> None:
        evil = "<script>alert(1)</script>"
        browser = await pages.as_(Role.FRONT_DESK)
        await browser.post(f"/clients/{ANA}/payments/new", amount="5.00", how="check", reference=evil)
        page = await browser.get("/payments")
        assert evil not in page.text
        assert evil in page.words


class TestGivingBack:
    async def test_what_the_gateway_took_goes_back_through_it(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        browser = await pages.as_(Role.BILLER)
        await keeps_card(browser)
        await browser.post(f"/clients/{ANA}/payments/new", amount="150.00", how="on_file")
        [payment] = life.rows(select(Payment))
        done = await browser.post(f"/payments/{payment.id}/refund", amount="50.00", reason="session was short")
        assert "The refund is made." in done.words
        assert payments(life)[-1] == ("refund", "card", Decimal("50.00"))
        assert [i.kind for i in life.rows(select(ChargeIntent).where(ChargeIntent.refund_of == payment.id))] == [
            "refund"
        ]
        too_much = await browser.post(f"/payments/{payment.id}/refund", amount="100.01", reason="all")
        assert (too_much.status, "100.00 of this payment" in too_much.words) == (422, True)

    async def test_cash_is_recorded_as_given_back(self, pages: Pages) -> None:
        browser = await pages.as_(Role.OWNER)
        await browser.post(f"/clients/{ANA}/payments/new", amount="30.00", how="cash")
        [payment] = pages.life.rows(select(Payment))
        page = await browser.get(f"/payments/{payment.id}")
        assert "Give it back by cash yourself" in page.words
        await browser.post(f"/payments/{payment.id}/refund", amount="30.00", reason="paid twice")
        assert pages.life.owed() == 0

    async def test_what_is_owed_is_written_off_with_a_reason(self, pages: Pages) -> None:
        life = pages.life
        await owing(life)
        browser = await pages.as_(Role.BILLER)
        page = await browser.post(f"/clients/{ANA}/write-off", amount="150.01", reason="hardship")
        assert (page.status, "owes 150.00" in page.words) == (422, True)
        await browser.post(f"/clients/{ANA}/write-off", amount="150.00", reason="hardship")
        assert life.owed() == 0


async def test_a_plan_is_agreed_and_its_invoice_rests(pages: Pages) -> None:
    life = pages.life
    await owing(life)
    browser = await pages.as_(Role.FRONT_DESK)
    first = life.at(2, 0).date()
    done = await browser.post(
        f"/clients/{ANA}/payment-plans/new", invoices=[FIRST], count=3, first=first.isoformat(), every="month"
    )
    [plan] = life.rows(select(PaymentPlan))
    assert done.path == f"/payment-plans/{plan.id}"
    assert done.words.count("$50.00") == 3
    assert "in a plan" in (await browser.get(f"/invoices/{FIRST}")).words
    ended = await browser.post(f"/payment-plans/{plan.id}/cancel")
    assert "The plan has ended." in ended.words


async def test_a_package_is_sold_and_its_sessions_are_taken_from_it(pages: Pages) -> None:
    life = pages.life
    browser = await pages.as_(Role.FRONT_DESK)
    await browser.post(
        f"/clients/{ANA}/packages/new", service_id=THERAPY, sessions=3, price="400.00", how="check", wish=uuid4()
    )
    [package] = life.rows(select(PackageRow))
    assert package.price == Decimal("400.00")
    await life.hold(life.at(1, 9))
    assert life.owed() == Decimal("-266.67")
    browser = await pages.as_(Role.FRONT_DESK)
    assert "1 of 3" in (await browser.get("/packages")).words


async def test_statements_are_mailed_once_and_opened_as_pdf(pages: Pages) -> None:
    life = pages.life
    await owing(life)
    month = f"{life.at(1, 9):%Y-%m}"
    await life.sleep_until(life.at(40, 9))
    browser = await pages.as_(Role.BILLER)
    page = await browser.get(f"/statements?month={month}")
    assert "$150.00" in page.words
    for _ in range(2):
        await browser.post("/statements/mail", month=month)
    assert life.mails().count("statement") == 1
    pdf = await browser.client.get(f"/clients/{ANA}/statement?month={month}")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert "Ortiz" not in pdf.headers["content-disposition"]
    superbill = await browser.client.get(f"/clients/{ANA}/superbill?month={month}")
    assert superbill.content[:5] == b"%PDF-"


async def test_what_is_owed_is_shown_by_age(pages: Pages) -> None:
    life = pages.life
    await owing(life)
    browser = await pages.as_(Role.OWNER)
    words = (await browser.get("/billing/aging")).words
    assert "Ana Ortiz $150.00 – – – $150.00" in words
    await life.sleep_until(life.at(40, 9))
    browser = await pages.signed_in(browser.account) if browser.account else browser
    assert "Ana Ortiz – $150.00 – – $150.00" in (await browser.get("/billing/aging")).words


async def test_a_practice_of_tutors_reads_no_word_of_insurance(pages: Pages) -> None:
    life = pages.life
    await owing(life)
    life.change(Practice, 1, kind="tutoring")
    browser = await pages.as_(Role.OWNER)
    for path in ("/billing", "/billing/today", "/invoices", f"/invoices/{FIRST}", "/statements", "/billing/aging"):
        words = (await browser.get(path)).words.lower()
        for word in ("insur", "payer", "copay", "superbill", "clinician", "claim"):
            assert word not in words, (path, word)
    assert (await browser.get(f"/clients/{ANA}/superbill")).status == 404


async def test_a_foreign_or_unknown_id_looks_like_a_missing_page(pages: Pages) -> None:
    browser = await pages.as_(Role.OWNER)
    for path in ("/invoices/I999999", f"/payments/{uuid4()}", f"/payment-plans/{uuid4()}", "/clients/999/payments/new"):
        assert (await browser.get(path)).status == 404


async def test_the_gateways_page_is_only_the_sandboxs(pages: Pages) -> None:
    browser = await pages.someone()
    assert (await browser.get("/sandbox/gateway/unknown")).status == 404
    assert isinstance(pages.site.cards, SandboxCards)


async def test_the_pages_are_seen(screen: Screen) -> None:
    """Looked at by axe-core at a wide and a narrow screen, light and dark."""
    life = screen.pages.life
    await owing(life)
    await life.book(life.at(1, 15), ANA)
    await life.book(life.at(1, 16), INA)
    life.change(Client, ANA, card=life.world.cards.store(APPROVES), card_label="Test card ending in 4242")
    await life.office.money.write_off(ANA, Decimal("10.00"), "agreed by phone")
    await life.office.money.charge(ANA, Decimal("40.00"), invoice_number=FIRST)
    await life.office.money.pay(INA, Decimal("25.00"), "check", "No. 204")
    [payment] = life.rows(select(Payment).where(Payment.client_id == ANA, Payment.kind == "payment"))
    seller = await screen.pages.as_(Role.OWNER)
    await seller.post(f"/clients/{INA}/packages/new", service_id=THERAPY, sessions=5, price="600", how="check")
    plan = {"invoices": [FIRST], "count": 3, "first": f"{life.at(1, 9):%Y-%m-%d}", "every": "month"}
    made = await seller.post(f"/clients/{ANA}/payment-plans/new", **plan)
    paths = (
        "/billing",
        "/billing/today",
        "/invoices",
        f"/invoices/{FIRST}",
        "/payments",
        f"/payments/{payment.id}",
        f"/clients/{ANA}/payments/new",
        f"/clients/{ANA}/card",
        f"/clients/{ANA}/write-off",
        "/payment-plans",
        made.path,
        f"/clients/{INA}/payment-plans/new",
        "/packages",
        f"/clients/{ANA}/packages/new",
        f"/statements?month={life.at(1, 9):%Y-%m}",
        "/billing/aging",
    )
    assert await unfit(await screen.as_(Role.OWNER), *paths) == []
