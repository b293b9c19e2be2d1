"""A clearinghouse reached by SFTP: `sftp://user:password@host:port/folder?host_key=ssh-ed25519%20AAAA...`.

The query may also name `inbox`, `outbox`, `archive` (the three folders) and `key_file` (a private key to log in
with instead of a password). Without `host_key` the server must be in `~/.ssh/known_hosts`: claims are never sent to
a server nobody has vouched for.
"""

import asyncio
import posixpath
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncssh
from asyncssh import SFTPClient

from activities.adapters.folder import ARCHIVE, INBOX, OUTBOX, UNFINISHED, finished, free_name, plain, same_or_refused
from models.errors import Refused, Unreachable

SECONDS = 60
Answer = TypeVar("Answer")


class SftpClearinghouse:
    """One connection a call: batches leave daily and answers are read hourly.

    A wrong login or host key is Unreachable too: nothing is lost while an operator corrects the settings.
    """

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme != "sftp" or not address.hostname:
            raise Refused("the clearinghouse's address reads sftp://USER:PASSWORD@HOST:PORT/, or file:///FOLDER")
        query = dict(parse_qsl(address.query))
        base = unquote(address.path) or "/"
        self.inbox, self.outbox, self.archived = (
            posixpath.join(base, query.get(name, name)) for name in (INBOX, OUTBOX, ARCHIVE)
        )
        self.options: dict[str, Any] = {
            "host": address.hostname,
            "port": address.port or 22,
            "username": unquote(address.username or ""),
            "config": None,
            "known_hosts": vouched(query.get("host_key", "")),
        }
        if address.password:
            self.options |= {"password": unquote(address.password), "client_keys": None, "agent_path": None}
        elif "key_file" in query:
            self.options |= {"client_keys": [query["key_file"]], "agent_path": None}

    def deliver(self, name: str, content: bytes) -> None:
        async def put(sftp: SFTPClient) -> None:
            if await self.there(sftp, name, content):
                return
            target = posixpath.join(self.inbox, plain(name))
            async with sftp.open(target + UNFINISHED, "wb") as file:
                await file.write(content)
            try:
                await sftp.rename(target + UNFINISHED, target)
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if not await self.there(sftp, name, content):  # else another try of ours was faster
                    raise

        self.call(put)

    def waiting(self) -> list[str]:
        async def names(sftp: SFTPClient) -> list[str]:
            entries = await sftp.readdir(self.outbox)
            files = [str(e.filename) for e in entries if e.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY]
            return sorted(name for name in files if finished(name))

        return self.call(names)

    def fetch(self, name: str) -> bytes:
        async def get(sftp: SFTPClient) -> bytes:
            try:
                return await read(sftp, posixpath.join(self.outbox, plain(name)))
            except asyncssh.SFTPNoSuchFile:
                raise Refused(f"no answer named {name} waits at the clearinghouse") from None

        return self.call(get)

    def archive(self, name: str) -> None:
        async def move(sftp: SFTPClient) -> None:
            source = posixpath.join(self.outbox, plain(name))
            if not await sftp.exists(source):
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
        same_or_refused(name, await read(sftp, target), content)
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


async def read(sftp: SFTPClient, path: str) -> bytes:
    """A whole file."""
    async with sftp.open(path, "rb") as file:
        content = await file.read()
        return content if isinstance(content, bytes) else content.encode()
