"""Tasks and schedules on the command line."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from models.facts import TaskKind
from starter import schedules as declared
from starter.cli.desk import Desk, at_desk, beginning, connected, day, the_only
from starter.cli.output import AsJson, Columns, say, show, show_json
from starter.queries import work as queries
from starter.schedules import Standing

TASKS: Columns = {
    "task": lambda t: str(t.id)[:8],
    "kind": "kind",
    "for": lambda t: t.owner or t.role.replace("_", " "),
    "due": "due_at",
    "what": "what",
    "client": lambda t: f"{t.client_id} {t.client}" if t.client_id else "",
    "escalated": "escalated_at",
    "closed": lambda t: t.closed_because if t.closed_at else "",
}
SCHEDULES: Columns = {
    "schedule": "name",
    "does": "about",
    "when": "when",
    "applied": "applied",
    "paused": "paused",
    "last run": "last_run",
    "next run": "next_run",
}

ScheduleName = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name.")]

tasks = typer.Typer(help="Tasks: what people must do.")
schedules = typer.Typer(help="What runs by the clock.")


@tasks.command("list")
def list_tasks(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    role: Annotated[str | None, typer.Option(help="For a clinician, biller, front_desk or owner.")] = None,
    kind: Annotated[TaskKind | None, typer.Option(help="Of this kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """Open tasks, the most urgent first."""
    with at_desk() as desk:
        show(queries.tasks(desk.engine, everything, role, kind), TASKS, as_json, desk.tz, "tasks")


@tasks.command("close")
def close_task(
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task's id, or its unique beginning.")],
    because: Annotated[str, typer.Option(help="What was done.")],
    as_json: AsJson = False,
) -> None:
    """Say that a task is done."""
    with at_desk() as desk:
        found = the_only(queries.tasks(desk.engine, everything=True, prefix=beginning(task)), "task", task)
        desk.ask(lambda office: office.tasks.close(found.id, because))
        [closed] = queries.tasks(desk.engine, everything=True, prefix=str(found.id))
        if as_json:
            show_json(closed, desk.tz)
        else:
            say(f"closed: {closed.what}")


@schedules.command("list")
def list_schedules(as_json: AsJson = False) -> None:
    """Every schedule, its last and its next run."""
    with at_desk() as desk:
        _show(desk, as_json)


@schedules.command()
def apply(as_json: AsJson = False) -> None:
    """Bring Temporal's schedules to what is declared, in the practice's time zone; what is declared no more goes."""
    with at_desk() as desk:
        practice = desk.practice

        async def applied() -> None:
            await declared.apply(await connected(desk.settings), practice)

        asyncio.run(applied())
        _show(desk, as_json)


@schedules.command()
def run(
    name: ScheduleName,
    on: Annotated[
        date | None, typer.Option("--day", parser=day, metavar="DAY", help="For a past day, such as a missed one.")
    ] = None,
) -> None:
    """Run a schedule now, besides its times; or for a past day, once."""
    with at_desk() as desk:
        practice, now = desk.practice, datetime.now(UTC)
        if on:
            started = desk.ask(lambda office: office.runs.of_day(practice, name, on, now))
        else:
            started = desk.ask(lambda office: office.runs.now(practice, name, now))
        say(f"{name} was started: {started}")


@schedules.command()
def pause(
    name: ScheduleName, because: Annotated[str, typer.Option(help="Why.")] = "paused on the command line"
) -> None:
    """Let a schedule rest; what is missed meanwhile is not made up for."""
    with at_desk() as desk:
        practice = desk.practice
        desk.ask(lambda office: office.runs.pause(practice, name, because))
        say(f"{name} is paused: run `persession schedules resume {name}` when it is time")


@schedules.command()
def resume(
    name: ScheduleName, because: Annotated[str, typer.Option(help="Why.")] = "resumed on the command line"
) -> None:
    """Let a schedule that was paused run again."""
    with at_desk() as desk:
        practice = desk.practice
        desk.ask(lambda office: office.runs.resume(practice, name, because))
        say(f"{name} runs again")


def _show(desk: Desk, as_json: bool) -> None:
    kind = desk.practice.kind

    async def standings() -> Sequence[Standing]:
        return await declared.standings(await connected(desk.settings), kind)

    show(asyncio.run(standings()), SCHEDULES, as_json, desk.tz, "schedules")
