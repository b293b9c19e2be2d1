"""Pay on pages: the owner agrees, reviews, approves and pays; whoever is paid sees, logs and signs their own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from models.tables import PayAdjustment, PayFile, PayLine, PayRuleRow, PayStatement, PayTerms, Practice, WorkTime
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages, Screen, unfit
from tests.workflows.practice import DANA, ERIN, TZ, Life

MOST_QUERIES = 6


async def earned(life: Life) -> None:
    """Dana held two sessions this week and signed one."""
    await life.hold(life.at(1, 11))
    unsigned = await life.book(life.at(2, 11))
    await life.sleep_until(life.at(2, 12))
    await life.office.sessions.attend(unsigned)


def sunday(life: Life) -> date:
    return life.monday.astimezone(TZ).date() + timedelta(days=6)


async def agreed(owner: Browser, life: Life, **changes: object) -> None:
    """A new contract for Dana from Monday on, by the form."""
    since = life.monday.astimezone(TZ).date()
    terms = {"effective_from": since, "paid_as": "1099", "admin": "logged", "admin_rate": "30", **changes}
    if terms["admin"] == "included":
        terms.pop("admin_rate")
    answer = await owner.post(f"/pay/contracts/{DANA}/new", **terms)
    assert answer.path == f"/pay/contracts/{DANA}", answer.words


async def test_the_owner_reviews_approves_and_pays_a_period_line_by_line(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    owner = await pages.as_(Role.OWNER)
    page = (await owner.get(f"/pay/preview/{DANA}")).words
    assert "If the period closed now $90.00" in page
    assert "held: its note is not signed" in page
    added = await owner.post(f"/pay/preview/{DANA}/add", kind="bonus", amount="25.00", reason="a good week")
    assert "It is a line of the open period." in added.words
    await life.sleep_until(life.at(7, 9))
    owner = await pages.anew(owner)
    assert "being closed" in (await owner.post("/pay/close")).words
    await life.eventually(lambda: life.rows(select(PayStatement)))
    assert life.tasks() == ["pay_review", "unsigned_note"]
    review = await owner.get("/pay/statements/1")
    assert "90.00 a session" in review.words
    assert "Posted in the ledger $115.00" in review.words
    approved = await owner.post("/pay/statements/1/approve")
    assert "It now waits to be paid." in approved.words
    assert life.balance("cash:payroll") == 0
    assert "approved already" in (await owner.post("/pay/statements/1/approve")).words
    assert "before the period's last day" in (await owner.post("/pay/statements/1/paid", paid_on="2020-01-01")).words
    today = life.clock[0].astimezone(TZ).date()
    assert approved.value("paid_on") == str(today)
    assert "leaves by mail" in (await owner.post("/pay/statements/1/paid", paid_on=today)).words
    another = {"paid_on": today + timedelta(days=1), "reason": "the bank settled then"}
    assert "It was paid on that day." in (await owner.post("/pay/statements/1/paid-on", **another)).words
    assert "Person 1: the bank settled then" in (await owner.get("/pay/statements/1")).words
    assert [statement.paid_on for statement in life.rows(select(PayStatement))] == [another["paid_on"]]
    assert life.balance("cash:payroll") == -115
    assert life.balance(f"payable:clinician:{DANA}") == 0
    assert (await owner.client.get("/pay/statements/1.pdf")).content.startswith(b"%PDF")
    await owner.post("/pay/close")
    assert len(life.rows(select(PayStatement))) == 1, "closing again states nothing twice"


async def test_nobody_approves_or_adds_to_their_own_pay(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    both = await pages.as_(Role.OWNER, Role.CLINICIAN, clinician_id=DANA)
    told = await both.post(f"/pay/preview/{DANA}/add", kind="bonus", amount="500", reason="why not")
    assert (told.status, "nobody decides on their own pay" in told.words) == (422, True)
    await life.sleep_until(life.at(7, 9))
    both = await pages.anew(both)
    await both.post("/pay/close")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    assert "another owner approves it" in (await both.get("/pay/statements/1")).words
    assert "nobody decides on their own pay" in (await both.post("/pay/statements/1/approve")).words
    [statement] = life.rows(select(PayStatement))
    assert statement.approved_at is None


async def test_nobody_writes_their_own_contract_or_lets_go_of_who_they_are(pages: Pages) -> None:
    """An owner could take the clinician off their account, approve their pay, and put it back."""
    both = await pages.as_(Role.OWNER, Role.CLINICIAN, clinician_id=DANA)
    assert both.account
    mine, kept = f"/pay/contracts/{DANA}", (PayTerms, PayRuleRow, PayAdjustment)
    before = [pages.life.rows(select(table)) for table in kept]
    since = pages.life.monday.astimezone(TZ).date()
    forms: tuple[tuple[str, dict[str, object]], ...] = (
        (f"{mine}/new", {"paid_as": "w2", "admin": "included", "guaranteed": "9000", "effective_from": since}),
        (f"{mine}/end/1", {"last": since}),
        (f"{mine}/rule", {"basis": "flat", "value": "900", "effective_from": since}),
        (f"{mine}/adjustment", {"name": "evening", "amount": "90", "effective_from": since}),
        (f"{mine}/adjustment/1/end", {"last": since}),
    )
    for path, typed in forms:
        told = await both.post(path, **typed)
        assert (told.status, "nobody decides on their own pay" in told.words) == (422, True), path
    page = await both.get(mine)
    assert "another owner agrees on it" in page.words
    assert [word for word in ("New rule", "New contract", "New adjustment", "Set its end") if word in page.words] == []
    assert [pages.life.rows(select(table)) for table in kept] == before
    staff = {"name": "Person", "email": "person@elmstreet.example", "roles": ["owner", "clinician"]}
    for other in ({}, {"clinician_id": ERIN}):
        told = await both.post(f"/staff/{both.account.id}", **staff, **other)
        assert (told.status, "is changed by another owner" in told.words) == (422, True)
    renamed = await both.post(f"/staff/{both.account.id}", **staff, clinician_id=DANA)
    assert "Person is changed." in renamed.words
    owner = await pages.as_(Role.OWNER)
    assert "is changed" in (await owner.post(f"/staff/{both.account.id}", **staff, clinician_id=ERIN)).words
    assert owner.account
    own = {**staff, "email": "jo@elmstreet.example", "clinician_id": ERIN}
    assert "is changed" in (await owner.post(f"/staff/{owner.account.id}", **own)).words, "who was nobody yet"


async def test_a_clinician_logs_hours_signs_and_sees_only_their_own(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    owner = await pages.as_(Role.OWNER)
    await agreed(owner, life)
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    contract = await dana.get("/my-pay/contract")
    assert "Time beside sessions as logged, at 30.00 an hour." in contract.words
    [terms] = life.rows(select(PayTerms).where(PayTerms.paid_as == "1099"))
    sign = f"/my-pay/contract/{terms.id}/sign"
    assert (await dana.post(sign, typed_name="Dana Reyes")).status == 422
    other = await dana.post(sign, typed_name="Somebody Else", agreed="true")
    assert (other.status, "in your own name, Dana Reyes" in other.words) == (422, True)
    read = {"typed_name": "Dana Reyes", "agreed": "true", "shown": contract.value("shown")}
    today = life.clock[0].astimezone(TZ).date()
    await owner.post(
        f"/pay/contracts/{DANA}/adjustment", name="evening", amount="10", from_time="18:00", effective_from=today
    )
    changed = await dana.post(sign, **read)
    assert (changed.status, "reads otherwise since you opened the page" in changed.words) == (422, True)
    assert "evening (from 18:00): 10.00 a session besides." in changed.words
    assert "It is signed." in (await dana.post(sign, **{**read, "shown": changed.value("shown")})).words
    assert "Signed by Dana Reyes" in (await dana.get("/my-pay/contract")).words
    papers = (dana, f"/my-pay/contract/{terms.id}.pdf"), (owner, f"/pay/contracts/{DANA}/{terms.id}.pdf")
    for browser, path in papers:
        assert (await browser.client.get(path)).content.startswith(b"%PDF"), path
    assert "Logged." in (await dana.post("/my-pay/time", kind="admin", day=today, minutes=50)).words
    refused = await dana.post("/my-pay/time", kind="supervision", day=today, minutes=50)
    assert "pays no supervision hours" in refused.words
    assert (
        "still ahead" in (await dana.post("/my-pay/time", kind="admin", day=today + timedelta(days=1), minutes=5)).words
    )
    now = (await dana.get("/my-pay")).words
    assert "This period so far $115.00" in now, "90.00 and 50 minutes at 30.00"
    erin = await pages.as_(Role.CLINICIAN, clinician_id=ERIN)
    assert "Nothing is earned yet" in (await erin.get("/my-pay")).words
    assert (await erin.post(sign, typed_name="Erin", agreed="true")).status == 422
    await life.sleep_until(life.at(7, 9))
    await life.office.pay.close_periods("week")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    dana, erin = await pages.anew(dana), await pages.anew(erin)
    assert "$115.00" in (await dana.get("/my-pay/statements/1")).words
    assert (await dana.client.get("/my-pay/statements/1.pdf")).content.startswith(b"%PDF")
    assert [(await erin.get(f"/my-pay/statements/1{end}")).status for end in ("", ".pdf")] == [404, 404]
    others = (f"/my-pay/contract/{terms.id}.pdf", f"/pay/contracts/{DANA}/{terms.id}.pdf")
    assert [(await erin.get(path)).status for path in others] == [404, 403]
    assert "a closed statement pays these hours" in (await dana.post("/my-pay/time/1/drop")).words


async def test_contracts_do_not_overlap_and_a_gap_is_named(pages: Pages) -> None:
    life = pages.life
    owner = await pages.as_(Role.OWNER)
    before = life.monday.astimezone(TZ).date() - timedelta(days=1)
    assert "The contract ends on" in (await owner.post(f"/pay/contracts/{DANA}/end/1", last=before)).words
    await agreed(owner, life, effective_until=sunday(life), clawback_cap="0", fee_share="50")
    form = await owner.get(f"/pay/contracts/{DANA}/new")
    begins = {name: form.value(name) for name in ("admin_rate", "clawback_cap", "fee_share", "draw")}
    assert begins == {"admin_rate": "30.00", "clawback_cap": "0.00", "fee_share": "50.00", "draw": ""}
    assert '<option value="1099" selected>' in form.text
    again = await owner.post(f"/pay/contracts/{DANA}/new", effective_from=sunday(life), paid_as="w2", admin="included")
    assert (again.status, "is in force then" in again.words) == (422, True)
    later = sunday(life) + timedelta(days=10)
    told = await owner.post(f"/pay/contracts/{DANA}/new", effective_from=later, paid_as="w2", admin="included")
    assert "The contract before also said, and this one does not: 50 % of collected fees" in told.words
    page = (await owner.get(f"/pay/contracts/{DANA}")).words
    assert "sessions held then earn nothing" in page
    wrong = await owner.post(
        f"/pay/contracts/{DANA}/rule", basis="flat", value="9", service_id=999, effective_from=later
    )
    assert (wrong.status, "there is no service 999" in wrong.words) == (422, True)


async def test_a_mistyped_rule_is_entered_again_and_an_adjustment_is_ended_on_the_page(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    owner = await pages.as_(Role.OWNER)
    terms, today = f"/pay/contracts/{DANA}", life.clock[0].astimezone(TZ).date()
    since = today - timedelta(days=1)
    rule = {"basis": "flat", "effective_from": since}
    assert "Kept." in (await owner.post(f"{terms}/rule", value="8.00", **rule)).words
    again = (await owner.post(f"{terms}/rule", value="80.00", **rule)).words
    assert f"It takes the place of the entry of the same day: For any session, since {since}: 8.00 a session." in again
    assert f"1 session held since {since} is paid by what was agreed before: work pay out anew" in again
    assert "8.00 replaced" in again
    anew = f"/pay/preview/{DANA}/recalculate"
    told = [(await owner.post(anew, since=since, reason="mistyped")).words for _ in range(2)]
    assert "Corrected: 1 (sessions and logged hours)." in told[0]
    assert "were paid by what is agreed" in told[1]
    tier = (await owner.post(f"{terms}/rule", value="95.00", **{**rule, "after_sessions": 20})).words
    assert "Sessions before it earn as they did" in tier
    kept = await owner.post(f"{terms}/adjustment", name="travel", amount="10", effective_from=since)
    assert "is paid by what was agreed before" in kept.words
    [adjustment] = life.rows(select(PayAdjustment))
    end = f"{terms}/adjustment/{adjustment.id}/end"
    ended = await owner.post(end, last=since)
    assert f"It ends on {since}." in ended.words
    assert "it ends on that day or later" in (await owner.post(end, last=since - timedelta(days=2))).words
    assert "taken back" in (await owner.post(end, last=since - timedelta(days=1))).words
    assert (await owner.post(f"{terms}/adjustment/999/end", last=since)).status == 404


async def test_a_form_sent_twice_is_paid_once(pages: Pages) -> None:
    life = pages.life
    owner = await pages.as_(Role.OWNER)
    await agreed(owner, life)
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    today = life.clock[0].astimezone(TZ).date()
    terms = f"/pay/contracts/{DANA}"
    forms: tuple[tuple[Browser, str, dict[str, object]], ...] = (
        (dana, "/my-pay/time", {"kind": "admin", "day": today, "minutes": 50}),
        (owner, f"{terms}/adjustment", {"name": "evening", "amount": "10", "effective_from": today}),
        (owner, f"{terms}/rule", {"basis": "flat", "value": "95", "effective_from": today}),
    )
    before = [len(life.rows(select(table))) for table in (WorkTime, PayAdjustment, PayRuleRow)]
    for browser, path, typed in forms:
        page = await browser.get(path)
        first, twice = [await browser.post(path, wish=page.value("wish"), **typed) for _ in range(2)]
        assert (first.status, twice.status, twice.path) == (200, 200, first.path), twice.words
    after = [len(life.rows(select(table))) for table in (WorkTime, PayAdjustment, PayRuleRow)]
    assert after == [count + 1 for count in before]


async def test_files_for_the_bank_hold_each_deposit_once(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    owner = await pages.as_(Role.OWNER)
    await agreed(owner, life, admin="included", admin_rate="")
    bad = await owner.post("/pay/accounts", whose="practice", routing="021000022", account="123456")
    assert "check digit" in bad.words
    assert "123456" not in bad.text
    for whose in ("practice", DANA):
        kept = await owner.post(
            "/pay/accounts", whose=whose, routing="021000021", account="0012345678", bank="First Bank"
        )
        assert "ends in 5678" in kept.words
    await life.sleep_until(life.at(7, 9))
    await life.office.pay.close_periods("week")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    await life.office.pay.approve(DANA, sunday(life), "owner", pay_now=False)
    owner = await pages.anew(owner)
    form = await owner.get("/pay/files")
    wish = {"last": sunday(life), "pay_on": form.value("pay_on")}
    file = await owner.post("/pay/files/deposits", **wish)
    entry = next(line for line in file.text.splitlines() if line.startswith("6"))
    assert (entry[1:3], entry[29:39]) == ("22", "0000009000")
    twice = await owner.post("/pay/files/deposits", **wish)
    assert (twice.status, "would be paid twice" in twice.words) == (422, True)
    same = (await owner.get("/pay/files")).value("wish")
    again = [await owner.post("/pay/files/deposits", again="true", **{**wish, "wish": same}) for _ in range(2)]
    assert (again[0].text, again[0].text[33]) == (again[1].text, "B"), "the form sent again is the same file"
    assert len(life.rows(select(PayFile))) == 2
    day = life.rows(select(PayFile))[0].made_on
    assert (await owner.get(f"/pay/files/deposits/{day}-A.ach")).text == file.text
    assert (await owner.get(f"/pay/files/deposits/{day}-C.ach")).status == 404
    csv = (await owner.post("/pay/files/payroll", last=sunday(life))).text.splitlines()
    assert csv[1].endswith(f"90.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,90.00,{day}")
    await life.office.pay.paid(DANA, sunday(life), "owner")
    year = life.clock[0].astimezone(TZ).year
    assert "$90.00" in (await owner.get(f"/pay/files?year={year}")).words


async def test_a_pay_page_asks_the_database_six_times_at_most_however_much_is_on_it(pages: Pages) -> None:
    life = pages.life
    await earned(life)
    owner = await pages.as_(Role.OWNER)
    start = life.monday.astimezone(TZ).date() - timedelta(days=60)
    assert "ends on" in (await owner.post(f"/pay/contracts/{DANA}/end/1", last=start - timedelta(days=1))).words
    for week in range(8):
        since = start + timedelta(days=7 * week)
        until = {"effective_until": since + timedelta(days=6)} if week < 7 else {}
        await agreed(owner, life, effective_from=since, admin="included", admin_rate="", **until)
    await owner.post(f"/pay/contracts/{DANA}/adjustment", name="evening", amount="10", effective_from=start)
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    newest_first = (
        select(PayTerms.id).where(PayTerms.clinician_id == DANA).order_by(col(PayTerms.effective_from).desc())
    )
    for number in life.rows(newest_first):
        shown = (await dana.get("/my-pay/contract")).value("shown")
        signed = await dana.post(f"/my-pay/contract/{number}/sign", typed_name="Dana Reyes", agreed="true", shown=shown)
        assert "It is signed." in signed.words
    await life.sleep_until(life.at(7, 9))
    await life.office.pay.close_periods("week")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    owner, dana = await pages.anew(owner), await pages.anew(dana)
    tours = (
        (owner, ("/pay", f"/pay/preview/{DANA}", "/pay/statements/1", "/pay/contracts", f"/pay/contracts/{DANA}")),
        (owner, (f"/pay/contracts/{DANA}/rule", f"/pay/preview/{DANA}/add", "/pay/files", "/pay/accounts")),
        (dana, ("/my-pay", "/my-pay/time", "/my-pay/statements/1", "/my-pay/contract", "/my-pay/statements")),
    )
    for browser, paths in tours:
        for path in paths:
            with pages.asked() as asked:
                assert (await browser.get(path)).status == 200, path
            assert len(asked) <= MOST_QUERIES, (path, asked)


@pytest.mark.parametrize("kind", ["tutoring"])
async def test_a_practice_without_claims_reads_its_own_words(pages: Pages, kind: str) -> None:
    pages.life.change(Practice, 1, kind=kind)
    owner = await pages.as_(Role.OWNER)
    for path in ("/pay", "/pay/contracts", f"/pay/contracts/{DANA}", "/pay/files", "/pay/accounts"):
        page = (await owner.get(path)).words.lower()
        assert [word for word in ("clinician", "claim", "patient", "insur") if word in page] == [], path


async def test_the_pay_pages_are_fit_for_everybody(screen: Screen) -> None:
    life = screen.pages.life
    await earned(life)
    owner = await screen.pages.as_(Role.OWNER)
    await agreed(owner, life)
    await owner.post(f"/pay/contracts/{DANA}/adjustment", name="evening", amount="10", effective_from=date(2020, 1, 1))
    for value in ("8", "90"):
        await owner.post(f"/pay/contracts/{DANA}/rule", basis="flat", value=value, effective_from=date(2020, 1, 1))
    await life.sleep_until(life.at(7, 9))
    await life.office.pay.close_periods("week")
    await life.eventually(lambda: life.rows(select(PayStatement)))
    await life.office.pay.approve(DANA, sunday(life), "owner", pay_now=False)
    contracts = ("/pay/contracts", *(f"/pay/contracts/{DANA}{page}" for page in ("", "/new", "/rule")))
    paths = ("/pay", "/pay/statements/1", *contracts, "/pay/files", "/pay/accounts", f"/pay/preview/{DANA}/add")
    assert await unfit(await screen.as_(Role.OWNER), *paths) == []
    own = ("/my-pay", "/my-pay/time", "/my-pay/statements/1", "/my-pay/contract", "/my-pay/statements")
    assert await unfit(await screen.as_(Role.CLINICIAN, clinician_id=DANA), *own) == []
    assert [line.amount for line in life.rows(select(PayLine))] == [Decimal("90.00")]
