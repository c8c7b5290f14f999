"""Ciphers of sealed notes: AES-256-GCM, and the key that scrypt makes of a passphrase."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
_MEMORY = 64 * 1024 * 1024


def of(key: bytes) -> AESGCM:
    """Return AES-256-GCM under a key. Errors: BadUse without the package."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise BadUse(
            "Sealing notes needs the package cryptography, which is not installed.",
            'Install it where deskcollect is installed:  pip install "cryptography>=45"',
        ) from error
    return AESGCM(key)


def stretched(passphrase: str, salt: bytes, cost: Mapping[str, Any]) -> bytes:
    """Return the key that a passphrase makes."""
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=cost["n"], r=cost["r"], p=cost["p"], maxmem=_MEMORY, dklen=KEY_BYTES
    )


def wrapped(key: bytes, secret: bytes, place: bytes) -> bytes:
    """Seal a secret under a fresh nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + of(key).encrypt(nonce, secret, place)


def unwrapped(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Return what was sealed; nothing where the key is another or the text was altered."""
    opener = of(key)
    from cryptography.exceptions import InvalidTag

    try:
        return opener.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        return b""


def text(data: bytes) -> str:
    """Return bytes as they stand in JSON."""
    return b64encode(data).decode("ascii")
