"""Who plays in the demo: a practice of three clinicians and twenty-five clients, as data."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from activities.adapters.cards_sandbox import APPROVES, DECLINES
from models.money import ZERO, dollars


@dataclass(frozen=True)
class Cover:
    """A coverage as the insurance card says it."""

    payer: str
    member_id: str
    copay: Decimal = ZERO
    authorization: str = ""


@dataclass(frozen=True)
class Person:
    """A client: `agreed` are prices of their own by service, `card` a card on file with the yes to autopay."""

    key: str
    first: str
    last: str
    born: date
    sex: str
    card: str = ""
    agreed: dict[str, Decimal] = field(default_factory=dict)
    covers: tuple[Cover, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@mail.example".lower()


@dataclass(frozen=True)
class Staff:
    """A clinician and the contract: lines of (service or "" for any, basis, value, from so many sessions, per head)."""

    key: str
    name: str
    npi: str
    contract: tuple[tuple[str, str, str, int, str], ...]
    fee_share: str = "0.00"
    guaranteed: str = "0.00"


@dataclass(frozen=True)
class Offer:
    """A service of the practice."""

    key: str
    name: str
    code: str
    minutes: int
    rate: str


STAFF = (
    Staff("levin", "Hannah Levin, PsyD", "1000000012", (("", "percent_of_collected", "60.00", 0, "0.00"),)),
    Staff(
        "reid",
        "Marcus Reid, LCSW",
        "1000000020",
        (
            ("", "flat", "85.00", 0, "0.00"),
            ("", "flat", "95.00", 6, "0.00"),
            ("group", "flat", "110.00", 0, "15.00"),
        ),
    ),
    Staff(
        "nair",
        "Priya Nair, LMFT",
        "1000000038",
        (("", "hourly", "52.00", 0, "0.00"),),
        fee_share="50.00",
        guaranteed="650.00",
    ),
)

OFFERS = (
    Offer("intake", "First appointment", "90791", 60, "210.00"),
    Offer("short", "Individual, 45 minutes", "90834", 45, "140.00"),
    Offer("long", "Individual, 60 minutes", "90837", 60, "175.00"),
    Offer("couple", "Couple or family", "90847", 60, "190.00"),
    Offer("group", "Group", "90853", 90, "60.00"),
)

PAYERS = {
    "60054": "Aetna",
    "62308": "Cigna",
    "87726": "UnitedHealthcare",
    "01112": "Medicare",
    "94036": "Blue Shield",
    "61101": "Humana",
    "00000": "Heartland Mutual",
}

HALF = {"couple": dollars("95.00")}

CLIENTS = (
    Person("olivia", "Olivia", "Bennett", date(1991, 4, 12), "F", APPROVES),
    Person("noah", "Noah", "Whitfield", date(1984, 9, 3), "M", APPROVES),
    Person("grace", "Grace", "Holloway", date(1996, 1, 27), "F", APPROVES),
    Person("chloe", "Chloe", "Ferris", date(1999, 7, 8), "F", APPROVES),
    Person("dylan", "Dylan", "Croft", date(1988, 11, 19), "M", DECLINES),
    Person("amelia", "Amelia", "Frost", date(1979, 6, 30), "F"),
    Person("lucas", "Lucas", "Ward", date(1993, 2, 14), "M"),
    Person("ruth", "Ruth", "Kimball", date(1967, 10, 5), "F"),
    Person("ben", "Ben", "Alvarez", date(2001, 3, 22), "M", agreed={"short": dollars("80.00")}),
    Person("sofia", "Sofia", "Marin", date(1998, 12, 1), "F", agreed={"short": dollars("60.00")}),
    Person("hank", "Hank", "Prescott", date(1972, 8, 17), "M", agreed=HALF),
    Person("joan", "Joan", "Prescott", date(1974, 5, 9), "F", agreed=HALF),
    Person("ava", "Ava", "Lindqvist", date(1990, 1, 11), "F"),
    Person("leo", "Leo", "Tanaka", date(1987, 7, 25), "M"),
    Person("maya", "Maya", "Osei", date(1995, 9, 16), "F", APPROVES),
    Person("owen", "Owen", "Gallagher", date(1982, 4, 2), "M", APPROVES),
    Person("zoe", "Zoe", "Petrov", date(1994, 11, 30), "F"),
    Person(
        "isabel", "Isabel", "Navarro", date(1986, 2, 8), "F", covers=(Cover("60054", "W204418830", dollars("25.00")),)
    ),
    Person("henry", "Henry", "Cole", date(1977, 6, 21), "M", covers=(Cover("60054", "W118204577", dollars("25.00")),)),
    Person("julian", "Julian", "Brooks", date(1992, 10, 13), "M", covers=(Cover("62308", "U4410277301"),)),
    Person(
        *("nora", "Nora", "Feld", date(1989, 3, 4), "F"),
        covers=(Cover("62308", "U5520981744", dollars("30.00"), "AU7741120"),),
    ),
    Person("victor", "Victor", "Lang", date(1969, 12, 24), "M", covers=(Cover("87726", "910442873"),)),
    Person(
        *("walter", "Walter", "Hayes", date(1951, 5, 28), "M"),
        covers=(Cover("01112", "1EG4TE5MK73"), Cover("94036", "XEA902114788")),
    ),
    Person("daisy", "Daisy", "Monroe", date(1997, 8, 6), "F", covers=(Cover("61101", "H36019472"),)),
    Person("ethan", "Ethan", "Marsh", date(1980, 1, 18), "M", covers=(Cover("00000", "HM8830145"),)),
)


@dataclass(frozen=True)
class Cast:
    """Who plays, and what stands in every chart."""

    clients: tuple[Person, ...] = CLIENTS
    diagnoses: tuple[str, ...] = ("F41.1",)
    note: str = "Reviewed the week; practised the breathing exercise; plan: continue weekly."
