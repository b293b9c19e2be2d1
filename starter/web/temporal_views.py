"""Views of the Temporal UI that a billing team keeps: its queries, named. docs/guide/temporal-ui.md tells them all."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starter.web.access.permissions import Do


@dataclass(frozen=True)
class View:
    """A list of workflows: what it is called, its query, what it is for, and who may see it.

    `therapy`: where there are claims.
    """

    name: str
    query: str
    about: str
    therapy: bool = False
    do: Do = Do.READ_WORKFLOWS

    def at(self, ui_url: str) -> str:
        """Its address in the UI."""
        return f"{ui_url}/namespaces/default/workflows?{urlencode({'query': self.query})}"


RUNNING = "ExecutionStatus = 'Running'"
VIEWS = (
    View("Needs somebody", f"NeedsAttention = true AND {RUNNING}", "everything that waits for a person"),
    View(
        *("Claims that need somebody", f"WorkflowType = 'Claim' AND NeedsAttention = true AND {RUNNING}"),
        *("held, rejected and denied claims", True),
    ),
    View(
        *("Denied", f"NeedsAttention = true AND ClaimStatus = 'denied' AND {RUNNING}"),
        *("decide by the playbook, before the appeal's days are over", True),
    ),
    View(
        *("Held", f"NeedsAttention = true AND ClaimStatus = 'held' AND {RUNNING}"),
        *("mend what their tasks name; they have not left", True),
    ),
    View(
        *("Rejected", f"NeedsAttention = true AND ClaimStatus = 'rejected' AND {RUNNING}"),
        *("correct and send again; the payer has not looked at them", True),
    ),
    View(
        *("With the payer", f"WorkflowType = 'Claim' AND ClaimStatus IN ('submitted', 'accepted') AND {RUNNING}"),
        *("sent, not answered yet; sort by start to see the oldest", True),
    ),
    View("Invoices asked for again", f"WorkflowType = 'Invoice' AND NeedsAttention = true AND {RUNNING}", "call them"),
    View("Large open invoices", f"WorkflowType = 'Invoice' AND Amount > 200 AND {RUNNING}", "open, above 200.00"),
    View(
        *("Pay to approve", f"WorkflowType = 'PayPeriod' AND NeedsAttention = true AND {RUNNING}"),
        "closed, not paid",
        do=Do.MANAGE_PAY,
    ),
    View("Tasks", f"WorkflowType = 'Task' AND {RUNNING}", "add DueBy < '2027-03-08T00:00:00Z' for those due by a day"),
    View("Sessions not over", f"WorkflowType = 'Session' AND {RUNNING}", "booked ones, and those that miss a note"),
    View("Runs of the clock", "WorkflowType = 'ScheduledRun'", "every batch that ran by itself or by hand"),
    View(
        *("Runs that failed", "WorkflowType = 'ScheduledRun' AND ExecutionStatus = 'Failed'"),
        "each has a page at the desk under By the clock",
    ),
)
"""In the UI: paste the query into the filter, then Save view."""
