"""
The address of a chat's page: it names a draft to us alone, and opens nothing else.

A vendor's script runs in that page and reads its address, so the customer's own key must not stand
there.
"""

from __future__ import annotations

from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

OPEN_FOR_S: Final = 24 * 3600


class SealedCases:
    """Seals a draft's id for a day; `key` is secret."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="chat")

    def seal(self, draft_id: str) -> str:
        """What stands behind /chat/ in the address."""
        return self._serializer.dumps(draft_id)

    def draft_id(self, sealed: str) -> str | None:
        """The draft's id; None for what isn't ours, or is too old."""
        try:
            named = self._serializer.loads(sealed, max_age=OPEN_FOR_S)
        except BadData:
            return None
        return named if isinstance(named, str) else None
