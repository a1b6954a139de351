"""The closed list of ways in which a probe may fail. A failure is a fact, not an accusation."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """
    Why a probe has nothing better to show.

    The prefix says where: the layer of the target, or `resolver_` and `vantage_` for our own
    side, which never become the customer's fault.
    """

    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_NO_DATA = "dns_no_data"
    DNS_SERVFAIL = "dns_servfail"
    DNS_CNAME_LOOP = "dns_cname_loop"
    DNS_SERVER_SILENT = "dns_server_silent"
    DNS_SERVER_LAME = "dns_server_lame"
    DNS_SERVER_MISSING = "dns_server_missing"
    DNS_SERVER_CIRCLE = "dns_server_circle"  # its address can be learned only by way of itself

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
    FETCH_FORCED = "fetch_forced"  # the browser asks by https whatever the page says

    TARGET_FORBIDDEN = "target_forbidden"

    VANTAGE_NOT_PERMITTED = "vantage_not_permitted"
    VANTAGE_NO_ROUTE = "vantage_no_route"
    VANTAGE_NO_TIME = "vantage_no_time"
    VANTAGE_BUSY = "vantage_busy"  # so much was asked of this address lately that we don't
    UNKNOWN = "unknown"

    @property
    def is_ours(self) -> bool:
        """Whether our own side failed, so that nothing is known about the target."""
        # An error that nobody has classified may be ours as well, so it accuses nobody.
        return self.value.startswith(("resolver_", "vantage_")) or self is Failure.UNKNOWN


# The DNS says that there is no such name, or no record of this kind (RFC 2308, section 2).
NO_SUCH_RECORD: frozenset[Failure | None] = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA})
# How a connection ends when the host's own system answered: it took, refused or reset it.
HOST_ANSWERED: frozenset[Failure | None] = frozenset({None, Failure.TCP_REFUSED, Failure.TCP_RESET})
