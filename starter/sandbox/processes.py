"""Servers as child processes that end with us, however we end."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_STOP = 20

# Run first in the child: keep its files private, become the user (if one is given), ask the kernel for SIGINT when our
# parent dies (Linux knows how; elsewhere the next start ends leftovers), then become the server. Not a `preexec_fn`:
# that would run Python between fork and exec of a process full of threads.
BECOME = """
import ctypes, os, sys
parent, uid, gid, *command = sys.argv[1:]
os.umask(0o077)
if uid:
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 2)
if os.getppid() != int(parent):
    sys.exit(1)
os.execv(command[0], command)
"""


@dataclass(frozen=True)
class User:
    """Another user to run a server as, because it refuses to be root."""

    uid: int
    gid: int


class Server:
    """A child in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        lock: int | None,
        user: User | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        identity = [str(user.uid), str(user.gid)] if user else ["", ""]
        log.touch(mode=0o600)
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", BECOME, str(os.getpid()), *identity, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=() if lock is None else (lock,),
                env=environ,
            )
        self.log = log

    @property
    def pid(self) -> int:
        return self.process.pid

    def check(self) -> None:
        """Raise when the server has ended by itself, pointing to where it said why."""
        if self.process.poll() is not None:
            raise RuntimeError(f"a server ended at its start ({self.process.returncode}): see {self.log}")

    def stop(self) -> None:
        """Ask it to end in order; after a while end it anyway."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
