"""
TLS contexts, and the root certificates that they trust: the system's, certifi's, the operator's.

Loading the roots costs about 0.1 s, so each context is created at its first use, and once for the
process, whichever threads ask at the same time.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import certifi

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: dates are judged apart from trust
# Python 3.13 sets this flag by default: a fetched issuer would then be a root.
_PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN: any trusted certificate ends a chain

# Browsers connect to servers without RFC 5746; OpenSSL 3 no longer does by itself.
_LEGACY_SERVERS = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, public only from Python 3.12
# What Chrome or Firefox offers below TLS 1.3 (2026); no DHE, no CBC with SHA-2, no 3DES.
BROWSER_CIPHERS = (
    *("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
    *("ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"),
    *("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"),
    *("ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA"),
    *("ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"),
    *("AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA"),
)
WEB_PROTOCOLS = ("h2", "http/1.1")
HTTP1_ALONE = ("http/1.1",)
# Names that nobody speaks make the ClientHello as long as that of browsers, whose post-quantum key
# share fills more than one packet (X25519MLKEM768; about 1,800 bytes in all).
_PADDING = tuple(f"padding-{number}".ljust(250, ".") for number in range(6))

_lock = threading.Lock()
_contexts: dict[tuple[Callable[[Path | None], ssl.SSLContext], Path | None], _Loaded] = {}
_Loaded = tuple[
    int, ssl.SSLContext
]  # the modification time of the operator's file, and the context


def judging_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return the context that verifies only the chain: names and dates are judged by the rules."""
    return _load_once(_new_judging_context, ca_file)


def browser_context(ca_file: Path | None) -> ssl.SSLContext:
    """
    Return the context that offers what today's browsers offer, and verifies only the chain.

    Cipher suites, versions, protocols (ALPN) and the length of the ClientHello are theirs.
    """
    return _load_once(_new_browser_context, ca_file)


def verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return the context that verifies everything: chain, dates and name (RFC 9525)."""
    return _load_once(_new_verifying_context, ca_file)


def judging_context_with(ca_file: Path | None, issuers: tuple[bytes, ...]) -> ssl.SSLContext:
    """
    Return a context with the same roots, and these issuers (DER) to complete a chain.

    They are no roots: a chain must still end at one (no X509_V_FLAG_PARTIAL_CHAIN). It is a new
    context, because certificates can't be removed from one.
    """
    context = _new_judging_context(ca_file)
    context.verify_flags &= ~ssl.VerifyFlags(_PARTIAL_CHAIN)
    context.load_verify_locations(cadata=b"".join(issuers))
    return context


@cache
def permissive_context(protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
    """
    Return the context that accepts everything, old protocols and weak keys too, in order to see it.

    `protocols` are offered by ALPN, in order of preference; its ClientHello is a short one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVERS
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def _load_once(
    make: Callable[[Path | None], ssl.SSLContext], ca_file: Path | None
) -> ssl.SSLContext:
    # An operator may replace the file while we run.
    changed_at = ca_file.stat().st_mtime_ns if ca_file else 0
    with _lock:
        loaded = _contexts.get((make, ca_file))
        if loaded is None or loaded[0] != changed_at:
            # Made while locked: two handshakes begin at the same moment, and one must wait.
            loaded = _contexts[make, ca_file] = (changed_at, make(ca_file))
        return loaded[1]


def _new_judging_context(ca_file: Path | None) -> ssl.SSLContext:
    context = _new_verifying_context(ca_file)
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context


def _new_browser_context(ca_file: Path | None) -> ssl.SSLContext:
    context = _new_judging_context(ca_file)
    context.set_ciphers(":".join(BROWSER_CIPHERS))
    context.set_alpn_protocols([*WEB_PROTOCOLS, *_PADDING])
    return context


def _new_verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    # From Python 3.13 on it insists on the letter of RFC 5280, as no browser does: certificates
    # that open for every visitor would be called untrusted.
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    context.options |= _LEGACY_SERVERS
    context.load_verify_locations(certifi.where())
    if ca_file:
        context.load_verify_locations(ca_file)
    return context
