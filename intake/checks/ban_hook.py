"""The operator's webhook about blocked addresses: checks a block, and lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from diagnostics.texts import escape_hidden
from intake.checks.signed_hook import SignedHook, signature

__all__ = ["BanAnswer", "BanHook", "signature"]

LIMIT_S: Final = 4.0  # from the first packet to the last byte of an answer
_MAX_ANSWER_BYTES: Final = 4096
_MAX_WORDS: Final = 100


@dataclass(frozen=True)
class BanAnswer:
    """The webhook's answer; `since` is a UTC time as text, or ""."""

    is_banned: bool
    by: str = ""
    since: str = ""
    is_liftable: bool = False
    is_lifted: bool = False


class BanHook:
    """The webhook at `url`; thread-safe."""

    def __init__(self, url: str, secret: str, *, limit_s: float = LIMIT_S) -> None:
        self._hook = SignedHook(url, secret, limit_s=limit_s, max_answer_bytes=_MAX_ANSWER_BYTES)

    def ask(self, address: str, host: str, message_id: str) -> BanAnswer | None:
        """Return whether the server of `host` blocks this address, or None if that isn't known."""
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
        Ask to lift the block; return whether the webhook says it did.

        A repetition uses the same `message_id`, so that it is done once.
        """
        answer = self._send("ban.lift", address, host, message_id)
        return answer is not None and answer.get("lifted") is True

    def _send(
        self, kind: Literal["ban.check", "ban.lift"], address: str, host: str, message_id: str
    ) -> dict[str, object] | None:
        return self._hook.ask({"type": kind, "address": address, "host": host}, message_id)


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
