"""A list of objects that is made while it is gone through: what a large file holds is never held whole."""

from collections.abc import Callable, Iterator
from typing import Any


class Unfolding(list[dict[str, Any]]):
    """Is told its length, and makes its items each time that somebody goes through it."""

    def __init__(self, count: int, make: Callable[[], Iterator[dict[str, Any]]]) -> None:
        super().__init__()
        self._count, self._make = count, make

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._make()

    def __len__(self) -> int:
        return self._count
