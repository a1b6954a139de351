"""
Tokens for the address of the chat's page: each names a draft, but only to us, and opens nothing
else.

A vendor's script runs in that page and reads its address, so it must not contain the customer's own
key.
"""

from __future__ import annotations

from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

OPEN_FOR_S: Final = 24 * 3600


class SealedCases:
    """Makes tokens of drafts' ids that are valid for a day; `key` is secret."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="chat")

    def seal(self, draft_id: str) -> str:
        """Return the part of the address after /chat/."""
        return self._serializer.dumps(draft_id)

    def draft_id(self, sealed: str) -> str | None:
        """Return the draft's id; None for a token that isn't ours or has expired."""
        try:
            draft_id = self._serializer.loads(sealed, max_age=OPEN_FOR_S)
        except BadData:
            return None
        return draft_id if isinstance(draft_id, str) else None
