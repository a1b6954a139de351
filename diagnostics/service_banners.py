"""
Parser of greetings: the first line of a service whose protocol lets the server speak first.

SSH (RFC 4253, section 4.2), FTP (RFC 959, section 5.4), SMTP (RFC 5321, section 4.2), IMAP (RFC
9051, section 7.1), POP3 (RFC 1939, section 3), MySQL (as `probes.mysql_greeting` reads it).
Greetings of a wrong protocol are only reported as foreign; `rules.network.banners` names their
protocol.
"""

from __future__ import annotations

import re
from typing import Literal

# `busy`: ready later. `penalised`: refuses this visitor for now, for its behaviour or because it is
# full. `broken`: the program can't run. `foreign`: not a greeting of this protocol.
BannerState = Literal["silent", "ready", "busy", "penalised", "refused", "broken", "foreign"]

# Longer than any intended delay: Postfix's postscreen delays its greeting by six seconds.
SLOW_GREETING_S = 6.5

# Services that an operator may add to the ports of a server; they greet in MySQL's protocol.
DATABASES = ("mysql", "mariadb")

_NAME = re.compile(r"220[ -]([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?)\.?(?:\s|$)")
_REPLY = re.compile(r"([1-5]\d\d)(?:[ -]|$)")
# A full FTP server may refuse with 530 instead of 421 (RFC 959, section 5.4).
_FULL = re.compile(
    r"\btoo many\b|\bmaximum\b|\bmax(imal)? ?(clients|connections|users)\b|\blimit\b|\bfull\b"
    r"|\bexceeded\b|\btry again\b|\bbusy\b",
    re.IGNORECASE,
)
_PER_ADDRESS = re.compile(
    r"\b(from|for|by) (this|your|the same)\b.{0,20}\b(ip|internet|host|address|client)"
    r"|\bper (host|ip|client|address)\b",
    re.IGNORECASE,
)


def banner_state(service: str, greeting: str) -> BannerState:
    """Return what a service's greeting means in its protocol; "" is a greeting that never came."""
    if not greeting:
        return "silent"
    if service in {"imap", "imaps"}:
        return _tagged(greeting.upper(), ("* OK", "* PREAUTH"), "* BYE")
    if service in {"pop3", "pop3s"}:
        return _tagged(greeting.upper(), ("+OK",), "-ERR")
    grammars = {"ssh": _ssh, "ftp": _ftp, **dict.fromkeys(DATABASES, _database)}
    return grammars.get(service, _smtp)(greeting)


def is_about_one_address(greeting: str) -> bool:
    """Check whether a full server limits the visitor's address rather than all visitors."""
    return bool(_PER_ADDRESS.search(greeting))


def announced_name(greeting: str, ehlo_reply: str) -> str:
    """
    Return a mail server's own name in lower case; "" if it isn't certain.

    The greeting and the reply to EHLO must agree on it (RFC 5321, section 4.2). Exchange is left
    out, because it uses another name when it sends.
    """
    match = _NAME.match(greeting)
    name = match[1].lower() if match else ""
    is_same = ehlo_reply.partition(" ")[0].lower().rstrip(".") == name
    return name if is_same and "microsoft esmtp" not in greeting.lower() else ""


def _ssh(greeting: str) -> BannerState:
    if re.match(r"SSH-\d", greeting):
        return "ready"
    # OpenSSH sends these before it hangs up; since version 10 the second one in both cases.
    if greeting.startswith("Exceeded MaxStartups"):
        return "busy"
    if greeting.startswith("Not allowed at this time"):
        return "penalised"
    return "foreign"


def _ftp(greeting: str) -> BannerState:
    code = _reply_code(greeting)
    if not code:
        return "foreign"
    # 120: "service ready in nnn minutes".
    if code[0] in "14" or (code[0] == "5" and _FULL.search(greeting)):
        return "busy"
    if code[0] == "5":
        # vsftpd dies with "500 OOPS"; RFC 959 has no 500 for a connection.
        return "broken" if code == "500" else "refused"
    return "ready"


# Too many connections; too many of this user. A host is blocked after connections that broke off.
_DATABASE_FULL, _DATABASE_BLOCKS = {"1040", "1203"}, "1129"


def _database(greeting: str) -> BannerState:
    number = re.match(r"(\d{4}) ", greeting)
    if number is None:
        return "ready" if greeting.startswith("MySQL ") else "foreign"
    if number[1] in _DATABASE_FULL:
        return "busy"
    # Other errors, as 1130 "not allowed to connect", are how a well-kept server greets strangers.
    return "penalised" if number[1] == _DATABASE_BLOCKS else "ready"


def _smtp(greeting: str) -> BannerState:
    code = _reply_code(greeting)
    states: dict[str, BannerState] = {"2": "ready", "4": "busy", "5": "refused"}
    return states.get(code[:1], "foreign")


# Dovecot sends this while its process that checks passwords doesn't answer.
_NO_LOG_INS = "WAITING FOR AUTHENTICATION"


def _tagged(greeting: str, ready: tuple[str, ...], refused: str) -> BannerState:
    if greeting.startswith(ready):
        return "broken" if _NO_LOG_INS in greeting else "ready"
    return "refused" if greeting.startswith(refused) else "foreign"


def _reply_code(greeting: str) -> str:
    match = _REPLY.match(greeting)
    return match[1] if match else ""
