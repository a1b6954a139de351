"""A fake hosting panel that signs tokens about its customers."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from joserfc import jws
from joserfc.jwk import OctKey


class FakePanel:
    """Signs tokens for one of our services, as the code in `integrations/` does."""

    def __init__(self, secret: str, audience: str) -> None:
        self._key, self._audience = OctKey.import_key(secret), audience

    def token(self, **claims: Any) -> str:
        """Return a token for a customer with one site; `claims` replaces parts of it."""
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
        # As PHP writes JSON: all in ASCII, half an emoji as well.
        payload = json.dumps(whole | claims)
        return jws.serialize_compact({"alg": "HS256", "kid": "panel"}, payload, self._key)
