"""
A signed mark for the forms that our own canary sends.

A ticket with this mark goes to no desk and is soon deleted. The mark is made with the key of
customers' links, so nobody outside can make one, and no customer's ticket is lost by it.
"""

from __future__ import annotations

from typing import Final

from itsdangerous import BadData, TimestampSigner

CANARY: Final = "canary"  # the `sent_as` of its tickets
_VALID_FOR_S: Final = 300


class CanaryMark:
    """Makes and verifies the canary's mark; `key` is secret."""

    def __init__(self, key: bytes) -> None:
        self._signer = TimestampSigner(key, salt="canary")

    def make(self) -> str:
        """Return a mark that is valid for five minutes."""
        return self._signer.sign(CANARY).decode()

    def is_ours(self, proof: str) -> bool:
        """Check whether `proof` is a mark made with our key in the last five minutes."""
        try:
            return self._signer.unsign(proof, max_age=_VALID_FOR_S) == CANARY.encode()
        except BadData:
            return False
