"""The rule of a pay line as people read it; the line keeps the name it was worked out by."""

import re
from datetime import date

NAMED = re.compile(r"pay\.(?P<name>[a-z_]+)(?: since (?P<since>\d{4}-\d\d-\d\d)| by (?P<by>.+))?")
PLAIN = {
    "flat": "an amount a session",
    "percent_of_billed": "a share of what is billed",
    "percent_of_collected": "a share of what is collected",
    "hourly": "by the hour",
    "fee_share": "a share of fees",
    "adjustment": "adjustment",
    "admin": "admin time",
    "supervision": "supervision",
    "guarantee": "guaranteed minimum",
    "draw": "draw",
    "clawback_cap": "cap on what is taken back",
    "clawback_carried": "cap on what is taken back",
    "carried_over": "carried over",
    "no_rule": "no rule",
}


def plainly(rule: str) -> str:
    """`pay.flat since 2026-11-01` as: an amount a session, since Nov 1, 2026; what names no rule stays as it is."""
    known = NAMED.fullmatch(rule)
    if known is None:
        return rule
    name = PLAIN.get(known["name"], known["name"].replace("_", " "))
    if known["since"]:
        since = date.fromisoformat(known["since"])
        return f"{name}, since {since:%b} {since.day}, {since.year}"
    return f"{name} by {known['by']}" if known["by"] else name
