"""A client's money in the portal: seen, paid once, never anybody else's."""

from datetime import timedelta
from uuid import uuid4

from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import cards_on_file, links
from activities.ports import Kept
from models.tables import Client, Invoice, Payment
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages
from tests.workflows.practice import ANA, FULL_FEE, INA, Life


async def owing(pages: Pages) -> tuple[Browser, str]:
    """Ana at her portal, with an invoice of 150.00."""
    life = pages.life
    await life.hold(life.at(0, 9))
    [number] = life.rows(select(Invoice.number).where(Invoice.client_id == ANA))
    return await pages.as_(Role.CLIENT, client_ids=(ANA,)), number


def leave_card(life: Life) -> None:
    """A card that the gateway of the tests takes."""
    token = life.world.cards.store("4242424242424242")
    with Database(life.office.engine) as db, db.begin():
        cards_on_file.keep(db.get_one(Client, ANA), Kept(token, "card", "Visa ending in 4242"))


class TestInvoices:
    """Seen, opened, paid."""

    async def test_what_is_due_is_shown_on_the_first_page_and_on_the_invoice(self, pages: Pages) -> None:
        browser, number = await owing(pages)
        assert "$150.00" in (await browser.get("/portal")).words
        assert f"Invoice {number}" in (await browser.get("/portal/invoices")).words
        assert "Still due $150.00" in (await browser.get(f"/portal/invoices/{number}")).words
        paper = await browser.get(f"/portal/invoices/{number}.pdf")
        assert paper.response.content.startswith(b"%PDF")

    async def test_the_card_on_file_is_charged_once_a_form_and_only_what_was_shown(self, pages: Pages) -> None:
        life = pages.life
        browser, number = await owing(pages)
        leave_card(life)
        path, wish = f"/portal/invoices/{number}/charge", uuid4()
        assert "has changed" in (await browser.post(path, amount="10.00")).words
        assert "has arrived" in (await browser.post(path, amount="150.00", wish=wish)).words
        again = await browser.post(path, amount="150.00", wish=wish)
        assert "has changed" in again.words
        assert [str(p.amount) for p in life.rows(select(Payment))] == ["150.00"]
        assert str(life.owed()) == "0.00"

    async def test_paying_leads_to_the_gateways_page(self, pages: Pages) -> None:
        browser, number = await owing(pages)
        fields = {"form_key": browser.form_key, "wish": str(uuid4())}
        answer = await browser.client.post(f"/portal/invoices/{number}/pay", data=fields)
        assert answer.status_code == 303
        assert answer.headers["location"]

    async def test_the_mails_link_opens_its_invoice_to_whoever_has_it_and_no_other(self, pages: Pages) -> None:
        life = pages.life
        _, number = await owing(pages)
        vault, issued = life.world.vault, life.rows(select(col(Invoice.issued_on)))[0]
        guest = await pages.someone()
        await guest.get("/sign-in")
        path = f"/pay/{links.invoice_token(vault, number, issued)}"
        page = await guest.get(path)
        assert (page.status, "Pay $150.00 now" in page.words, "Ana" in page.words) == (200, True, False)
        answer = await guest.client.post(path, data={"form_key": guest.form_key, "wish": str(uuid4())})
        assert answer.status_code == 303
        assert "not whole" in (await guest.get(f"{path}x")).words
        old = await guest.get(f"/pay/{links.invoice_token(vault, number, issued - timedelta(days=400))}")
        assert (old.status, "has expired" in old.words) == (410, True)

    async def test_a_statements_link_pays_what_is_open_of_that_client_and_of_no_other(self, pages: Pages) -> None:
        life = pages.life
        _, number = await owing(pages)
        month, vault = life.rows(select(col(Invoice.issued_on)))[0].replace(day=1), life.world.vault
        guest = await pages.someone()
        await guest.get("/sign-in")
        path = f"/statement/{links.statement_token(vault, ANA, month)}"
        page = await guest.get(path)
        assert (page.status, "$150.00 due on" in page.words, "Ana" in page.words) == (200, True, False)
        assert f"Pay $150.00 of invoice {number} now" in page.words
        fields = {"form_key": guest.form_key, "number": number}
        answer = await guest.client.post(path, data={**fields, "wish": str(uuid4())})
        assert answer.status_code == 303
        others = f"/statement/{links.statement_token(vault, INA, month)}"
        assert number not in (await guest.get(others)).words
        refused = await guest.client.post(others, data={**fields, "wish": str(uuid4())})
        assert refused.status_code == 422
        assert "not whole" in (await guest.get(f"{path}x")).words
        assert "not whole" in (await guest.get(f"/pay/{path.rpartition('/')[2]}")).words
        old = await guest.get(f"/statement/{links.statement_token(vault, ANA, month - timedelta(days=300))}")
        assert (old.status, "has expired" in old.words) == (410, True)

    async def test_those_of_somebody_else_are_not_there(self, pages: Pages) -> None:
        _, number = await owing(pages)
        other = await pages.as_(Role.CLIENT, client_ids=(INA,))
        assert number not in (await other.get("/portal/invoices")).words
        for path in (f"/portal/invoices/{number}", f"/portal/invoices/{number}.pdf"):
            assert (await other.get(path)).status == 404
        for deed in ("pay", "charge"):
            assert (await other.post(f"/portal/invoices/{number}/{deed}", amount="150.00")).status == 404


class TestCard:
    """Left, agreed to, taken back."""

    async def test_autopay_needs_a_card_a_yes_and_a_sound_cap(self, pages: Pages) -> None:
        life = pages.life
        browser = await pages.as_(Role.CLIENT, client_ids=(ANA,))
        path = "/portal/payments/autopay"
        assert "leave a card first" in (await browser.post(path, agreed="true")).words
        leave_card(life)
        assert "mark that you agree" in (await browser.post(path, cap="100")).words
        assert "more than 0" in (await browser.post(path, cap="-1", agreed="true")).words
        assert "up to $100.00" in (await browser.post(path, cap="100", agreed="true")).words
        assert "Nothing is charged automatically" in (await browser.post(f"{path}/end")).words
        assert "not kept" in (await browser.post("/portal/payments/card/forget")).words
        [row] = life.rows(select(Client).where(Client.id == ANA))
        assert (row.card, row.autopay_since) == (None, None)

    async def test_a_receipt_is_only_for_who_paid(self, pages: Pages) -> None:
        life = pages.life
        browser, _ = await owing(pages)
        payment = uuid4()
        await life.office.money.pay(ANA, FULL_FEE, "cash", request=payment)
        path = f"/portal/payments/{payment}.pdf"
        assert (await browser.get(path)).response.content.startswith(b"%PDF")
        other = await pages.as_(Role.CLIENT, client_ids=(INA,))
        assert (await other.get(path)).status == 404


async def test_statements_and_superbills_are_there_by_month(pages: Pages) -> None:
    browser, _ = await owing(pages)
    month = f"{pages.life.at(0, 9):%Y-%m}"
    assert "Superbill" in (await browser.get("/portal/statements")).words
    for kind in ("statements", "superbills"):
        paper = await browser.get(f"/portal/{kind}/{month}.pdf")
        assert paper.response.content.startswith(b"%PDF"), paper.words
        assert (await browser.get(f"/portal/{kind}/yesterday.pdf")).status == 404
