"""Payloads under a key: nothing of them can be read without it, and mistakes with it are named."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from activities.codec import EncryptionCodec, data_converter
from models.errors import Refused


@dataclass(frozen=True)
class Owed:
    """A message as workflows send it."""

    invoice: str
    amount: Decimal


KEY, OTHER = bytes(range(32)), bytes(32)


async def test_a_message_comes_back_and_nothing_of_it_can_be_read() -> None:
    converter = data_converter(KEY)
    (payload,) = await converter.encode([Owed("I-1001", Decimal("120.00"))])
    assert b"I-1001" not in payload.SerializeToString()
    assert await converter.decode([payload], [Owed]) == [Owed("I-1001", Decimal("120.00"))]


@given(st.binary(), st.binary())
def test_whatever_is_encrypted_is_decrypted(encoding: bytes, data: bytes) -> None:
    payload = Payload(metadata={"encoding": encoding}, data=data)
    codec = EncryptionCodec(KEY)
    assert codec.decrypted(codec.encrypted(payload)) == payload


def test_the_same_message_never_looks_the_same() -> None:
    codec = EncryptionCodec(KEY)
    assert codec.encrypted(Payload(data=b"x")).data != codec.encrypted(Payload(data=b"x")).data


async def test_a_wrong_key_is_called_a_wrong_key() -> None:
    (payload,) = await data_converter(OTHER).encode(["I-1001"])
    with pytest.raises(Refused, match=r"was encrypted under key .* PERSESSION_ENCRYPTION_KEY is key"):
        await data_converter(KEY).decode([payload])


async def test_a_changed_payload_is_not_read() -> None:
    converter = data_converter(KEY)
    (payload,) = await converter.encode(["I-1001"])
    payload.data = payload.data[:-1] + bytes([payload.data[-1] ^ 1])
    with pytest.raises(Refused, match="changed"):
        await converter.decode([payload])


async def test_a_payload_that_was_never_encrypted_is_read() -> None:
    payloads = await data_converter(None).encode(["typed into the Temporal UI"])
    assert await data_converter(KEY).decode(payloads) == ["typed into the Temporal UI"]


async def test_what_a_failure_says_is_encrypted_too() -> None:
    converter, failure = data_converter(KEY), Failure()
    await converter.encode_failure(ApplicationError("claim of member W123 held", {"member": "W123"}), failure)
    assert b"W123" not in failure.SerializeToString()
    assert "W123" in str(await converter.decode_failure(failure))


def test_a_key_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(Refused, match="16 bytes"):
        EncryptionCodec(bytes(16))
