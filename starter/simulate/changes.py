"""What is to be tried: a TOML file of changes to the practice's terms. Documented in docs/guide/simulate.md."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from models.facts import PayBasis
from models.paying import AdminTime
from starter.scenarios.schema import MORE, PAY
from starter.scenarios.source import Source
from starter.scenarios.values import REQUIRED, Check, fee, one_of, price, several, share, table, text, whole, yes_or_no
from starter.simulate.practice import Besides, Contract, Holder, Offered, PayTerm, Practice

LISTS = ("rate", "pay")
SAID = (
    *("fee_share", "guaranteed", "draw", "clawback_cap"),
    *("admin", "admin_rate", "admin_minutes", "supervision_rate"),
)
TABLES: dict[str, tuple[Check, Any]] = {
    "name": (text, REQUIRED),
    "about": (text, ""),
    "policy": (
        table(
            {
                "notice_hours": (whole, None),
                "late_cancel_fee": (fee, None),
                "no_show_fee": (fee, None),
                "waivers_per_year": (whole, None),
                "no_show_after_hours": (whole, None),
                "fee_grace_hours": (whole, None),
                "note_required": (yes_or_no, None),
            }
        ),
        {},
    ),
    "rate": (
        table(
            {
                "service": (text, REQUIRED),
                "amount": (price, REQUIRED),
                "clinician": (text, None),
                "client": (text, None),
            }
        ),
        [],
    ),
    "pay": (
        table(
            {
                "clinician": (text, "*"),
                "rules": (several(PAY), None),
                "fee_share": (share, None),
                "guaranteed": (price, None),
                "adjust": (several(MORE), None),
                "draw": (price, None),
                "clawback_cap": (price, None),
                "admin": (one_of(*AdminTime), None),
                "admin_rate": (price, None),
                "admin_minutes": (whole, None),
                "supervision_rate": (price, None),
            }
        ),
        [],
    ),
}


@dataclass(frozen=True)
class Changes:
    """A checked file, for one practice."""

    name: str
    policy: Mapping[str, Any]
    rates: tuple[Mapping[str, Any], ...]
    pay: tuple[Mapping[str, Any], ...]

    def applied(self, practice: Practice) -> Practice:
        """The same practice and behaviour under the changed terms."""
        policy = {key: value for key, value in self.policy.items() if value is not None}
        note_required = policy.pop("note_required", practice.note_required)
        changed = replace(practice, policy=replace(practice.policy, **policy), note_required=note_required)
        for rate in self.rates:
            changed = _with_rate(changed, rate)
        for pay in self.pay:
            paid = tuple(_paid(c, pay) if pay["clinician"] in ("*", c.id) else c for c in changed.clinicians)
            changed = replace(changed, clinicians=paid)
        return changed

    def words(self, practice: Practice) -> tuple[str, ...]:
        """Each change in words, with what holds in the practice now."""
        now = vars(practice.policy) | {"note_required": practice.note_required}
        told = [
            f"{key.replace('_', ' ')}: {_told(value)} instead of {_told(now[key])}"
            for key, value in self.policy.items()
            if value is not None
        ]
        prices = {row.id: row.rate for row in practice.services}
        for rate in self.rates:
            whose = f" for clinician {rate['clinician']}" if rate["clinician"] else ""
            whose = f" for client {rate['client']}" if rate["client"] else whose
            instead = "" if whose else f" instead of {prices[rate['service']]}"
            told.append(f"{rate['service']} costs {rate['amount']}{instead}{whose}")
        for pay in self.pay:
            who = "every clinician" if pay["clinician"] == "*" else f"clinician {pay['clinician']}"
            rules = [_rule(rule) for rule in pay["rules"] or []]
            more = [f"{row['name']} {_more(row)} besides" for row in pay["adjust"] or []]
            shown = [f"{key.replace('_', ' ')} {pay[key]}" for key in SAID if pay[key] is not None]
            told.append(f"pay of {who}: " + ", ".join([*rules, *more, *shown]))
        return tuple(told)


def read_changes(path: Path, practice: Practice) -> Changes:
    """Read and check a file against the practice it is for; WrongFile names key and line."""
    source, raw = Source.read(path)
    found = source.checked(raw, "file of changes", TABLES, LISTS)
    known = {
        "service": {row.id for row in practice.services},
        "clinician": {row.id for row in practice.clinicians},
        "client": {row.id for row in practice.clients},
    }

    def check(kind: str, name: Any, section: str, index: int, also: tuple[Any, ...] = (None,)) -> None:
        if name not in known[kind] and name not in also:
            some = ", ".join(sorted(known[kind])[:8])
            raise source.wrong(
                kind, f"names the {kind} {name!r}, which the practice does not have: {some}", section, index
            )

    for index, rate in enumerate(found["rate"]):
        for kind in known:
            check(kind, rate[kind], "rate", index)
        if rate["clinician"] and rate["client"]:
            raise source.wrong("client", "a price is a clinician's or a client's, not both", "rate", index)
    for index, pay in enumerate(found["pay"]):
        check("clinician", pay["clinician"], "pay", index, ("*",))
        for rule in (*(pay["rules"] or []), *(pay["adjust"] or [])):
            check("service", rule["service"], "pay", index, ("*",))
    if not (found["policy"] or found["rate"] or found["pay"]):
        raise source.wrong("name", "the file changes nothing: add [policy], [[rate]] or [[pay]]", None, 0)
    return Changes(found["name"], found["policy"], tuple(found["rate"]), tuple(found["pay"]))


def _told(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _rule(rule: Mapping[str, Any]) -> str:
    sign = " %" if rule["basis"].startswith("percent") else ""
    tier = f" from session {rule['after_sessions'] + 1}" if rule["after_sessions"] else ""
    service = "" if rule["service"] == "*" else f" for {rule['service']}"
    return f"{rule['basis'].replace('_', ' ')} {rule['value']}{sign}{service}{tier}"


def _with_rate(practice: Practice, rate: Mapping[str, Any]) -> Practice:
    service, amount = rate["service"], rate["amount"]
    if rate["clinician"]:
        holders = tuple(
            replace(c, rates={**c.rates, service: amount}) if c.id == rate["clinician"] else c
            for c in practice.clinicians
        )
        return replace(practice, clinicians=holders)
    if rate["client"]:
        comers = tuple(
            replace(c, rates={**c.rates, service: amount}) if c.id == rate["client"] else c for c in practice.clients
        )
        return replace(practice, clients=comers)
    services: tuple[Offered, ...] = tuple(
        replace(row, rate=amount) if row.id == service else row for row in practice.services
    )
    return replace(practice, services=services)


def _paid(holder: Holder, pay: Mapping[str, Any]) -> Holder:
    rules = pay["rules"]
    terms = holder.pay if rules is None else tuple(PayTerm(**dict(r, basis=PayBasis(r["basis"]))) for r in rules)
    return replace(
        holder,
        pay=terms,
        fee_share=holder.fee_share if pay["fee_share"] is None else pay["fee_share"],
        guaranteed=holder.guaranteed if pay["guaranteed"] is None else pay["guaranteed"],
        contract=_contracted(holder.contract, pay),
    )


def _contracted(contract: Contract, pay: Mapping[str, Any]) -> Contract:
    changed = {f.name: pay[f.name] for f in fields(Contract) if f.name != "adjust" and pay[f.name] is not None}
    if "admin" in changed:
        changed["admin"] = AdminTime(changed["admin"])
    if pay["adjust"] is not None:
        changed["adjust"] = tuple(_besides(row) for row in pay["adjust"])
    return replace(contract, **changed)


def _besides(row: Mapping[str, Any]) -> Besides:
    amount, percent = row["more"]
    return Besides(amount=amount, percent=percent, **{key: value for key, value in row.items() if key != "more"})


def _more(row: Mapping[str, Any]) -> str:
    amount, percent = row["more"]
    return f"{percent} %" if percent else f"{amount}"
