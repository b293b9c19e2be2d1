"""Reports are tested on the steps' own practice; see `tests/activities/practice.py`."""

from tests.activities.conftest import desk, new_engine

__all__ = ["desk", "new_engine"]
