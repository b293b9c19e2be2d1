"""What connects other programs: their keys and requests, addresses that are told, files brought in, data taken out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.facts import ImportKind, ImportStatus
from models.tables.columns import INSTANT, WORDS, one_of


class ApiToken(SQLModel, table=True):
    """A key of another program: `prefix` names it, of the whole only the hash is kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    prefix: str = Field(unique=True)
    digest: str
    scopes: list[str] = Field(sa_type=WORDS)
    account_id: int = Field(foreign_key="account.id", index=True)
    made_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)


class ApiAnswer(SQLModel, table=True):
    """What a request with an Idempotency-Key was answered, sealed; asked again, it is answered the same."""

    __tablename__ = "api_answer"

    token_id: int = Field(primary_key=True, foreign_key="api_token.id")
    key: str = Field(primary_key=True, max_length=255)
    asked: str
    status: int
    body: bytes
    at: datetime = Field(sa_type=INSTANT, index=True)


class WebhookEndpoint(SQLModel, table=True):
    """An address that is told of events; its secret, sealed, signs what it is told."""

    __tablename__ = "webhook_endpoint"

    id: int | None = Field(default=None, primary_key=True)
    url: str
    events: list[str] = Field(sa_type=WORDS)
    secret: bytes
    made_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)


class WebhookDelivery(SQLModel, table=True):
    """An event for one endpoint, ids only; `step` is the step that caused it, under which it is found after a crash."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        Index("webhook_delivery_latest", "endpoint_id", "happened_at"),
    )

    id: UUID = Field(primary_key=True)
    endpoint_id: int = Field(foreign_key="webhook_endpoint.id")
    event_id: UUID
    event: str
    about: dict[str, object] = Field(sa_type=JSONB)
    step: str = Field(index=True)
    happened_at: datetime = Field(sa_type=INSTANT)
    attempts: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=INSTANT)
    delivered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    given_up_at: datetime | None = Field(default=None, sa_type=INSTANT)
    answer: str = ""


class ImportRun(SQLModel, table=True):
    """A file from another system: sealed until it is in, then only what came of it is kept.

    `problems` name line, column and mend, not what stands there; `followed` counts the lines that others were told of.
    """

    __tablename__ = "import_run"
    __table_args__ = (one_of("kind", ImportKind), one_of("status", ImportStatus))

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    content: bytes
    status: str = ImportStatus.CHECKING
    made_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    lines: int = 0
    added: int = 0
    here_already: int = 0
    followed: int = 0
    problems: list[dict[str, object]] = Field(default_factory=list, sa_type=JSONB)


class ExternalId(SQLModel, table=True):
    """What a line of another system became here: the same line again brings nothing new."""

    __tablename__ = "external_id"

    kind: str = Field(primary_key=True)
    external: str = Field(primary_key=True)
    ours: str
    run_id: int = Field(foreign_key="import_run.id", index=True)


class DataExport(SQLModel, table=True):
    """Somebody took out all that the practice has; `ended_at` once the last byte was handed over."""

    __tablename__ = "data_export"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    with_charts: bool
    at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
