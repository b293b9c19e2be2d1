"""Sweeps and papers by the calendar: what is open is followed, months and weeks are told of."""

from datetime import date

from temporalio import workflow

from activities import figures, superbills, sweeping
from models.messages.runs import MonthPart
from workflows.steps import Mailbag, step


@workflow.defn(name="TaskSweep")
class TaskSweepWorkflow:
    """Every open task has a workflow that reminds and escalates."""

    @workflow.run
    async def run(self) -> int:
        """How many are open."""
        seen, after = 0, ""
        while True:
            batch = await step(sweeping.tasks_open, after, summary="open tasks")
            seen += batch.done
            workflow.set_current_details(f"{seen} open tasks are followed")
            if batch.next_after is None:
                return seen
            after = batch.next_after


@workflow.defn(name="Dunning")
class DunningWorkflow:
    """Every open invoice has a workflow that asks for it again in time."""

    @workflow.run
    async def run(self) -> int:
        """How many are open."""
        seen, after = 0, ""
        while True:
            batch = await step(sweeping.invoices_open, after, summary="open invoices")
            seen += batch.done
            workflow.set_current_details(f"{seen} open invoices are followed")
            if batch.next_after is None:
                return seen
            after = batch.next_after


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
