"""What is sealed at rest: notes and secrets, AES-256-GCM under the practice's key; a stolen disk or dump says nothing.

Each text is sealed for its place ("note/17"): moved to another row, it does not open.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import Refused

NONCE_BYTES = 12
PURPOSE = "persession sealed at rest"


@dataclass(frozen=True)
class Vault:
    """Seals and opens; without a key (`PERSESSION_ENCRYPTION_KEY`) it does neither."""

    key: bytes | None = field(repr=False)

    def seal(self, text: str, place: str) -> bytes:
        """The text, readable only with the key and for that place."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """What was sealed for that place; Refused under another key, elsewhere, or when it was changed."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, rest, place.encode()).decode()
        except InvalidTag:
            what = place.partition("/")[0]
            raise Refused(
                f"the {what} does not open: another PERSESSION_ENCRYPTION_KEY sealed it, or it was changed"
            ) from None

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one other use, such as signing links."""
        if self.key is None:
            raise Refused("PERSESSION_ENCRYPTION_KEY is not set: nothing can be sealed or opened")
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(self.key)

    def _cipher(self) -> AESGCM:
        return AESGCM(self.subkey(PURPOSE))
