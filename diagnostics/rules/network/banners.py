"""Patterns of protocols' first bytes, to name a service that answers at a wrong port."""

from __future__ import annotations

import re

# Matched against greetings as observations hold them: bytes that aren't text are escaped.
_GREETINGS: tuple[tuple[str, str], ...] = (
    ("SSH", r"^SSH-\d"),  # RFC 4253, section 4.2
    ("SMTP", r"^220[ -].*\b(E?SMTP|[Mm]ail|Postfix|Exim|Sendmail)"),  # RFC 5321, section 4.2
    ("FTP", r"^220[ -].*(FTP|[Ff]tp|FileZilla)"),  # RFC 959, section 5.4
    ("SMTP", r"^(554|421)[ -].*(SMTP|mail)"),
    # SMTP and FTP share these codes. SMTP servers usually name themselves and match above.
    ("FTP", r"^(220|530|421)[ -]"),
    ("POP3", r"^\+OK"),  # RFC 1939, section 4
    ("IMAP", r"^\* (OK|PREAUTH|BYE)"),  # RFC 9051, section 7.1
    ("MySQL", r"mysql_native_password|caching_sha2_password|MariaDB"),
    ("MySQL", r"^.{0,3}(\\x00){2,3}.{0,4}\\n?.{0,4}\d+\.\d+\.\d+"),
    ("MySQL", r"is not allowed to connect to this (MySQL|MariaDB)|^.{1,30}Host '"),
    ("PostgreSQL", r"^E.{0,16}SFATAL|unsupported frontend protocol"),
    ("Redis", r"^-(ERR|DENIED|NOAUTH)"),
    ("VNC", r"^RFB \d{3}\."),  # RFC 6143, section 7.1.1
    ("Telnet", r"^(\\xff|\xff|ÿ)(\\xfb|\\xfd|û|ý|\xfb|\xfd)"),  # RFC 854
    ("IRC", r"^:\S+ NOTICE "),
    ("rsync", r"^@RSYNCD:"),
    ("NNTP", r"^20[01] .*(NNTP|INN|news)"),  # RFC 3977, section 5.1
    ("Asterisk", r"^Asterisk Call Manager"),
    ("AMQP", r"^AMQP"),
    ("Memcached", r"^ERROR$"),
)
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _GREETINGS)


def protocol_of(first_bytes: str) -> str | None:
    """Return the protocol that begins like this; None for HTTP, TLS and unknown ones."""
    return next((name for name, pattern in _PATTERNS if pattern.search(first_bytes)), None)


def is_other_protocol(first_bytes: str) -> bool:
    """Check whether the first bytes are of a known protocol other than HTTP and TLS."""
    return protocol_of(first_bytes) is not None
