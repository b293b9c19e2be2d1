"""A practice on a database of its own, for the tests of the steps."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from activities.database import open_engine
from tests.activities.practice import Desk
from tests.databases import MakeEngine, new_database


@pytest.fixture
def new_engine(server_url: str) -> Iterator[MakeEngine]:
    """Makes empty, migrated databases; all are gone after the test."""
    with ExitStack() as made:

        def make() -> Engine:
            engine = open_engine(made.enter_context(new_database(server_url)), threads=4)
            made.callback(engine.dispose)
            return engine

        yield make


@pytest.fixture
def desk(new_engine: MakeEngine) -> Desk:
    """A practice with a clinician, a service and a policy."""
    return Desk.opened(new_engine())
