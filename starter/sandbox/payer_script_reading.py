"""A payer script's TOML as rules: every key is known and every value makes sense, or the file is refused by name.

```toml
[[rule]]                        # in order; the first that matches decides
payer = "60054"                 # conditions: payer, frequency, sequence, code, authorization (true, false), nth
allowed = { "*" = "120.00" }    # one of: allowed (a table, or "80%" of the charge), deny = "CO-197",
copay = "25.00"                 #   reject = "STATUS" or "CATEGORY:STATUS:ENTITY", reject_file = "5", silent = true
after_days = 2                  # later: after_days, after_seconds, take_back_after_seconds with corrected = { ... }
```
With `allowed` also: deductible, copay, coinsurance ("20%"), share ("100%", as a later coverage). `corrected` takes the
same keys, or deny.

```toml
[[coverage]]                    # what a 271 tells of a member; what is not written is not told
payer = "60054"                 # conditions: payer, member
copay = "25.00"                 # copay, deductible, deductible_left, out_of_pocket, out_of_pocket_left, coinsurance,
plan = "CHOICE POS"             #   visits, visits_left, plan, carve_out; or reject = "75"
ended_days_ago = 3              # or active = false

[[status]]                      # what a 277 tells of an accepted claim; without one, what the payer decided
payer = "00000"                 # conditions: payer, nth (the payer's inquiries, in the order they came)
says = "P1:20"                  # category:status or category:status:entity
```
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.errors import Refused
from models.money import ZERO, dollars
from models.x12.code_words import TRANSACTION_ERRORS
from starter.sandbox.payer_answers import AMOUNTS_TOLD, Covered, Standing
from starter.sandbox.payer_rules import (
    ALL,
    ANY,
    Behaviour,
    Denied,
    FileRejected,
    Paid,
    Rejected,
    Rule,
    Silent,
    TakeBack,
    Terms,
)

CONDITIONS = ("payer", "frequency", "sequence", "code", "authorization", "nth")
DECISIONS = ("allowed", "deny", "reject", "reject_file", "silent")
PAYING = ("deductible", "copay", "coinsurance", "share")
TIMES = ("after_days", "after_seconds", "take_back_after_seconds", "corrected")
COVERAGE = (
    *("payer", "member", "active", "ended_days_ago", "plan", "coinsurance", "reject", "carve_out", "visits"),
    *("visits_left", *AMOUNTS_TOLD),
)
STATUS_KEYS = ("payer", "nth", "says")
SAYS = re.compile(r"(?P<category>[A-Z]\d[A-Z]?):(?P<status>\d{1,3})(?::(?P<entity>[A-Z0-9]{2,3}))?")
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)%")
DENIAL = re.compile(r"(CO|PR|OA|PI)-([A-Z0-9]{1,5})")
STATUS = re.compile(r"(?:(?P<category>A[3678]):)?(?P<status>\d{1,3})(?::(?P<entity>[A-Z0-9]{2,3}))?")


def rules(path: Path) -> tuple[tuple[Rule, ...], tuple[Covered, ...], tuple[Standing, ...]]:
    """What becomes of claims, what is told of members, what is told of claims asked after."""
    try:
        script = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path.name} cannot be read ({type(error).__name__})") from None
    except ValueError as error:
        raise Refused(f"{path.name} is not TOML: {error}") from None
    keys = Keys(path.name, script, ("rule", "coverage", "status"))
    return (
        tuple(_rule(where, table) for where, table in _listed(keys, "rule")),
        tuple(_covered(Keys(where, table, COVERAGE)) for where, table in _listed(keys, "coverage")),
        tuple(_standing(Keys(where, table, STATUS_KEYS)) for where, table in _listed(keys, "status")),
    )


def _listed(keys: "Keys", name: str) -> list[tuple[str, Any]]:
    """Each table of a list, with where it stands."""
    listed = keys.of_kind(name, list, f"a list of [[{name}]]", [])
    return [(f"{keys.where}, {name} {place}", table) for place, table in enumerate(listed, start=1)]


class Keys:
    """The values of one table, each asked for by its name; Refused tells which one is wrong."""

    def __init__(self, where: str, table: Any, known: tuple[str, ...]) -> None:
        if not isinstance(table, dict):
            raise Refused(f"{where}: is not a table")
        if unknown := sorted(set(table) - set(known)):
            raise Refused(f"{where}: {unknown[0]!r} is not a key here; the keys are {', '.join(known)}")
        self.where, self.table = where, table

    def wrong(self, key: str, what: str) -> Refused:
        return Refused(f"{self.where}, {key}: {what}")

    def of_kind(self, key: str, kind: type, wanted: str, default: Any = None) -> Any:
        value = self.table.get(key, default)
        if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise self.wrong(key, f"is not {wanted}")
        return value

    def text(self, key: str, default: str | None = None) -> str | None:
        text: str | None = self.of_kind(key, str, "a text in quotes", default)
        return text

    def one_of(self, key: str, allowed: str) -> str | None:
        text = self.text(key)
        if text is not None and text not in tuple(allowed):
            raise self.wrong(key, f"is none of {', '.join(allowed)}")
        return text

    def flag(self, key: str) -> bool | None:
        flag: bool | None = self.of_kind(key, bool, "true or false")
        return flag

    def count(self, key: str) -> int | None:
        count: int | None = self.of_kind(key, int, "a whole number")
        if count is not None and count < 0:
            raise self.wrong(key, "is below zero")
        return count

    def matching(self, key: str, pattern: re.Pattern[str], example: str) -> re.Match[str]:
        found = pattern.fullmatch(self.text(key) or "")
        if not found:
            raise self.wrong(key, f"does not read like {example}")
        return found

    def amount(self, key: str) -> Decimal:
        return self.dollars(key, self.table[key]) if key in self.table else ZERO

    def dollars(self, key: str, value: object) -> Decimal:
        """Amounts are written as text, since TOML's own fractions are not exact."""
        try:
            amount = dollars(value) if isinstance(value, str) else Decimal(-1)
        except ValueError as error:
            raise self.wrong(key, str(error)) from None
        if amount < 0:
            raise self.wrong(key, 'is not an amount in quotes, such as "120.00"')
        return amount

    def percent(self, key: str, default: Decimal) -> Decimal:
        if key not in self.table:
            return default
        percent = Decimal(self.matching(key, PERCENT, '"80%"')[1])
        if percent > ALL:
            raise self.wrong(key, "is more than 100%")
        return percent


