"""The HTTPS record probe (RFC 9460), with tests of its ECH key and of where it leads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dns.rdtypes.svcbbase import ParamKey

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import TlsObservation
from diagnostics.observations.names import HttpsRecordObservation
from diagnostics.options import Address
from diagnostics.probes.dns_answers import MAX_RECORDS, ask_for_records
from diagnostics.probes.tls import probe_tls
from diagnostics.texts import escape_hidden

# Some resolvers and routers never answer queries of this type, and browsers don't wait either.
_QUESTION_S = 1.0
_HANDSHAKE_S = 4.0
_ECH_VERSION = 0xFE0D  # RFC 9849
_HTTPS_PORT = 443
_MAX_HINTS = 4
# Failures that prove that the name isn't served there.
_NOT_SERVED = {Failure.TCP_REFUSED, Failure.TLS_PLAIN_TEXT, Failure.TLS_CLOSED}
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z0-9-]{2,63}")


def probe_https_record(
    name: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> HttpsRecordObservation:
    """Look up HTTPS records; address hints in them are read but not connected to."""
    watch = Stopwatch()
    records, facts = ask_for_records(
        name, "HTTPS", resolvers=resolvers, deadline=deadline.within(_QUESTION_S)
    )
    served = [record for record in records if record.priority]  # 0 is an alias, section 2.4.2
    ech = [param.ech for record in served if (param := record.params.get(ParamKey.ECH))]
    return HttpsRecordObservation(
        id=f"dns-https#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        records=tuple(escape_hidden(record.to_text(), 300) for record in records[:MAX_RECORDS]),
        is_service=bool(served),
        ech_name=next((public for key in ech if (public := _public_name(key))), None),
        **_where(name, records),
        **facts,
    )


def _where(name: str, records: list[Any]) -> dict[str, Any]:
    """Return where the first record leads browsers: another name, another port, addresses."""
    if not records:
        return {}
    first = min(records, key=lambda record: int(record.priority))
    target = first.target.to_text(omit_final_dot=True).lower()
    if target in {"", ".", name.rstrip(".").lower()}:
        target = ""
    params = first.params
    port = getattr(params.get(ParamKey.PORT), "port", None)
    hints = [
        address
        for key in (ParamKey.IPV4HINT, ParamKey.IPV6HINT)
        for address in getattr(params.get(key), "addresses", ())
    ]
    return {
        "other_name": escape_hidden(target, 253),
        "port": port if port != _HTTPS_PORT else None,
        "hints": tuple(hints[:_MAX_HINTS]),
    }


def serves_name(
    address: Address, port: int, *, host: str, ca_file: Path | None, deadline: Deadline
) -> bool | None:
    """Check whether an address and port serve https for a name; None if that isn't certain."""
    tls = _handshake(address, port, host, ca_file, deadline)
    if tls.chain:
        return bool(tls.name_matches) and tls.is_trusted is not False
    if tls.failure is Failure.TCP_SILENT:
        # Networks, ours too, may block unusual ports.
        return False if port == _HTTPS_PORT else None
    return False if tls.failure in _NOT_SERVED or tls.alert else None


def knows_ech_name(
    address: Address, ech_name: str, *, ca_file: Path | None, deadline: Deadline
) -> bool | None:
    """
    Check whether the server at an address has a certificate for the public name of an ECH key.

    A server that has lost the key must have one, or browsers show an error (RFC 9849, section
    6.1.6). None if the connection failed.
    """
    tls = _handshake(address, _HTTPS_PORT, ech_name, ca_file, deadline)
    if tls.chain:
        return bool(tls.name_matches) and tls.is_trusted is not False
    return False if tls.alert else None


def _handshake(
    address: Address, port: int, name: str, ca_file: Path | None, deadline: Deadline
) -> TlsObservation:
    """Do a TLS handshake for a name, within its own time limit, without a request."""
    tls, stream = probe_tls(
        address,
        port,
        host=name,
        server_name=name,
        ca_file=ca_file,
        deadline=deadline.within(_HANDSHAKE_S),
        is_web=True,
    )
    if stream is not None:
        stream.hang_up()
    return tls


def _public_name(configurations: bytes) -> str | None:
    """Return the first public name of an ECHConfigList (RFC 9849, section 4); None without one."""
    reader = _ByteReader(configurations)
    try:
        reader.take(2)
        while reader.left:
            version, contents = reader.number(2), _ByteReader(reader.sized(2))
            if version != _ECH_VERSION:
                continue
            contents.take(3)  # its number, and the kind of key
            contents.sized(2)  # the key
            contents.sized(2)  # its suites
            contents.take(1)
            name = contents.sized(1).decode("ascii").lower()
            return name if _NAME.fullmatch(name) else None
    except (ValueError, UnicodeDecodeError):
        return None
    return None


class _ByteReader:
    """Read binary fields one after another; raises ValueError at the end of the data."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def left(self) -> int:
        return len(self._data)

    def take(self, size: int) -> bytes:
        if size > len(self._data):
            raise ValueError("shorter than it says")
        data, self._data = self._data[:size], self._data[size:]
        return data

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def sized(self, width: int) -> bytes:
        return self.take(self.number(width))
