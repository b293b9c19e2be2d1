"""Charts as clinicians see them. What notes say is sealed: pages open it, no query reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Engine

from starter.queries.reading import only, rows


@dataclass(frozen=True)
class NoteRow:
    """A note in a list; the words of a plan, and of one note alone, come with it, sealed."""

    id: UUID
    client_id: int
    client: str
    clinician_id: int
    clinician: str
    supervisor_id: int | None
    session_id: UUID | None
    format: str
    day: date
    diagnoses: list[str]
    review_on: date | None
    edition: int
    written_at: datetime | None
    signed_at: datetime | None
    needs_cosign: bool
    cosigned_at: datetime | None
    cosigner: str | None
    addenda: int
    words: bytes | None

    @property
    def waits_for_cosign(self) -> bool:
        """Signed, but not yet by the supervisor."""
        return self.signed_at is not None and self.needs_cosign and self.cosigned_at is None


@dataclass(frozen=True)
class Part:
    """A client's part in a session, for the note about it."""

    attendance_id: int
    session_id: UUID
    client_id: int
    client: str
    clinician_id: int
    clinician: str
    service: str
    starts: datetime
    ends: datetime
    place: str
    status: str
    minutes: int | None
    others: int


@dataclass(frozen=True)
class MeasureRow:
    """A questionnaire as it was answered."""

    id: UUID
    kind: str
    answers: list[int]
    total: int
    at_risk: bool
    taken_at: datetime
    recorded_by: str
    reviewed_at: datetime | None
    reviewer: str | None


@dataclass(frozen=True)
class Trace:
    """Who did what in a chart."""

    at: datetime
    who: str
    deed: str
    what: str


NOTES = """
select n.id, n.client_id, trim(c.first || ' ' || c.last) as client, n.clinician_id, k.name as clinician,
  k.supervisor_id, a.session_id, n.format, n.day, n.diagnoses, n.review_on, n.edition, n.written_at, n.signed_at,
  n.needs_cosign, n.cosigned_at, s.name as cosigner,
  (select count(*) from addendum d where d.note_id = n.id) as addenda,
  case when n.format = 'plan' or n.id = :note_id then n.words end as words
from note n join client c on c.id = n.client_id join clinician k on k.id = n.clinician_id
  left join clinician s on s.id = n.cosigned_by left join attendance a on a.id = n.attendance_id
where (cast(:client_id as int) is null or n.client_id = :client_id)
  and (cast(:note_id as uuid) is null or n.id = :note_id)
  and (cast(:drafts_of as int) is null or (n.clinician_id = :drafts_of and n.signed_at is null))
  and (cast(:cosigned_by as int) is null
    or (k.supervisor_id = :cosigned_by and n.needs_cosign and n.cosigned_at is null))
order by n.day desc, n.written_at desc nulls last, n.id limit 500
"""

PARTS = """
select a.id as attendance_id, s.id as session_id, a.client_id, trim(c.first || ' ' || c.last) as client,
  s.clinician_id, k.name as clinician, v.name as service, s.starts, s.ends, s.place, a.status, a.minutes,
  (select count(*) from attendance o where o.session_id = s.id and o.id <> a.id
    and o.status in ('booked', 'confirmed', 'attended')) as others
from attendance a join session s on s.id = a.session_id join client c on c.id = a.client_id
  join clinician k on k.id = s.clinician_id join service v on v.id = s.service_id
where a.status in ('booked', 'confirmed', 'attended')
"""

UNWRITTEN = """
  and a.status = 'attended' and (cast(:client_id as int) is null or a.client_id = :client_id)
  and s.clinician_id = :clinician_id and not exists (select from note n where n.attendance_id = a.id)
order by s.starts desc limit 200
"""

MEASURES = """
select m.id, m.kind, m.answers, m.total, m.at_risk, m.taken_at, m.recorded_by, m.reviewed_at, k.name as reviewer
from measure m left join clinician k on k.id = m.reviewed_by where m.client_id = :client_id order by m.taken_at, m.id
"""

TRAIL = """
select e.at, a.name as who, e.deed, e.what from chart_event e join account a on a.id = e.account_id
where e.client_id = :client_id order by e.at desc, e.id desc limit :most
"""

MOST_TRACES = 1000


def notes(
    engine: Engine, client_id: int | None = None, drafts_of: int | None = None, cosigned_by: int | None = None
) -> list[NoteRow]:
    """Notes of a client, drafts of a clinician, or what waits for a supervisor; the latest first."""
    wanted = {"client_id": client_id, "note_id": None, "drafts_of": drafts_of, "cosigned_by": cosigned_by}
    return rows(engine, NoteRow, NOTES, **wanted)


def note(engine: Engine, client_id: int, note_id: UUID) -> NoteRow | None:
    """One note of a client."""
    wanted = {"client_id": client_id, "note_id": note_id, "drafts_of": None, "cosigned_by": None}
    return only(rows(engine, NoteRow, NOTES, **wanted))


def parts(engine: Engine, session_id: UUID) -> list[Part]:
    """Everybody's part in a session who came or is expected."""
    return rows(engine, Part, f"{PARTS} and s.id = :session_id order by a.id", session_id=session_id)


def unwritten(engine: Engine, clinician_id: int, client_id: int | None = None) -> list[Part]:
    """Attended sessions of a clinician about which nobody has written yet."""
    return rows(engine, Part, PARTS + UNWRITTEN, clinician_id=clinician_id, client_id=client_id)


def measures(engine: Engine, client_id: int) -> list[MeasureRow]:
    """A client's questionnaires in the order they were taken."""
    return rows(engine, MeasureRow, MEASURES, client_id=client_id)


def trail(engine: Engine, client_id: int) -> list[Trace]:
    """Who saw and changed what of a chart, the latest first."""
    return rows(engine, Trace, TRAIL, client_id=client_id, most=MOST_TRACES)
