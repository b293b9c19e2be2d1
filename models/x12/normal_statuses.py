"""What is asked and told of silent claims, in its plain form."""

from models.x12.claim_status import StatusAnswer, StatusInquiry, StatusRequest, StatusResponse
from models.x12.normal_words import Plain, amount, day, payer, person, provider


def status_inquiries(asked: StatusRequest) -> Plain:
    return {
        "set": "276",
        "reference": asked.reference,
        "payer": payer(asked.payer),
        "provider": provider(asked.provider),
        "inquiries": [_inquiry(each) for each in asked.inquiries],
    }


def _inquiry(asked: StatusInquiry) -> Plain:
    return {
        "trace": asked.trace,
        "number": asked.claim_number,
        "icn": asked.payer_claim_number or None,
        "charged": amount(asked.charge),
        "first_day": day(asked.first_day),
        "last_day": day(asked.last_day),
        "member": asked.member_id,
        "subscriber": person(asked.subscriber),
        "patient": person(asked.patient),
    }


def statuses(told: StatusResponse) -> Plain:
    return {
        "set": "277",
        "reference": told.reference,
        "payer": payer(told.payer),
        "provider": provider(told.provider),
        "claims": [_answer(each) for each in told.answers],
        "verdicts": [_answer(each) for each in told.verdicts],
    }


def _answer(told: StatusAnswer) -> Plain:
    return {
        "trace": told.trace,
        "number": told.claim_number,
        "icn": told.payer_claim_number or None,
        "charged": amount(told.charge),
        "paid": amount(told.paid),
        "date": day(told.on),
        "statuses": [{"category": each.category, "status": each.code, "entity": each.entity} for each in told.statuses],
        "text": told.text,
        "action": told.action,
    }
