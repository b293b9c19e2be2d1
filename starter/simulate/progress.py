"""How far a run is, and how long it will take by what this machine has done so far: a bar, or lines for a log."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich import progress as bars
from rich.console import Console

ENOUGH_SECONDS = 30
"""Before that nothing is known: moving in takes a while."""


@dataclass
class Progress:
    """What is to be done, by part, and what was; `say` hears how far it is, of each thing or (not `live`) each part."""

    steps: Mapping[int, int]
    parts: int
    say: Callable[[str, int], None]
    began: float = field(default_factory=time.monotonic)
    done: dict[int, int] = field(default_factory=dict)
    kept: int = 0
    live: bool = False

    @staticmethod
    @contextmanager
    def over(steps: Mapping[int, int], parts: int, done_before: int = 0) -> "Iterator[Progress]":
        """A bar on a terminal, else a line for each part.

        Those of `parts` that are not in `steps` were kept before; so many things were done in them.
        """
        console = Console(stderr=True)
        before = parts - len(steps)
        if not console.is_terminal:
            yield Progress(steps, parts, lambda line, _: console.print(line, soft_wrap=True), kept=before)
            return
        columns = (
            bars.BarColumn(),
            bars.TaskProgressColumn(),
            bars.TimeElapsedColumn(),
            bars.TextColumn("{task.description}"),
        )
        with bars.Progress(*columns, console=console) as bar:
            starting = f"{before} of {parts} parts kept; starting the servers"
            task = bar.add_task(starting, total=done_before + sum(steps.values()), completed=done_before)
            yield Progress(
                steps,
                parts,
                lambda line, done: bar.update(task, description=line, completed=done_before + done),
                kept=before,
                live=True,
            )

    def told(self, part: int, count: int) -> None:
        """So much more was done in a part; 0: it is kept."""
        self.done[part] = min(self.done.get(part, 0) + count, self.steps[part]) if count else self.steps[part]
        self.kept += not count
        if self.live or not count:
            self.say(self.line(time.monotonic() - self.began), sum(self.done.values()))

    def line(self, seconds: float) -> str:
        """How far it is after so many seconds."""
        return f"{self.kept} of {self.parts} parts kept; {self.left(seconds)}"

    def left(self, seconds: float) -> str:
        """The time left if the rest goes as what was done in this run, not counting what was kept before."""
        done, everything = sum(self.done.values()), sum(self.steps.values())
        if done == everything:
            return "done"
        if seconds < ENOUGH_SECONDS or not done:
            return "how long it takes is not known yet"
        minutes = round_up(seconds * (everything - done) / done / 60)
        if minutes < 60:
            return f"about {minutes} min left"
        return f"about {minutes // 60} h {minutes % 60:02d} min left"


def round_up(minutes: float) -> int:
    """Whole minutes, at least one."""
    return int(minutes) + 1
