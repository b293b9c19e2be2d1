"""What the world answers in a scenario, written as real files: 835, 999 and 277CA."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from activities.claim_lines import control as line_control
from models.money import total
from models.tables import Claim, ClaimLine, Payer, Practice
from models.x12 import acknowledgment, remittance_835
from models.x12.acknowledgment import ClaimAck, GroupAck, TransactionAck
from models.x12.envelope import Envelope
from models.x12.parties import Adjustment, Provider
from models.x12.parties import Payer as PayerName
from models.x12.remittance_835 import ClaimPayment, LinePayment, ProviderAdjustment, Remittance


@dataclass(frozen=True)
class Named:
    """A line of a claim with the names that its session and its service have in the scenario, and its code."""

    session: str
    service: str
    code: str
    line: ClaimLine


@dataclass(frozen=True)
class Answered:
    """One claim of a remittance as the file tells it, with our claim and its lines where there is one."""

    told: Mapping[str, Any]
    claim: Claim | None
    lines: Sequence[Named] = ()

    @property
    def several(self) -> bool:
        """Whether the claim has more than one session on it."""
        return len({each.session for each in self.lines}) > 1


def remittance(
    practice: Practice, payer: Payer, trace: str, answers: Sequence[Answered], plb: Any, control: int, at: datetime
) -> str:
    """An 835 of one payment."""
    adjustments = tuple(ProviderAdjustment(p["code"], p["amount"]) for p in plb)
    paid = total(a.told["paid"] for a in answers) - total(p.amount for p in adjustments)
    one = Remittance(
        payer=PayerName(payer.name, payer.payer_id),
        payee_npi=practice.npi,
        payee_name=practice.name,
        payment=paid,
        method="ACH",
        trace=trace,
        date=at.date(),
        claims=tuple(_payment(a, at) for a in answers),
        provider_adjustments=adjustments,
    )
    return remittance_835.write(_envelope(practice, control, at), [one])


def file_rejection(practice: Practice, group_control: int, code: str, control: int, at: datetime) -> str:
    """A 999 that refuses a file."""
    refused = TransactionAck(f"{group_control:04d}", False, "R" if len(code) != 1 else code)
    ack = GroupAck(group_control, "HC", False, "R", transactions=(refused,))
    return acknowledgment.write_999(_envelope(practice, control, at), [ack])


def claim_rejection(practice: Practice, payer: Payer, claim: Claim, code: str, control: int, at: datetime) -> str:
    """A 277CA that refuses a claim; `code` as "A7:21", "A7" or "21"."""
    category, _, status = code.partition(":")
    if not category.startswith("A"):
        category, status = "A7", category
    ack = ClaimAck(claim.number, False, category, status or "21", charge=claim.charge, on=at.date())
    return acknowledgment.write_277ca(
        _envelope(practice, control, at),
        [ack],
        payer=PayerName(payer.name, payer.payer_id),
        provider=Provider(practice.npi, practice.name),
        batch=str(control),
    )


def _payment(answered: Answered, at: datetime) -> ClaimPayment:
    """The answer to a claim; where the scenario does not part it into lines it is told on the first one, of several
    sessions on the claim as a whole.
    """
    told = answered.told
    number = answered.claim.number if answered.claim else f"NONE{told['session']}"[:20]
    lines = tuple(_line(answered, one, number, at) for one in told.get("lines", ())) or (_whole(answered, number, at),)
    adjustments = tuple(a for line in lines for a in line.adjustments)
    charged = total(line.charged for line in lines)
    owes = total(a.amount for a in adjustments if a.group == "PR")
    head = (number, told["status"], charged, told["paid"], owes, told["icn"])
    if answered.several and not told.get("lines"):
        return ClaimPayment(*head, adjustments=adjustments)
    return ClaimPayment(*head, lines=lines)


def _whole(answered: Answered, number: str, at: datetime) -> LinePayment:
    told = answered.told
    adjustments = tuple(Adjustment(*adjust) for adjust in told["adjust"])
    sign = -1 if told["status"] == "22" else 1
    explained = told["paid"] + total(a.amount for a in adjustments)
    charged = answered.claim.charge * sign if answered.claim else explained
    code = answered.lines[0].code if answered.lines else ""
    return _told(answered, code or "90837", line_control(number), charged, told["paid"], adjustments, at)


def _line(answered: Answered, told: Mapping[str, Any], number: str, at: datetime) -> LinePayment:
    """One line that the scenario tells by its session (the answer's, where it names none) and its service."""
    meant = (told.get("session") or answered.told["session"], told["service"])
    named = next((each for each in answered.lines if (each.session, each.service) == meant), None)
    adjustments = tuple(Adjustment(*adjust) for adjust in told["adjust"])
    charged = told["paid"] + total(a.amount for a in adjustments)
    control = line_control(number, named.line.place if named else 99)
    code = named.code if named else ""
    line = _told(answered, code, control, charged, told["paid"], adjustments, at)
    return replace(line, date=named.line.held_on) if named else line


def _told(
    answered: Answered,
    code: str,
    control: str,
    charged: Decimal,
    paid: Decimal,
    adjustments: tuple[Adjustment, ...],
    at: datetime,
) -> LinePayment:
    day = answered.claim.held_on if answered.claim else at.date()
    return LinePayment(code, (), control, day, charged, paid, Decimal(1), adjustments)


def _envelope(practice: Practice, control: int, at: datetime) -> Envelope:
    return Envelope(practice.receiver_id, practice.submitter_id, control, at)
