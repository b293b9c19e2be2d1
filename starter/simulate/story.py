"""A practice in the words of a scenario: its rows, and what happens when."""

from datetime import timedelta
from typing import Any

from starter.scenarios.file import Scenario
from starter.scenarios.schema import EXPECT, TABLES
from starter.simulate.behaviour import Visit
from starter.simulate.events import events_of
from starter.simulate.practice import Comer, Holder, Insurer, Offered, Practice

NPI = "1234567893"


def scenario_of(practice: Practice) -> Scenario:
    """The same practice in the words of a scenario file; nobody is reminded, for a mail moves no money."""
    return Scenario(
        name=practice.source,
        until=practice.until + timedelta(days=1),
        practice=_checked(
            "practice",
            timezone=practice.timezone,
            today=practice.first,
            pay_period=practice.pay_period.value,
            pay_anchor=practice.pay_anchor,
            note_required=practice.note_required,
        ),
        policy=_checked("policy", **vars(practice.policy), reminder_hours=[]),
        services=[_service(row) for row in practice.services],
        payers=[_payer(row) for row in practice.payers],
        clinicians=[_clinician(row) for row in practice.clinicians],
        clients=[_client(row) for row in practice.clients],
        sessions=[_session(visit) for visit in practice.visits],
        events=sorted(events_of(practice), key=lambda event: event["at"]),
        expect=EXPECT({}),
    )


def _checked(table: str, **values: Any) -> Any:
    return TABLES[table][0](values)


def _service(row: Offered) -> Any:
    return _checked("service", id=row.id, code=row.code, minutes=row.minutes, rate=str(row.rate))


def _payer(row: Insurer) -> Any:
    return _checked("payer", name=f"Payer {row.id}", **vars(row))


def _clinician(row: Holder) -> Any:
    """What they are paid comes with their contract."""
    return _checked(
        "clinician",
        id=row.id,
        name=f"Clinician {row.id}",
        npi=NPI,
        rate={service: str(amount) for service, amount in row.rates.items()},
    )


def _client(row: Comer) -> Any:
    return _checked(
        "client",
        id=row.id,
        name=f"Client {row.id}",
        rate={service: str(amount) for service, amount in row.rates.items()},
        autopay=row.autopay,
        coverage=[{"payer": payer, "member_id": f"M{row.id}"} for payer in row.payers],
    )


def _session(visit: Visit) -> Any:
    return _checked(
        "session",
        id=visit.id,
        clients=[part.client for part in visit.parts],
        clinician=visit.clinician,
        service=visit.service,
        starts=visit.starts,
        booked=visit.booked,
    )
