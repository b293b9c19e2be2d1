"""A practice on a real database without Temporal: its desk asks the steps itself, at the time it says.

`Desk` does what the workflows do: it hands each answer of a step on to the step that follows. The neighbours are
fakes that keep lists. A test says only what it is about; everything else has a sensible default.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any, TypeVar, TypeVarTuple, cast, overload
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session as Database
from sqlmodel import col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from activities import (
    charges,
    charts,
    claims,
    clearinghouse,
    invoices,
    payments,
    remittances,
    sessions,
)
from activities.database import Step, Tx, World
from activities.ports import Charge, Order
from activities.relay import Relay
from activities.tasks import NAMES
from activities.vault import Vault
from models.collecting import ChargeState
from models.facts import By, Status
from models.messages import (
    Answered,
    Booking,
    Cancellation,
    CardCharge,
    FreedTime,
    Handover,
    InvoiceStart,
    Mail,
    Money,
    Move,
    Outcome,
    PostingWish,
    Receipt,
    SessionStanding,
    Signing,
    Waiver,
)
from models.money import ZERO
from models.tables import (
    AttendanceRow,
    Claim,
    ClaimLine,
    Client,
    Clinician,
    Coverage,
    Entry,
    Invoice,
    Payer,
    PayLine,
    PayRuleRow,
    PayTerms,
    PolicyRow,
    Posting,
    Practice,
    RateRow,
    Service,
    Session,
    Task,
)

In = TypeVar("In")
Out = TypeVar("Out")
Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")

OPENED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""A Monday, 9:00 in Chicago."""
BEFORE_ALL = date(2020, 1, 1)
HOME: dict[str, Any] = {"line1": "12 Elm Street", "city": "Springfield", "state": "IL", "zip": "62704"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Entered = tuple[str, dict[str, Decimal]]


def usd(text: str) -> Decimal:
    return Decimal(text)


@dataclass
class FakeRelay:
    """Keeps what it was handed."""

    handed: list[Handover] = field(default_factory=list)

    def hand_on(self, handover: Handover) -> None:
        self.handed.append(handover)


@dataclass
class FakeMailer:
    """Keeps what was sent."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> None:
        self.sent.append(mail)


@dataclass
class FakeClearinghouse:
    """Folders in memory; a delivery of the same name counts each time."""

    delivered: list[tuple[str, bytes]] = field(default_factory=list)
    outbox: dict[str, bytes] = field(default_factory=dict)

    def deliver(self, name: str, content: bytes) -> None:
        self.delivered.append((name, content))

    def waiting(self) -> list[str]:
        return sorted(self.outbox)

    def fetch(self, name: str) -> bytes | None:
        return self.outbox.get(name)

    def archive(self, name: str) -> None:
        self.outbox.pop(name, None)


@dataclass
class FakeCards:
    """Approves unless answers were laid out; keeps what it was asked."""

    answers: list[Charge] = field(default_factory=list)
    charged: list[tuple[str, Decimal, str]] = field(default_factory=list)
    returned: list[tuple[str, Decimal, str]] = field(default_factory=list)
    pages: list[Order] = field(default_factory=list)
    known: dict[str, Charge] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)

    def store(self, number: str) -> str:
        return f"card-{number[-4:]}"

    def charge(self, card: str, amount: Decimal, key: str) -> Charge:
        self.charged.append((card, amount, key))
        return self._answer(f"charge-{len(self.charged)}")

    def refund(self, reference: str, amount: Decimal, key: str) -> Charge:
        self.returned.append((reference, amount, key))
        return self._answer(f"refund-{len(self.returned)}")

    def page(self, order: Order, key: str) -> Charge:
        self.pages.append(order)
        reference = f"page-{len(self.pages)}"
        self.known[reference] = Charge(ChargeState.OPEN, reference, url=f"https://gateway.example/{reference}")
        return self.known[reference]

    def close(self, reference: str) -> Charge:
        self.closed.append(reference)
        if self.known[reference].state is ChargeState.OPEN:
            self.known[reference] = Charge(ChargeState.EXPIRED, reference)
        return self.known[reference]

    def look(self, reference: str) -> Charge:
        return self.known[reference]

    def heard(self, payload: bytes, signature: str) -> tuple[str, str] | None:
        return (signature, payload.decode()) if payload else None

    def _answer(self, reference: str) -> Charge:
        answer = self.answers.pop(0) if self.answers else Charge(ChargeState.APPROVED, reference)
        self.known[answer.reference or reference] = answer
        return answer


@dataclass
class Desk:
    """The practice at `now`; `session`, `client` and so on make what a test needs, the verbs do what people do."""

    world: World
    now: datetime = OPENED
    mails: list[Mail] = field(default_factory=list)
    asked: list[InvoiceStart] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    freed: list[FreedTime] = field(default_factory=list)
    made: int = 0

    @staticmethod
    def opened(engine: Engine) -> "Desk":
        """A practice with clinician 1, service 1 (90837, 60 minutes, 150.00) and a policy."""
        relay = cast(Relay, FakeRelay())
        desk = Desk(World(engine, relay, FakeMailer(), FakeClearinghouse(), FakeCards(), Vault(bytes(32))))
        desk.add(
            Practice(
                name="Elm Street Practice",
                email="office@elmstreet.example",
                phone="2175550142",
                timezone="America/Chicago",
                npi="1999999984",
                tax_id="123456789",
                taxonomy="101Y00000X",
                pay_anchor=date(2026, 3, 2),
                line1="1 Elm Street",
                city="Springfield",
                state="IL",
                zip="627041234",
            )
        )
        desk.policy()
        desk.clinician()
        desk.service()
        return desk

    # ── what there is ────────────────────────────────────────────────────────

    def add(self, row: Row) -> Row:
        """Keep a row."""
        with Database(self.world.engine, expire_on_commit=False) as db, db.begin():
            db.add(row)
        return row

    def policy(self, effective_from: date = BEFORE_ALL, **changes: Any) -> None:
        terms: dict[str, Any] = {"late_cancel_fee": "50%", "no_show_fee": "100%"}
        self.add(PolicyRow(effective_from=effective_from, **{**terms, **changes}))

    def clinician(self) -> int:
        row = Clinician(name="Ada Stone", npi="1987654328", email="ada@elmstreet.example", taxonomy="103TC0700X")
        return self.add(row).id or 0

    def service(self, code: str = "90837", minutes: int = 60, rate: str = "150.00") -> int:
        number = self.add(Service(name=f"Service {code or minutes}", code=code, minutes=minutes)).id or 0
        self.add(RateRow(service_id=number, amount=usd(rate), effective_from=BEFORE_ALL))
        return number

    def rate(self, amount: str, service_id: int = 1, **whose: int) -> None:
        self.add(RateRow(service_id=service_id, amount=usd(amount), effective_from=BEFORE_ALL, **whose))

    def client(self, *payer_ids: int, copay: str = "0.00", **changes: Any) -> int:
        """A client with coverages in this order."""
        self.made += 1
        known: dict[str, Any] = {
            "first": "Pat",
            "last": "Doe",
            "email": f"client{self.made}@client.example",
            "birth": date(1985, 5, 17),
            "sex": "F",
            "diagnoses": ["F41.1"],
            **HOME,
        }
        number = self.add(Client(**{**known, **changes})).id or 0
        for sequence, payer_id in enumerate(payer_ids, start=1):
            member = f"W{number}{sequence}0001"
            row = Coverage(client_id=number, payer_id=payer_id, member_id=member, sequence=sequence, copay=usd(copay))
            self.add(row)
        return number

    def payer(self, payer_id: str = "60054", **changes: Any) -> int:
        return self.add(Payer(name=f"Payer {payer_id}", payer_id=payer_id, **changes)).id or 0

    def pay_rule(self, basis: str, value: str, **changes: Any) -> None:
        known: dict[str, Any] = {"clinician_id": 1, "effective_from": BEFORE_ALL}
        self.add(PayRuleRow(basis=basis, value=usd(value), **{**known, **changes}))

    def pay_terms(self, fee_share: str = "0.00", guaranteed: str = "0.00") -> None:
        terms = PayTerms(
            clinician_id=1, effective_from=BEFORE_ALL, fee_share=usd(fee_share), guaranteed=usd(guaranteed)
        )
        self.add(terms)

    # ── asking ───────────────────────────────────────────────────────────────

    def ask(self, step: Step[In, Out], message: In) -> Out:
        """One step, and what follows from it."""
        answer = self.only(step, message)
        self.follow(answer if isinstance(answer, Handover) else getattr(answer, "handover", Handover()))
        return answer

    def only(self, step: Step[In, Out], message: In) -> Out:
        """One step in one transaction; what it leaves is left."""
        with Database(self.world.engine) as db, db.begin():
            return step.work(Tx(db, self.now, self.world), message)

    def follow(self, handover: Handover) -> None:
        """What the workflows do with what a step leaves."""
        self.mails += handover.mails
        self.asked += handover.invoices
        self.settled += handover.settled_invoices
        for number in handover.claims:
            self.ask(claims.prepare, number)
        for answer in handover.answers:
            self.tell(answer)
        for remittance_id in handover.remittances:
            self.post(remittance_id)
        for charge_id in handover.charges:
            self.ask(charges.ask, charge_id)
        for booking in handover.bookings:
            self.follow_booking(booking)
        for move in handover.moves:
            self.ask(sessions.move, move)
        for cancellation in handover.cancellations:
            self.ask(sessions.cancel, cancellation)
        self.freed += handover.freed

    def follow_booking(self, booking: Booking) -> None:
        """Book what a series asks for; what was booked under that name before stays as it is."""
        if not self.rows(select(Session.id).where(Session.id == booking.session_id)):
            self.ask(sessions.book, booking)

    def tell(self, answer: Answered) -> None:
        self.ask(remittances.post if answer.kind == "remitted" else claims.take_answer, answer)

    def post(self, remittance_id: int, at_once: int = 300) -> None:
        """What the workflow of a remittance does: batch by batch until nothing is left."""
        while self.ask(remittances.post_batch, PostingWish(remittance_id, at_once)).left:
            pass

    # ── what people do ───────────────────────────────────────────────────────

    def at(self, moment: datetime) -> None:
        self.now = max(self.now, moment)

    def book(self, *client_ids: int, **changes: Any) -> UUID:
        """Book a session two days from now unless told otherwise; its id."""
        self.made += 1
        number = uuid5(NAMES, f"session {self.made}")
        known: dict[str, Any] = {"clinician_id": 1, "service_id": 1, "starts": self.now + 2 * DAY, "place": "Room 2"}
        self.ask(sessions.book, Booking(number, client_ids=client_ids, **{**known, **changes}))
        return number

    def attend(self, session_id: UUID, client_id: int | None = None, minutes: int | None = None) -> SessionStanding:
        return self.ask(sessions.record, Outcome(session_id, Status.ATTENDED, client_id, minutes))

    def no_show(self, session_id: UUID, client_id: int | None = None) -> SessionStanding:
        return self.ask(sessions.record, Outcome(session_id, Status.NO_SHOW, client_id))

    def cancel(self, session_id: UUID, by: By = By.CLIENT, client_id: int | None = None) -> SessionStanding:
        return self.ask(sessions.cancel, Cancellation(session_id, by, client_id))

    def move(self, session_id: UUID, starts: datetime, by: By = By.CLIENT) -> SessionStanding:
        return self.ask(sessions.move, Move(session_id, starts, by))

    def waive(self, session_id: UUID, client_id: int, reason: str = "ill") -> SessionStanding:
        return self.ask(sessions.waive, Waiver(session_id, client_id, reason))

    def draft(self, session_id: UUID, diagnoses: tuple[str, ...] = ()) -> None:
        """Its notes are written and not signed yet."""
        with Database(self.world.engine) as db, db.begin():
            charts.draft(db, self.world.vault, session_id, "A note", diagnoses)

    def sign(self, session_id: UUID) -> SessionStanding:
        self.draft(session_id)
        return self.ask(sessions.sign, Signing(session_id))

    def hold(self, *client_ids: int, minutes: int | None = None, **changes: Any) -> UUID:
        """A session from booking to the signed note, an hour after now."""
        number = self.book(*client_ids, **{"starts": self.now + HOUR, **changes})
        self.now += 2 * HOUR
        self.attend(number, minutes=minutes)
        self.sign(number)
        return number

    def miss(self, *client_ids: int, **changes: Any) -> UUID:
        """A session nobody came to."""
        number = self.book(*client_ids, **{"starts": self.now + HOUR, **changes})
        self.now += 2 * HOUR
        self.no_show(number)
        return number

    def claim(self, client_id: int, **changes: Any) -> str:
        """The number of the claim of a session held now, accepted by its payer."""
        number = self.claims_of(self.hold(client_id, **changes))[-1].number
        self.tell(Answered(number, "accepted", 0, payer_claim_number=f"ICN{number}"))
        return number

    def send(self) -> None:
        """The day's batch of claims."""
        for file in self.ask(clearinghouse.build, 5000).files:
            self.ask(clearinghouse.deliver, file)

    def money(self, kind: str, client_id: int, amount: str, method: str = "card", request: str = "") -> Receipt:
        self.made += 1
        name = uuid5(NAMES, request or f"money {self.made}")
        way = "" if kind == "write_off" else method
        return self.ask(payments.record, Money(name, kind, client_id, usd(amount), way, "agreed"))

    def pay(self, client_id: int, amount: str, method: str = "card", request: str = "") -> Receipt:
        return self.money("payment", client_id, amount, method, request)

    def refund(self, client_id: int, amount: str, method: str = "card", request: str = "") -> Receipt:
        return self.money("refund", client_id, amount, method, request)

    def write_off(self, client_id: int, amount: str, request: str = "") -> Receipt:
        return self.money("write_off", client_id, amount, "", request)

    def autopay(self, number: str, attempt: int = 1) -> bool:
        """An automatic attempt to be paid; whether there will be another."""
        return self.ask(charges.autopay, CardCharge(number, attempt)).again

    # ── what there is to see ─────────────────────────────────────────────────

    @property
    def mailer(self) -> FakeMailer:
        return cast(FakeMailer, self.world.mailer)

    @property
    def folder(self) -> FakeClearinghouse:
        return cast(FakeClearinghouse, self.world.clearinghouse)

    @property
    def cards(self) -> FakeCards:
        return cast(FakeCards, self.world.cards)

    @overload
    def rows(self, query: SelectOfScalar[Row]) -> list[Row]: ...

    @overload
    def rows(self, query: Select[*Columns]) -> list[tuple[*Columns]]: ...

    def rows(self, query: Any) -> list[Any]:
        """What a query finds, free of its transaction."""
        with Database(self.world.engine, expire_on_commit=False) as db:
            found = list(db.exec(query).all())
            db.expunge_all()
        return found

    def with_db(self, read: Callable[[Database], Out]) -> Out:
        """What a function that reads finds."""
        with Database(self.world.engine, expire_on_commit=False) as db:
            return read(db)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo("America/Chicago")

    def row(self, table: type[Row], key: Any) -> Row:
        with Database(self.world.engine, expire_on_commit=False) as db:
            return db.get_one(table, key)

    def change(self, table: type[Row], key: Any, **fields: Any) -> None:
        with Database(self.world.engine) as db, db.begin():
            found = db.get_one(table, key)
            for name, value in fields.items():
                setattr(found, name, value)

    def claims_of(self, session_id: UUID) -> list[Claim]:
        attendance = select(AttendanceRow.id).where(AttendanceRow.session_id == session_id)
        numbers = select(ClaimLine.claim_number).where(col(ClaimLine.attendance_id).in_(attendance))
        return self.rows(select(Claim).where(col(Claim.number).in_(numbers)).order_by(col(Claim.number)))

    def tasks(self) -> list[str]:
        """The kinds of the open tasks, in order of opening."""
        rows = self.rows(select(Task).where(col(Task.closed_at).is_(None)).order_by(col(Task.opened_at)))
        return [task.kind for task in rows]

    def accounts(self) -> dict[str, Decimal]:
        """Every account that is not at zero."""
        sums = self.rows(select(Posting.account, func.sum(Posting.amount)).group_by(Posting.account))
        return {account: amount for account, amount in sums if amount}

    def balance(self, account: str) -> Decimal:
        return self.accounts().get(account, ZERO)

    def entries(self) -> list[Entered]:
        """The ledger: events with what they did to which account."""
        return [(entry.event, self.postings(entry)) for entry in self.rows(select(Entry).order_by(col(Entry.id)))]

    def postings(self, entry: Entry) -> dict[str, Decimal]:
        return {p.account: p.amount for p in self.rows(select(Posting).where(Posting.entry_id == entry.id))}

    def dues(self, client_id: int) -> dict[str, Decimal]:
        """What is due of each invoice of a client."""
        with Database(self.world.engine) as db:
            return invoices.dues_of(db, client_id)

    def open_invoices(self, client_id: int) -> list[str]:
        query = select(Invoice.number).where(Invoice.client_id == client_id, col(Invoice.settled_at).is_(None))
        return self.rows(query.order_by(col(Invoice.number)))

    def pay_lines(self) -> list[PayLine]:
        return self.rows(select(PayLine).order_by(col(PayLine.id)))
