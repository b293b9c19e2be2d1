"""Agreements as the practice keeps them, and who signed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine

from starter.queries.reading import rows


@dataclass(frozen=True)
class VersionRow:
    """A version of an agreement, and how many signed it."""

    id: int
    agreement_id: int
    title: str
    audience: str
    retired_on: date | None
    number: int
    words: str
    effective_from: date
    sign_again: bool
    signatures: int


@dataclass(frozen=True)
class SignedRow:
    """What a client signed, where: `account` is whose sign-in it was signed at."""

    version_id: int
    title: str
    number: int
    typed_name: str
    signed_at: datetime
    account: str | None


VERSIONS = """
select v.id, v.agreement_id, a.title, a.audience, a.retired_on, v.number, v.words, v.effective_from, v.sign_again,
  (select count(*) from signature s where s.version_id = v.id) as signatures
from agreement_version v join agreement a on a.id = v.agreement_id
where cast(:agreement_id as int) is null or a.id = :agreement_id
order by a.retired_on is not null, a.title, v.number desc
"""

SIGNED = """
select s.version_id, a.title, v.number, s.typed_name, s.signed_at, c.name as account
from signature s join agreement_version v on v.id = s.version_id join agreement a on a.id = v.agreement_id
  left join account c on c.id = s.account_id
where s.client_id = :client_id order by s.signed_at desc, s.id desc
"""


def versions(engine: Engine, agreement_id: int | None = None) -> list[VersionRow]:
    """Every version (of one agreement), by title, the newest first."""
    return rows(engine, VersionRow, VERSIONS, agreement_id=agreement_id)


def signed(engine: Engine, client_id: int) -> list[SignedRow]:
    """What a client signed, the newest first."""
    return rows(engine, SignedRow, SIGNED, client_id=client_id)
