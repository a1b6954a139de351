"""The MTA-STS probe: a domain's record, and the policy that senders fetch."""

from __future__ import annotations

import ssl
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from diagnostics.failures import Failure
from diagnostics.mta_sts import is_sts, policy_url
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.documents import fetch_document
from diagnostics.net.trust_roots import verifying_context
from diagnostics.observations import MtaStsObservation
from diagnostics.options import Address
from diagnostics.probes.dns_answers import ask_for_records
from diagnostics.texts import escape_hidden

FETCH_S = 6.0
_CAP_BYTES = 64 * 1024  # RFC 8461, section 3.2
_MAX_TEXTS = 4
_MAX_TEXT = 500
_MAX_POLICY = 4000
_UNREACHABLE = {Failure.TCP_REFUSED, Failure.TCP_RESET}


def probe_sts_record(
    domain: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> MtaStsObservation:
    """Look up the record that announces a policy (RFC 8461, section 3.1)."""
    watch = Stopwatch()
    records, facts = _texts(f"_mta-sts.{domain}", resolvers, deadline)
    kept = tuple(text for text in records if is_sts(text))
    reports = _texts(f"_smtp._tls.{domain}", resolvers, deadline)[0] if kept else ()
    return MtaStsObservation(
        id="mta-sts",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=f"_mta-sts.{domain}",
        records=kept,
        tls_reports=tuple(text for text in reports if text.lower().startswith("v=tlsrpt")),
        **facts,
    )


def fetch_policy(
    address: Address, domain: str, *, ca_file: Path | None, user_agent: str, deadline: Deadline
) -> dict[str, Any]:
    """
    Fetch the policy as senders do: over TLS with a valid certificate, without redirects.

    Return fields of the observation. The outcome is "unmeasured" if our own side may be the reason.
    """
    try:
        status, body = fetch_document(
            address,
            policy_url(domain),
            accept="text/plain",
            user_agent=user_agent,
            deadline=deadline.within(FETCH_S),
            cap_bytes=_CAP_BYTES,
            tls_context=partial(_context, ca_file),
        )
    except Silence:
        return {"outcome": "unmeasured"}
    except BrokenError as error:
        detail = escape_hidden(error.detail)
        if "CERTIFICATE_VERIFY_FAILED" in error.detail:
            return {"outcome": "certificate", "failure_detail": detail}
        is_closed = error.failure in _UNREACHABLE
        return {"outcome": "unreachable" if is_closed else "unmeasured", "failure_detail": detail}
    except ValueError as error:
        return {"outcome": "unmeasured", "failure_detail": escape_hidden(str(error))}
    text = body.decode("utf-8", "replace")
    is_read = status == HTTPStatus.OK
    lines = "\n".join(escape_hidden(line, 300) for line in text.splitlines()[:60])
    return {
        "outcome": "read" if is_read else "status",
        "status": status,
        "text": lines[:_MAX_POLICY] if is_read else "",
    }


def _context(ca_file: Path | None) -> ssl.SSLContext:
    return verifying_context(ca_file)


def _texts(
    name: str, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[tuple[str, ...], dict[str, Any]]:
    records, facts = ask_for_records(name, "TXT", resolvers=resolvers, deadline=deadline)
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in records]
    return tuple(escape_hidden(text, _MAX_TEXT) for text in sorted(texts)[:_MAX_TEXTS]), facts
