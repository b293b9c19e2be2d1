"""Payloads as Temporal keeps them: AES-256-GCM, so that a server or its operator reads nothing.

Messages hold no patient data to begin with (`models/messages.py`); this hides the ids, codes and amounts as well,
and the texts of failures, which can quote anything.
"""

import os
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from models.errors import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
ENCODING = b"binary/encrypted"
ABOUT_PAY = b"pay"
PAY_WORKFLOWS = ("pay/", "pay-item/", "pay-recalculation/")
"""How the ids of workflows begin in which what somebody is paid goes to and fro."""


class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Encrypts each payload whole, its type included; the id of the key travels beside it.

    So does that it is about pay, where it is: whoever decrypts for people knows who may read it. Nobody can take that
    off, for it is sealed with the rest; what was kept before it was said is read like everything else.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise Refused(f"the encryption key has {len(key)} bytes; it needs {KEY_BYTES}")
        self.key_id = sha256(key).hexdigest()[:8].encode()
        self.cipher = AESGCM(key)
        self.about = b""

    def with_context(self, context: SerializationContext) -> "EncryptionCodec":
        """The codec for what belongs to one workflow."""
        workflow_id = None
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            workflow_id = context.workflow_id
        about = ABOUT_PAY if workflow_id and workflow_id.startswith(PAY_WORKFLOWS) else b""
        if about == self.about:
            return self
        other = copy(self)
        other.about = about
        return other

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.decrypted(payload) for payload in payloads]

    def encrypted(self, payload: Payload) -> Payload:
        """The payload under a nonce of its own."""
        nonce = os.urandom(NONCE_BYTES)
        data = nonce + self.cipher.encrypt(nonce, payload.SerializeToString(), self.key_id + self.about)
        metadata = {"encoding": ENCODING, "encryption-key-id": self.key_id}
        return Payload(metadata=metadata | ({"about": self.about} if self.about else {}), data=data)

    def decrypted(self, payload: Payload) -> Payload:
        """What was encrypted; a payload that never was (one typed into the Temporal UI) passes as it is."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        self.check_key(payload.metadata.get("encryption-key-id", b""))
        nonce, data = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(self.cipher.decrypt(nonce, data, self.key_id + about_of(payload)))
        except InvalidTag:
            raise Refused("a payload was changed after it was encrypted, and is not read") from None

    def check_key(self, used: bytes) -> None:
        """Another key is an operator's mistake, and worth its own words."""
        if used != self.key_id:
            raise Refused(
                f"a payload was encrypted under key {used.decode(errors='replace')}, "
                f"but PERSESSION_ENCRYPTION_KEY is key {self.key_id.decode()}"
            )


def about_of(payload: Payload) -> bytes:
    """What an encrypted payload says it is about; empty: nothing that only some may read."""
    return payload.metadata.get("about", b"")


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
