"""Letters beyond ASCII: plain ones for files that take no others, and names compared without them."""

import unicodedata

OF_THEIR_OWN = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)
"""Letters and signs that Unicode takes apart into no plain one."""


def plain(text: str) -> str:
    """The text in ASCII: Østergård as Ostergard; letters of other scripts are left out."""
    return unicodedata.normalize("NFKD", text.translate(OF_THEIR_OWN)).encode("ascii", "ignore").decode("ascii")


def same_name(one: str, other: str) -> bool:
    """Whether two names are one but for capitals, accents, punctuation, and titles after a comma."""
    first, second = ({_parts(name), _parts(name.partition(",")[0])} for name in (one, other))
    return bool(first & second - {()})


def _parts(name: str) -> tuple[str, ...]:
    apart = unicodedata.normalize("NFKD", name.translate(OF_THEIR_OWN)).casefold()
    return tuple("".join(_kept(sign) for sign in apart).split())


def _kept(sign: str) -> str:
    if unicodedata.combining(sign) or sign in "'.":
        return ""
    return sign if sign.isalnum() or unicodedata.category(sign).startswith("M") else " "
