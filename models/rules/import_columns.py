"""The columns that files from other systems may have, and the titles under which other systems export them.

Titles are compared without case, spaces and punctuation. The table in docs/guide/integration.md says the same.
"""

from dataclasses import dataclass
from typing import Any

from models.facts import ImportKind, Relation
from models.money import ZERO


@dataclass(frozen=True)
class Column:
    """A column: how its cells are read, and what an empty cell stands for; keys name the line."""

    name: str
    reads: str = "text"
    aliases: tuple[str, ...] = ()
    needed: bool = False
    otherwise: Any = ""
    is_key: bool = False


CLIENT_TITLES = ("client id", "client number", "account number", "patient id", "chart number", "client code", "mrn")
APPOINTMENT_TITLES = ("appointment id", "session id", "event id", "appointment number")

COLUMNS: dict[ImportKind, tuple[Column, ...]] = {
    ImportKind.CLIENTS: (
        Column("id", "text", CLIENT_TITLES, needed=True, is_key=True),
        Column("name", "text", ("client name", "full name", "patient name")),
        Column("first", "text", ("first name", "legal first name", "given name")),
        Column("last", "text", ("last name", "legal last name", "surname", "family name")),
        Column("preferred", "text", ("preferred name", "nickname", "goes by")),
        Column("pronouns"),
        Column("email", "email", ("email address", "e-mail", "primary email")),
        Column("phone", "phone", ("mobile phone", "cell phone", "phone number", "primary phone", "mobile")),
        Column("birth", "birth", ("date of birth", "dob", "birth date", "birthday"), otherwise=None),
        Column("sex", "sex", ("gender", "legal sex", "sex on insurance"), otherwise="U"),
        Column("line1", "text", ("address", "street", "address line 1", "address 1", "street address")),
        Column("city", "text", ("town",)),
        Column("state", "state", ("state/province",)),
        Column("zip", "zip", ("zip code", "postal code", "zipcode")),
        Column("timezone", "text", ("time zone",), otherwise=None),
    ),
    ImportKind.COVERAGES: (
        Column("client", "text", CLIENT_TITLES, needed=True, is_key=True),
        Column("payer", "text", ("payer id", "insurance company", "insurance", "insurer", "payer name"), needed=True),
        Column("member_id", "text", ("member id", "subscriber id", "policy number", "insurance id"), needed=True),
        Column("order", "order", ("priority", "sequence", "insurance type", "level"), otherwise=1, is_key=True),
        Column("copay", "amount", ("co-pay", "copayment", "copay amount"), otherwise=ZERO),
        Column("covered_from", "date", ("effective date", "start date", "coverage start"), otherwise=None),
        Column("covered_until", "date", ("end date", "termination date", "coverage end"), otherwise=None),
        Column("authorization", "text", ("authorization number", "auth number", "auth")),
        Column("plan", "text", ("plan name",)),
        Column("group_number", "text", ("group", "group id", "group number")),
        Column("relation", "relation", ("relationship", "relationship to insured"), otherwise=Relation.SELF),
        Column("subscriber_first", "text", ("subscriber first name", "insured first name")),
        Column("subscriber_last", "text", ("subscriber last name", "insured last name")),
        Column("subscriber_birth", "birth", ("subscriber dob", "insured date of birth"), otherwise=None),
    ),
    ImportKind.APPOINTMENTS: (
        Column("id", "text", APPOINTMENT_TITLES, needed=True, is_key=True),
        Column("client", "names", CLIENT_TITLES, needed=True),
        Column("clinician", "text", ("staff member", "tutor", "consultant", "provider", "therapist"), needed=True),
        Column("service", "text", ("service code", "appointment type", "billing code", "cpt code"), needed=True),
        Column("starts", "moment", ("start", "date and time", "appointment date/time"), otherwise=None),
        Column("date", "date", ("appointment date", "session date", "date of service"), otherwise=None),
        Column("time", "time", ("start time", "appointment time", "session time"), otherwise=None),
        Column("place", "text", ("location", "office", "room")),
        Column("status", "outcome", ("appointment status", "attendance", "attendance status"), otherwise=None),
    ),
    ImportKind.BALANCES: (
        Column("client", "text", CLIENT_TITLES, needed=True, is_key=True),
        Column("balance", "money", ("amount", "amount due", "client balance", "patient balance"), needed=True),
    ),
}  # fmt: skip

ONE_OF: dict[ImportKind, tuple[tuple[str, ...], ...]] = {
    ImportKind.CLIENTS: (("first",), ("name",)),
    ImportKind.APPOINTMENTS: (("starts",), ("date", "time")),
}
"""Columns of which each line needs one set, the first or the second."""
