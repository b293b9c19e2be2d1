"""Where everything is: the environment, read once, and what a running embedded stack says about itself.

| variable | meaning |
|---|---|
| PERSESSION_HOME | data folder (`.persession` in the current directory) |
| PERSESSION_DATABASE_URL | `postgresql://USER:PASSWORD@HOST/DATABASE` |
| PERSESSION_SMTP_URL | `smtp://USER:PASSWORD@HOST:PORT` or `smtps://` (`activities/adapters/smtp.py`) |
| PERSESSION_CLEARINGHOUSE_URL | `sftp://USER:PASSWORD@HOST:PORT/?host_key=...` or `file:///FOLDER` |
| PERSESSION_CARDS_URL | `stripe:SECRET_KEY?webhook_secret=...` or `sandbox:PATH` |
| PERSESSION_TRUSTED_HOSTS | hosts in the own network that webhooks may reach, with commas between |
| PERSESSION_SITE_URL | where people reach the pages, such as `https://desk.elm.example` |
| PERSESSION_TEMPORAL_UI | where people reach the Temporal UI, below the same domain as the pages |
| PERSESSION_BACKUPS | where backups and exports lie (`backups` in the data folder); better on another disk |
| PERSESSION_ENCRYPTION_KEY | 32 bytes in base64; seals workflows, charts, appeals, bank accounts, backups and exports |
| TEMPORAL_ADDRESS, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, ... | `temporalio.envconfig` |

A variable wins over the running stack; a profile file nobody named in a variable does not.
"""

import base64
import binascii
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.envconfig import ClientConfig, ClientConnectConfig

from models.errors import Refused

STACK_FILE = "stack.json"
LOCK_FILE = "stack.lock"
DEFAULT_TEMPORAL = "localhost:7233"
TEMPORAL_CHOICES = ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")
NOTHING_RUNS = (
    "nothing is running here: start `persession up`, or set PERSESSION_DATABASE_URL "
    "(postgresql://USER:PASSWORD@HOST/DATABASE) to use a database of your own"
)


@dataclass(frozen=True)
class Settings:
    """Addresses and the key; an empty address means the practice has no such thing. Secrets stay out of `repr`."""

    home: Path
    database_url: str = field(repr=False)
    smtp_url: str = field(default="", repr=False)
    clearinghouse_url: str = field(default="", repr=False)
    cards_url: str = field(default="", repr=False)
    encryption_key: bytes | None = field(default=None, repr=False)
    temporal: ClientConnectConfig = field(default_factory=ClientConnectConfig, repr=False)
    ui_url: str = ""
    site_url: str = ""
    trusted_hosts: frozenset[str] = frozenset()
    backups: str = ""

    @property
    def backup_folder(self) -> Path:
        """Where backups and exports lie."""
        return Path(self.backups).absolute() if self.backups else self.home / "backups"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The environment's word, else the running stack's; Refused when neither says where the database is."""
    environ = os.environ if environ is None else environ
    home = data_folder(environ)
    stack = running_stack(home)

    def told(name: str) -> str:
        return environ.get(f"PERSESSION_{name.upper()}", "") or stack.get(name, "")

    if not told("database_url"):
        raise Refused(NOTHING_RUNS)
    return Settings(
        home=home,
        database_url=plain_scheme(told("database_url")),
        smtp_url=told("smtp_url"),
        clearinghouse_url=told("clearinghouse_url"),
        cards_url=told("cards_url"),
        encryption_key=key_from(told("encryption_key")),
        temporal=temporal_config(environ, stack.get("temporal", "")),
        ui_url=(environ.get("PERSESSION_TEMPORAL_UI") or stack.get("ui_url", "")).rstrip("/"),
        site_url=told("site_url").rstrip("/"),
        backups=environ.get("PERSESSION_BACKUPS", ""),
        trusted_hosts=frozenset(environ.get("PERSESSION_TRUSTED_HOSTS", "").replace(",", " ").split()),
    )


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """PERSESSION_HOME, made absolute so that a later change of directory does not move it."""
    environ = os.environ if environ is None else environ
    return Path(environ.get("PERSESSION_HOME") or ".persession").absolute()


def running_stack(home: Path) -> dict[str, str]:
    """What a running stack wrote about itself; empty when none runs, even if one was killed and left its file."""
    file = home / STACK_FILE
    if not file.exists() or not locked(home / LOCK_FILE):
        return {}
    told: dict[str, str] = json.loads(file.read_text())
    return told


def locked(path: Path) -> bool:
    """Whether a live process holds the lock; the kernel drops it with its last holder, so it cannot be stale."""
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def temporal_config(environ: Mapping[str, str], stack_address: str = "") -> ClientConnectConfig:
    """How to reach Temporal: a choice in the environment, else the running stack, else the default profile."""
    if stack_address and not any(environ.get(choice) for choice in TEMPORAL_CHOICES):
        return {"target_host": stack_address, "namespace": "default"}
    config = ClientConfig.load_client_connect_config(override_env_vars=dict(environ))
    config.setdefault("target_host", DEFAULT_TEMPORAL)
    return config


def key_from(text: str) -> bytes | None:
    """The encryption key; Refused when it is not 32 bytes in base64."""
    if not text:
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)  # a file written by openssl ends its line
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise Refused("PERSESSION_ENCRYPTION_KEY must be 32 bytes in base64: openssl rand -base64 32")
    return key


def plain_scheme(url: str) -> str:
    """`postgresql://`, which both psycopg and SQLAlchemy read, however the driver was spelled."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql://{rest}" if separator and scheme.split("+")[0] in ("postgres", "postgresql") else url
