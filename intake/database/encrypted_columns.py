"""
Columns whose values are encrypted at rest, if the operator gives keys.

Each value is encrypted by itself (Fernet: AES-128-CBC with HMAC-SHA256) with the newest key, and
decrypted with the key that it was written with, so keys rotate while the service runs. Without keys
values are stored as they are. Encrypted values begin with bytes that no customer's text can begin
with.

The keys are global to the process, as its one database is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from intake.database.errors import StorageError

_MARK: Final = b"\x02intake-"
_ENCRYPTED: Final = _MARK + b"enc:"
_PLAIN: Final = _MARK + b"raw:"  # before an unencrypted value that happens to begin with our mark


class StorageKeyMissing(StorageError):  # noqa: N818 - see StorageBusy
    """A stored value was encrypted with a key that we don't have, or was tampered with."""


class _KeyRing:
    """The keys in use, the newest first."""

    def __init__(self) -> None:
        self.keys: tuple[bytes, ...] = ()
        self.fernet: MultiFernet | None = None
        self.writes = True

    def use(self, keys: Sequence[str], *, writes: bool) -> None:
        self.writes = writes
        self.keys = tuple(key.encode() for key in keys)
        self.fernet = MultiFernet([Fernet(key) for key in self.keys]) if self.keys else None


_ring: Final = _KeyRing()


def use_encryption_keys(keys: Sequence[str], *, writes: bool = True) -> None:
    """
    Decrypt with these keys from now on, and encrypt with the first, unless `writes` is False.

    Raises:
        ValueError: one is no key.
    """
    _ring.use(keys, writes=writes)


def is_encrypting() -> bool:
    """Check whether new values are encrypted."""
    return _ring.fernet is not None and _ring.writes


def key_names() -> tuple[str, ...]:
    """Return a name for each key, the newest first, which reveals nothing of the key."""
    return tuple(f"key-{hashlib.sha256(key).hexdigest()[:16]}" for key in _ring.keys)


def lookup_hash(value: str) -> str:
    """
    Return what is stored to look a value up: the value itself, or with keys a hash that
    needs them.
    """
    return _hashed(_ring.keys[0], value) if is_encrypting() else value


def lookup_hashes(value: str) -> tuple[str, ...]:
    """
    Return every form in which a value may be stored: with each key, and from before there were
    keys.
    """
    return (value, *(_hashed(key, value) for key in _ring.keys))


def _hashed(key: bytes, value: str) -> str:
    digest = hmac.new(key, b"looked-up:" + value.encode(), hashlib.sha256)
    return f"h:{digest.hexdigest()}"


def encrypt_value(value: bytes) -> bytes:
    """Return a value as it is stored."""
    if _ring.fernet is not None and _ring.writes:
        return _ENCRYPTED + _ring.fernet.encrypt(value)
    return _PLAIN + value if value.startswith(_MARK) else value


def reencrypt_value(stored: bytes) -> bytes:
    """
    Return a stored value as it would be written now; the same if it already is.

    Raises:
        StorageKeyMissing: no key fits.
    """
    if is_encrypting() and stored.startswith(_ENCRYPTED):
        try:
            Fernet(_ring.keys[0]).decrypt(stored.removeprefix(_ENCRYPTED))
        except InvalidToken:
            return encrypt_value(decrypt_value(stored))
        return stored
    return encrypt_value(decrypt_value(stored))


def decrypt_value(stored: bytes) -> bytes:
    """
    Return a stored value decrypted; a value that was written without encryption comes back as it
    is.

    Raises:
        StorageKeyMissing: no key fits.
    """
    if not stored.startswith(_MARK):
        return stored
    if stored.startswith(_PLAIN):
        return stored.removeprefix(_PLAIN)
    if _ring.fernet is None:
        raise StorageKeyMissing("it is encrypted, and INTAKE_ENCRYPTION_KEYS names no key")
    try:
        return _ring.fernet.decrypt(stored.removeprefix(_ENCRYPTED))
    except InvalidToken as error:
        raise StorageKeyMissing("no key of INTAKE_ENCRYPTION_KEYS opens it") from error


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Encrypt a text for the database."""
        del dialect
        return None if value is None else encrypt_value(value.encode()).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Decrypt a stored text; one that was written without encryption comes back as it is."""
        del dialect
        return None if value is None else decrypt_value(value.encode()).decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that are encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        """Encrypt bytes for the database."""
        del dialect
        return None if value is None else encrypt_value(bytes(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        """
        Decrypt stored bytes; those that were written without encryption come back as
        they are.
        """
        del dialect
        return None if value is None else decrypt_value(bytes(value))
