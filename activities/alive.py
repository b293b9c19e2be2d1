"""The sign of life of a step that takes long."""

from temporalio import activity


def alive() -> None:
    """Tell Temporal that a long step goes on."""
    if activity.in_activity():
        activity.heartbeat()
