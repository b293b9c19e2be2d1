"""A file's plain form as lines that a biller reads."""

from collections.abc import Iterator
from typing import Any

from models.x12.adjustment_words import CLAIM_STATUSES, GROUPS, REASONS
from models.x12.code_words import words

Plain = dict[str, Any]
"""As `models/x12/normal` makes it."""


def in_words(plain: Plain) -> Iterator[str]:
    for each in plain["transactions"]:
        yield from OF_SET[each["set"]](each)


def _remittance(paid: Plain) -> Iterator[str]:
    adds_up = "adds up" if paid["balanced"] else "DOES NOT ADD UP"
    how = f"by {paid['method']} {paid['trace']} on {paid['date']}"
    yield f"835: {paid['payment']} {how}, {_who(paid['payer'])}: {adds_up}"
    for claim in paid["claims"]:
        status = words(CLAIM_STATUSES, claim["status"])
        yield (
            f"  claim {claim['number']} ({claim['icn']}): {status}; charged {claim['charged']}, paid {claim['paid']}, "
            f"client {claim['patient']}"
        )
        yield from _adjustments(claim["adjustments"], "    ")
        for line in claim["lines"]:
            code = " ".join([line["code"], *line["modifiers"]])
            yield f"    {code}: charged {line['charged']}, paid {line['paid']}"
            yield from _adjustments(line["adjustments"], "      ")
    for moved in paid["provider_adjustments"]:
        yield f"  outside of claims: {moved['code']} {moved['amount']}"


def _adjustments(told: list[Plain], indent: str) -> Iterator[str]:
    for each in told:
        group, reason = words(GROUPS, each["group"]), words(REASONS, each["reason"])
        yield f"{indent}{each['group']}-{each['reason']} {each['amount']}: {reason} ({group})"


def _claims(file: Plain) -> Iterator[str]:
    yield f"837: {len(file['claims'])} claims of {_who(file['billing'], 'npi')} to {_who(file['receiver'])}"
    for claim in file["claims"]:
        where = f"place {claim['place_of_service']}, diagnoses {' '.join(claim['diagnoses'])}"
        to = f"frequency {claim['frequency']}, to {_who(claim['payer'])}"
        yield f"  claim {claim['number']}: {claim['charged']}, {to}, {where}"
        for line in claim["lines"]:
            code = " ".join([line["code"], *line["modifiers"]])
            yield f"    {line['date']} {code}: {line['charged']}, units {line['units']}"
        for other in claim["other_coverages"]:
            paid = "has not decided" if other["paid"] is None else f"paid {other['paid']}"
            yield f"    other coverage {other['sequence']}, {_who(other['payer'])}: {paid}"


def _group(ack: Plain) -> Iterator[str]:
    yield f"999: group {ack['group']} {_verdict(ack)} ({ack['code']})"
    for problem in ack["problems"]:
        yield f"  {problem['where']}: {problem['what']}"
    yield from _action(ack)


def _interchange(ack: Plain) -> Iterator[str]:
    yield f"TA1: file {ack['control']} {_verdict(ack)} ({ack['code']}: {ack['note']})"
    yield from _action(ack)


def _claim_answers(told: Plain) -> Iterator[str]:
    yield f"277CA: {len(told['claims'])} claims judged"
    for batch in told["batches"]:
        yield f"  {batch['level']} {batch['reference']} {_verdict(batch)}: {batch['text']}"
        yield from _action(batch)
    for claim in told["claims"]:
        yield f"  claim {claim['number']} {_verdict(claim)}: {claim['text']}"
        yield from _action(claim)


def _inquiries(asked: Plain) -> Iterator[str]:
    yield f"270: {_who(asked['payer'])} is asked about {len(asked['inquiries'])} clients"
    for each in asked["inquiries"]:
        yield f"  {each['trace']}: member {each['member']} on {each['date']}, services {' '.join(each['services'])}"


def _eligibility(told: Plain) -> Iterator[str]:
    yield f"271: {_who(told['payer'])} answers about {len(told['answers'])} clients"
    for refusal in told["rejections"]:
        yield f"  refused: {refusal['text']}; {refusal['action']}"
    for each in told["answers"]:
        covered = {True: "active", False: "not active", None: "not told whether active"}[each["active"]]
        yield f"  member {each['member']}: {covered}; plan {each['plan'] or 'not told'}"
        for name in ("copay", "coinsurance", "deductible", "deductible_left", "visits", "visits_left"):
            if each[name] is not None:
                yield f"    {name.replace('_', ' ')} {each[name]}"
        for refusal in each["rejections"]:
            yield f"    refused: {refusal['text']}; {refusal['action']}"


def _asked_after(asked: Plain) -> Iterator[str]:
    yield f"276: {_who(asked['payer'])} is asked after {len(asked['inquiries'])} claims"
    for each in asked["inquiries"]:
        yield f"  {each['trace']}: claim {each['number']} of {each['first_day']}, charged {each['charged']}"


def _statuses(told: Plain) -> Iterator[str]:
    yield f"277: {_who(told['payer'])} tells of {len(told['claims'])} claims"
    for each in [*told["verdicts"], *told["claims"]]:
        paid = "" if each["paid"] is None else f", paid {each['paid']}"
        yield f"  {each['trace']} claim {each['number'] or 'not named'}{paid}: {each['text']}"
        yield from _action(each)


def _who(named: Plain, number: str = "id") -> str:
    return f"{named['name']} ({named[number]})"


def _verdict(ack: Plain) -> str:
    return "accepted" if ack["accepted"] else "REJECTED"


def _action(ack: Plain) -> Iterator[str]:
    if ack["action"]:
        yield f"    to do: {ack['action']}"


OF_SET = {
    "835": _remittance,
    "837": _claims,
    "999": _group,
    "TA1": _interchange,
    "277CA": _claim_answers,
    "276": _asked_after,
    "277": _statuses,
    "270": _inquiries,
    "271": _eligibility,
}
