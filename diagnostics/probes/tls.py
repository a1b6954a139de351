"""The TLS probe: a handshake, and the certificate chain that the server sends."""

from __future__ import annotations

import hashlib
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.server_hello import BROWSER_GROUPS, chosen_group
from diagnostics.net.tcp_connect import tcp_connect
from diagnostics.net.tls_stream import NEW, Connection, Stream
from diagnostics.net.trust_roots import (
    BROWSER_CIPHERS,
    WEB_PROTOCOLS,
    browser_context,
    judging_context,
    permissive_context,
)
from diagnostics.observations import TlsObservation
from diagnostics.options import Address
from diagnostics.probes.certificates import (
    KEYS_BEYOND_BROWSERS,
    name_matches,
    read_certificate,
)
from diagnostics.probes.written_hello import answers_long_hello, staples
from diagnostics.texts import escape_hidden

HANDSHAKE_S = 8.0
# nginx fetches the status at the first request for it, and sends it from then on.
_STAPLE_PAUSE_S = 1.0
_OLD_VERSIONS = {b"\x03\x00": "SSLv3", b"\x03\x01": "TLSv1", b"\x03\x02": "TLSv1.1"}
_MINDED = {Failure.TLS_ALERT, Failure.TLS_BROKEN, Failure.TLS_CLOSED}
_MAX_CHAIN = 10
_RECORD_TYPES = range(0x14, 0x19)  # change cipher, alert, handshake, data, heartbeat; RFC 8446
_PEM_TO_DER = 2  # _ssl.ENCODING_DER, public only from Python 3.13


def probe_tls(  # noqa: PLR0913 - what a handshake needs
    address: Address,
    port: int,
    *,
    host: str,
    server_name: str | None,
    ca_file: Path | None,
    deadline: Deadline,
    connection: Connection = NEW,
    is_web: bool = False,
    is_short: bool = False,
) -> tuple[TlsObservation, Stream | None]:
    """
    Do a TLS handshake; if it fails, another one that accepts everything, to find out why.

    With `is_web`, the first handshake offers what browsers offer; with `is_short`, only the second
    one is made, whose ClientHello fits into one packet. The stream stays open for a request if a
    handshake succeeded; else it is None. The first handshake uses `connection` if it is open.

    The chain is verified without its dates; names and dates are judged by the rules, so that one
    defect never hides another (OpenSSL reports only the first).
    """
    watch = Stopwatch()
    handshakes = _Handshakes(address, port, server_name, deadline.within(HANDSHAKE_S), connection)
    permissive = permissive_context(WEB_PROTOCOLS if is_web else ())
    if not is_short:
        handshakes.shake(browser_context(ca_file) if is_web else judging_context(ca_file))
    # OpenSSL ends a rejected handshake before the certificate can be read.
    if is_short or handshakes.wants_another:
        handshakes.shake(permissive, verifies=False)
    if is_web:
        handshakes.try_long_hello(is_repeat=is_short or connection.segment_bytes is not None)
        handshakes.try_browser_hello()
        handshakes.try_staple()
    facts = handshakes.facts
    if not facts.get("version") and (version := _old_version(handshakes.first_bytes)):
        facts["version"] = version
    if chain := facts.get("chain"):
        facts["name_matches"] = name_matches(chain[0], host)
    observation = TlsObservation(
        id=f"tls-{port}@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        port=port,
        host=host,
        server_name=server_name,
        segment_bytes=connection.segment_bytes,
        is_short=is_short,
        **facts,
    )
    return observation, handshakes.stream


def _old_version(first_bytes: bytes) -> str | None:
    """
    Return the version that a server chose if it is too old for our library; else None.

    RFC 5246, appendix E, and RFC 6101: a record of type 22 with a ServerHello (2), whose version is
    at bytes 9 and 10.
    """
    hello = first_bytes[:11]
    if len(hello) < 11 or hello[0] != 0x16 or hello[5] != 2:  # noqa: PLR2004 - see above
        return None
    return _OLD_VERSIONS.get(hello[9:11])


