"""What each check of the scrub looks at: a claim in, the fields that are wrong and why, one after the other.

Nothing here quotes what may be a patient's: a finding is kept in tasks and shown to people without a chart.
"""

import re
from collections.abc import Callable, Iterator

from models.billed import BilledAddOn, Held
from models.facts import ClaimFacts, PayerRuleKind
from models.rules import payer_rules
from models.rules.coding import ADD_ONS, CRISIS, FURTHER_CRISIS, WITH_A_VISIT, crisis_mismatch, mismatch, misplaced

Wrong = tuple[str, str]
"""A field, and what is wrong with it."""
Looks = Callable[[ClaimFacts], Iterator[Wrong]]

ICD10_SHAPE = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
CPT_SHAPE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
MOST_DIAGNOSES, MOST_POINTERS = 12, 4


def not_billable(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.billable:
        yield "session", "is none that a payer is billed for"


def procedure(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.code.strip():
        yield "service code", "is missing: a claim without a procedure bills nothing"
    elif not CPT_SHAPE.fullmatch(claim.code):
        yield "service code", "is no CPT or HCPCS code"


def add_on(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.code in ADD_ONS:
        yield "service code", "is an add-on, never billed alone"
    codes = [claim.code, *(line.code for line in claim.add_ons)]
    for place, line in enumerate(claim.add_ons, start=1):
        if line.code in codes[:place]:
            yield "add-on", f"{line.code} is there twice"
        elif wrong := misplaced(line.code, [*codes[:place], *codes[place + 1 :]]):
            yield "add-on", wrong


def minutes(claim: ClaimFacts) -> Iterator[Wrong]:
    further = sum(line.units for line in claim.add_ons if line.code == FURTHER_CRISIS)
    if claim.code == CRISIS:
        wrong = crisis_mismatch(claim.minutes, further)
    else:
        wrong = mismatch(claim.code, claim.minutes) if CPT_SHAPE.fullmatch(claim.code) else None
    if wrong:
        yield "minutes", f"do not fit the code ({wrong})"
    for line in claim.add_ons:
        if line.code in WITH_A_VISIT:
            yield from _minutes_beside_a_visit(line, claim.minutes)


def _minutes_beside_a_visit(line: BilledAddOn, whole: int) -> Iterator[Wrong]:
    """Psychotherapy beside a visit has minutes of its own: the visit's are not counted (CPT)."""
    if line.minutes is None:
        yield "minutes", f"of psychotherapy are not said, and {line.code} is billed by them"
    elif wrong := mismatch(line.code, line.minutes):
        yield "minutes", f"do not fit the code ({wrong})"
    elif line.minutes > whole:
        yield "minutes", f"of psychotherapy ({line.minutes}) are more than the whole session took ({whole})"


def diagnosis_missing(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.diagnoses:
        yield "diagnosis", "none is given"


def diagnosis(claim: ClaimFacts) -> Iterator[Wrong]:
    for place, code in enumerate(claim.diagnoses, start=1):
        if not ICD10_SHAPE.fullmatch(code):
            yield "diagnosis", f"number {place} is not written like an ICD-10-CM code"


def diagnosis_unlisted(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.list_in_force:
        yield from _unlisted(
            claim,
            "was no ICD-10-CM code on the day of the session",
            "is a category, and a category alone is not billable",
        )


def diagnosis_unsure(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.list_in_force:
        yield from _unlisted(
            claim,
            "is in no list known here; that of the day of the session is another",
            "is a category in the list known here, and a category alone is not billable; "
            "that of the day of the session is another",
        )


def _unlisted(claim: ClaimFacts, unknown: str, category: str) -> Iterator[Wrong]:
    """Diagnoses that are not billable: no code at all, or a category, of which some code has to be chosen."""
    for place, code in enumerate(claim.diagnoses, start=1):
        if code in claim.unlisted and ICD10_SHAPE.fullmatch(code):
            yield "diagnosis", f"number {place} {category if code in claim.categories else unknown}"


def diagnosis_count(claim: ClaimFacts) -> Iterator[Wrong]:
    if len(claim.diagnoses) > MOST_DIAGNOSES:
        yield "diagnosis", f"a claim holds {MOST_DIAGNOSES} at most"


def pointers(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.diagnoses:
        return
    beyond = [p for p in claim.pointers if not 1 <= p <= len(claim.diagnoses)]
    twice = len(set(claim.pointers)) != len(claim.pointers)
    if not claim.pointers or beyond or twice or len(claim.pointers) > MOST_POINTERS:
        yield "diagnosis pointers", "do not name one to four diagnoses of the claim, each once"


def note(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.note_signed:
        yield "note", "is not signed"


def charge(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.charge <= 0:
        yield "charge", "is not above zero"
    for line in claim.add_ons:
        if line.charge <= 0:
            yield "charge", f"of {line.code} is not above zero"


def npi(claim: ClaimFacts) -> Iterator[Wrong]:
    for field, number in (("rendering NPI", claim.rendering_npi), ("billing NPI", claim.billing_npi)):
        if not valid_npi(number):
            yield field, "has no valid check digit"


def demographics(claim: ClaimFacts) -> Iterator[Wrong]:
    for field in claim.missing:
        yield field, "is missing in the client's record"


def member(claim: ClaimFacts) -> Iterator[Wrong]:
    if not claim.member_id.strip():
        yield "member id", "is empty"


def coverage(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.covered_from and claim.held_on < claim.covered_from:
        yield "coverage", "began after the session"
    if claim.covered_until and claim.held_on > claim.covered_until:
        yield "coverage", "ended before the session"


def place(claim: ClaimFacts) -> Iterator[Wrong]:
    said = payer_rules.TELEHEALTH_MODIFIERS.intersection(claim.modifiers)
    there = claim.place_of_service in payer_rules.TELEHEALTH_PLACES
    if said and not there:
        yield "place of service", f"{claim.place_of_service} does not go with modifier {min(said)} (telehealth)"
    elif there != claim.held.remote:
        yield "place of service", "says telehealth, the session was not" if there else "says in person, it was not"
    elif said & payer_rules.AUDIO_MODIFIERS and claim.held is not Held.AUDIO:
        yield "modifiers", f"{min(said)} says that there was no picture, the session had one"


def modifiers(claim: ClaimFacts) -> Iterator[Wrong]:
    if len(claim.modifiers) > 4:
        yield "modifiers", "a line holds four at most"
    if len(set(claim.modifiers)) != len(claim.modifiers):
        yield "modifiers", "one is there twice"
    if any(not re.fullmatch(r"[A-Z0-9]{2}", m) for m in claim.modifiers):
        yield "modifiers", "one is not two letters or digits"


def duplicate(claim: ClaimFacts) -> Iterator[Wrong]:
    for number in claim.twins:
        yield "claim", f"bills the same client, day, service and clinician as {number}"


def authorization_missing(claim: ClaimFacts) -> Iterator[Wrong]:
    codes = (claim.code, *(line.code for line in claim.add_ons))
    needed = any(payer_rules.needs_authorization(claim.payer_rules, code, claim.held_on) for code in codes)
    if needed and (claim.authorization is None or not claim.authorization.number.strip()):
        yield "authorization", "is missing, and this payer wants one for the service"


def authorization_over(claim: ClaimFacts) -> Iterator[Wrong]:
    held = claim.authorization
    if held and held.until and claim.held_on > held.until:
        yield "authorization", f"ended on {held.until}, before the session"


def authorization_used_up(claim: ClaimFacts) -> Iterator[Wrong]:
    held = claim.authorization
    if held and held.sessions is not None and held.used >= held.sessions:
        yield "authorization", f"was for {held.sessions} sessions, and {held.used} others have used it"


def filing_over(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.file_by and claim.today and claim.today > claim.file_by:
        yield "date of service", f"is past the payer's limit: it had to be filed by {claim.file_by}"


def licence(claim: ClaimFacts) -> Iterator[Wrong]:
    asked = [r for r in payer_rules.in_force(claim.payer_rules, claim.held_on) if r.kind is PayerRuleKind.MODIFIER]
    if not asked:
        return
    if not claim.licence:
        yield "licence", "of the clinician is not known, and this payer wants a modifier by it"
        return
    wanted = payer_rules.billed_as(claim.payer_rules, claim.licence, claim.held, claim.held_on).modifiers
    for modifier in sorted(set(wanted) - set(claim.modifiers)):
        yield "modifiers", f"{modifier} is missing, which this payer wants"


def telehealth_place(claim: ClaimFacts) -> Iterator[Wrong]:
    wanted = payer_rules.telehealth_place(claim.payer_rules, claim.held, claim.held_on) if claim.held.remote else None
    if wanted and claim.place_of_service != wanted:
        yield "place of service", f"is {claim.place_of_service}, this payer wants {wanted} for telehealth"


def taxonomy(claim: ClaimFacts) -> Iterator[Wrong]:
    for rule in payer_rules.in_force(claim.payer_rules, claim.held_on):
        mine = rule.kind is PayerRuleKind.TAXONOMY and rule.applies_to == claim.rendering_npi
        if mine and rule.value != claim.taxonomy:
            yield "taxonomy", f"is not {rule.value}, with which the clinician is enrolled with this payer"


def billing_group(claim: ClaimFacts) -> Iterator[Wrong]:
    if claim.billing_wanted and claim.billing_wanted != claim.billing_npi:
        yield "billing NPI", f"is not {claim.billing_wanted}, under which this payer wants to be billed"


def valid_npi(npi: str) -> bool:
    """Ten digits whose last is the Luhn check digit over 80840 and the rest (45 CFR 162.406)."""
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit():
        return False
    digits = [int(d) for d in reversed("80840" + npi)]
    doubled = sum(sum(divmod(d * 2, 10)) for d in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0
