"""A clearinghouse reached by SFTP: `sftp://user:password@host:port/folder?profile=NAME&host_key=ssh-ed25519%20AAAA...`.

How it wants to be dealt with (folders, names, what counts as read) is its profile's (`activities/profiles.py`). The
login is the address's password, or a private key (`key_file`), or a file that holds the password (`password_file`).
Without `host_key` the server must be in `~/.ssh/known_hosts`: claims are never sent to a server nobody has vouched for.
"""

import asyncio
import posixpath
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh
from asyncssh import SFTPClient

from activities.adapters.folder import free_name, plain, read_name, same_or_refused
from activities.profiles import Profile, profile_of
from models.errors import Refused, Unreachable

SECONDS = 60
Answer = TypeVar("Answer")


class SftpClearinghouse:
    """One connection a call: batches leave daily and answers are read hourly.

    A wrong login or host key is Unreachable too: nothing is lost while an operator corrects the settings.
    """

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.profile = profile = profile_of(url)
        if address.scheme != "sftp" or not (address.hostname or profile.host):
            raise Refused("the clearinghouse's address reads sftp://USER:PASSWORD@HOST:PORT/, or file:///FOLDER")
        base = unquote(address.path) or "/"
        self.inbox, self.outbox, self.archived = (
            posixpath.join(base, name) for name in (profile.inbox, profile.outbox, profile.archive)
        )
        self.options: dict[str, Any] = {
            "host": address.hostname or profile.host,
            "port": address.port or profile.port,
            "username": unquote(address.username or ""),
            "config": None,
            "known_hosts": vouched(profile.host_key),
            **login(unquote(address.password or ""), profile),
        }

    def deliver(self, name: str, content: bytes) -> None:
        async def put(sftp: SFTPClient) -> None:
            if await self.there(sftp, name, content):
                return
            target = posixpath.join(self.inbox, plain(name))
            unfinished = self.profile.unfinished
            async with sftp.open(target + unfinished, "wb") as file:
                await file.write(content)
            if not unfinished:
                return
            try:
                await sftp.rename(target + unfinished, target)
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if not await self.there(sftp, name, content):  # else another try of ours was faster
                    raise

        self.call(put)

    def waiting(self) -> list[str]:
        async def names(sftp: SFTPClient) -> list[str]:
            entries = await sftp.readdir(self.outbox)
            files = [str(e.filename) for e in entries if e.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY]
            return sorted(name for name in files if self.profile.waits(name))

        return self.call(names)

    def fetch(self, name: str) -> bytes | None:
        async def get(sftp: SFTPClient) -> bytes | None:
            try:
                return await read(sftp, posixpath.join(self.outbox, plain(name)))
            except asyncssh.SFTPNoSuchFile:
                return None

        return self.call(get)

    def archive(self, name: str) -> None:
        async def move(sftp: SFTPClient) -> None:
            source = posixpath.join(self.outbox, plain(name))
            if not await sftp.exists(source):
                return
            if self.profile.read == "deleted":
                await sftp.remove(source)
                return
            if self.profile.read == "renamed":
                there = {str(entry) for entry in await sftp.listdir(self.outbox)}
                await sftp.rename(source, posixpath.join(self.outbox, read_name(name, self.profile.read_suffix, there)))
                return
            await sftp.makedirs(self.archived, exist_ok=True)
            taken = {str(entry) for entry in await sftp.listdir(self.archived)}
            await sftp.rename(source, posixpath.join(self.archived, free_name(name, taken)))

        self.call(move)

    async def there(self, sftp: SFTPClient, name: str, content: bytes) -> bool:
        """Whether our file has arrived; Refused when its name holds something else."""
        target = posixpath.join(self.inbox, plain(name))
        if not await sftp.exists(target):
            return False
        found = await read(sftp, target)
        if not self.profile.unfinished and content.startswith(found):
            return found == content  # written in place: a try that broke off is written again
        same_or_refused(name, found, content)
        return True

    def call(self, work: Callable[[SFTPClient], Awaitable[Answer]]) -> Answer:
        """Do the work on a connection of its own; whatever the network does is Unreachable."""

        async def connected() -> Answer:
            async with asyncio.timeout(SECONDS), self.connection() as sftp:
                return await work(sftp)

        try:
            return asyncio.run(connected())
        except asyncssh.HostKeyNotVerifiable:
            raise Unreachable("the clearinghouse shows another host key than the one we trust") from None
        except asyncssh.PermissionDenied:
            raise Unreachable("the clearinghouse does not accept our login") from None
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise Unreachable(f"the clearinghouse does not answer ({type(error).__name__})") from None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SFTPClient]:
        """An SFTP session, closed with its connection."""
        async with asyncssh.connect(**self.options) as ssh, ssh.start_sftp_client() as sftp:
            yield sftp


def vouched(host_key: str) -> Any:
    """What asyncssh is to trust: the one key given, or its default, the user's known hosts."""
    if not host_key:
        return ()
    try:
        return [asyncssh.import_public_key(host_key)], [], []
    except asyncssh.KeyImportError:
        raise Refused("host_key in the clearinghouse's address is no SSH public key (write + as %2B)") from None


def login(password: str, profile: Profile) -> dict[str, Any]:
    """How to prove who we are: a password, from the address or a file, or a key; else the user's own keys."""
    if profile.password_file and not password:
        try:
            password = Path(profile.password_file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise Refused("the file with the clearinghouse's password cannot be read (password_file)") from None
    if password:
        return {"password": password, "client_keys": None, "agent_path": None}
    if profile.key_file:
        return {"client_keys": [profile.key_file], "agent_path": None}
    return {}


async def read(sftp: SFTPClient, path: str) -> bytes:
    """A whole file."""
    async with sftp.open(path, "rb") as file:
        content = await file.read()
        return content if isinstance(content, bytes) else content.encode()
