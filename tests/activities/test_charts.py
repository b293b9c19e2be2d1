"""Notes on a real database: sealed, drafted in turns, signed once and never changed, co-signed where supervised."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities import charts, psychotherapy, sessions, signatures
from activities.charts import NAMES, Draft, Stale
from models.errors import Refused
from models.facts import NoteFormat
from models.messages import SessionStanding, Signing
from models.tables import Addendum, AttendanceRow, Clinician, Note, PsychotherapyNote
from tests.activities.practice import HOUR, Desk, usd

SECRET = "afraid of elevators since the fall"
AUTHOR = 1
DAY = date(2026, 3, 2)


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


def contact(client_id: int, by: int = AUTHOR, **changes: Any) -> Draft:
    """A contact note as it is typed for the first time."""
    known: dict[str, Any] = {
        "id": named("contact"),
        "day": DAY,
        "words": {"text": SECRET},
        "format": NoteFormat.CONTACT,
    }
    return Draft(client_id=client_id, by=by, **{**known, **changes})


def write(desk: Desk, draft: Draft) -> int:
    with Database(desk.world.engine) as db, db.begin():
        return charts.write(db, desk.world.vault, draft, desk.now)


def do(desk: Desk, work: Any, *args: Any) -> Any:
    """A page's writing, in one transaction."""
    with Database(desk.world.engine) as db, db.begin():
        return work(db, *args)


def sign(desk: Desk, session: UUID, client_id: int | None = None, by: int | None = AUTHOR) -> SessionStanding:
    return desk.ask(sessions.sign, Signing(session, client_id, by))


def supervised(desk: Desk) -> int:
    """The desk's clinician gets a supervisor."""
    supervisor = desk.add(Clinician(name="Grace Hill")).id or 0
    desk.change(Clinician, AUTHOR, supervisor_id=supervisor)
    return supervisor


def attended(desk: Desk, *client_ids: int) -> UUID:
    session = desk.book(*client_ids, starts=desk.now + HOUR)
    desk.now += 2 * HOUR
    desk.attend(session)
    return session


def session_draft(desk: Desk, session: UUID, client_id: int, words: str = SECRET, **changes: Any) -> Draft:
    [attendance] = desk.rows(
        select(AttendanceRow).where(AttendanceRow.session_id == session, AttendanceRow.client_id == client_id)
    )
    known: dict[str, Any] = {"format": NoteFormat.SOAP, "by": AUTHOR, "diagnoses": ("F40.2",)}
    return Draft(
        id=charts.note_id(session, client_id),
        client_id=client_id,
        day=date(2026, 3, 2),
        words={"subjective": words},
        attendance_id=attendance.id,
        **{**known, **changes},
    )


