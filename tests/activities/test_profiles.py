"""Clearinghouses' ways as data: the house's profiles hold, and a wrong one is refused by its key."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from activities import adapters
from activities.profiles import FOLDER, Profile, profile_of, read
from models.errors import Refused
from models.tables import Interchange
from models.x12.envelope import interchanges
from tests.activities.practice import Desk

AT = datetime(2027, 3, 2, 18, 0, tzinfo=UTC)
HOUSE = sorted(path.stem for path in FOLDER.glob("*.toml"))


def written(folder: Path, text: str) -> str:
    path = folder / "ours.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", HOUSE)
def test_a_profile_of_the_house_names_files_apart_and_knows_answers(name: str) -> None:
    profile = read(name)
    names = {profile.name_of(kind, number, AT) for kind in ("837P", "270", "276") for number in (1, 2)}
    assert len(names) == 6
    assert not profile.waits(f"half{profile.unfinished}" if profile.unfinished else ".half")
    assert profile_of(f"sftp://u@h/?profile={name}&outbox=other").outbox == "other"


def test_there_are_at_least_three() -> None:
    assert len(HOUSE) >= 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('folder = "x"', "'folder' is not a key of a profile"),
        ("inbox = 1", "inbox is not a str"),
        ('port = "22"', "port is not a int"),
        ('read = "burned"', "read is none of moved, renamed, deleted"),
        ('read = "renamed"\nread_suffix = ""', "needs a read_suffix"),
        ('sender = "A123456789012345"', "sender has more than 15 characters"),
        ('names = { "*" = "claims.edi" }', "says neither {control} nor {at}"),
        ('names = { "*" = "{nobody}.edi" }', "says neither {control} nor {at}"),
        ('names = { "*" = "../{control}.edi" }', "has a slash"),
        ("inbox = ", "cannot be read"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_key(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refused, match=r"ours\.toml") as refused:
        read(written(tmp_path, text))
    assert why in str(refused.value)


def test_an_unknown_profile_tells_which_there_are() -> None:
    with pytest.raises(Refused, match=f"there are {', '.join(HOUSE)}"):
        profile_of("sftp://u@h/?profile=nobody")


@pytest.mark.parametrize("mode", ["moved", "renamed", "deleted"])
def test_a_folder_follows_its_profile_too(tmp_path: Path, mode: str) -> None:
    house = adapters.clearinghouse(f"file://{tmp_path}?outbox=in&read={mode}")
    (tmp_path / "in" / "a.835").write_bytes(b"x")
    assert house.waiting() == ["a.835"]
    house.archive("a.835")
    house.archive("a.835")
    assert house.waiting() == []


def test_a_password_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    house = adapters.sftp.SftpClearinghouse(f"sftp://u@h/?password_file={tmp_path}/secret")
    assert house.options["password"] == "hunter2"
    with pytest.raises(Refused, match="password_file"):
        adapters.sftp.SftpClearinghouse(f"sftp://u@h/?password_file={tmp_path}/gone")


def test_files_travel_under_the_profiles_names_and_ids(desk: Desk) -> None:
    profile = Profile(
        names={"837P": "{at:%y%m%d}-{control}.837"},
        sender="OURS",
        sender_qualifier="30",
        receiver="THEIRS",
        group_receiver="GROUP",
    )
    desk.world = replace(desk.world, profile=profile)
    desk.hold(desk.client(desk.payer()))
    desk.send()
    [(name, content)] = desk.folder.delivered
    assert name == "260302-1.837"
    [interchange] = interchanges(content.decode())
    assert (interchange.sender.id, interchange.sender.qualifier, interchange.receiver.id) == ("OURS", "30", "THEIRS")
    assert "GS*HC*OURS*GROUP*" in content.decode()
    assert desk.rows(select(Interchange.name)) == [name]
