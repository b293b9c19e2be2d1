"""Runs of the clock: written down as they begin, told as they end; one that fails is somebody's task."""

from sqlalchemy import update
from sqlmodel import Session as Database
from sqlmodel import col, select

from activities.database import Tx, step
from activities.tasks import close_tasks, open_task
from models.calendar import local_day
from models.facts import TaskKind
from models.messages import Handover
from models.messages.runs import RunBegin, RunBegun, RunEnd, RunState
from models.tables import ScheduledRun


@step("runs.begin")
def begin(tx: Tx, wanted: RunBegin) -> RunBegun:
    """Write a run down; a planned time that was done well is not done again, one that failed is."""
    day = local_day(wanted.planned or tx.now, tx.tz)
    run = tx.db.exec(select(ScheduledRun).where(ScheduledRun.key == wanted.key).with_for_update()).first()
    if run is None:
        run = ScheduledRun(key=wanted.key, name=wanted.name, day=day, workflow_id=wanted.workflow_id, began_at=tx.now)
        run.planned_at = wanted.planned
        tx.db.add(run)
        tx.db.flush()
    elif run.state == RunState.DONE:
        return RunBegun(run.id or 0, day, done_before=True)
    run.workflow_id, run.began_at, run.ended_at = wanted.workflow_id, tx.now, None
    run.state, run.problems, run.parts = RunState.RUNNING, [], {}
    return RunBegun(run.id or 0, day)


@step("runs.end")
def end(tx: Tx, ended: RunEnd) -> Handover:
    """Write down how it went; what failed opens a task, the next run that goes well closes it."""
    run = tx.db.get_one(ScheduledRun, ended.run_id, with_for_update=True)
    run.ended_at, run.state, run.done, run.problems = tx.now, ended.state, ended.done, list(ended.problems)
    run.parts = ended.parts
    if ended.problems and ended.state != RunState.SKIPPED:
        what = f"the run {run.name} of {run.day} had {len(ended.problems)} problems; its page says what to do"
        open_task(tx, TaskKind.RUN_FAILED, f"schedule/{run.name}", what)
    elif ended.state == RunState.DONE:
        _close_forgotten(tx, run)
        close_tasks(tx, f"schedule/{run.name}", "a later run went well")
    return tx.after.handover()


def put_back(db: Database, tables: int) -> None:
    """After a restore no run is under way: that of the backup itself got through (its file of so many tables was read
    back whole), others beside it were cut off. When each ended nobody knows."""
    under_way = col(ScheduledRun.state) == RunState.RUNNING
    own = select(ScheduledRun.id).where(under_way, ScheduledRun.name == "backup")
    newest = own.order_by(col(ScheduledRun.began_at).desc()).limit(1).scalar_subquery()
    db.execute(update(ScheduledRun).where(col(ScheduledRun.id) == newest).values(state=RunState.DONE, done=tables))
    cut_off = ["it was under way when the backup was made from which the practice was put back"]
    db.execute(update(ScheduledRun).where(under_way).values(state=RunState.SKIPPED, problems=cut_off))


def _close_forgotten(tx: Tx, run: ScheduledRun) -> None:
    """Two of the same never work at once: an older one that never ended (a backup tells of its own run so) is over."""
    same = select(ScheduledRun).where(ScheduledRun.name == run.name, ScheduledRun.state == RunState.RUNNING)
    for older in tx.db.exec(same.where(col(ScheduledRun.began_at) < run.began_at)).all():
        older.state, older.ended_at, older.problems = RunState.SKIPPED, tx.now, ["it was not heard of again"]
