"""Files sealed at rest, however large: pieces of a megabyte, AES-256-GCM under the practice's key.

Each piece is bound to its place in the file and the last one says that it is the last: a file that was cut, changed or
put together anew does not open.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from activities.vault import Vault
from models.errors import Refused

MARK = b"PERSESSION SEALED 1\n"
PREFIX, COUNTER, LENGTH = 7, 4, 4
PIECE = 1024 * 1024
TAG = 16


def sealed(pieces: Iterable[bytes], vault: Vault, purpose: str) -> Iterator[bytes]:
    """The file, sealed as it comes."""
    cipher, prefix = AESGCM(vault.subkey(purpose)), os.urandom(PREFIX)
    yield MARK + prefix
    number, waiting = 0, b""
    for piece in _even(pieces):
        if waiting:
            yield _framed(cipher.encrypt(_nonce(prefix, number, last=False), waiting, None))
            number += 1
        waiting = piece
    yield _framed(cipher.encrypt(_nonce(prefix, number, last=True), waiting, None))


def opened(file: BinaryIO, vault: Vault, purpose: str) -> Iterator[bytes]:
    """What was sealed; Refused under another key, or when the file is not whole."""
    if file.read(len(MARK)) != MARK:
        raise Refused("this is not a file that PerSession sealed")
    cipher, prefix = AESGCM(vault.subkey(purpose)), file.read(PREFIX)
    number, framed = 0, _frame(file)
    while framed is not None:
        following = _frame(file)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=following is None), framed, None)
        except (InvalidTag, ValueError):
            raise Refused(
                "the file does not open: it is not whole, was changed, or was sealed under another "
                "PERSESSION_ENCRYPTION_KEY"
            ) from None
        number, framed = number + 1, following
    if number == 0:
        raise Refused("the file does not open: it is not whole")


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(COUNTER, "big") + bytes([last])


def _framed(piece: bytes) -> bytes:
    return len(piece).to_bytes(LENGTH, "big") + piece


def _frame(file: BinaryIO) -> bytes | None:
    """The next piece; None at the end. One that is too short is left to the cipher to refuse."""
    head = file.read(LENGTH)
    return file.read(min(int.from_bytes(head, "big"), PIECE + TAG)) if head else None
