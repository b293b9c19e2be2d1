"""The composition root: settings -> ports -> workers. Every workflow and step is listed here.

`python -m worker` works on all queues until it is told to stop.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities import (
    adapters,
    appeals,
    backups,
    calendars,
    charges,
    chart_tasks,
    claims,
    clearinghouse,
    closings,
    details,
    eligibility,
    figures,
    importing,
    invoices,
    ledger,
    mail,
    overruling,
    pay,
    pay_changes,
    payments,
    plans,
    remittances,
    requests,
    retention,
    reviews,
    runs,
    separating,
    series,
    sessions,
    statements,
    superbills,
    sweeping,
    tasks,
    voiding,
    waitlist,
    webhooks,
)
from activities.adapters.web import PublicWeb
from activities.codec import data_converter
from activities.database import Step, World, open_engine
from activities.profiles import profile_of
from activities.relay import OFFICE, Relay
from activities.settings import Settings, read_settings
from activities.vault import Vault
from models.errors import Refused
from workflows.calendars import CalendarsWorkflow
from workflows.charge import ChargeWorkflow
from workflows.chart import ChartReviewWorkflow
from workflows.claim import ClaimWorkflow
from workflows.clearinghouse import ClaimBatchWorkflow, InboxWorkflow
from workflows.eligibility import EligibilityWorkflow
from workflows.importing import ImportWorkflow
from workflows.invoice import InvoiceWorkflow
from workflows.letter import LetterWorkflow
from workflows.offering import OfferingWorkflow
from workflows.paperwork import PaperworkWorkflow
from workflows.pay_item import PayItemWorkflow, PayRecalculationWorkflow
from workflows.pay_period import PayPeriodWorkflow, PayRunWorkflow
from workflows.payment import PaymentWorkflow
from workflows.plan import PlanWorkflow
from workflows.record import RecordReviewWorkflow
from workflows.remittance import RemittanceWorkflow
from workflows.request import AppointmentRequestWorkflow
from workflows.scheduled_run import ScheduledRunWorkflow
from workflows.series import SeriesWorkflow
from workflows.session import SessionWorkflow
from workflows.statements import StatementsWorkflow
from workflows.steps import CLEARINGHOUSE, OUTSIDE, PAYMENTS, QUEUES
from workflows.sweeps import DunningWorkflow, FiguresWorkflow, SuperbillsWorkflow, TaskSweepWorkflow
from workflows.task import TaskWorkflow
from workflows.upkeep import BackupWorkflow, ExportWorkflow, RetentionWorkflow
from workflows.webhook import WebhookWorkflow

WORKFLOWS = [
    SessionWorkflow,
    SeriesWorkflow,
    OfferingWorkflow,
    CalendarsWorkflow,
    RemittanceWorkflow,
    InvoiceWorkflow,
    PaymentWorkflow,
    ChargeWorkflow,
    PlanWorkflow,
    StatementsWorkflow,
    ClaimWorkflow,
    ClaimBatchWorkflow,
    InboxWorkflow,
    EligibilityWorkflow,
    PayPeriodWorkflow,
    PayRunWorkflow,
    ScheduledRunWorkflow,
    BackupWorkflow,
    ExportWorkflow,
    RetentionWorkflow,
    TaskSweepWorkflow,
    DunningWorkflow,
    SuperbillsWorkflow,
    FiguresWorkflow,
    PayItemWorkflow,
    PayRecalculationWorkflow,
    TaskWorkflow,
    LetterWorkflow,
    RecordReviewWorkflow,
    AppointmentRequestWorkflow,
    PaperworkWorkflow,
    ChartReviewWorkflow,
    WebhookWorkflow,
    ImportWorkflow,
]

STEPS: list[Step[Any, Any]] = [
    sessions.book,
    sessions.look,
    sessions.confirm,
    sessions.move,
    sessions.cancel,
    sessions.record,
    sessions.presume,
    sessions.sign,
    sessions.cosign,
    sessions.ask_for_note,
    sessions.charge_fees,
    sessions.waive,
    sessions.join,
    sessions.check_in,
    details.detail,
    series.begin,
    series.book_ahead,
    series.change,
    series.end,
    series.clashed,
    waitlist.offer,
    waitlist.decline,
    calendars.due,
    calendars.read,
    invoices.ask_again,
    payments.record,
    charges.intend,
    charges.autopay,
    charges.ask,
    charges.look,
    plans.agree,
    plans.look,
    plans.cancel,
    statements.due,
    claims.prepare,
    claims.take_answer,
    claims.correct,
    claims.bill_now,
    separating.separate,
    claims.warn,
    claims.ask_status,
    claims.close,
    voiding.void,
    closings.bill_next,
    closings.decide,
    overruling.overrule,
    appeals.draft,
    appeals.move,
    remittances.post_batch,
    remittances.post,
    remittances.assign,
    eligibility.ask,
    clearinghouse.build,
    clearinghouse.deliver,
    clearinghouse.waiting,
    clearinghouse.read,
    clearinghouse.archive,
    pay.run,
    pay.close,
    pay.approve,
    pay.settle,
    pay.pay_out,
    pay_changes.add_item,
    pay_changes.recalculate,
    requests.ask,
    requests.close,
    runs.begin,
    runs.end,
    backups.write,
    backups.export,
    retention.forget,
    retention.tidy,
    ledger.carry_on,
    sweeping.claims_silent,
    sweeping.tasks_open,
    sweeping.invoices_open,
    sweeping.remittances_open,
    sweeping.statements_open,
    superbills.due,
    figures.due,
    tasks.change,
    tasks.remind,
    reviews.expected,
    reviews.look,
    chart_tasks.tend,
    tasks.escalate,
    tasks.close,
    webhooks.deliver,
    importing.check,
    importing.begin,
    importing.load,
    importing.follow,
    mail.send,
]

THREADS = 8
A_SECOND = {CLEARINGHOUSE: 5.0, PAYMENTS: 10.0}
"""The most steps a second towards neighbours that ask for patience."""


def runner() -> SandboxedWorkflowRunner:
    """The workflow sandbox, with what is pure or guarded by the linter passed through."""
    passed = SandboxRestrictions.default.with_passthrough_modules("activities", "models", "pydantic", "sqlmodel")
    return SandboxedWorkflowRunner(restrictions=passed)


def compose(settings: Settings, client: Client) -> World:
    """The database and the neighbours that the settings name; call it where the client's loop runs."""
    return World(
        engine=open_engine(settings.database_url, threads=len(QUEUES) * THREADS),
        relay=Relay(client, asyncio.get_running_loop()),
        mailer=adapters.mailer(settings.smtp_url),
        clearinghouse=adapters.clearinghouse(settings.clearinghouse_url),
        cards=adapters.cards(settings.cards_url),
        vault=Vault(settings.encryption_key),
        site_url=settings.site_url,
        web=PublicWeb(settings.trusted_hosts),
        home=settings.home,
        backups=settings.backup_folder,
        profile=profile_of(settings.clearinghouse_url),
    )


