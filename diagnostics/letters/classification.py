"""
Find the cause of a refusal: by servers' phrases, extended status, and reply code, in
this order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from diagnostics.letters.patterns import any_of, sign
from diagnostics.letters.smtp_reply import SmtpReply
from diagnostics.texts import load_catalogue

UNKNOWN: Final = "unknown"
Strength = Literal["plain", "weak", "last"]
_RECIPIENT_CAUSES = ("recipient-unknown", "domain-unknown", "recipient-disabled", "policy")
_UNAMBIGUOUS_CODES = (521, 530, 534, 535, 538, 556)
_BEFORE_RECIPIENTS = {"CONN": "blocked-address", "EHLO": "server-name", "MAIL": "sender-refused"}
_FOLDER = Path(__file__).parent
_MAX_TEXT = 3000  # characters; regular expressions run over them
_MAX_WORD = 120
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,128}@[^\s<>()\[\]:;,\"']{1,255}")
_URL = re.compile(r"https?:/{1,2} ?([^/\s?#<>\"']{1,200})[^\s<>\"')]{0,400}")
_GOOGLE = re.compile(r"[?&]p=([a-z]{3,40})")
_HOST = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24}\.?(?![\w-])(?:\[[0-9a-f.:]{2,45}\])?"
)
# Names in which the name itself is the reason.
_REASON_HOST = re.compile(
    r"spamhaus|spamcop|barracudacentral|sorbs|uceprotect|abuseat|dnsbl|\brbl|senderbase|senderscore|"
    r"mailspike|njabl|uribl|surbl|openspf|resolver\.|storedrv|routing\.|smtpsend|agentgeneric|groups\.google|mcspam"
)


@dataclass(frozen=True)
class _CausePhrase:
    cause: str
    strength: Strength
    any: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def _phrases() -> tuple[_CausePhrase, ...]:
    rows: list[dict[str, Any]] = load_catalogue(_FOLDER / "phrases.yaml")["phrases"]
    return tuple(
        _CausePhrase(
            row["cause"],
            row.get("strength", "plain"),
            any_of(row["any"]),
            any_of(row["unless"]) if "unless" in row else None,
        )
        for row in rows
    )


def _table(name: str) -> Mapping[str, str]:
    table: Mapping[str, str] = load_catalogue(_FOLDER / "status_codes.yaml")[name]
    return table


def find_cause(reply_text: str, notice: str, reply: SmtpReply) -> str:
    """
    Return the cause of one refusal.

    `reply_text` is the refusing server's, `notice` is the reporting server's text around it.
    Servers use the codes loosely, so clear phrases come before codes, and codes before vague
    phrases.
    """
    reply_text, notice = normalise(reply_text), normalise(notice)
    cause = (
        _by_phrase(reply_text, "plain")
        or _by_status("exact", reply.status)
        or _by_unambiguous_code(reply)
        or _by_phrase(reply_text, "weak")
        or _by_phrase(notice, "plain")
        or _by_phrase(notice, "weak")
        or _by_status("weak", reply.status)
        or _by_phrase(reply_text, "last")
        or _by_phrase(notice, "last")
        or _by_status("vague", reply.status)
        or _by_command(reply)
        or UNKNOWN
    )
    # A refusal at the greeting or at MAIL FROM comes before any recipient, so it is about the
    # sender.
    if cause in _RECIPIENT_CAUSES:
        cause = _BEFORE_RECIPIENTS.get(reply.command or "", cause)
    return cause


# A notice about fifty recipients has the same words around each of them.
@lru_cache(maxsize=128)
def _by_phrase(text: str, strength: Strength) -> str | None:
    for phrase in _phrases():
        if phrase.strength != strength or not phrase.any.search(text):
            continue
        if phrase.unless is None or not phrase.unless.search(text):
            return phrase.cause
    return None


def _by_status(table: str, status: str | None) -> str | None:
    if not status:
        return None
    kind, _, rest = status.partition(".")
    rows = _table(table)
    cause = rows.get(rest) or rows.get(f"{kind}:{rest}")
    if cause is None and table == "exact" and len(rest) > len("7.6x"):
        cause = _table("prefixes").get(rest[:-1])
    return cause


def _by_unambiguous_code(reply: SmtpReply) -> str | None:
    """
    Return the cause of a code with one meaning: a host without mail (RFC 7504), a log-in (RFC
    4954).
    """
    return _table("replies")[str(reply.code)] if reply.code in _UNAMBIGUOUS_CODES else None


def _by_command(reply: SmtpReply) -> str | None:
    if reply.code is None:
        return None
    is_permanent = reply.code >= 500  # noqa: PLR2004 - RFC 5321, 4.2.1
    if is_permanent and reply.code in (550, 553, 554) and reply.command:
        return _table("commands")[reply.command]
    return _table("replies").get(str(reply.code))


@lru_cache(maxsize=128)
def normalise(text: str) -> str:
    """Return text as the phrases are written: lower case, single blanks, names removed."""
    text = text[: 2 * _MAX_TEXT].lower().replace("’", "'").replace("ё", "е")
    text = _URL.sub(_host_of_url, text)
    text = _ADDRESS.sub("@", text)
    text = _HOST.sub(lambda match: match[0] if _REASON_HOST.search(match[0]) else "~", text)
    text = " ".join(word[:_MAX_WORD] for word in text.split())[:_MAX_TEXT]
    return " ".join(sign("frames").sub(" ", text).split())


def _host_of_url(match: re.Match[str]) -> str:
    reason = _GOOGLE.search(match[0])
    return f"{match[1]} p={reason[1]}" if reason else match[1]