@dataclass
class _Handshakes:
    """One or two handshakes with a server, and the facts that they showed."""

    address: Address
    port: int
    server_name: str | None
    deadline: Deadline
    connection: Connection
    stream: Stream | None = None
    first_bytes: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict)
    wants_another: bool = False

    def shake(self, context: ssl.SSLContext, *, verifies: bool = True) -> None:
        """Connect and do a handshake; a second one adds to the facts of the first."""
        is_first = not self.facts
        self.wants_another = False
        try:
            stream = (self.connection.stream if is_first else None) or self._reconnect()
            stream.deadline = self.deadline
            stream.gives_up = lambda _: self.connection.is_decided()
        except (BrokenError, Silence) as error:
            self.facts.setdefault("failure", getattr(error, "failure", Failure.TCP_SILENT))
            return
        try:
            tls = stream.start_tls(context, self.server_name)
            self._take_success(tls, verifies=verifies)
            self.facts.setdefault("group", chosen_group(stream.raw_first_bytes))
            self.stream = stream
        except ssl.SSLCertVerificationError as error:
            self.facts |= {
                "is_trusted": False,
                "verify_code": error.verify_code,
                "verify_detail": escape_hidden(error.verify_message),
            }
            self.wants_another = True
        except ssl.SSLError as error:
            self._take_refusal(error, stream.raw_first_bytes)
            self.wants_another = is_first and "alert" in self.facts
        except Silence:
            self._fail(Failure.TLS_SILENT, "no complete handshake", stream)
        except BrokenError as error:
            self._fail(Failure.TLS_CLOSED, error.detail, stream)
            self.wants_another = is_first  # old servers hang up on extensions they don't know
        # A certificate that can't be parsed.
        except ValueError as error:
            self.facts |= {
                "failure": Failure.TLS_BROKEN,
                "failure_detail": escape_hidden(str(error)),
            }
        finally:
            # The first handshake's bytes are preferred, because it is like a browser's.
            self.first_bytes = self.first_bytes or stream.raw_first_bytes
            if self.stream is not stream:
                stream.hang_up()

    def _reconnect(self) -> Stream:
        if self.connection.reconnect is not None:
            return self.connection.reconnect(self.deadline)
        return tcp_connect(self.address, self.port, self.deadline, self.connection.segment_bytes)

    def try_long_hello(self, *, is_repeat: bool) -> None:
        """
        Find out whether the server fails only at a ClientHello as long as a browser's.

        This is tried if the first handshake failed or stalls, and a shorter one, which a browser
        could have made otherwise, succeeded. If a browser's long ClientHello is answered, the
        server rejected something else in ours.
        """
        fits = self.facts.get("version") not in _OLD_VERSIONS.values() and (
            self.facts.get("version") == "TLSv1.3" or self.facts.get("cipher") in BROWSER_CIPHERS
        )
        has_failed = is_repeat or self.facts.get("failure") in _MINDED
        if not has_failed or not self.facts.get("version") or not fits:
            return
        answers = answers_long_hello(self.address, self.port, self.server_name, self.deadline)
        self.facts["long_hello_answers"] = answers
        if answers:
            for name in ("failure", "failure_detail", "alert", "first_bytes"):
                self.facts.pop(name, None)

    def try_browser_hello(self) -> None:
        """
        Find out whether a server that chose something browsers lack also accepts a browser's offer.

        Our library offers more groups and signatures than Chrome and Safari do.
        """
        chain = self.facts.get("chain") or ()
        is_usual = self.facts.get("group") in {None, *BROWSER_GROUPS}
        if chain and not (is_usual and chain[0].key not in KEYS_BEYOND_BROWSERS):
            answers = answers_long_hello(self.address, self.port, self.server_name, self.deadline)
            self.facts["browser_hello_answers"] = answers

    def try_staple(self) -> None:
        """Find out whether the server staples the status that its certificate needs (RFC 7633)."""
        chain = self.facts.get("chain") or ()
        if not chain or not chain[0].wants_staple:
            return
        is_stapled = staples(self.address, self.port, self.server_name, self.deadline)
        if is_stapled is False:
            time.sleep(min(_STAPLE_PAUSE_S, self.deadline.left_s))
            is_stapled = staples(self.address, self.port, self.server_name, self.deadline)
        self.facts["is_stapled"] = is_stapled

    def _take_success(self, tls: ssl.SSLObject, *, verifies: bool) -> None:
        chain = tuple(read_certificate(der) for der in _sent_chain(tls))
        suite = tls.cipher()
        self.facts |= {
            "version": tls.version(),
            "chain": chain,
            "cipher": suite[0] if suite else None,
            "protocol": tls.selected_alpn_protocol(),
        }
        # Only the first handshake verifies, so only it has a path to a trusted root.
        if verifies:
            path = {hashlib.sha256(der).hexdigest() for der in _verified_chain(tls)}
            needed = tuple(
                number for number, certificate in enumerate(chain) if certificate.sha256 in path
            )
            self.facts |= {"is_trusted": True, "needed": needed}

    def _take_refusal(self, error: ssl.SSLError, first_bytes: bytes) -> None:
        detail = escape_hidden(error.reason or str(error))
        if first_bytes and first_bytes[0] not in _RECORD_TYPES:
            failure = Failure.TLS_PLAIN_TEXT
        else:
            failure = Failure.TLS_ALERT if "ALERT" in detail.upper() else Failure.TLS_BROKEN
            self.facts.setdefault("alert", detail)
        self.facts.setdefault("failure", failure)
        self.facts.setdefault("failure_detail", detail)
        self.facts["first_bytes"] = _as_text(first_bytes)

    def _fail(self, failure: Failure, detail: str, stream: Stream) -> None:
        if stream.raw_first_bytes and stream.raw_first_bytes[0] not in _RECORD_TYPES:
            failure = Failure.TLS_PLAIN_TEXT
        self.facts.setdefault("failure", failure)
        self.facts.setdefault("failure_detail", escape_hidden(detail))
        self.facts["first_bytes"] = _as_text(stream.raw_first_bytes)


def _as_text(data: bytes) -> str | None:
    return escape_hidden(data.decode("utf-8", "replace"), 80) if data else None


def _sent_chain(tls: ssl.SSLObject) -> list[bytes]:
    """Return the certificates that the server sent, its own first."""
    return _certificates(tls, "get_unverified_chain")


def _verified_chain(tls: ssl.SSLObject) -> list[bytes]:
    """Return the path from the server's certificate to a trusted root."""
    return _certificates(tls, "get_verified_chain")


def _certificates(tls: ssl.SSLObject, which: str) -> list[bytes]:
    public = getattr(tls, which, None)  # Python 3.13
    if public is not None:
        return list(public())[:_MAX_CHAIN]
    known = getattr(tls._sslobj, which)() or []  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    return [certificate.public_bytes(_PEM_TO_DER) for certificate in known[:_MAX_CHAIN]]
