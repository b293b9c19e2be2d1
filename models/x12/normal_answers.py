"""Acknowledgments, statuses and eligibility in their plain form."""

from models.x12.acknowledgment import ClaimAck, FileAck, GroupAck, InterchangeAck
from models.x12.eligibility import (
    Benefit,
    EligibilityAnswer,
    EligibilityRequest,
    EligibilityResponse,
    Inquiry,
    Rejection,
)
from models.x12.envelope import Problem
from models.x12.normal_words import Plain, amount, day, number, payer, person, provider


def interchange_ack(ack: InterchangeAck) -> Plain:
    return {
        "set": "TA1",
        "control": ack.control,
        "accepted": ack.accepted,
        "code": ack.code,
        "note": ack.note,
        "action": ack.action,
    }


def group_ack(ack: GroupAck) -> Plain:
    return {
        "set": "999",
        "group": ack.group_control,
        "functional_id": ack.functional_id,
        "accepted": ack.accepted,
        "code": ack.code,
        "action": ack.action,
        "problems": _problems(ack.problems),
        "transactions": [
            {
                "set": each.set_id,
                "control": each.control,
                "accepted": each.accepted,
                "code": each.code,
                "problems": _problems(each.problems),
            }
            for each in ack.transactions
        ],
    }


def _problems(problems: tuple[Problem, ...]) -> list[Plain]:
    return [{"where": each.where, "what": each.what} for each in problems]


def claim_answers(files: tuple[FileAck, ...], claims: tuple[ClaimAck, ...]) -> Plain:
    return {
        "set": "277CA",
        "batches": [
            {"level": each.level, "reference": each.reference, "accepted": each.accepted, **_status(each)}
            for each in files
        ],
        "claims": [
            {
                "number": each.claim_number,
                "accepted": each.accepted,
                "icn": each.payer_claim_number,
                "charged": amount(each.charge),
                **_status(each),
            }
            for each in claims
        ],
    }


def _status(ack: ClaimAck | FileAck) -> Plain:
    return {
        "category": ack.category,
        "status": ack.status,
        "entity": ack.entity,
        "date": day(ack.on),
        "text": ack.text,
        "action": ack.action,
    }


def inquiries(asked: EligibilityRequest) -> Plain:
    return {
        "set": "270",
        "reference": asked.reference,
        "payer": payer(asked.payer),
        "provider": provider(asked.provider),
        "inquiries": [_inquiry(each) for each in asked.inquiries],
    }


def _inquiry(asked: Inquiry) -> Plain:
    return {
        "trace": asked.trace,
        "member": asked.member_id,
        "subscriber": person(asked.subscriber),
        "patient": person(asked.patient),
        "relationship": asked.relationship,
        "date": day(asked.on),
        "services": list(asked.services),
    }


def eligibility(told: EligibilityResponse) -> Plain:
    return {
        "set": "271",
        "reference": told.reference,
        "payer": payer(told.payer),
        "provider": provider(told.provider),
        "rejections": [_rejection(each) for each in told.rejections],
        "answers": [_answer(each) for each in told.answers],
    }


def _rejection(told: Rejection) -> Plain:
    return {"level": told.level, "code": told.code, "text": told.text, "action": told.action}


def _answer(told: EligibilityAnswer) -> Plain:
    terms = told.terms()
    amounts = ("copay", "deductible", "deductible_left", "out_of_pocket", "out_of_pocket_left")
    counts = ("coinsurance", "visits", "visits_left")
    return {
        "traces": list(told.traces),
        "member": told.member_id,
        "subscriber": person(told.subscriber),
        "patient": person(told.patient),
        "active": told.active,
        "begins": day(told.begins),
        "ends": day(told.ends),
        "plan": told.plan,
        "group_number": told.group_number,
        **{name: amount(getattr(terms, name)) for name in amounts},
        **{name: number(getattr(terms, name)) for name in counts},
        "benefits": [_benefit(each) for each in told.benefits],
        "rejections": [_rejection(each) for each in told.rejections],
    }


def _benefit(told: Benefit) -> Plain:
    return {
        "kind": told.kind,
        "services": list(told.services),
        "period": told.period,
        "amount": amount(told.amount),
        "percent": number(told.percent),
        "unit": told.unit,
        "quantity": number(told.quantity),
        "network": told.network,
        "authorization": told.authorization,
        "messages": list(told.messages),
    }
