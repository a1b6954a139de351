"""The mail server of INTAKE_SMTP_URL: its host, port, encryption and login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

# RFC 5321; implicit TLS by RFC 8314, section 3.3; submission by RFC 6409, section 3.1.
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to connect, from INTAKE_SMTP_URL."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str


def read_smtp_url(url: str) -> SmtpServer:
    """
    Read smtp://, smtps:// or smtp+starttls://, with user and password if the server wants them.

    Raises:
        ValueError: the address has another scheme, or no host.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(
            "INTAKE_SMTP_URL: write like smtp+starttls://user:password@mail.example.com:587"
        )
    return SmtpServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )
