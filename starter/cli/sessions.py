"""Sessions on the command line: booked, moved, cancelled, held or missed, signed, explained."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from models.billed import AddOn, Held
from models.calendar import instant
from models.facts import By, Status
from starter.cli.desk import Desk, OneClient, SessionName, at_desk, day
from starter.cli.explain import tell_story
from starter.cli.output import AsJson, Columns, show, show_json, show_one
from starter.queries import sessions as queries
from starter.queries.services import offered_add_ons
from starter.queries.sessions import SessionFilter, SessionRow
from starter.queries.story import story

COLUMNS: Columns = {
    "session": lambda row: str(row.id)[:8],
    "starts": "starts",
    "minutes": lambda row: int((row.ends - row.starts).total_seconds() // 60),
    "clinician": lambda row: f"{row.clinician_id} {row.clinician}",
    "service": lambda row: f"{row.service} {row.code}".strip(),
    "clients": lambda row: [" + ".join((f"{a.client_id} {a.client}: {a.status}", *a.add_ons)) for a in row.clients],
}

HowHeld = Annotated[Held | None, typer.Option(help="How it was held (default: as its place tells).")]
AddOns = Annotated[
    list[str] | None,
    typer.Option(help="A service done beside it, by code; with its minutes of psychotherapy as 90833:30."),
]


def book(
    clinician: Annotated[int, typer.Option(help="The clinician's id.")],
    service: Annotated[int, typer.Option(help="The service's id.")],
    client: Annotated[list[int], typer.Option(help="A client's id; once for each who comes.")],
    starts: Annotated[str, typer.Option(help="Local time, such as 2027-03-02T11:00.")],
    place: Annotated[str, typer.Option(help="A room, or the https:// address of a call.")] = "",
    afterwards: Annotated[bool, typer.Option(help="It was held before it is entered; nobody is mailed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Book a session."""
    with at_desk() as desk:
        at = desk.moment(starts)
        new = desk.ask(lambda office: office.sessions.book(clinician, service, tuple(client), at, place, afterwards))
        show_session(desk, new, as_json)


def confirm(session: SessionName, client: OneClient = None, as_json: AsJson = False) -> None:
    """A client says they will come."""
    with at_desk() as desk:
        known = desk.session(session)
        desk.ask(lambda office: office.sessions.confirm(known, client))
        show_session(desk, known, as_json)


def reschedule(
    session: SessionName,
    to: Annotated[str, typer.Option(help="The new local time, such as 2027-03-02T11:00.")],
    by: Annotated[By, typer.Option(help="Who wishes it: a client's late wish costs the late cancellation fee.")],
    as_json: AsJson = False,
) -> None:
    """Hold a session at another time."""
    with at_desk() as desk:
        known, at = desk.session(session), desk.moment(to)
        desk.ask(lambda office: office.sessions.reschedule(known, at, by))
        show_session(desk, known, as_json)


