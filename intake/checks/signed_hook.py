"""
A webhook of the operator that is asked and answers with a small JSON object.

A request is JSON, signed as in Standard Webhooks: HMAC-SHA256 with the shared secret over
"ID.TIMESTAMP.BODY", base64, in `webhook-signature` after "v1,". Any other answer than an
object, or none, means that nothing is known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final

import requests
import structlog

from intake.vantages.bounded_body import BodyError, read_body

log = structlog.get_logger(__name__)

_PREFIX: Final = "whsec_"


class SignedHook:
    """The webhook at `url`; thread-safe."""

    def __init__(self, url: str, secret: str, *, limit_s: float, max_answer_bytes: int) -> None:
        self._url, self._key, self._limit_s = url, _key(secret), limit_s
        self._max_answer_bytes = max_answer_bytes

    def ask(self, body: Mapping[str, str], message_id: str) -> dict[str, object] | None:
        """Return the answer to a message, or None if there is none within the limit."""
        try:
            return _object(self._post(*self._signed(body, message_id), {HTTPStatus.OK}))
        except (requests.RequestException, BodyError, OSError, ValueError, RecursionError) as error:
            kind = body.get("type", "")
            log.warning("a webhook gave no answer", asked=kind, why=f"{type(error).__name__}"[:80])
            return None

    def tell(self, body: Mapping[str, str], message_id: str) -> bool:
        """Send a message; return whether its status was a success. The response is ignored."""
        try:
            self._post(*self._signed(body, message_id), set(range(200, 300)))
        except (requests.RequestException, BodyError, OSError, ValueError) as error:
            kind = body.get("type", "")
            log.warning("a webhook took nothing", told=kind, why=f"{type(error).__name__}"[:80])
            return False
        return True

    def _signed(self, body: Mapping[str, str], message_id: str) -> tuple[bytes, dict[str, str]]:
        data, moment = json.dumps(body).encode(), str(int(time.time()))
        return data, {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._key, message_id, moment, data),
        }

    def _post(self, body: bytes, headers: dict[str, str], good: Collection[int]) -> bytes:
        # The limit covers the whole exchange, up to the last byte.
        ends_at = time.monotonic() + self._limit_s
        with requests.Session() as session:
            # Ignore .netrc and proxies of the environment.
            session.trust_env = False
            with session.post(
                self._url,
                data=body,
                headers=headers,
                timeout=self._limit_s,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code not in good:
                    raise ValueError(f"status {response.status_code}")
                return read_body(response, limit_bytes=self._max_answer_bytes, ends_at=ends_at)


def signature(key: bytes, message_id: str, moment: str, body: bytes) -> str:
    """Return the value of `webhook-signature` for a message."""
    signed = f"{message_id}.{moment}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    """Return the key of a secret: base64 after "whsec_", any other text as it is."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def _object(text: bytes) -> dict[str, object] | None:
    answer = json.loads(text)
    return answer if isinstance(answer, dict) else None
