"""Rules about the SSH key exchange: servers that hang up, or offer only obsolete algorithms."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids

# What OpenSSH's client accepts by default since 8.8 (2021), according to its release notes.
_KEY_EXCHANGES = (
    *("curve25519-", "ecdh-sha2-", "sntrup", "mlkem"),
    *("diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256"),
    *("diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512"),
)
_HOST_KEYS = ("ssh-ed25519", "ecdsa-", "sk-", "rsa-sha2-", "webauthn-")
_CIPHERS = (
    *("chacha20-poly1305", "aes128-gcm", "aes256-gcm"),
    *("aes128-ctr", "aes192-ctr", "aes256-ctr"),
)
# Extension signals in the list of key exchanges (RFC 8308; OpenSSH's strict key exchange).
_EXTENSION_SIGNALS = ("ext-info-", "kex-strict-")


@concludes("tcp.reset")
def ssh_breaks_off(evidence: Evidence) -> Iterator[Finding]:
    """
    An SSH server sends its version and hangs up when the key exchange begins (RFC 4253, 7).

    Protections and honeypots do so on purpose, so it is a fault only if the customer asked about
    this port.
    """
    for contact in evidence.contacts:
        if contact.breaks_off:
            is_named = evidence.target.port == contact.port
            yield make_finding(
                "tcp.reset",
                host_with_port(evidence.target.host_display, contact.port),
                ids([contact]),
                severity="warning" if is_named else "info",
                variant="ssh-exchange",
                port=contact.port,
                addresses=contact.address,
                greeting=contact.greeting or "",
            )


@concludes("tcp.ssh_obsolete")
def ssh_is_obsolete(evidence: Evidence) -> Iterator[Finding]:
    """
    An SSH server offers only key exchanges, host keys or ciphers that today's clients refuse.

    RFC 9142 (key exchanges), RFC 8332 (signatures with SHA-1), RFC 8758 and OpenSSH 6.7 (ciphers).
    """
    for contact in evidence.contacts:
        if offer := _refused_offer(contact):
            kind, names = offer
            yield make_finding(
                "tcp.ssh_obsolete",
                host_with_port(evidence.target.host_display, contact.port),
                ids([contact]),
                port=contact.port,
                variant=kind,
                offer=", ".join(names[:4]),
                greeting=contact.greeting or "",
            )


def _refused_offer(contact: TcpObservation) -> tuple[str, tuple[str, ...]] | None:
    exchanges = tuple(n for n in contact.key_exchanges if not n.startswith(_EXTENSION_SIGNALS))
    offers = {
        "host_key": (contact.host_keys, _HOST_KEYS),
        "exchange": (exchanges, _KEY_EXCHANGES),
        "cipher": (contact.ciphers, _CIPHERS),
    }
    for kind, (names, accepted) in offers.items():
        if names and not any(name.startswith(accepted) for name in names):
            return kind, names
    return None
