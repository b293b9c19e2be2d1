"""Files to and from the clearinghouse, newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from starter.queries.reading import rows

NEWEST = 60


@dataclass(frozen=True)
class FileRow:
    """A file; `holds` counts the claims or inquiries in one of ours."""

    id: int
    direction: str
    name: str
    kinds: list[str]
    payer: str
    created_at: datetime
    sent_at: datetime | None
    status: str
    why: str
    size: int
    holds: int


FILES = """
select i.id, i.direction, i.name, i.kinds, coalesce(p.name, '') as payer, i.created_at, i.sent_at, i.status, i.why,
  length(i.content) as size,
  (select count(*) from submission s where s.interchange_id = i.id)
  + (select count(*) from eligibility_inquiry q where q.interchange_id = i.id)
  + (select count(*) from status_inquiry t where t.interchange_id = i.id) as holds
from interchange i left join payer p on p.id = i.payer_id
where i.direction = :direction order by i.id desc limit :most
"""


def files(engine: Engine, direction: str) -> list[FileRow]:
    """The newest files that left ("out") or came ("in")."""
    return rows(engine, FileRow, FILES, direction=direction, most=NEWEST)
