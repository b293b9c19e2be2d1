"""What people do with sessions that recur: begin, change and end a series."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from activities.relay import OFFICE
from models.facts import By
from models.scheduling import SeriesBooking, SeriesChange, SeriesEnd, SeriesStanding, SeriesStart, series_workflow
from models.tables import Series
from starter.office.asking import Line
from workflows.series import SeriesWorkflow


@dataclass(frozen=True)
class ManySessions:
    """Series, as people change them; one session of a series is changed as any other."""

    line: Line

    async def book(
        self,
        clinician_id: int,
        service_id: int,
        client_ids: tuple[int, ...],
        rule: str,
        first: date,
        at: time,
        place: str = "",
        series_id: UUID | None = None,
    ) -> UUID:
        """Begin a series: an RRULE from a local day on, each time at a local time; its id, or Refused."""
        new = series_id or uuid4()
        wish = SeriesBooking(new, clinician_id, service_id, client_ids, rule, first, at, place)
        await self._of_series(SeriesStart(new, wish), SeriesWorkflow.book)
        return new

    async def change(self, series_id: UUID, from_day: date, to_day: date, at: time, place: str) -> SeriesStanding:
        """Hold the occurrence of a day and all after it at other times."""
        wish = SeriesChange(series_id, from_day, to_day, at, place)
        return await self._of_series(SeriesStart(series_id), SeriesWorkflow.change, wish)

    async def end(self, series_id: UUID, from_day: date, by: By) -> SeriesStanding:
        """Hold no occurrence from a day on."""
        return await self._of_series(SeriesStart(series_id), SeriesWorkflow.end, SeriesEnd(series_id, from_day, by))

    async def look(self, series_id: UUID) -> SeriesStanding:
        """Book at once what time off or a day left out no longer keeps from being held."""
        return await self._of_series(SeriesStart(series_id), SeriesWorkflow.look)

    async def _of_series(self, start: SeriesStart, update: Any, *wish: Any) -> SeriesStanding:
        if start.wish is None:
            self.line.known(Series, start.series_id, "there is no such series")
        operation = WithStartWorkflowOperation(
            SeriesWorkflow.run,
            start,
            id=series_workflow(start.series_id),
            task_queue=OFFICE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="Sessions that recur",
        )
        standing: SeriesStanding = await self.line.ask(update, *wish, operation)
        return standing
