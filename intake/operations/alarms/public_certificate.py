"""Check the certificate at the public address, as customers' browsers would judge it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from intake.operations.alarms.alarm import Alarm

_LIMIT_S: Final = 5.0
_ENDS_SOON: Final = timedelta(days=7)  # automatic renewal takes place a month before


def check_certificate(url: str | None, ca_file: Path | None, now: datetime) -> Iterator[Alarm]:
    """
    Yield an alarm if the certificate is invalid or expires soon.

    If our own machine can't reach the address, nothing is reported: behind some routers nobody
    inside can, but customers can.
    """
    parts = urlsplit(url or "")
    if parts.scheme != "https" or parts.hostname is None:
        return
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    address = (parts.hostname, parts.port or 443)
    try:
        with (
            socket.create_connection(address, _LIMIT_S) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as connection,
        ):
            certificate = connection.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as error:
        yield Alarm("certificate", parts.hostname, {"why": error.verify_message})
        return
    except OSError:
        return
    ends = x509.load_der_x509_certificate(certificate or b"").not_valid_after_utc
    # OpenSSL has judged by this machine's clock; tests pass another `now`.
    if ends <= now.astimezone(UTC):
        yield Alarm("certificate", parts.hostname, {"why": f"it ended on {ends:%Y-%m-%d}"})
    elif ends - now < _ENDS_SOON:
        yield Alarm("certificate-ends", parts.hostname, {"until": f"{ends:%Y-%m-%d}"})
