"""What my sessions are worth: an hour of work, beside an offer, in months to come. A clinician sees their own alone."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from models.money import ZERO
from models.rules.set_aside import Filing
from models.rules.worth import Beside, Offer
from starter.queries import worth as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.forms import Filled, Typed, blank, read
from starter.web.visit import NotFound, Visit
from starter.worth import Asked, worth_of
from starter.worth_picture import svg_of

router = APIRouter()
Dollars = Annotated[Decimal, Field(ge=0, le=10_000_000, decimal_places=2)]
FILINGS = {Filing.SINGLE: "single", Filing.JOINT: "married, jointly", Filing.HEAD: "head of household"}
Hours = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


class Wished(BaseModel):
    """What the page is asked with; kept in its address, nowhere else."""

    notes: Annotated[int, Field(ge=0, le=240)] = 10
    admin: Hours | None = None
    offer: Literal["", "salary", "hourly"] = ""
    amount: Dollars = ZERO
    hours: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)] = Decimal(40)
    benefits: Dollars = ZERO
    self_employed: bool = False
    filing: Filing = Filing.SINGLE
    expenses: Dollars = ZERO
    other: Dollars = ZERO
    price_up: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)] = Decimal(10)

    def asked(self) -> Asked:
        """As the rules take it."""
        offer = Offer(self.amount, self.offer == "hourly", self.hours, self.benefits) if self.offer else None
        beside = Beside(self.notes, self.admin)
        return Asked(beside, offer, self.self_employed, self.filing, self.expenses, self.other, self.price_up)


@router.get("/worth")
def worth(visit: Visit = may(Do.SEE_WORTH)) -> Response:
    clinician_id = visit.account.clinician_id
    if clinician_id is None:
        raise NotFound
    form = _wished(visit, clinician_id)
    if form.ok and form.values.offer and not form.values.amount:
        form.refuse("say what the offer pays", "amount")
    found = None
    if form.ok:
        found = worth_of(visit.engine, clinician_id, visit.practice.timezone, visit.now, form.values.asked())
    status = 200 if found else 422
    filings = [(filing.value, words) for filing, words in FILINGS.items()]
    picture = svg_of(found) if found else ""
    return visit.page("desk/worth/worth.html", status, form=form, found=found, filings=filings, picture=picture)


def _wished(visit: Visit, clinician_id: int) -> Filled[Wished]:
    """As the address says; before anything is asked, as the contract pays."""
    given = visit.request.query_params
    typed = {name: [given[name]] for name in Wished.model_fields if given.get(name)}
    filled = read(Wished, Typed(typed))
    if not filled.ok:
        return filled
    wished = filled.values
    if not typed:
        wished.self_employed = queries.contractor(visit.engine, clinician_id, visit.today)
    shown: Filled[Wished] = blank(**{k: _plain(v) for k, v in wished.model_dump().items()})
    shown.valid = wished
    return shown


def _plain(value: object) -> object:
    return "" if value is None or (value == ZERO and not isinstance(value, bool | int)) else value
