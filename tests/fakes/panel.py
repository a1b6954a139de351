"""The host's panel as far as we see of it: it signs who its customer is."""

from __future__ import annotations

import secrets
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey


class FakePanel:
    """Signs links for one service of ours, as `integrations/` do."""

    def __init__(self, secret: str, audience: str) -> None:
        self._key, self._audience = OctKey.import_key(secret), audience

    def token(self, **claims: Any) -> str:
        """A token for a customer with one site, changed by `claims`."""
        now = int(time.time())
        whole = {
            "aud": self._audience,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "sub": "4711",
            "name": "Anna Kim",
            "email": "anna@mail.example",
            "lang": "en",
            "balance": 120.5,
            "suspended": False,
            "services": [{"id": "1", "hosts": ["shop.example"]}],
        }
        return jwt.encode({"alg": "HS256", "kid": "panel"}, whole | claims, self._key)
