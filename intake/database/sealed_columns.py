"""
Columns whose values are encrypted at rest, where the operator gives keys.

Each value is encrypted for itself (Fernet: AES-128-CBC with HMAC-SHA256) by the newest key, and
read by whichever it was written with, so keys rotate while the service runs. Without keys values
are stored as they are; what was encrypted says so by its first bytes, and no customer's words can.

The keys are of the process, as its one database is.
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
_SEALED: Final = _MARK + b"enc:"
_PLAIN: Final = _MARK + b"raw:"  # before a value that happens to begin as ours do


class StorageSealed(StorageError):  # noqa: N818 - see StorageBusy
    """What is stored was encrypted with a key that isn't there, or was changed since."""


class _KeyRing:
    """The keys that are in use, the newest first."""

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
    Read by these from now on, and encrypt by the first, unless `writes` is False.

    Raises:
        ValueError: one is no key.
    """
    _ring.use(keys, writes=writes)


def is_encrypting() -> bool:
    """Whether what is written is encrypted."""
    return _ring.fernet is not None and _ring.writes


def key_names() -> tuple[str, ...]:
    """A name for each key, the newest first, that tells nothing of it."""
    return tuple(f"key-{hashlib.sha256(key).hexdigest()[:16]}" for key in _ring.keys)


def blind(value: str) -> str:
    """What stands for a value that is looked up: itself, or with keys a hash that needs them."""
    return _hashed(_ring.keys[0], value) if is_encrypting() else value


def blinds(value: str) -> tuple[str, ...]:
    """What may stand for it, by whichever key it was written, or before there were any."""
    return (value, *(_hashed(key, value) for key in _ring.keys))


def _hashed(key: bytes, value: str) -> str:
    digest = hmac.new(key, b"looked-up:" + value.encode(), hashlib.sha256)
    return f"h:{digest.hexdigest()}"


def seal(value: bytes) -> bytes:
    """A value as it is stored."""
    if _ring.fernet is not None and _ring.writes:
        return _SEALED + _ring.fernet.encrypt(value)
    return _PLAIN + value if value.startswith(_MARK) else value


def sealed_anew(stored: bytes) -> bytes:
    """
    A stored value as it would be written now; the same where it is so already.

    Raises:
        StorageSealed: no key fits.
    """
    if is_encrypting() and stored.startswith(_SEALED):
        try:
            Fernet(_ring.keys[0]).decrypt(stored.removeprefix(_SEALED))
        except InvalidToken:
            return seal(unseal(stored))
        return stored
    return seal(unseal(stored))


def unseal(stored: bytes) -> bytes:
    """
    A value as it was written.

    Raises:
        StorageSealed: no key fits.
    """
    if not stored.startswith(_MARK):
        return stored
    if stored.startswith(_PLAIN):
        return stored.removeprefix(_PLAIN)
    if _ring.fernet is None:
        raise StorageSealed("it is encrypted, and INTAKE_ENCRYPTION_KEYS names no key")
    try:
        return _ring.fernet.decrypt(stored.removeprefix(_SEALED))
    except InvalidToken as error:
        raise StorageSealed("no key of INTAKE_ENCRYPTION_KEYS opens it") from error


class SealedText(TypeDecorator[str]):
    """Text that is encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """What the database gets."""
        del dialect
        return None if value is None else seal(value.encode()).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """What we get of it."""
        del dialect
        return None if value is None else unseal(value.encode()).decode()


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        """What the database gets."""
        del dialect
        return None if value is None else seal(bytes(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        """What we get of it."""
        del dialect
        return None if value is None else unseal(bytes(value))
