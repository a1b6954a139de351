"""
Passwords of local users: what one must be, and how it is kept (Argon2id, RFC 9106).

A hash takes 64 MiB for a moment, so only a few are made at the same time.
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
_AT_ONCE: Final = 2
Fault = Literal["short", "long", "simple", "login"]
_ENGLISH: Final[dict[Fault, str]] = {
    "short": f"use {MIN_LENGTH} characters or more",
    "long": "it is longer than any password needs to be",
    "simple": "it repeats few characters; use a longer phrase",
    "login": "it has the user's name in it",
}


class PasswordRefused(ValueError):  # noqa: N818 - it says what happened
    """A password that could be guessed; `fault` says how."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_ENGLISH[fault])
        self.fault = fault


class Passwords:
    """Makes and compares hashes; safe to share between threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys: str | None = None

    def hash(self, password: str, login: str) -> str:
        """
        The hash to keep.

        Raises:
            PasswordRefused: the password could be guessed.
        """
        check_password(password, login)
        with self._slots:
            return self._hasher.hash(_normalized(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """
        Whether a password is the one of a hash.

        Without a hash (nobody has this login) the same work is done, so that the time of the
        answer doesn't tell who exists.
        """
        if len(password.encode(errors="replace")) > _MAX_BYTES:
            return False
        with self._slots:
            if self._nobodys is None:
                self._nobodys = self._hasher.hash("nobody has this password")
            with suppress(VerificationError, InvalidHashError):
                self._hasher.verify(kept or self._nobodys, _normalized(password))
                return kept is not None
            return False


def check_password(password: str, login: str) -> None:
    """
    Refuse what could be guessed.

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
    """The same letters from any keyboard are the same password (RFC 8265, section 4.2)."""
    return unicodedata.normalize("NFC", password)
