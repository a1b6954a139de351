"""Finds logins in protocols and commands: HTTP headers, SMTP, FTP, command lines, SQL."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan
from intake.redaction.value_shape import has_letter_and_digit, is_placeholder

_PASSWORD: Final = SecretKind.PASSWORD
# Each pattern has one group, the secret.
_PATTERNS: Final = tuple(
    (compile_linear(pattern), kind)
    for pattern, kind in (
        # RFC 9110, section 11.6.2
        (
            (
                r"(?i)authorization['\"]?\s{0,3}[:=]\s{0,3}['\"]?(?:basic|bearer|token|digest"
                r"|apikey|negotiate)?"
                r"[ \t]{1,3}([^\s'\",<>]{6,})"
            ),
            SecretKind.TOKEN,
        ),
        (r"(?i)\bbearer[ \t:]{1,3}['\"]?([A-Za-z0-9._~+/=-]{16,})", SecretKind.TOKEN),
        (r"(?i)\bbasic[ \t]{1,3}([A-Za-z0-9+/]{8,}={0,2})(?:['\"\s]|$)", SecretKind.TOKEN),
        # RFC 6265, section 4.2.1: pairs; what follows in a sentence isn't part of them.
        (
            (
                r"(?im)(?:^|[\s>'\"*-])cookie:[ \t]{0,3}([^\s=;'\"]{1,100}=[^\s;'\"]*"
                r"(?:;[ \t]{0,3}[^\s=;'\"]{1,100}=[^\s;'\"]*)*|[^\s;'\"]{6,})"
            ),
            SecretKind.TOKEN,
        ),
        (r"(?i)set-cookie:[ \t]{0,3}[^\s=;]{1,100}=([^\s;'\"]{12,})", SecretKind.TOKEN),
        (r"(?i)\b(?:PHPSESSID|JSESSIONID|sessionid|connect\.sid)=([\w%.-]{12,})", SecretKind.TOKEN),
        # RFC 4954, section 4; RFC 4616
        (r"(?i)\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)[ \t]+([A-Za-z0-9+/]{6,}={0,2})", _PASSWORD),
        # RFC 959, section 4.1.1; POP3: RFC 1939, section 7
        (
            r"(?m)^(?:.{0,60}[>:\]\d][ \t]{0,8}|[ \t]*)PASS[ \t]+([^\s]{1,100})[ \t\r]*$",
            _PASSWORD,
        ),
        # IMAP's LOGIN: RFC 9051, section 6.2.3
        (r"(?m)^\W{0,4}[A-Za-z]{0,4}\d{1,6} LOGIN \S{1,100} (\S{1,100})[ \t\r]*$", _PASSWORD),
        (
            (
                r"(?i)\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;]{0,}?\s-p"
                r"('[^'\n]{1,100}'|\"[^\"\n]{1,100}\"|[^\s'\"]{1,100})"
            ),
            _PASSWORD,
        ),
        (
            r"(?i)\bsshpass\s{1,3}-p\s{0,3}('[^'\n]{1,100}'|\"[^\"\n]{1,100}\"|[^\s'\"]{1,100})",
            _PASSWORD,
        ),
        (
            (
                r"(?i)\b(?:curl|lftp|smbclient|wget)\b[^\n]{0,}?\s(?:-u|-U|--user"
                r"|--proxy-user)[ =]{0,2}"
                r"['\"]?[^\s:'\",%]{1,100}[:,%]([^\s'\"]{1,100})"
            ),
            _PASSWORD,
        ),
        (r"(?i)\bredis-cli\b[^\n]{0,100}?\s-a\s{1,3}(\S{1,100})", _PASSWORD),
        (r"(?i)\b(?:plink|pscp|psftp|putty)\b[^\n]{0,}?\s-pw\s{1,3}(\S{1,100})", _PASSWORD),
        (r"(?i)\bldapsearch\b[^\n]{0,}?\s-w\s{1,3}(\S{1,100})", _PASSWORD),
        (
            r"(?i)\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?['\"]([^'\"\n]+)",
            _PASSWORD,
        ),
        (r"(?im)^\s*(?:requirepass|masterauth)\s+(\S{1,})", _PASSWORD),
        # .pgpass, libpq
        (
            r"(?m)^[\w.*-]{1,100}:(?:[0-9]{2,5}|\*):[\w*-]{1,60}:[\w*.-]{1,60}:(\S{1,100})$",
            _PASSWORD,
        ),
        (
            r"(?i)\becho\s+['\"]?[\w.-]{1,40}:([^\s'\"]{1,100})['\"]?\s*\|\s*(?:sudo\s+)?chpasswd",
            _PASSWORD,
        ),
        (r"(?i)\bmachine\s+\S{1,100}\s+login\s+\S{1,100}\s+password\s+(\S{1,100})", _PASSWORD),
    )
)
# SMTP dialogue: the line after a 334 or AUTH LOGIN is the login in base64.
_CHALLENGE: Final = compile_linear(r"(?im)(?:^|\W)(?:334(?:[ -][^\n]{0,100})?|AUTH LOGIN)[ \t\r]*$")
_BASE64_LINE: Final = re.compile(
    r"\n(\W{0,6}(?:C:|>>>|client:)?[ \t]{0,4})([A-Za-z0-9+/]{4,}={0,2})[ \t\r]*(?=\n|$)"
)
_BASE64: Final = compile_linear(r"(?:^|[^A-Za-z0-9+/])(AG?[A-Za-z0-9+/]{10,}={0,2})")


def find_protocol_logins(text: str) -> Iterator[SecretSpan]:
    """Find secrets at the places where protocols and commands take them."""
    for pattern, kind in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if text[start] in "'\"" and text[start] == text[end - 1] and end - start > 1:
                start, end = start + 1, end - 1
            value = text[start:end]
            is_secret = kind is not SecretKind.TOKEN or _is_header_value(match.group(), value)
            if is_secret and not is_placeholder(value):
                yield SecretSpan(start, end, kind)
    yield from _find_smtp_logins(text)


def _is_header_value(header: str, value: str) -> bool:
    """Check for a real header value: "basic authentication" in a sentence isn't one."""
    if "ookie" in header.lower():
        return "=" in value or has_letter_and_digit(value)
    if re.search(r"(?i)\bbasic\b", header):
        try:
            return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
        except ValueError:  # no base64, or no ASCII
            return False
    return has_letter_and_digit(value)


def _find_smtp_logins(text: str) -> Iterator[SecretSpan]:
    for challenge in _CHALLENGE.finditer(text):
        place = challenge.end()
        for _ in range(2):  # the name, then the password
            line = _BASE64_LINE.match(text, place)
            if line is None or len(line.group(2)) % 4:
                break
            yield SecretSpan(line.start(2), line.end(2), _PASSWORD)
            place = line.end(2)
    for match in _BASE64.finditer(text):
        if _is_plain_login(match.group(1)):
            yield SecretSpan(match.start(1), match.end(1), _PASSWORD)


def _is_plain_login(encoded: str) -> bool:
    """Check for [authzid] NUL authcid NUL password (RFC 4616)."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    parts = decoded.split(b"\0")
    return len(parts) == 3 and all(parts[1:]) and decoded.replace(b"\0", b"").isascii()  # noqa: PLR2004