@asynccontextmanager
async def working(
    client: Client, world: World, steps: Sequence[Step[Any, Any]] = STEPS, guarded: bool = True
) -> AsyncIterator[None]:
    """Workers on every queue, for as long as the context lasts.

    Not `guarded`, for a simulation: workflows without the sandbox and a watch on their time, steps without limits.
    """
    async with AsyncExitStack() as running:
        threads = running.enter_context(ThreadPoolExecutor(len(QUEUES) * THREADS, "step"))
        for queue in QUEUES:
            mine = [step.bind(world) for step in steps if OUTSIDE.get(step.name, OFFICE) == queue]
            await running.enter_async_context(_worker(client, queue, mine, threads, guarded))
        yield


async def run() -> None:
    """Work until SIGINT or SIGTERM."""
    settings = read_settings()
    if settings.encryption_key is None:
        raise Refused("PERSESSION_ENCRYPTION_KEY is not set: what Temporal keeps would not be encrypted")
    client = await Client.connect(**settings.temporal, data_converter=data_converter(settings.encryption_key))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with working(client, compose(settings, client)):
        logging.getLogger("persession").info("working on %s", settings.temporal.get("target_host"))
        await stop.wait()


@cache
def build() -> str:
    """Which order of work this is, for histories to name: a hash of `workflows/`.

    The SDK would otherwise read the code of every module there is, which takes a worker a second of its start.
    """
    ours = Path(__file__).with_name("workflows")
    return sha256(b"".join(file.read_bytes() for file in sorted(ours.glob("*.py")))).hexdigest()


def _worker(client: Client, queue: str, activities: list[Any], threads: ThreadPoolExecutor, guarded: bool) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=WORKFLOWS if queue == OFFICE else [],
        activities=activities,
        activity_executor=threads,
        workflow_runner=runner() if guarded else UnsandboxedWorkflowRunner(),
        debug_mode=not guarded,
        max_concurrent_activities=THREADS,
        max_activities_per_second=A_SECOND.get(queue) if guarded else None,
        max_cached_workflows=2000,
        build_id=build(),
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(run())
