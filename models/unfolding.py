"""Objects that are made while somebody goes through them: what a large file holds is never held whole."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Unfolding(Iterable[dict[str, Any]]):
    """Is told its length, and makes its items each time that somebody goes through it.

    No list: who compares or prints it has to go through it.
    """

    def __init__(self, count: int, make: Callable[[], Iterator[dict[str, Any]]]) -> None:
        self._count, self._make = count, make

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._make()

    def __len__(self) -> int:
        return self._count
