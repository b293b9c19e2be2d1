"""How other programs are told: the signature they check, and when a failed attempt is repeated."""

import hashlib
import hmac
from datetime import datetime, timedelta

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
"""Waits between attempts: about three days in all, then a person is asked."""


def next_attempt(number: int, now: datetime) -> datetime | None:
    """When to try again after the `number`-th attempt failed; None: no more."""
    return now + RETRY_AFTER[number - 1] if number <= len(RETRY_AFTER) else None


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header `Persession-Signature`: the moment in Unix seconds, and HMAC-SHA256 of "moment.body"."""
    moment = int(at.timestamp())
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"
