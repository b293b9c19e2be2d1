"""The client's record on the desk: found, entered, changed, signed, estimated, kept to those who may see it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session as Database
from sqlmodel import SQLModel, col, select

from activities import agreements
from models.facts import Audience
from models.tables import Client, Contact, Coverage, Document, Estimate, Practice, RateRow, Service, Signature, Task
from starter.web.access.permissions import Role
from tests.starter.web.pages import Browser, Pages
from tests.workflows.practice import ANA, DANA, ERIN, INA

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of a card"
SCRIPT = "<script>alert(1)</script>"


def rows(pages: Pages, query: Any) -> list[Any]:
    return pages.life.rows(query)


def kept(pages: Pages, *row: SQLModel) -> None:
    with Database(pages.life.office.engine, expire_on_commit=False) as db, db.begin():
        db.add_all(row)


async def desk(pages: Pages) -> Browser:
    return await pages.as_(Role.FRONT_DESK)


def policy(pages: Pages) -> None:
    """The cancellation policy, to be signed by everybody."""
    with Database(pages.life.office.engine) as db, db.begin():
        agreements.write(db, "Cancellations", Audience.EVERYONE, "Tell us before.", pages.life.clock[0].date())


# ── finding ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wanted", ["zoe", "QUILL zoe", "1 (555) 010-7788", "0107788", "1991-02-03", "2/3/1991", "Zozo"]
)
async def test_a_client_is_found_by_name_phone_or_birth_date_and_nothing_of_it_is_in_an_address(
    pages: Pages, wanted: str
) -> None:
    kept(pages, Client(first="Zoe", last="Quill", preferred="Zozo", phone="1-555-010-7788", birth=date(1991, 2, 3)))
    found = await (await desk(pages)).post("/clients", wanted=wanted)
    assert "Zoe Quill" in found.words
    assert found.path == "/clients"
    others = [row.name for row in rows(pages, select(Client)) if row.first != "Zoe"]
    assert [name for name in others if name in found.words] == []


async def test_signs_that_mean_something_to_the_database_are_only_signs(pages: Pages) -> None:
    browser = await desk(pages)
    for wanted in ("%", "_", "\\", "' or 1=1 --"):
        assert "Nobody found." in (await browser.post("/clients", wanted=wanted)).words


async def test_clinicians_find_their_own_clients_only(pages: Pages) -> None:
    await pages.life.book(pages.life.at(1, 10), ANA, clinician=DANA)
    dana = await pages.as_(Role.CLINICIAN, clinician_id=DANA)
    erin = await pages.as_(Role.CLINICIAN, clinician_id=ERIN)
    ana = rows(pages, select(Client).where(Client.id == ANA))[0].name
    assert ana in (await dana.get("/clients")).words
    assert ana not in (await erin.get("/clients")).words
    assert ana not in (await erin.post("/clients", wanted=ana)).words
    assert (await dana.get(f"/clients/{ANA}")).status == 200
    for part in ("", "/details", "/coverages", "/agreements", "/documents", "/messages"):
        assert (await erin.get(f"/clients/{ANA}{part}")).status == 404


# ── entering and changing ────────────────────────────────────────────────────


async def test_the_front_desk_enters_a_client_once_however_often_it_is_sent(pages: Pages) -> None:
    browser, wish = await desk(pages), str(uuid4())
    before = len(rows(pages, select(Client)))
    for _ in range(2):
        done = await browser.post("/clients/new", first="Zoe", last="Quill", phone="555-010-7788", wish=wish)
        assert "Zoe Quill" in done.words
    assert len(rows(pages, select(Client))) == before + 1
    other = await browser.post("/clients/new", first="Zara", last="Quill", phone="555-010-7799", wish=wish)
    assert (other.status, len(rows(pages, select(Client)))) == (409, before + 1)
    assert "sent before with other content" in other.words
    assert "Zara" in other.words
    assert other.value("wish") != wish
    fields = {name: other.value(name) for name in ("wish", "first", "last", "phone")}
    assert "Zara Quill" in (await browser.post("/clients/new", **fields)).words
    assert len(rows(pages, select(Client))) == before + 2


async def test_a_namesake_is_pointed_out_and_nothing_typed_is_lost(pages: Pages) -> None:
    kept(pages, Client(first="Zoe", last="Quill"))
    browser = await desk(pages)
    told = await browser.post("/clients/new", first="zoe", last="QUILL", phone="555-010-7788")
    assert told.status == 422
    assert "somebody of this name already" in told.words
    assert told.value("phone") == "555-010-7788"
    assert (await browser.post("/clients/new", first="zoe", last="QUILL", anyway="true")).status == 200


async def test_a_minor_is_entered_with_who_pays(pages: Pages) -> None:
    browser = await desk(pages)
    birth = (pages.life.clock[0] - timedelta(days=3000)).date().isoformat()
    told = await browser.post("/clients/new", first="Kim", birth=birth)
    assert "who pays for them?" in told.words
    done = await browser.post(
        "/clients/new", first="Kim", birth=birth, guarantor="Ana Roe", guarantor_phone="555-010-1111"
    )
    assert "This client is a minor" in done.words
    assert rows(pages, select(Contact.name).where(col(Contact.guarantor))) == ["Ana Roe"]


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("first", "", "this is needed"),
        ("birth", "soon", "a date such as"),
        ("birth", "1820-01-01", "too long ago"),
        ("birth", "2999-01-01", "still to come"),
        ("phone", "call me", "a phone number such as"),
        ("email", "nobody", "an e-mail address such as"),
        ("state", "Illinois", "two letters"),
        ("zip", "123", "five digits"),
        ("timezone", "Mars/Olympus", "is not a time zone"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    pages: Pages, field: str, typed: str, told: str
) -> None:
    browser = await desk(pages)
    form = await browser.get(f"/clients/{ANA}/details/change")
    values = {"seen": form.value("seen"), "first": "Ana", "pronouns": "she/her", field: typed}
    answer = await browser.post(f"/clients/{ANA}/details/change", **values)
    assert answer.status == 422
    assert told in answer.words
    assert answer.value("pronouns") == "she/her"


async def test_of_two_who_change_a_record_at_once_the_second_is_told(pages: Pages) -> None:
    one, two = await desk(pages), await desk(pages)
    forms = [await browser.get(f"/clients/{ANA}/details/change") for browser in (one, two)]
    path = f"/clients/{ANA}/details/change"
    known = {"first": "Ana", "email": "ana@client.example"}
    assert (await one.post(path, seen=forms[0].value("seen"), phone="555-010-1111", **known)).status == 200
    told = await two.post(path, seen=forms[1].value("seen"), phone="555-010-2222", **known)
    assert "somebody changed this" in told.words
    assert rows(pages, select(Client.phone).where(Client.id == ANA)) == ["555-010-1111"]


async def test_script_in_a_name_is_only_letters(pages: Pages) -> None:
    browser = await desk(pages)
    done = await browser.post("/clients/new", first=SCRIPT, last=SCRIPT)
    assert SCRIPT not in done.text
    assert "alert(1)" in done.words
    assert SCRIPT not in (await browser.get("/clients")).text


async def test_completing_a_record_ends_its_task(pages: Pages) -> None:
    with Database(pages.life.office.engine) as db, db.begin():
        db.get_one(Client, ANA).birth = None
    await pages.life.book(pages.life.at(1, 10), ANA)
    open_tasks = select(Task.kind).where(col(Task.closed_at).is_(None))
    assert rows(pages, open_tasks) == ["missing_demographics"]
    browser = await desk(pages)
    form = await browser.get(f"/clients/{ANA}/details/change")
    known = {name: form.value(name) for name in ("seen", "first", "last", "email")}
    await browser.post(f"/clients/{ANA}/details/change", birth="1985-05-17", **known)
    await pages.life.eventually(lambda: rows(pages, open_tasks) == [])


async def test_contacts_are_added_changed_and_removed(pages: Pages) -> None:
    browser, base = await desk(pages), f"/clients/{ANA}/details/contacts"
    added = await browser.post(f"{base}/new", name="Ben Roe", kind="partner", phone="555-010-3333", emergency="true")
    assert "call in an emergency" in added.words
    number = rows(pages, select(Contact.id))[0]
    seen = (await browser.get(f"{base}/{number}")).value("seen")
    assert "Ben Q. Roe" in (await browser.post(f"{base}/{number}", name="Ben Q. Roe", kind="partner", seen=seen)).words
    assert "must be reachable" in (await browser.post(f"{base}/new", name="Eve", kind="parent", guarantor="true")).words
    assert (await browser.get(f"/clients/{INA}/details/contacts/{number}")).status == 404
    await browser.post(f"{base}/{number}/remove")
    assert rows(pages, select(Contact)) == []


# ── coverages and documents ──────────────────────────────────────────────────


async def test_a_coverage_with_another_subscriber_needs_their_name(pages: Pages) -> None:
    browser, path = await desk(pages), f"/clients/{ANA}/coverages/new"
    typed = {"payer_id": 1, "member_id": "W1", "relation": "child", "copay": "25"}
    told = await browser.post(path, **typed)
    assert "the subscriber is somebody else" in told.words
    assert told.value("member_id") == "W1"
    who = {"subscriber_first": "Ben", "subscriber_last": "Roe", "subscriber_birth": "1960-01-01"}
    done = await browser.post(path, **typed, **who)
    assert "Ben Roe" in done.words
    assert "$25.00" in done.words


async def test_both_sides_of_a_card_are_kept_and_shown_to_those_who_see_the_client(pages: Pages) -> None:
    browser = await desk(pages)
    number = rows(pages, select(Coverage.id).where(Coverage.client_id == INA))[0]
    sides = {"front": ("card.png", PNG, "image/png"), "back": ("back.pdf", b"%PDF-1.7 back", "application/pdf")}
    shown = await browser.post(f"/clients/{INA}/coverages/{number}/card", files=sides)
    assert "The card is kept." in shown.words
    front, back = rows(pages, select(Document.id).order_by(col(Document.id)))
    answer = (await browser.get(f"/clients/{INA}/documents/{front}")).response
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'inline; filename="document-{front}.png"'
    assert (
        "attachment" in (await browser.get(f"/clients/{INA}/documents/{back}")).response.headers["content-disposition"]
    )
    assert (await browser.get(f"/clients/{ANA}/documents/{front}")).status == 404


async def test_a_file_that_is_not_what_its_name_says_is_refused(pages: Pages) -> None:
    browser = await desk(pages)
    told = await browser.post(
        f"/clients/{ANA}/documents", files={"file": ("x.png", b"<html>", "image/png")}, title="Scan"
    )
    assert told.status == 422
    assert "not a PNG or JPEG image or a PDF" in told.words
    assert told.value("title") == "Scan"
    assert "choose a file" in (await browser.post(f"/clients/{ANA}/documents")).words
    large = {"file": ("x.pdf", b"%PDF-" + bytes(13 * 1024 * 1024), "application/pdf")}
    assert "at most 10 MB" in (await browser.post(f"/clients/{ANA}/documents", files=large)).words
    assert rows(pages, select(Document)) == []


async def test_a_document_uploaded_twice_by_one_form_is_one_and_is_deleted_with_a_reason(pages: Pages) -> None:
    browser, wish = await desk(pages), str(uuid4())
    for _ in range(2):
        file = {"file": ("letter.pdf", b"%PDF-1.7 letter", "application/pdf")}
        assert "letter.pdf" in (await browser.post(f"/clients/{ANA}/documents", files=file, wish=wish)).words
    [number] = rows(pages, select(Document.id))
    assert "say why" in (await browser.post(f"/clients/{ANA}/documents/{number}/delete")).words
    done = await browser.post(f"/clients/{ANA}/documents/{number}/delete", because="of another client")
    assert "of another client" in done.words
    assert (await browser.get(f"/clients/{ANA}/documents/{number}")).status == 404


# ── agreements ───────────────────────────────────────────────────────────────


async def test_the_owner_writes_the_cancellation_policy_from_the_fees_agreed(pages: Pages) -> None:
    owner = await pages.as_(Role.OWNER)
    form = await owner.get("/agreements/new?sample=cancellations")
    assert "Please tell" in form.words
    words = "Tell us 24 hours before."
    done = await owner.post("/agreements/new", title="Cancellations", words=words, effective_from="2020-01-01")
    assert "Version 1" in done.words
    again = await owner.post("/agreements/new", title="cancellations", words=words, effective_from="2020-01-01")
    assert "there is an agreement of that title" in again.words
    assert words in again.words


async def test_a_client_signs_on_the_tablet(pages: Pages) -> None:
    policy(pages)
    browser = await desk(pages)
    assert "Not signed: Cancellations" in (await browser.get(f"/clients/{ANA}")).words
    path = f"/clients/{ANA}/agreements/1/sign"
    tablet = await browser.get(path)
    assert "Tell us before." in tablet.words
    assert "/clients/new" not in tablet.text
    told = await browser.post(path, typed_name="Ana Roe")
    assert "mark that you have read it" in told.words
    assert told.value("typed_name") == "Ana Roe"
    assert "Everything that concerns" in (await browser.post(path, typed_name="Ana Roe", agreed="true")).words
    assert rows(pages, select(Signature.typed_name)) == ["Ana Roe"]
    paper = (await browser.get(f"/clients/{ANA}/agreements/1.pdf")).response
    assert paper.content.startswith(b"%PDF-")


async def test_a_new_version_asks_again_and_an_old_one_is_retired(pages: Pages) -> None:
    policy(pages)
    owner = await pages.as_(Role.OWNER)
    seen = (await owner.get("/agreements/1")).value("seen")
    typed = {"seen": seen, "words": "Other words.", "effective_from": "2020-01-01", "sign_again": "true"}
    assert "Version 2" in (await owner.post("/agreements/1", **typed)).words
    stale = await owner.post("/agreements/1", **typed)
    assert "somebody wrote version 2" in stale.words
    assert "Nobody is asked" in (await owner.post("/agreements/1/retire")).words
    assert "Everything that concerns" in (await owner.get(f"/clients/{ANA}/agreements")).words


# ── estimates and money ──────────────────────────────────────────────────────


async def test_an_estimate_is_given_in_time_and_its_task_ends(pages: Pages) -> None:
    await pages.life.book(pages.life.at(7, 10), ANA)
    open_tasks = select(Task.kind).where(col(Task.closed_at).is_(None))
    assert rows(pages, open_tasks) == ["estimate_due"]
    browser = await desk(pages)
    assert "An estimate is due by the end of" in (await browser.get(f"/clients/{ANA}/estimates")).words
    form = await browser.get(f"/clients/{ANA}/estimates/new")
    typed = {"clinician_id": DANA, "first": form.value("first"), "last": form.value("last"), "wish": form.value("wish")}
    lines = {"service": ["1", "", "", ""], "sessions": ["many", "", "", ""], "price": [""] * 4}
    told = await browser.post(f"/clients/{ANA}/estimates/new", **typed, **lines)
    assert "line 1: how many sessions" in told.words
    lines["sessions"][0] = "24"
    for _ in range(2):
        done = await browser.post(f"/clients/{ANA}/estimates/new", **typed, **lines)
        assert "No estimate is owed now." in done.words
    assert len(rows(pages, select(Estimate))) == 1
    await pages.life.eventually(lambda: rows(pages, open_tasks) == [])
    paper = (await browser.get(f"/clients/{ANA}/estimates/1.pdf")).response
    assert paper.content.startswith(b"%PDF-")
    assert (await browser.get(f"/clients/{INA}/estimates/1.pdf")).status == 422


async def test_the_money_story_tells_every_entry_and_why(pages: Pages) -> None:
    await pages.life.hold(pages.life.at(1, 10), ANA)
    biller = await pages.as_(Role.BILLER)
    story = await biller.get(f"/clients/{ANA}/money")
    assert "Attended, self-pay" in story.words
    assert "$150.00" in story.words
    done = await biller.post(f"/clients/{ANA}/money/rates", service_id=1, amount="90", effective_from="2020-01-01")
    assert "$90.00" in done.words
    assert rows(pages, select(col(RateRow.amount)).where(RateRow.client_id == ANA)) == [Decimal("90.00")]


async def test_a_practice_of_another_kind_sees_no_clinical_or_insurance_word(pages: Pages) -> None:
    with Database(pages.life.office.engine) as db, db.begin():
        db.get_one(Practice, 1).kind = "tutoring"
        db.get_one(Service, 1).name = "Lesson"
    owner = await pages.as_(Role.OWNER)
    policy(pages)
    for path in ("/coverages", "/coverages/new", "/estimates", "/estimates/new"):
        assert (await owner.get(f"/clients/{ANA}{path}")).status == 404
    paths = ["", "/details", "/details/change", "/agreements", "/documents", "/money", "/messages"]
    seen = [
        await owner.get(path) for path in ["/clients", "/clients/new", "/agreements", "/agreements/new?sample=services"]
    ]
    seen += [await owner.get(f"/clients/{ANA}{path}") for path in paths]
    banned = ("clinic", "therap", "patient", "treatment", "insur", "diagnos", "copay", "payer", "coverage", "estimate")
    assert [(page.path, word) for page in seen for word in banned if word in page.words.lower()] == []
    assert all(page.status == 200 for page in seen)