def cancel(
    session: SessionName,
    by: Annotated[By, typer.Option(help="Who cancels: a client's late wish costs the agreed fee.")],
    client: OneClient = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a session, for one client or for all."""
    with at_desk() as desk:
        known = desk.session(session)
        desk.ask(lambda office: office.sessions.cancel(known, by, client))
        show_session(desk, known, as_json)


def attend(
    session: SessionName,
    client: OneClient = None,
    minutes: Annotated[int | None, typer.Option(help="Minutes really spent (default: the service's).")] = None,
    held: HowHeld = None,
    add_on: AddOns = None,
    as_json: AsJson = False,
) -> None:
    """Record that they came."""
    with at_desk() as desk:
        known, beside = desk.session(session), _add_ons(desk, add_on) if add_on else None
        desk.ask(lambda office: office.sessions.attend(known, client, minutes, held=held, add_ons=beside))
        show_session(desk, known, as_json)


def detail(
    session: SessionName,
    client: OneClient = None,
    held: HowHeld = None,
    add_on: AddOns = None,
    no_add_ons: Annotated[bool, typer.Option("--no-add-ons", help="Nothing was done beside the session.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Send a claim that its payer decided on again, as a replacement.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how a session was held, and what was done beside it; what was charged is corrected, and its claim follows."""
    with at_desk() as desk:
        known = desk.session(session)
        beside = _add_ons(desk, add_on or []) if add_on or no_add_ons else None
        desk.ask(lambda office: office.sessions.detail(known, client, held, beside, replace))
        show_session(desk, known, as_json)


def no_show(session: SessionName, client: OneClient = None, as_json: AsJson = False) -> None:
    """Record that they neither came nor cancelled."""
    with at_desk() as desk:
        known = desk.session(session)
        desk.ask(lambda office: office.sessions.no_show(known, client))
        show_session(desk, known, as_json)


def sign(
    session: SessionName,
    note: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The note's text, as a file.")] = None,
    diagnosis: Annotated[list[str] | None, typer.Option(help="An ICD-10-CM code; the most important first.")] = None,
    client: OneClient = None,
    as_json: AsJson = False,
) -> None:
    """Sign a session's note: charge, claim and pay wait for it."""
    text = note.read_text(encoding="utf-8") if note else ""
    with at_desk() as desk:
        known = desk.session(session)
        desk.ask(lambda office: office.sessions.sign(known, text, tuple(diagnosis or ()), client))
        show_session(desk, known, as_json)


def waive(
    session: SessionName,
    client: Annotated[int, typer.Option(help="The client's id.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the fee.")],
    as_json: AsJson = False,
) -> None:
    """Waive a client's fee."""
    with at_desk() as desk:
        known = desk.session(session)
        desk.ask(lambda office: office.sessions.waive(known, client, reason))
        show_session(desk, known, as_json)


def explain(session: SessionName, as_json: AsJson = False) -> None:
    """The money story of a session, line by line."""
    with at_desk() as desk:
        told = story(desk.engine, desk.session(session), datetime.now(UTC), desk.tz)
        if as_json:
            show_json(told, desk.tz)
        else:
            tell_story(told, desk.tz)


def list_sessions(
    since: Annotated[str, typer.Option("--from", help="First local day, such as 2027-03-02.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last local day.")] = "",
    clinician: Annotated[int | None, typer.Option(help="Of this clinician.")] = None,
    client: OneClient = None,
    status: Annotated[Status | None, typer.Option(help="With an attendance that stands so.")] = None,
    as_json: AsJson = False,
) -> None:
    """Sessions and who comes."""
    with at_desk() as desk:
        wanted = SessionFilter(
            since=instant(datetime.combine(day(since), time.min), desk.tz) if since else None,
            before=instant(datetime.combine(day(until) + timedelta(days=1), time.min), desk.tz) if until else None,
            clinician_id=clinician,
            client_id=client,
            status=status,
        )
        show(queries.sessions(desk.engine, wanted), COLUMNS, as_json, desk.tz, "sessions")


def _add_ons(desk: Desk, told: list[str]) -> tuple[AddOn, ...]:
    """Codes, some with minutes, as services of the practice."""
    return tuple(_add_on(desk, *one.partition(":")[::2]) for one in told)


def _add_on(desk: Desk, code: str, minutes: str) -> AddOn:
    known = {service.code: service.id for service in offered_add_ons(desk.engine)}
    if code not in known:
        offered = ", ".join(known) or "none yet: add a service with such a code"
        raise typer.BadParameter(f"{code!r} is no add-on of the practice; it has {offered}")
    if minutes and not minutes.isdigit():
        raise typer.BadParameter(f"{minutes!r} is not a number of minutes")
    return AddOn(known[code], int(minutes) if minutes else None)


def show_session(desk: Desk, session_id: UUID, as_json: bool) -> None:
    """How a session stands after what was asked."""
    [found] = queries.sessions(desk.engine, SessionFilter(session_id=session_id))
    full: Columns = {"session": "id", **{title: cell for title, cell in COLUMNS.items() if title != "session"}}
    row: SessionRow = found
    show_one(row, full, as_json, desk.tz)
