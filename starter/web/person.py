"""Who is signed in, as pages know them."""

from dataclasses import dataclass

from activities.access import Known
from starter.web.access.permissions import Role


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    clinician_id: int | None
    client_ids: tuple[int, ...]

    @staticmethod
    def of(known: Known) -> "Person":
        """The account as pages know it."""
        account = known.account
        roles = frozenset(Role(role) for role in account.roles)
        return Person(account.id or 0, account.name, account.email, roles, account.clinician_id, known.client_ids)