def _rule(where: str, table: Any) -> Rule:
    keys = Keys(where, table, CONDITIONS + DECISIONS + PAYING + TIMES)
    return Rule(
        behaviour=_behaviour(keys),
        payer=keys.text("payer") or ANY,
        frequency=keys.one_of("frequency", "178"),
        sequence=keys.one_of("sequence", "PST"),
        code=keys.text("code"),
        authorization=keys.flag("authorization"),
        nth=keys.count("nth"),
        after=timedelta(days=keys.count("after_days") or 0, seconds=keys.count("after_seconds") or 0),
        take_back=_take_back(keys),
    )


def _covered(keys: Keys) -> Covered:
    """What a payer says of a member; what is not written is not told."""
    share = Decimal(keys.matching("coinsurance", PERCENT, '"20%"')[1]) if "coinsurance" in keys.table else None
    return Covered(
        payer=keys.text("payer") or ANY,
        member=keys.text("member") or ANY,
        active=keys.flag("active") is not False,
        ended_days_ago=keys.count("ended_days_ago"),
        plan=keys.text("plan") or "",
        coinsurance=share,
        reject=keys.text("reject") or "",
        carve_out=keys.text("carve_out") or "",
        visits=keys.count("visits"),
        visits_left=keys.count("visits_left"),
        amounts={key: keys.amount(key) for key in AMOUNTS_TOLD if key in keys.table},
    )


def _standing(keys: Keys) -> Standing:
    found = keys.matching("says", SAYS, '"P1:20" or "P3:317:QC"')
    payer, nth = keys.text("payer") or ANY, keys.count("nth")
    return Standing(payer, nth, found["category"], found["status"], found["entity"] or "")


def _behaviour(keys: Keys) -> Behaviour:
    decision = _decision(keys, DECISIONS)
    if decision == "silent":
        if not keys.flag("silent"):
            raise keys.wrong("silent", "is only ever true")
        return Silent()
    if decision == "reject":
        said = keys.matching("reject", STATUS, '"21" or "A7:164:IL"')
        return Rejected(said["category"] or "A3", said["status"], said["entity"] or "")
    if decision == "reject_file":
        code = keys.text("reject_file") or ""
        if code not in TRANSACTION_ERRORS:
            raise keys.wrong("reject_file", 'is no code of IK502, such as "5"')
        return FileRejected(code)
    return _terms(keys)


def _decision(keys: Keys, decisions: tuple[str, ...]) -> str:
    """The one key that says what the payer does, with no key beside it that only another would read."""
    chosen = [key for key in decisions if key in keys.table]
    if len(chosen) != 1:
        raise Refused(f"{keys.where}: says {' and '.join(chosen) or 'none'} of {', '.join(decisions)}; one is needed")
    if stray := [key for key in PAYING if key in keys.table and chosen[0] != "allowed"]:
        raise keys.wrong(stray[0], f"means nothing beside {chosen[0]}")
    return chosen[0]


def _terms(keys: Keys) -> Terms:
    if _decision(keys, ("allowed", "deny")) == "deny":
        group, reason = keys.matching("deny", DENIAL, '"CO-197"').groups()
        return Denied(group, reason)
    by_fee = isinstance(keys.table["allowed"], dict)
    return Paid(
        fees=_fees(keys, keys.table["allowed"]) if by_fee else {},
        percent_of_charge=None if by_fee else keys.percent("allowed", ALL),
        deductible=keys.amount("deductible"),
        copay=keys.amount("copay"),
        coinsurance=keys.percent("coinsurance", ZERO),
        share=keys.percent("share", ALL),
    )


def _fees(keys: Keys, table: Mapping[str, object]) -> dict[str, Decimal]:
    return {code: keys.dollars(f"allowed.{code}", fee) for code, fee in table.items()}


def _take_back(keys: Keys) -> TakeBack | None:
    seconds = keys.count("take_back_after_seconds")
    if (seconds is None) != ("corrected" not in keys.table):
        raise Refused(f"{keys.where}: take_back_after_seconds and corrected go together")
    if seconds is None:
        return None
    if "allowed" not in keys.table:
        raise keys.wrong("take_back_after_seconds", "only what was paid can be taken back: allowed is missing")
    corrected = Keys(f"{keys.where}, corrected", keys.table["corrected"], ("allowed", "deny", *PAYING))
    return TakeBack(timedelta(seconds=seconds), _terms(corrected))
