"""How people's wishes travel: to the workflow of the thing that changes, and its yes or no back.

Whoever asks hears the answer, `Refused` with the reason, or `Unreachable` when nobody works.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session as Database
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.relay import OFFICE
from activities.vault import Vault
from models.errors import Refused, Unreachable

PATIENCE = timedelta(seconds=30)
"""How long a person waits for an answer before hearing that nobody works."""


@dataclass(frozen=True)
class Line:
    """The line to the workflows, the database, and the key of what is sealed in it."""

    client: Client
    engine: Engine
    vault: Vault

    async def ask(self, update: Any, *wish_and_start: Any) -> Any:
        """An update, with the start of its workflow where that is not running."""
        *wish, operation = wish_and_start
        try:
            return await self.client.execute_update_with_start_workflow(
                update, *wish, start_workflow_operation=operation, rpc_timeout=PATIENCE
            )
        except WorkflowUpdateFailedError as no:
            raise refusal(no) from None
        except WorkflowAlreadyStartedError:
            raise Refused("this was booked before, and is over") from None
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as silence:
            # the operation keeps the failure too; unread, it is printed with a trace when the program ends
            await asyncio.gather(operation.workflow_handle(), return_exceptions=True)
            raise Unreachable(
                f"nobody answered within {PATIENCE.seconds} s; is a worker running? "
                "What was asked for may still be done by the next one: look before you ask again"
            ) from silence

    async def tell(self, workflow: Any, workflow_id: str, update: Any, *wish: Any) -> Any:
        """An update of a workflow that must be running."""
        handle = self.client.get_workflow_handle_for(workflow, workflow_id)
        try:
            return await handle.execute_update(update, args=wish, rpc_timeout=PATIENCE)
        except WorkflowUpdateFailedError as no:
            raise refusal(no) from None
        except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as silence:
            raise Unreachable("its workflow did not answer; is a worker running?") from silence

    async def batch(self, run: Any, workflow_id: str, *arguments: Any, summary: str | None = None) -> int:
        """Run a batch to its end, once per name; how much it did."""
        count: int = await self.client.execute_workflow(
            run,
            args=arguments,
            id=workflow_id,
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=summary,
        )
        return count

    def known(self, table: type[Any], key: Any, otherwise: str) -> None:
        """Refused when the database has no such row."""
        with Database(self.engine) as db:
            if db.get(table, key) is None:
                raise Refused(otherwise)


def refusal(no: WorkflowUpdateFailedError) -> Exception:
    """A refusal in its own words; anything else stays what it is."""
    cause = no.cause
    if isinstance(cause, ApplicationError) and cause.type in ("Refused", "Parked"):
        return Refused(cause.message)
    return no
