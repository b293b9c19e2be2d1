"""A clinician's contract in the words of a scenario."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from models.calendar import Period
from models.facts import PayBasis
from models.money import ZERO
from models.paying import AdminTime
from starter.scenarios.schema import EVENTS
from starter.simulate.practice import Besides, Holder, PayTerm

SHARES = (PayBasis.PERCENT_OF_BILLED, PayBasis.PERCENT_OF_COLLECTED)


def contract_events(row: Holder, window: Period) -> Iterator[dict[str, Any]]:
    """All that is agreed with a clinician, for the days of the window on which it is."""
    for days in (window,) if row.agreed is None else row.agreed:
        yield _contract(row, days, window.first)


def _contract(row: Holder, days: Period, entered: date) -> dict[str, Any]:
    agreed = row.contract
    told: dict[str, Any] = EVENTS["contract"](
        {
            "at": datetime.combine(entered, time()),
            "do": "contract",
            "clinician": row.id,
            "from": days.first,
            "until": days.last,
            "pay": [_pay_words(term) for term in row.pay],
            "adjust": [_besides(each) for each in agreed.adjust],
            "fee_share": f"{row.fee_share}%",
            "guaranteed": str(row.guaranteed),
            "draw": str(agreed.draw),
            **({} if agreed.clawback_cap is None else {"clawback_cap": str(agreed.clawback_cap)}),
            "admin": agreed.admin.value,
            "admin_rate": str(ZERO if agreed.admin is AdminTime.INCLUDED else agreed.admin_rate),
            "admin_minutes": agreed.admin_minutes if agreed.admin is AdminTime.HOURLY else 0,
            "supervision_rate": str(agreed.supervision_rate),
            "sign": False,
        }
    )
    return told


def _besides(row: Besides) -> dict[str, Any]:
    more = f"{row.percent}%" if row.percent else str(row.amount)
    told = {"name": row.name, "more": more, "service": row.service, "min_minutes": row.min_minutes}
    limits = {"from_time": row.from_time, "until_time": row.until_time, "remote": row.remote}
    return told | {key: value for key, value in limits.items() if value is not None}


def _pay_words(term: PayTerm) -> dict[str, Any]:
    """One rule of pay."""
    value = f"{term.value}%" if term.basis in SHARES else str(term.value)
    return dict(vars(term), basis=term.basis.value, value=value, per_extra_attendee=str(term.per_extra_attendee))
