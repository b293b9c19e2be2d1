"""Sweeps and papers by the calendar: what is open is followed, months and weeks are told of."""

from datetime import date

from temporalio import workflow

from activities import figures, superbills, sweeping
from activities.database import Step
from models.messages.runs import MonthPart, SweepBatch
from workflows.steps import Mailbag, step


@workflow.defn(name="TaskSweep")
class TaskSweepWorkflow:
    """Every open task has a workflow that reminds and escalates, every remittance one that posts it to its end.

    Every claim whose payer is silent has one that asks, every pay statement one in which it is approved and paid.
    """

    @workflow.run
    async def run(self) -> int:
        """How many tasks are open."""
        if workflow.patched("remittances-are-followed"):
            await _followed(sweeping.remittances_open, "remittances under way")
        if workflow.patched("silent-claims-are-followed"):
            await _followed(sweeping.claims_silent, "silent claims")
        if workflow.patched("statements-are-followed"):
            await _followed(sweeping.statements_open, "open pay statements")
        return await _followed(sweeping.tasks_open, "open tasks")


@workflow.defn(name="Dunning")
class DunningWorkflow:
    """Every open invoice has a workflow that asks for it again in time."""

    @workflow.run
    async def run(self) -> int:
        """How many are open."""
        return await _followed(sweeping.invoices_open, "open invoices")


@workflow.defn(name="Superbills")
class SuperbillsWorkflow:
    """Clients who pay for themselves hear that their month's paper lies in the portal."""

    @workflow.run
    async def run(self, month: date) -> int:
        """How many were told."""
        mails, told, after = Mailbag(), 0, 0
        while True:
            batch = await step(superbills.due, MonthPart(month, after), summary="superbills")
            mails.send(*batch.handover.mails)
            await mails.finish()
            told += batch.done
            workflow.set_current_details(f"{told} clients were told")
            if batch.next_after is None:
                return told
            after = int(batch.next_after)


@workflow.defn(name="Figures")
class FiguresWorkflow:
    """The owners' week by mail."""

    @workflow.run
    async def run(self, day: date) -> int:
        """How many mails left."""
        mails = Mailbag()
        wanted = (await step(figures.due, day, summary="who owns it")).mails
        mails.send(*wanted)
        await mails.finish()
        return len(wanted)


async def _followed(sweep: Step[str, SweepBatch], what: str) -> int:
    """All that is open, batch by batch: each step sees to it that somebody follows what it found."""
    seen, after = 0, ""
    while True:
        batch = await step(sweep, after, summary=what)
        seen += batch.done
        workflow.set_current_details(f"{seen} {what} are followed")
        if batch.next_after is None:
            return seen
        after = batch.next_after
