"""Upkeep by night: the database's backup, a readable export, and what has been kept for its time goes."""

from datetime import date

from temporalio import workflow

from activities import backups, ledger, retention
from models.messages.runs import Tally
from workflows.steps import step

KINDS = ("mails", "sign_ins", "links", "steps", "api_answers", "webhooks", "runs")


@workflow.defn(name="Backup")
class BackupWorkflow:
    """The database as it is when this runs, sealed and read back."""

    @workflow.run
    async def run(self, day: date) -> Tally:
        """How many tables are in it; `day` is the run's, whose file bears the moment it really began."""
        workflow.set_current_details(f"for {day}: the database is written, sealed and read back")
        return await step(backups.write, workflow.now(), summary="back up")


@workflow.defn(name="Export")
class ExportWorkflow:
    """All that the practice has, readable without PerSession, sealed."""

    @workflow.run
    async def run(self, day: date) -> Tally:
        """How many files are in it; as with the backup."""
        workflow.set_current_details(f"for {day}: the export is written, sealed and read back")
        return await step(backups.export, workflow.now(), summary="export")


@workflow.defn(name="Retention")
class RetentionWorkflow:
    """What is no record and has been kept for its time goes; the ledger's standing is carried on, for reports."""

    @workflow.run
    async def run(self) -> Tally:
        """How many rows and files went."""
        gone = dict.fromkeys(KINDS, 0)
        for kind in KINDS:
            while (now := (await step(retention.forget, kind, summary=kind)).done) > 0:
                gone[kind] += now
                workflow.set_current_details(f"{sum(gone.values())} went so far; now {kind}")
        files = await step(retention.tidy, None, summary="files")
        if workflow.patched("carried by a step of its own"):
            await step(ledger.carry_on, None, summary="carry the ledger on")
        return Tally(sum(gone.values()) + files.done, parts=gone | files.parts)
