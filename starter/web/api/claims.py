"""Claims for other programs: where they stand. Billers act on them at the desk."""

from models.facts import ClaimStatus
from starter.queries import api as queries
from starter.queries.api import ClaimOut
from starter.queries.reading import only
from starter.web.api.answering import Cursor, Limit, Listed, Problem, after, api_router, page
from starter.web.api.caller import Caller, Scope, wants

router = api_router("claims")
READ = wants(Scope.CLAIMS_READ)


@router.get("/claims")
def claims(
    caller: Caller = READ, status: ClaimStatus | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Listed[ClaimOut]:
    """Claims by number."""
    [before] = after(cursor, 1)
    found = queries.claims(caller.engine, limit, status=status, after=before)
    return page(found, limit, lambda row: (row.number,))


@router.get("/claims/{number}")
def claim(number: str, caller: Caller = READ) -> ClaimOut:
    """One claim."""
    found = only(queries.claims(caller.engine, 1, number=number))
    if found is None:
        raise Problem("missing", 404, "there is no such claim")
    return found
