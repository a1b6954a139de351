"""
The proof that a form is sent by our own canary: its ticket goes to no desk and is soon deleted.

Only who has the key of customers' links can make it, so no customer's ticket is lost by it.
"""

from __future__ import annotations

from typing import Final

from itsdangerous import BadData, TimestampSigner

CANARY: Final = "canary"  # what its tickets are `sent_as`
_VALID_FOR_S: Final = 300


class CanaryMark:
    """Makes and judges the proof; `key` is secret."""

    def __init__(self, key: bytes) -> None:
        self._signer = TimestampSigner(key, salt="canary")

    def make(self) -> str:
        """A proof for the next minutes."""
        return self._signer.sign(CANARY).decode()

    def is_ours(self, proof: str) -> bool:
        """Whether this is such a proof."""
        try:
            return self._signer.unsign(proof, max_age=_VALID_FOR_S) == CANARY.encode()
        except BadData:
            return False
