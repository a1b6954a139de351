"""The closed list of a probe's failures. A failure is an observation and blames nobody."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """
    Why a probe has no result.

    The prefix names the layer of the target that failed, or our own side (`resolver_`,
    `vantage_`), whose failures never become the customer's fault.
    """

    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_NO_DATA = "dns_no_data"
    DNS_SERVFAIL = "dns_servfail"
    DNS_CNAME_LOOP = "dns_cname_loop"
    DNS_SERVER_SILENT = "dns_server_silent"
    DNS_SERVER_LAME = "dns_server_lame"
    DNS_SERVER_MISSING = "dns_server_missing"
    DNS_SERVER_CIRCLE = "dns_server_circle"  # resolving its name needs the server itself

    RESOLVER_REFUSED = "resolver_refused"
    RESOLVER_SILENT = "resolver_silent"
    RESOLVER_BROKEN = "resolver_broken"

    PING_SILENT = "ping_silent"
    PING_HOST_UNREACHABLE = "ping_host_unreachable"
    PING_NO_ROUTE = "ping_no_route"
    PING_PROHIBITED = "ping_prohibited"
    PING_TTL_EXCEEDED = "ping_ttl_exceeded"

    TCP_REFUSED = "tcp_refused"
    TCP_SILENT = "tcp_silent"
    TCP_HOST_UNREACHABLE = "tcp_host_unreachable"
    TCP_NO_ROUTE = "tcp_no_route"
    TCP_PROHIBITED = "tcp_prohibited"
    TCP_TTL_EXCEEDED = "tcp_ttl_exceeded"
    TCP_RESET = "tcp_reset"

    TLS_SILENT = "tls_silent"
    TLS_CLOSED = "tls_closed"
    TLS_PLAIN_TEXT = "tls_plain_text"
    TLS_ALERT = "tls_alert"
    TLS_BROKEN = "tls_broken"

    HTTP_SILENT = "http_silent"
    HTTP_STALLED = "http_stalled"
    HTTP_CLOSED = "http_closed"
    HTTP_TRUNCATED = "http_truncated"
    HTTP_MALFORMED = "http_malformed"
    HTTP_GARBLED = "http_garbled"
    HTTP2_BROKEN = "http2_broken"

    FETCH_FAILED = "fetch_failed"
    FETCH_TIMED_OUT = "fetch_timed_out"
    FETCH_STALLED = "fetch_stalled"
    FETCH_ALTERED = "fetch_altered"
    FETCH_FORCED = "fetch_forced"  # the browser uses https, although http was asked for

    TARGET_FORBIDDEN = "target_forbidden"

    VANTAGE_NOT_PERMITTED = "vantage_not_permitted"
    VANTAGE_NO_ROUTE = "vantage_no_route"
    VANTAGE_NO_TIME = "vantage_no_time"
    VANTAGE_BUSY = "vantage_busy"  # we contacted this address too often lately
    UNKNOWN = "unknown"

    @property
    def is_ours(self) -> bool:
        """Whether our own side failed, so that nothing is known about the target."""
        # An unclassified error may be ours, so it must not become the customer's fault.
        return self.value.startswith(("resolver_", "vantage_")) or self is Failure.UNKNOWN


# The DNS answers that the name doesn't exist, or has no record of this type (RFC 2308, section 2).
NO_SUCH_RECORD: frozenset[Failure | None] = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA})
# The results of a connection that prove that the host is up: accepted, refused or reset.
HOST_ANSWERED: frozenset[Failure | None] = frozenset({None, Failure.TCP_REFUSED, Failure.TCP_RESET})
