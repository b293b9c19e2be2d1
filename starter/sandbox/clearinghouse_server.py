"""An SFTP server over the clearinghouse's three folders; what its answers say is `clearinghouse.py`.

`inbox` takes the practice's files, `outbox` holds answers, `archive` what the practice has read. A client sees
nothing but these. The host key, the user and the password are made once and kept outside of what a client sees.
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import asyncssh

from activities.adapters.folder import ARCHIVE, INBOX, OUTBOX, finished
from starter.sandbox.home import kept

USER = "practice"
OnUpload = Callable[[Path], Awaitable[None]]
log = logging.getLogger(__name__)


class ClearinghouseServer:
    """The server, in a thread with its own event loop: whoever delivers may block the caller's meanwhile.

    `on_upload(path)` is awaited once a file in the inbox is complete, before the client hears that it is; so answers
    made there wait when the delivery returns.
    """

    def __init__(self, folder: Path, access: Path, port: int, on_upload: OnUpload | None = None) -> None:
        self.folder, self.port, self.on_upload = folder, port, on_upload
        for path in (access, folder, *(folder / name for name in (INBOX, OUTBOX, ARCHIVE))):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
        self.host_key = asyncssh.import_private_key(kept(access / "host_key", new_host_key))
        self.password = kept(access / "password", lambda: secrets.token_urlsafe(18).encode()).decode()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="clearinghouse", daemon=True)

    @property
    def url(self) -> str:
        """The address a client needs, its trust in our host key included."""
        public = " ".join(self.host_key.export_public_key().decode().split()[:2])
        return f"sftp://{USER}:{self.password}@127.0.0.1:{self.port}/?host_key={quote(public, safe='')}"

    def start(self) -> None:
        self.thread.start()
        try:
            self.acceptor = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result()
        except BaseException:
            self.end_loop()
            raise

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result()
        self.end_loop()

    async def listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_host_keys=[self.host_key],
            server_factory=lambda: Gate(self.password),
            sftp_factory=lambda channel: Folders(channel, self.folder.resolve(), self.on_upload),
            allow_scp=False,
            reuse_address=True,
        )

    async def close(self) -> None:
        self.acceptor.close()
        await self.acceptor.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def end_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Gate(asyncssh.SSHServer):
    """One user, one password."""

    def __init__(self, password: str) -> None:
        self.password = password

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and secrets.compare_digest(password.encode(), self.password.encode())


class Folders(asyncssh.SFTPServer):
    """The three folders as the client's whole world; notices when an upload is complete."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", folder: Path, on_upload: OnUpload | None) -> None:
        super().__init__(channel, chroot=str(folder).encode())
        self.inbox, self.on_upload = folder / INBOX, on_upload
        self.written: dict[object, Path] = {}

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        file = super().open(path, pflags, attrs)
        if pflags & asyncssh.FXF_WRITE:
            self.written[file] = self.local(path)
        return file

    async def close(self, file_obj: object) -> None:
        super().close(file_obj)
        if path := self.written.pop(file_obj, None):
            await self.complete(path)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        super().rename(oldpath, newpath)
        await self.complete(self.local(newpath))

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        super().posix_rename(oldpath, newpath)
        await self.complete(self.local(newpath))

    def local(self, path: bytes) -> Path:
        """The real path behind a client's."""
        return Path(self.map_path(path).decode())

    async def complete(self, path: Path) -> None:
        """Tell about a whole file in the inbox; our own mistakes are not the client's."""
        if self.on_upload is None or path.parent != self.inbox or not finished(path.name):
            return
        try:
            await self.on_upload(path)
        except Exception:
            log.exception("the clearinghouse could not answer an upload")


def new_host_key() -> bytes:
    """A host key of the kind every client knows."""
    return asyncssh.generate_private_key("ssh-ed25519").export_private_key()
