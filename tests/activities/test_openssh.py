"""The SFTP adapter against Debian's OpenSSH server, profile by profile: what asyncssh's own server cannot show."""

from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from activities import adapters
from activities.adapters.sftp import SftpClearinghouse
from models.errors import Refused, Unreachable
from tests.activities.openssh import OpenSsh, serving

NAME, CONTENT = "837P_000000001.edi", b"ISA*00*first~"


@pytest.fixture(scope="module")
def openssh() -> Iterator[OpenSsh]:
    with serving() as server:
        yield server


def folders(openssh: OpenSsh, *names: str) -> list[Path]:
    found = [openssh.folder / name for name in names]
    for folder in found:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
        for file in folder.iterdir():
            if file.is_file():
                file.unlink()
    return found


def test_a_file_is_delivered_whole_and_once(openssh: OpenSsh) -> None:
    [inbox] = folders(openssh, "inbox")
    house = SftpClearinghouse(openssh.url())
    for _ in range(2):
        house.deliver(NAME, CONTENT)
    assert [(file.name, file.read_bytes()) for file in inbox.iterdir()] == [(NAME, CONTENT)]
    with pytest.raises(Refused, match="holds another file named"):
        house.deliver(NAME, b"ISA*00*other~")
    (inbox / f"{NAME}2.part").write_bytes(b"ISA*0")
    (inbox / f"{NAME}2.part").chmod(0o666)
    house.deliver(f"{NAME}2", CONTENT)
    assert (inbox / f"{NAME}2").read_bytes() == CONTENT, "a try that broke off does not stand in the way"


@pytest.mark.parametrize("read", ["moved", "renamed", "deleted"])
def test_what_counts_as_read_is_the_profiles(openssh: OpenSsh, read: str) -> None:
    outbox, archive = folders(openssh, "outbox", "archive")
    outbox.chmod(0o777)
    (outbox / "b.835").write_bytes(b"second")
    (outbox / "a.999").write_bytes(b"first")
    (outbox / ".hidden").write_bytes(b"theirs")
    house = SftpClearinghouse(openssh.url(read=read))
    assert house.waiting() == ["a.999", "b.835"]
    assert house.fetch("a.999") == b"first"
    for _ in range(2):
        house.archive("a.999")
    assert house.waiting() == ["b.835"]
    left = {file.name for folder in (outbox, archive) for file in folder.iterdir()} - {"b.835", ".hidden"}
    assert left == {"moved": {"a.999"}, "renamed": {"a.999.read"}, "deleted": set()}[read]
    (outbox / "a.999").write_bytes(b"another day")
    house.archive("a.999")
    assert house.waiting() == ["b.835"], "a payer may use a name again"
    assert house.fetch("a.999") is None


def test_a_profile_without_renaming_writes_in_place_and_takes_only_answers(openssh: OpenSsh) -> None:
    inbox, outbox = folders(openssh, "to-stedi", "from-stedi")
    house = adapters.clearinghouse(openssh.url(profile="stedi"))
    (inbox / "x.x12").write_bytes(CONTENT[:5])
    (inbox / "x.x12").chmod(0o666)
    house.deliver("x.x12", CONTENT)
    house.deliver("x.x12", CONTENT)
    assert (inbox / "x.x12").read_bytes() == CONTENT
    (outbox / "1.x12").write_bytes(b"answer")
    (outbox / "readme.md").write_bytes(b"no answer")
    assert house.waiting() == ["1.x12"]
    house.archive("1.x12")
    assert [file.name for file in outbox.iterdir()] == ["readme.md"]


def test_another_host_key_than_the_pinned_one_is_not_spoken_to(openssh: OpenSsh) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    house = SftpClearinghouse(openssh.url(host_key=" ".join(stranger.split()[:2])))
    with pytest.raises(Unreachable, match="another host key than the one we trust"):
        house.waiting()


def test_a_key_that_is_not_known_there_is_told_apart_from_a_server_that_is_down(
    openssh: OpenSsh, tmp_path: Path
) -> None:
    stranger = tmp_path / "key"
    stranger.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    with pytest.raises(Unreachable, match="does not accept our login"):
        SftpClearinghouse(openssh.url(key_file=stranger)).waiting()
    with pytest.raises(Unreachable, match="does not answer"):
        SftpClearinghouse(openssh.url().replace(f":{openssh.port}", ":1")).waiting()


def test_a_folder_that_is_missing_there_is_no_crash(openssh: OpenSsh) -> None:
    with pytest.raises(Unreachable, match="SFTPNoSuchFile"):
        SftpClearinghouse(openssh.url(outbox="nowhere")).waiting()
