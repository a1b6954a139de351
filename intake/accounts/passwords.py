"""
Local users' passwords: the requirements, and how they are hashed (Argon2id, RFC 9106).

A hash takes 64 MiB for a moment, so only two are computed at the same time.
"""

from __future__ import annotations

import threading
import unicodedata
from contextlib import suppress
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH: Final = 12  # characters; NIST SP 800-63B asks for 8 at the least
_MAX_BYTES: Final = 1024
_MIN_DIFFERENT: Final = 6
_MAX_CONCURRENT: Final = 2
Fault = Literal["short", "long", "simple", "login"]
_ENGLISH: Final[dict[Fault, str]] = {
    "short": f"use {MIN_LENGTH} characters or more",
    "long": "it is longer than any password needs to be",
    "simple": "it repeats few characters; use a longer phrase",
    "login": "it has the user's name in it",
}


class PasswordRefused(ValueError):  # noqa: N818 - it says what happened
    """A password that could be guessed; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_ENGLISH[fault])
        self.fault = fault


class Passwords:
    """Computes and verifies hashes; safe to share between threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(_MAX_CONCURRENT)
        self._dummy_hash: str | None = None

    def hash(self, password: str, login: str) -> str:
        """
        Return the hash to store.

        Raises:
            PasswordRefused: the password could be guessed.
        """
        check_password(password, login)
        with self._slots:
            return self._hasher.hash(_normalized(password))

    def fits(self, password: str, stored_hash: str | None) -> bool:
        """
        Check a password against a stored hash.

        Without a hash (nobody has this login) the same work is done, so that the response time
        doesn't reveal which logins exist.
        """
        if len(password.encode(errors="replace")) > _MAX_BYTES:
            return False
        with self._slots:
            if self._dummy_hash is None:
                self._dummy_hash = self._hasher.hash("nobody has this password")
            with suppress(VerificationError, InvalidHashError):
                self._hasher.verify(stored_hash or self._dummy_hash, _normalized(password))
                return stored_hash is not None
            return False


def check_password(password: str, login: str) -> None:
    """
    Refuse a password that could be guessed.

    Raises:
        PasswordRefused: see its `fault`.
    """
    text = _normalized(password)
    if len(text) < MIN_LENGTH:
        raise PasswordRefused("short")
    if len(text.encode(errors="replace")) > _MAX_BYTES:
        raise PasswordRefused("long")
    if len(set(text.casefold())) < _MIN_DIFFERENT:
        raise PasswordRefused("simple")
    if login.casefold() in text.casefold():
        raise PasswordRefused("login")


def _normalized(password: str) -> str:
    """
    Return the password in normal form, so that every keyboard gives the same (RFC 8265, section
    4.2).
    """
    return unicodedata.normalize("NFC", password)