class TestDrafts:
    def test_what_was_typed_is_read_back_and_stands_nowhere_in_the_clear(self, desk: Desk) -> None:
        write(desk, contact(desk.client()))
        [note] = desk.rows(select(Note))
        assert charts.words_of(desk.world.vault, note) == {"text": SECRET}
        with desk.world.engine.connect() as connection:
            assert SECRET not in str(connection.execute(text("select * from note")).all())
            assert SECRET.encode() not in connection.execute(text("select words from note")).scalar_one()

    def test_a_note_moved_into_another_row_does_not_open(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        write(desk, contact(client, id=named("another")))
        first, second = desk.rows(select(Note).order_by(col(Note.written_at)))
        first.words = second.words
        with pytest.raises(Refused, match="does not open"):
            charts.words_of(desk.world.vault, first)

    def test_a_form_sent_twice_is_saved_once(self, desk: Desk) -> None:
        draft = contact(desk.client())
        assert [write(desk, draft), write(desk, draft)] == [1, 1]

    def test_a_draft_changed_in_another_window_is_not_written_over(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        write(desk, contact(client, words={"text": "second"}, seen=1))
        with pytest.raises(Stale):
            write(desk, contact(client, words={"text": "from the first window"}, seen=1))
        [note] = desk.rows(select(Note))
        assert charts.words_of(desk.world.vault, note) == {"text": "second"}

    def test_another_clinician_neither_writes_nor_discards_a_draft(self, desk: Desk) -> None:
        client, other = desk.client(), desk.add(Clinician(name="Bob Reed")).id or 0
        write(desk, contact(client))
        with pytest.raises(Refused, match="only the clinician"):
            write(desk, contact(client, by=other, seen=1))
        with pytest.raises(Refused, match="only the clinician"):
            do(desk, charts.discard, client, named("contact"), other)

    def test_the_note_of_a_session_is_its_clinicians_from_the_first_word(self, desk: Desk) -> None:
        client, other = desk.client(), desk.add(Clinician(name="Bob Reed")).id or 0
        session = attended(desk, client)
        with pytest.raises(Refused, match="only the clinician"):
            write(desk, session_draft(desk, session, client, by=other))

    def test_a_note_is_found_in_its_own_clients_chart_only(self, desk: Desk) -> None:
        client, foreign = desk.client(), desk.client()
        write(desk, contact(client))
        with pytest.raises(Refused, match="no such note"):
            write(desk, contact(foreign, seen=1))
        with pytest.raises(Refused, match="no such note"):
            do(desk, signatures.sign_alone, foreign, named("contact"), AUTHOR, desk.now)

    def test_a_discarded_draft_is_gone_a_signed_note_stays(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        do(desk, charts.discard, client, named("contact"), AUTHOR)
        assert desk.rows(select(Note)) == []
        write(desk, contact(client))
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        with pytest.raises(Refused, match="stays as it is"):
            do(desk, charts.discard, client, named("contact"), AUTHOR)


class TestSignatures:
    def test_what_is_signed_is_not_written_over(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        with pytest.raises(Refused, match="addendum"):
            write(desk, contact(client, words={"text": "prettier"}, seen=1))

    @pytest.mark.parametrize(
        "change",
        [
            "update note set words = ''::bytea",
            "update note set diagnoses = '{F32.1}'",
            "update note set signed_at = null",
            "update note set day = day + 1",
            "delete from note",
            "truncate note cascade",
            "update addendum set words = ''::bytea",
            "delete from addendum",
            "truncate addendum",
        ],
    )
    def test_the_database_itself_refuses_to_change_what_is_signed(self, desk: Desk, change: str) -> None:
        client = desk.client()
        write(desk, contact(client))
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        addendum = (desk.world.vault, client, named("contact"), "And more", AUTHOR, desk.now, named("request"))
        do(desk, signatures.add, *addendum)
        with pytest.raises(DBAPIError, match="never changed"), desk.world.engine.begin() as connection:
            connection.execute(text(change))

    def test_in_a_group_each_clients_note_is_signed_by_itself(self, desk: Desk) -> None:
        first, second = desk.client(), desk.client()
        session = attended(desk, first, second)
        for client in (first, second):
            write(desk, session_draft(desk, session, client))
        assert sign(desk, session, first).unsigned == 1
        assert desk.balance(f"receivable:client:{first}") == usd("150.00")
        assert desk.balance(f"receivable:client:{second}") == usd("0.00")
        assert sign(desk, session, second).unsigned == 0

    def test_nobody_signs_for_another_clinician(self, desk: Desk) -> None:
        client, other = desk.client(), desk.add(Clinician(name="Bob Reed")).id or 0
        session = attended(desk, client)
        write(desk, session_draft(desk, session, client))
        with pytest.raises(Refused, match="only the clinician"):
            sign(desk, session, client, by=other)

    def test_the_note_of_a_session_is_not_signed_past_its_session(self, desk: Desk) -> None:
        client = desk.client()
        session = attended(desk, client)
        write(desk, session_draft(desk, session, client))
        with pytest.raises(Refused, match="with its session"):
            do(desk, signatures.sign_alone, client, charts.note_id(session, client), AUTHOR, desk.now)


class TestSupervision:
    def test_money_waits_for_the_supervisors_signature_and_goes_on_with_it(self, desk: Desk) -> None:
        client = desk.client()
        desk.pay_rule("flat", "80.00")
        supervisor = supervised(desk)
        session = attended(desk, client)
        write(desk, session_draft(desk, session, client))
        assert sign(desk, session, client).unsigned == 1
        assert (desk.accounts(), desk.tasks()) == ({}, ["cosign_note"])
        desk.now += timedelta(days=3)
        standing = desk.ask(sessions.cosign, Signing(session, client, supervisor))
        assert (standing.unsigned, standing.over, desk.tasks()) == (0, True, [])
        assert desk.balance(f"receivable:client:{client}") == usd("150.00")
        assert [line.earned_on for line in desk.pay_lines()] == [desk.now.date()]

    def test_a_note_that_waits_for_the_supervisor_is_not_asked_of_its_clinician(self, desk: Desk) -> None:
        client = desk.client()
        supervised(desk)
        session = attended(desk, client)
        write(desk, session_draft(desk, session, client))
        sign(desk, session, client)
        desk.ask(sessions.ask_for_note, session)
        assert desk.tasks() == ["cosign_note"]

    def test_only_the_supervisor_co_signs_and_only_once(self, desk: Desk) -> None:
        client = desk.client()
        supervisor = supervised(desk)
        session = attended(desk, client)
        write(desk, session_draft(desk, session, client))
        with pytest.raises(Refused, match="not signed yet"):
            desk.ask(sessions.cosign, Signing(session, client, supervisor))
        sign(desk, session, client)
        with pytest.raises(Refused, match="only the supervisor"):
            desk.ask(sessions.cosign, Signing(session, client, AUTHOR))
        desk.ask(sessions.cosign, Signing(session, client, supervisor))
        with pytest.raises(Refused, match="already"):
            desk.ask(sessions.cosign, Signing(session, client, supervisor))

    def test_the_co_signature_is_all_that_a_signed_note_takes(self, desk: Desk) -> None:
        client = desk.client()
        supervisor = supervised(desk)
        write(desk, contact(client))
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        do(desk, signatures.cosign_alone, client, named("contact"), supervisor, desk.now)
        [note] = desk.rows(select(Note))
        assert (note.complete, note.cosigned_by) == (True, supervisor)
        with pytest.raises(DBAPIError, match="never changed"), desk.world.engine.begin() as connection:
            connection.execute(text("update note set cosigned_at = now()"))


class TestAddenda:
    def test_an_addendum_is_sealed_kept_once_and_read_back(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        wish = (desk.world.vault, client, named("contact"), "She called again", AUTHOR, desk.now, named("request"))
        do(desk, signatures.add, *wish)
        do(desk, signatures.add, *wish)
        [addendum] = desk.rows(select(Addendum))
        assert b"called" not in addendum.words
        [added] = do(desk, signatures.addenda, desk.world.vault, named("contact"))
        assert (added.by, added.words) == ("Ada Stone", "She called again")

    def test_a_draft_takes_no_addendum_and_an_addendum_needs_words(self, desk: Desk) -> None:
        client = desk.client()
        write(desk, contact(client))
        wish = (client, named("contact"), "More", AUTHOR, desk.now, named("request"))
        with pytest.raises(Refused, match="not signed yet"):
            do(desk, signatures.add, desk.world.vault, *wish)
        do(desk, signatures.sign_alone, client, named("contact"), AUTHOR, desk.now)
        with pytest.raises(Refused, match="needs words"):
            do(
                desk,
                signatures.add,
                desk.world.vault,
                client,
                named("contact"),
                "  ",
                AUTHOR,
                desk.now,
                named("request"),
            )


class TestPsychotherapyNotes:
    def keep(self, desk: Desk, client: int, words: str, by: int = AUTHOR, seen: int = 0) -> int:
        wish = (desk.world.vault, client, named("own"), by, date(2026, 3, 2), words, seen, desk.now)
        return int(do(desk, psychotherapy.keep, *wish))

    def test_they_are_their_authors_alone(self, desk: Desk) -> None:
        client, other = desk.client(), desk.add(Clinician(name="Bob Reed")).id or 0
        self.keep(desk, client, SECRET)
        assert [note.words for note in do(desk, psychotherapy.of_author, desk.world.vault, client, AUTHOR)] == [SECRET]
        assert do(desk, psychotherapy.of_author, desk.world.vault, client, other) == []
        with pytest.raises(Refused, match="no such note"):
            self.keep(desk, client, "mine now", by=other, seen=1)

    def test_they_are_sealed_and_written_over_only_by_who_saw_the_last_words(self, desk: Desk) -> None:
        client = desk.client()
        assert [self.keep(desk, client, SECRET), self.keep(desk, client, SECRET)] == [1, 1]
        assert self.keep(desk, client, "changed", seen=1) == 2
        with pytest.raises(Refused, match="another window"):
            self.keep(desk, client, "from the first window", seen=1)
        [note] = desk.rows(select(PsychotherapyNote))
        assert b"changed" not in note.words
