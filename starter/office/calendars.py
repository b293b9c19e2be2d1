"""What people do with calendars kept elsewhere."""

from dataclasses import dataclass

from starter.office.asking import Line
from workflows.calendars import CalendarsWorkflow


@dataclass(frozen=True)
class Calendars:
    """Outside calendars, read besides their times."""

    line: Line

    async def read(self, run: str) -> int:
        """Read every outside calendar now; how many could be read."""
        return await self.line.batch(CalendarsWorkflow.run, f"calendars/{run}")
