"""A client's money story: every entry with its reason, the card on file, and the rates agreed."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from activities import records
from models.errors import Refused
from starter.queries import clients as queries
from starter.web.access.gate import may
from starter.web.access.permissions import Do
from starter.web.desk.client_tabs import record_page
from starter.web.fields import Day
from starter.web.forms import Filled, blank
from starter.web.visit import Visit

router = APIRouter()


class RateForm(BaseModel):
    service_id: int
    clinician_id: int | None = None
    amount: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
    effective_from: Day


@router.get("/clients/{client_id:int}/money")
def money(client_id: int, visit: Visit = may(Do.SEE_ACCOUNTS)) -> Response:
    return _page(visit, client_id, blank(effective_from=visit.today))


@router.post("/clients/{client_id:int}/money/rates")
def agree(client_id: int, visit: Visit = may(Do.AGREE_RATES)) -> Response:
    visit.must_see_client(client_id)
    filled = visit.read(RateForm)
    if filled.ok:
        wanted = filled.values
        try:
            visit.write(
                records.agree_rate,
                client_id,
                wanted.service_id,
                wanted.clinician_id,
                wanted.amount,
                wanted.effective_from,
            )
            return visit.go(f"/clients/{client_id}/money", told="The rate is agreed from its day on.")
        except Refused as no:
            filled.refuse(no)
    return _page(visit, client_id, filled, 422)


def _page(visit: Visit, client_id: int, form: Filled[RateForm], status: int = 200) -> Response:
    visit.must_see_client(client_id)
    choices = queries.rate_choices(visit.engine)
    return record_page(
        visit,
        client_id,
        "desk/clients/money.html",
        status,
        form=form,
        glance=queries.overview(visit.engine, client_id, visit.now, visit.today),
        account=queries.account(visit.engine, client_id),
        rates=queries.rates(visit.engine, client_id),
        services=[(one.id, one.name) for one in choices if one.kind == "service"],
        clinicians=[(one.id, one.name) for one in choices if one.kind == "clinician"],
    )
