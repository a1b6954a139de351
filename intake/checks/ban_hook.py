"""
The operator's webhook about blocked addresses: is this one blocked, and may the block go?

A request is JSON, signed as Standard Webhooks do: HMAC-SHA256 with the shared secret over
"ID.TIMESTAMP.BODY", base64, in `webhook-signature` after "v1,". An answer is a small JSON object;
whatever else comes back, or doesn't, means that nothing is known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Literal

import requests
import structlog

from diagnostics.texts import escape_hidden
from intake.vantages.bounded_body import BodyError, read_body

log = structlog.get_logger(__name__)

LIMIT_S: Final = 4.0  # from the first packet to the last byte of an answer
_MAX_ANSWER_BYTES: Final = 4096
_MAX_WORDS: Final = 100
_PREFIX: Final = "whsec_"


@dataclass(frozen=True)
class BanAnswer:
    """What the webhook said; `since` is a moment in UTC as a text, empty where it said none."""

    is_banned: bool
    by: str = ""
    since: str = ""
    is_liftable: bool = False
    is_lifted: bool = False


class BanHook:
    """The webhook at `url`; usable from any thread."""

    def __init__(self, url: str, secret: str, *, limit_s: float = LIMIT_S) -> None:
        self._url, self._key, self._limit_s = url, _key(secret), limit_s

    def ask(self, address: str, host: str, message_id: str) -> BanAnswer | None:
        """Whether the server of `host` blocks this address; None where that isn't known."""
        answer = self._send("ban.check", address, host, message_id)
        is_banned = answer.get("banned") if answer is not None else None
        if answer is None or not isinstance(is_banned, bool):
            return None
        return BanAnswer(
            is_banned=is_banned,
            by=_words(answer.get("by")),
            since=_moment(answer.get("since")),
            is_liftable=answer.get("liftable") is True,
        )

    def lift(self, address: str, host: str, message_id: str) -> bool:
        """
        Ask to lift the block; whether the webhook says that it has.

        A repetition has the same `message_id`, so that it is done once.
        """
        answer = self._send("ban.lift", address, host, message_id)
        return answer is not None and answer.get("lifted") is True

    def _send(
        self, kind: Literal["ban.check", "ban.lift"], address: str, host: str, message_id: str
    ) -> dict[str, object] | None:
        body = json.dumps({"type": kind, "address": address, "host": host}).encode()
        moment = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._key, message_id, moment, body),
        }
        try:
            return _object(self._post(body, headers))
        except (requests.RequestException, BodyError, OSError, ValueError, RecursionError) as error:
            log.warning("the unban webhook gave no answer", why=f"{type(error).__name__}"[:80])
            return None

    def _post(self, body: bytes, headers: dict[str, str]) -> bytes:
        ends_at = time.monotonic() + self._limit_s
        with requests.Session() as session:
            # A .netrc or a proxy of the environment is not meant for this.
            session.trust_env = False
            with session.post(
                self._url,
                data=body,
                headers=headers,
                timeout=self._limit_s,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    raise ValueError(f"status {response.status_code}")
                return read_body(response, limit_bytes=_MAX_ANSWER_BYTES, ends_at=ends_at)


def signature(key: bytes, message_id: str, moment: str, body: bytes) -> str:
    """The value of `webhook-signature` for one message."""
    signed = f"{message_id}.{moment}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    """The key of a secret: what follows "whsec_" is base64, any other text is taken as it is."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def _object(text: bytes) -> dict[str, object] | None:
    answer = json.loads(text)
    return answer if isinstance(answer, dict) else None


def _words(value: object) -> str:
    return escape_hidden(value.strip(), _MAX_WORDS) if isinstance(value, str) else ""


def _moment(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError):
        return ""
