"""How a clearinghouse wants to be dealt with, as data: folders, file names, ids, and what counts as read.

The address of the clearinghouse names a profile: `sftp://USER:PASSWORD@HOST/?profile=stedi`, or a file of your own,
`?profile=/etc/persession/ours.toml`. What the address says itself wins. The house's profiles lie in
`activities/adapters/profiles/`; `docs/guide/clearinghouses.md` tells every key.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlsplit

from models.errors import Refused

FOLDER = Path(__file__).with_name("adapters") / "profiles"
READ = ("moved", "renamed", "deleted")
ANY = "*"
LONGEST_ID = 15
IN_THE_ADDRESS = ("host_key", "key_file", "password_file", "inbox", "outbox", "archive", "read", "sender", "receiver")
"""What an address may say itself."""
EXAMPLE = {"kind": "837P", "control": 1, "at": datetime(2027, 3, 2, 18, 0)}  # noqa: DTZ001  (only to try a name)


@dataclass(frozen=True)
class Profile:
    """A clearinghouse's ways; the defaults are the sandbox's.

    `names` by kind of file ("*" any other); `answers` are the names that are ours to read; `read` says what becomes of
    one that was read; `unfinished` is added to a name while the file is being written, nothing where the server lets
    nobody rename.
    """

    name: str = "plain"
    host: str = ""
    port: int = 22
    host_key: str = ""
    key_file: str = ""
    password_file: str = ""
    inbox: str = "inbox"
    outbox: str = "outbox"
    archive: str = "archive"
    read: Literal["moved", "renamed", "deleted"] = "moved"
    read_suffix: str = ".read"
    unfinished: str = ".part"
    answers: tuple[str, ...] = (ANY,)
    names: Mapping[str, str] = field(default_factory=lambda: {ANY: "{kind}_{control:09d}.edi"})
    sender: str = ""
    sender_qualifier: str = "ZZ"
    receiver: str = ""
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    group_receiver: str = ""

    def name_of(self, kind: str, control: int, at: datetime) -> str:
        """What a file of ours is called there."""
        pattern = self.names.get(kind, self.names.get(ANY, "{kind}_{control:09d}.edi"))
        return pattern.format(kind=kind, control=control, at=at)

    def waits(self, name: str) -> bool:
        """Whether a file of that name is an answer that was not read yet."""
        whole = not name.startswith(".") and not (self.unfinished and name.endswith(self.unfinished))
        unread = self.read != "renamed" or not name.endswith(self.read_suffix)
        return whole and unread and any(fnmatchcase(name, pattern) for pattern in self.answers)


def profile_of(url: str) -> Profile:
    """The profile that a clearinghouse's address names, with what the address says itself."""
    query = dict(parse_qsl(urlsplit(url).query))
    named = read(query["profile"]) if query.get("profile") else Profile()
    said: dict[str, Any] = {key: value for key, value in query.items() if key in IN_THE_ADDRESS}
    return checked(replace(named, **said), "the clearinghouse's address")


def read(name: str) -> Profile:
    """A profile of the house by its name, or one from a file; Refused with the key that is wrong."""
    path = Path(name) if "/" in name else FOLDER / f"{name}.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.toml")))
        raise Refused(f"there is no clearinghouse profile {name!r}; there are {known}, or a file's path") from None
    except (OSError, ValueError) as wrong:
        raise Refused(f"the clearinghouse profile {path.name} cannot be read: {wrong}") from None
    return checked(Profile(**_values(told, path)), path.name)


def checked(profile: Profile, where: str) -> Profile:
    """The profile, if a file could travel by it."""
    if profile.read not in READ:
        raise Refused(f"{where}: read is none of {', '.join(READ)}")
    if profile.read == "renamed" and not profile.read_suffix:
        raise Refused(f"{where}: read = renamed needs a read_suffix")
    for key in ("sender", "receiver", "group_sender", "group_receiver"):
        if len(getattr(profile, key)) > LONGEST_ID:
            raise Refused(f"{where}: {key} has more than {LONGEST_ID} characters")
    for kind, pattern in profile.names.items():
        try:
            made = pattern.format(**EXAMPLE)
        except (KeyError, ValueError, IndexError, AttributeError):
            made = ""
        if not made or "/" in made or pattern == made:
            raise Refused(f"{where}: the name for {kind} says neither {{control}} nor {{at}}, or has a slash")
    return profile


def _values(told: Mapping[str, Any], path: Path) -> dict[str, Any]:
    kinds = {each.name: each.type for each in fields(Profile)}
    values: dict[str, Any] = {"name": path.stem}
    for key, value in told.items():
        wanted = _kind(kinds.get(key))
        if wanted is None:
            raise Refused(f"{path.name}: {key!r} is not a key of a profile; the keys are {', '.join(kinds)}")
        if not isinstance(value, wanted):
            raise Refused(f"{path.name}: {key} is not a {wanted.__name__}")
        values[key] = tuple(cast(list[str], value)) if wanted is list else value
    return values


def _kind(declared: Any) -> type | None:
    """How TOML writes a field; None where there is none of that name."""
    if declared is None:
        return None
    text = declared if isinstance(declared, str) else getattr(declared, "__name__", str(declared))
    return {"int": int, "tuple": list, "Mapping": dict}.get(text.partition("[")[0], str)
