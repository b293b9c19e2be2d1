"""Payloads as Temporal keeps them: AES-256-GCM, so that a server or its operator reads nothing.

Messages hold no patient data to begin with (`models/messages.py`); this hides the ids, codes and amounts as well,
and the texts of failures, which can quote anything.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from models.errors import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
ENCODING = b"binary/encrypted"


class EncryptionCodec(PayloadCodec):
    """Encrypts each payload whole, its type included; the id of the key travels beside it."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise Refused(f"the encryption key has {len(key)} bytes; it needs {KEY_BYTES}")
        self.key_id = sha256(key).hexdigest()[:8].encode()
        self.cipher = AESGCM(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.decrypted(payload) for payload in payloads]

    def encrypted(self, payload: Payload) -> Payload:
        """The payload under a nonce of its own."""
        nonce = os.urandom(NONCE_BYTES)
        data = nonce + self.cipher.encrypt(nonce, payload.SerializeToString(), self.key_id)
        return Payload(metadata={"encoding": ENCODING, "encryption-key-id": self.key_id}, data=data)

    def decrypted(self, payload: Payload) -> Payload:
        """What was encrypted; a payload that never was (one typed into the Temporal UI) passes as it is."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        self.check_key(payload.metadata.get("encryption-key-id", b""))
        nonce, data = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(self.cipher.decrypt(nonce, data, self.key_id))
        except InvalidTag:
            raise Refused("a payload was changed after it was encrypted, and is not read") from None

    def check_key(self, used: bytes) -> None:
        """Another key is an operator's mistake, and worth its own words."""
        if used != self.key_id:
            raise Refused(
                f"a payload was encrypted under key {used.decode(errors='replace')}, "
                f"but PERSESSION_ENCRYPTION_KEY is key {self.key_id.decode()}"
            )


_READERS = tuple(PydanticPayloadConverter().converters.values())


class OneConverter(CompositePayloadConverter):
    """Pydantic's JSON with one set of readers: each workflow has a converter, and readers take long to make."""

    def __init__(self) -> None:
        super().__init__(*_READERS)


def data_converter(key: bytes | None) -> DataConverter:
    """Pydantic's JSON, failures' texts treated as payloads; encrypted where there is a key."""
    return replace(
        DataConverter.default,
        payload_converter_class=OneConverter,
        payload_codec=EncryptionCodec(key) if key else None,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
