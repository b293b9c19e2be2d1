"""The practice for other programs: what is offered, who holds sessions, which times are free."""

from starter.queries import api as queries
from starter.queries.api import ClinicianOut, ServiceOut
from starter.web.api.answering import Listed, api_router
from starter.web.api.caller import Caller, Scope, wants

router = api_router("practice")
READ = wants(Scope.PRACTICE_READ)


@router.get("/services")
def services(caller: Caller = READ) -> Listed[ServiceOut]:
    """What sessions can be."""
    return Listed(data=queries.services(caller.engine))


@router.get("/clinicians")
def clinicians(caller: Caller = READ) -> Listed[ClinicianOut]:
    """Who holds sessions."""
    return Listed(data=queries.clinicians(caller.engine))
