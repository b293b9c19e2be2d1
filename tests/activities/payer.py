"""What payers and the clearinghouse answer, as real files put into the clearinghouse's outbox and read by the steps."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from activities import clearinghouse
from activities.claim_lines import control as line_control
from models.money import total
from models.tables import Interchange, RemittanceClaim
from models.x12 import remittance_835
from models.x12.envelope import Envelope
from models.x12.parties import Adjustment, Payer
from models.x12.remittances import ClaimPayment, LinePayment, ProviderAdjustment, Remittance
from tests.activities.practice import OPENED, Desk, usd

PAID_ON = date(2026, 3, 20)


def adjusted(*told: str) -> tuple[Adjustment, ...]:
    """ "CO-45 30.00" and so on."""
    found = []
    for one in told:
        code, amount = one.split()
        group, _, reason = code.partition("-")
        found.append(Adjustment(group, reason, usd(amount)))
    return tuple(found)


def pays(claim: str, paid: str, *told: str, status: str = "1", icn: str = "", **changes: Any) -> ClaimPayment:
    """One claim of one line; what is charged follows from what is paid and adjusted."""
    adjustments = adjusted(*told)
    charged = usd(paid) + total(a.amount for a in adjustments)
    line = LinePayment("90837", (), line_control(claim), PAID_ON, charged, usd(paid), Decimal(1), adjustments)
    owes = total(a.amount for a in adjustments if a.group == "PR")
    known: dict[str, Any] = {"lines": (line,), **changes}
    return ClaimPayment(claim, status, charged, usd(paid), owes, icn or f"ICN{claim}", **known)


def taken_back(payment: ClaimPayment) -> ClaimPayment:
    """The reversal of an answer: all of it with the sign turned."""
    told = [f"{a.group}-{a.reason} {-a.amount}" for a in payment.every_adjustment]
    return pays(payment.number, str(-payment.paid), *told, status="22", icn=payment.icn)


def file(
    *answers: ClaimPayment,
    trace: str = "T1",
    control: int = 501,
    payer: str = "60054",
    plb: Sequence[ProviderAdjustment] = (),
    paid: str | None = None,
) -> str:
    """An 835 of one payment."""
    sum_of_claims = total(a.paid for a in answers) - total(p.amount for p in plb)
    one = Remittance(
        payer=Payer(f"Payer {payer}", payer),
        payee_npi="1999999984",
        payee_name="Elm Street Practice",
        payment=usd(paid) if paid else sum_of_claims,
        method="ACH",
        trace=trace,
        date=PAID_ON,
        claims=answers,
        provider_adjustments=tuple(plb),
    )
    return remittance_835.write(envelope(control), [one])


def envelope(control: int) -> Envelope:
    return Envelope("CLEARINGHOUSE", "PERSESSION", control, OPENED)


def drop(desk: Desk, content: str | bytes, name: str = "answer.edi") -> None:
    """The file waits at the clearinghouse, is read, and moves out of the way."""
    desk.folder.outbox[name] = content.encode() if isinstance(content, str) else content
    desk.ask(clearinghouse.read, name)
    desk.ask(clearinghouse.archive, name)


def read(desk: Desk, *answers: ClaimPayment, **changes: Any) -> Sequence[int]:
    """An 835 is read and its posting has not begun; its remittances."""
    desk.folder.outbox["answer.edi"] = file(*answers, **changes).encode()
    return desk.only(clearinghouse.read, "answer.edi").remittances


def remit(desk: Desk, *answers: ClaimPayment, **changes: Any) -> str:
    """An 835 arrives; its text."""
    content = file(*answers, **changes)
    drop(desk, content)
    return content


def parts(desk: Desk) -> list[RemittanceClaim]:
    """Every claim of every remittance, as read."""
    return desk.rows(select(RemittanceClaim).order_by(col(RemittanceClaim.id)))


def outcomes(desk: Desk) -> list[str]:
    return [part.outcome for part in parts(desk)]


def came(desk: Desk) -> list[Interchange]:
    """The files that came, oldest first."""
    return desk.rows(select(Interchange).where(Interchange.direction == "in").order_by(col(Interchange.id)))
