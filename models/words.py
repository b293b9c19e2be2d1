"""What a practice calls its people and things: tutors have no clinicians, consultants no charts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one kind of practice, in small letters."""

    clinician: str
    clinicians: str
    client: str
    clients: str
    note: str
    notes: str
    therapy: bool


THERAPY = Words("clinician", "clinicians", "client", "clients", "progress note", "progress notes", therapy=True)
BY_KIND = {
    "therapy": THERAPY,
    "tutoring": Words("tutor", "tutors", "student", "students", "session note", "session notes", therapy=False),
    "consulting": Words(
        "consultant", "consultants", "client", "clients", "session note", "session notes", therapy=False
    ),
}
OTHER = Words("staff member", "staff members", "client", "clients", "session note", "session notes", therapy=False)


def words_of(kind: str) -> Words:
    """The words of a kind of practice."""
    return BY_KIND.get(kind, OTHER)


def sentence(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]
