"""The ids of workflows: what is the same has the same id, so starting it twice is impossible."""

from datetime import date
from uuid import UUID


def session_workflow(session_id: UUID) -> str:
    """The workflow of a session."""
    return f"session/{session_id}"


def claim_workflow(number: str) -> str:
    """The workflow of a claim."""
    return f"claim/{number}"


def invoice_workflow(number: str) -> str:
    """The workflow of an invoice."""
    return f"invoice/{number}"


def payment_workflow(payment_id: UUID) -> str:
    """The workflow of a payment, refund or write-off."""
    return f"payment/{payment_id}"


def pay_workflow(clinician_id: int, last: date) -> str:
    """The workflow of a clinician's pay period."""
    return f"pay/{clinician_id}/{last}"


def remittance_workflow(remittance_id: int) -> str:
    """The workflow that posts a remittance."""
    return f"remittance/{remittance_id}"


def task_workflow(task_id: UUID) -> str:
    """The workflow of a task."""
    return f"task/{task_id}"


def webhook_workflow(delivery_id: UUID) -> str:
    """The workflow that tells one endpoint of one event."""
    return f"webhook/{delivery_id}"


def import_workflow(run_id: int, for_real: bool) -> str:
    """The workflow that checks a file, or brings it in."""
    return f"import/{run_id}" if for_real else f"import/{run_id}/check"


def charge_workflow(charge_id: UUID) -> str:
    """The workflow of money that moves through the gateway."""
    return f"charge/{charge_id}"


def plan_workflow(plan_id: UUID) -> str:
    """The workflow of a payment plan."""
    return f"plan/{plan_id}"
