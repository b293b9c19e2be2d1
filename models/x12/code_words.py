"""Plain words for the codes of TA1 and 999, with what to do; an unknown code is shown as it is.

The statuses of claims are in `status_words`, adjustments in `adjustment_words`, eligibility in `eligibility_words`.
"""

from models.x12.action_words import CALL_SUBMITTER, CHECK_SENDER, LOOK_FOR_FIRST_ANSWER, SEND_FILE_AGAIN

TA1_NOTES = {
    "000": "no error",
    "001": "the interchange control numbers of header and trailer differ",
    "002": "the standard named in the control standards identifier is not supported",
    "003": "the version of the controls is not supported",
    "004": "the segment terminator is invalid",
    "005": "the sender's qualifier is invalid",
    "006": "the sender is unknown",
    "007": "the receiver's qualifier is invalid",
    "008": "the receiver is unknown",
    "009": "the receiver is not served here",
    "010": "the authorization qualifier is invalid",
    "011": "the authorization information is invalid",
    "012": "the security qualifier is invalid",
    "013": "the security information is invalid",
    "014": "the date of the interchange is invalid",
    "015": "the time of the interchange is invalid",
    "016": "the standards identifier is invalid",
    "017": "the version of the interchange is invalid",
    "018": "the control number is invalid",
    "019": "the acknowledgment request is invalid",
    "020": "the test indicator is invalid",
    "021": "the number of groups is wrong",
    "022": "the control structure is invalid",
    "023": "the end of the file came too early",
    "024": "the interchange content is invalid",
    "025": "the control number is a duplicate",
    "026": "the element separator is invalid",
    "027": "the sub-element separator is invalid",
    "028": "the delivery date of a deferred delivery is invalid",
    "029": "the delivery time of a deferred delivery is invalid",
    "030": "the time code of a deferred delivery is invalid",
    "031": "the grade of service is invalid",
}

TA1_ACTIONS = {
    "000": "",
    "002": CALL_SUBMITTER,
    "003": CALL_SUBMITTER,
    "005": CHECK_SENDER,
    "006": CHECK_SENDER,
    "007": CHECK_SENDER,
    "008": CHECK_SENDER,
    "009": CHECK_SENDER,
    "010": CHECK_SENDER,
    "011": CHECK_SENDER,
    "012": CHECK_SENDER,
    "013": CHECK_SENDER,
    "020": CHECK_SENDER,
    "025": LOOK_FOR_FIRST_ANSWER,
}
"""What to do about a refused interchange; `SEND_FILE_AGAIN` about any other code."""

SEGMENT_ERRORS = {
    "1": "segment is not recognised",
    "2": "segment is not expected here",
    "3": "required segment is missing",
    "4": "loop occurs too often",
    "5": "segment occurs too often",
    "6": "segment is not defined for this transaction",
    "7": "segments are out of order",
    "8": "segment has wrong elements",
    "I4": "segment is not used in this guide",
    "I6": "situational segment is missing where the situation requires it",
    "I7": "loop occurs too seldom",
    "I8": "segment has fewer repetitions than required",
    "I9": "situational segment is present where the situation forbids it",
}

ELEMENT_ERRORS = {
    "1": "required element is missing",
    "2": "element that another one requires is missing",
    "3": "there are too many elements",
    "4": "element is too short",
    "5": "element is too long",
    "6": "element has an invalid character",
    "7": "code is not valid",
    "8": "date is not valid",
    "9": "time is not valid",
    "10": "elements exclude each other",
    "12": "element repeats too often",
    "13": "there are too many components",
    "I6": "code is not used in this guide",
    "I9": "situational element is missing where the situation requires it",
    "I10": "element is not used in this guide",
    "I11": "situational element is present where the situation forbids it",
    "I12": "value does not match the pattern the guide asks for",
    "I13": "value is not in the guide's code list",
}

TRANSACTION_ERRORS = {
    "1": "the transaction set is not supported",
    "2": "the trailer of the transaction is missing",
    "3": "the control numbers of header and trailer differ",
    "4": "the number of segments is wrong",
    "5": "one or more segments are in error",
    "6": "the transaction set identifier is missing or invalid",
    "7": "the control number is missing or invalid",
    "8": "the authentication key is unknown",
    "9": "the encryption key is unknown",
    "10": "the requested service is not available",
    "11": "the recipient of the secured text is unknown",
    "12": "the length of the message is wrong",
    "13": "the authentication of the message failed",
    "15": "the originator of the secured text is unknown",
    "16": "the decrypted text has a syntax error",
    "17": "secured text is not supported",
    "18": "the transaction is not in its group",
    "19": "the implementation guide that is named is invalid",
    "23": "the control number is not unique in the group",
    "I5": "the implementation guide is not followed",
    "I6": "the implementation guide is not supported",
}

GROUP_ERRORS = {
    "1": "the functional group is not supported",
    "2": "the version is not supported",
    "3": "the trailer of the group is missing",
    "4": "the control numbers of header and trailer differ",
    "5": "the number of transactions is wrong",
    "6": "the control number is invalid",
    "10": "the authentication key is unknown",
    "11": "the encryption key is unknown",
    "12": "the requested service is not available",
    "13": "the recipient of the secured text is unknown",
    "14": "the originator of the secured text is unknown",
    "15": "the decrypted text has a syntax error",
    "16": "secured text is not supported",
    "17": "the length of the message is wrong",
    "18": "the authentication of the message failed",
    "19": "the control number is not unique in the interchange",
}

ENTITIES = {
    "1P": "provider",
    "03": "dependent",
    "13": "contracted provider",
    "36": "employer",
    "40": "receiver",
    "41": "submitter",
    "71": "attending physician",
    "72": "operating physician",
    "77": "service facility",
    "82": "rendering provider",
    "85": "billing provider",
    "87": "pay-to provider",
    "AY": "clearinghouse",
    "DK": "ordering physician",
    "DN": "referring provider",
    "DQ": "supervising physician",
    "IL": "insured",
    "GB": "other insured",
    "P3": "primary care provider",
    "PE": "payee",
    "PR": "payer",
    "QC": "patient",
    "TT": "next payer",
    "TV": "third party administrator",
}


def words(table: dict[str, str], code: str) -> str:
    """The words of a code; the bare code where the table has none."""
    return table.get(code, f"code {code}" if code else "no code given")


def code_of(table: dict[str, str], text: str, otherwise: str) -> str:
    """The code these words stand for."""
    return next((code for code, meaning in table.items() if text.startswith(meaning)), otherwise)


def ta1_action(code: str) -> str:
    """What to do about an interchange that was answered with this code."""
    return TA1_ACTIONS.get(code, SEND_FILE_AGAIN)
