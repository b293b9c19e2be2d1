"""The practice's own visits: when they were booked, moved, cancelled or held, by whom, and which fees staff waived."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from models.calendar import local_day
from models.facts import By, Status
from starter.simulate.behaviour import Answer, Moved, Part, Visit, Waived, local
from starter.simulate.own_answers import answers_of

VISITS = """
select s.id, s.clinician_id, s.service_id, s.booked_at, s.starts, s.ends, a.id as attendance_id, a.client_id, a.status,
  a.minutes, a.decided_at, a.presumed, a.cancelled_by, p.notice_hours,
  (select max(n.signed_at) from note n where n.attendance_id = a.id) as signed_at
from session s join attendance a on a.session_id = s.id join policy p on p.id = s.policy_id
where s.starts >= :since and not s.billed_elsewhere and (s.ends < :until
  or exists (select from attendance d where d.session_id = s.id and d.decided_at between :since and :until)
  or exists (select from session_move m where m.session_id = s.id and m.at between :since and :until))
order by s.starts, s.id, a.client_id
"""
"""What is over, and of what is ahead that of which something was said."""
MOVES = """
select session_id, at, starts_before, starts, by from session_move
where session_id = any(:sessions) and at >= :since order by session_id, number
"""
WAIVERS = """
select f.attendance_id, f.decided_at, f.rule, coalesce(r.at, f.decided_at) as waived_at
from fee f left join entry e on e.key = f.key left join entry r on r.reverses_id = e.id
where f.attendance_id = any(:attendances) and f.waived_because is not null order by f.decided_at
"""
"""A fee that was waived within its grace was never charged, so it does not matter when exactly."""
MISSED = "attendance.no_show_fee"
A_MOMENT = timedelta(minutes=1)
NEXT = timedelta(seconds=1)
UNTIL_SIGNED = timedelta(minutes=3)


def visits_of(engine: Engine, since: datetime, until: datetime, tz: ZoneInfo) -> tuple[Visit, ...]:
    """Every visit of the window, by its start."""
    with engine.connect() as connection:
        rows = list(connection.execute(text(VISITS), {"since": since, "until": until}))
        moves = connection.execute(text(MOVES), {"sessions": list({row.id for row in rows}), "since": since}).all()
        waivers = connection.execute(text(WAIVERS), {"attendances": [row.attendance_id for row in rows]}).all()
    sessions = _together(rows, "id").values()
    ready = {row.attendance_id: local_day(_signed(mine) or mine[0].ends, tz) for mine in sessions for row in mine}
    read = Reader(
        since,
        tz,
        _together(moves, "session_id"),
        _together(waivers, "attendance_id"),
        answers_of(engine, ready, local_day(until, tz)),
    )
    found = [read.visit(f"s{number:05d}", of_session) for number, of_session in enumerate(sessions, start=1)]
    return tuple(visit for visit in found if visit)


@dataclass(frozen=True)
class Reader:
    """Rows as behaviour, from a moment on; what was before it is not seen."""

    since: datetime
    tz: ZoneInfo
    moves: Mapping[Any, list[Any]]
    waivers: Mapping[Any, list[Any]]
    answers: Mapping[int, tuple[Answer, ...]]

    def visit(self, name: str, rows: list[Any]) -> Visit | None:
        """A session with all who were to come; None where nothing was said of it yet."""
        row, moves = rows[0], self.moves.get(rows[0].id, [])
        parts = [part for each in rows if (part := self.part(each))]
        told = moves or any(part.ended is not Status.BOOKED for part in parts) or any(each.presumed for each in rows)
        if not (parts and told):
            return None
        starts = moves[0].starts_before if moves else row.starts
        signed = _signed(rows)
        return Visit(
            name,
            str(row.clinician_id),
            str(row.service_id),
            self.local(min(max(row.booked_at, self.since), starts - A_MOMENT)),
            self.local(starts),
            tuple(parts),
            self.local(signed) if signed else None,
            tuple(Moved(self.local(move.at), self.local(move.starts), By(move.by)) for move in moves),
        )

    def part(self, row: Any) -> Part | None:
        """How it ended for one client; None where that was before the window."""
        client, waived = str(row.client_id), self.waived(row)
        if row.presumed or Status(row.status).ahead:
            return Part(client, Status.BOOKED, waived=waived)
        if row.status in (Status.CANCELLED, Status.LATE_CANCELLED):
            at = min(row.decided_at or row.starts, row.starts - A_MOMENT)
            cancelled = Part(client, Status.CANCELLED, self.local(at), self.cancelled_by(row, at), waived=waived)
            return cancelled if at >= self.since else None
        at = _said(row)
        if row.status == Status.NO_SHOW:
            return Part(client, Status.NO_SHOW, self.local(at), waived=waived)
        answers = self.answers.get(row.attendance_id, ())
        return Part(client, Status.ATTENDED, self.local(at), minutes=row.minutes, answers=answers, waived=waived)

    def cancelled_by(self, row: Any, at: datetime) -> By:
        """Who cancelled: as was written down, else whom the policy then took it to be."""
        if row.cancelled_by:
            return By(row.cancelled_by)
        in_time = row.starts - at >= timedelta(hours=row.notice_hours)
        return By.CLIENT if in_time or row.status == Status.LATE_CANCELLED else By.PRACTICE

    def waived(self, row: Any) -> tuple[Waived, ...]:
        """The fees of an attendance that staff waived, whatever the reason."""
        return tuple(
            Waived(
                self.local(max(fee.waived_at, fee.decided_at + NEXT)),
                self.local(row.starts if fee.rule == MISSED else fee.decided_at),
            )
            for fee in self.waivers.get(row.attendance_id, [])
        )

    def local(self, at: datetime) -> datetime:
        """A moment as the practice's clocks show it."""
        return local(at, self.tz)


def _said(row: Any) -> datetime:
    """When it was said how a session ended; at its end where it was only entered afterwards."""
    at: datetime = row.ends
    return max(row.decided_at, row.starts) if row.decided_at and row.booked_at <= at else at


def _signed(rows: list[Any]) -> datetime | None:
    """When the last note of a session was signed, after what it is about; None where none was."""
    signed: datetime | None = max((each.signed_at for each in rows if each.signed_at), default=None)
    return max(signed, rows[0].ends + UNTIL_SIGNED, *(_said(each) + NEXT for each in rows)) if signed else None


def _together(rows: Any, key: str) -> dict[Any, list[Any]]:
    """Rows by what they are about, in their order."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
