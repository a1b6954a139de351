"""
A small DNS on loopback: root, top-level domain, name servers, a validating resolver.

Five real BINDs on addresses of 127.53.0.0/24 in their own network namespace, all on port 53. BIND's
own tools sign the zones. One nginx serves every other address.
"""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from diagnostics import Options
from tests.daemons.bind import NAMED
from tests.daemons.loopback import stop
from tests.fakes.hostile_dns import Behaviour, HostileDnsServer
from tests.lab.built_world import BuiltWorld
from tests.lab.model import add_addresses, filter_incoming, own_network
from tests.lab.odd_name_servers import ODD_SERVERS

RESOLVER, ROOT, TOP = "127.53.0.1", "127.53.0.2", "127.53.0.3"
UDP_ONLY = "127.53.0.14"  # TCP to it is dropped
NO_EDNS = "127.53.0.17"  # packets with an OPT record vanish, and TCP
TCP_ONLY = "127.53.0.19"  # packets by UDP to it are dropped
DENIES_SIX = "127.53.0.18"  # "no such name" to AAAA
FAILS_SIX = "127.53.0.21"  # an error to AAAA
LOSES_SIX = "127.53.0.22"  # nothing to AAAA
CNAME_TOP = "127.53.0.20"  # a CNAME at the top of its zones, which BIND would refuse
SERVERS = {"a": "127.53.0.11", "b": "127.53.0.12", "u": UDP_ONLY, "e": NO_EDNS, "t": TCP_ONLY}
DEAD, MUTE = "127.53.0.66", "127.53.0.67"  # nothing listens on the first; the second drops packets
FORWARDER = "127.53.0.13"
BROKEN = "127.53.0.16"  # a resolver whose forwarder, MUTE, never answers
WEB, OTHER_WEB = "127.80.0.1", "127.80.0.2"
NETWORKS = ("127.53.0.0/16", "127.80.0.0/16")
TLD = "example"
NS_A, NS_B = "ns-a.dns.example", "ns-b.dns.example"
GOOD = (NS_A, NS_B)

_ROOT_NS = "a.root-servers.lab"
_TLD_NS = "a.nic.example"
_OPTIONS = """
options {{
  directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session.key";
  listen-on port 53 {{ {address}; }}; listen-on-v6 {{ none; }}; query-source address {address};
  allow-query {{ any; }}; empty-zones-enable no; minimal-responses no-auth-recursive;
  {more}
}};
controls {{ }};
{zones}
"""
_RECURSIVE = """recursion yes; allow-recursion {{ any; }}; dnssec-validation yes;
  qname-minimization relaxed; max-cache-size 16M; synth-from-dnssec no;
"""
_SIGNING_TIMES = {
    "expired": ("20200101000000", "20200201000000"),
    "future": ("20350101000000", "20360101000000"),
}


@dataclass(frozen=True)
class Zone:
    """
    One domain below the top-level domain.

    `delegated` are the name servers in the parent zone; `served` are those of ours that have the
    zone. `on_b` makes the second server's copy differ; `broken` makes it fail to load. `signing` is
    "" for none, or "good", "expired", "future", "orphan" (the DS belongs to another key),
    "unsigned" (a DS without signatures), "tampered" (a record was changed after signing), "denials"
    (wrong proofs of missing records). `signing_on_b` is how the second server's copy is signed,
    with the same key; "unsigned" for not at all. `own_word` are the name servers in the zone itself
    if they differ from the parent's.
    """

    name: str
    records: str = ""
    delegated: tuple[str, ...] = GOOD
    served: str = "ab"
    on_b: str | None = None
    serials: tuple[int, int] = (1, 1)
    is_broken: bool = False
    signing: str = ""
    signing_on_b: str | None = None
    glue: tuple[str, ...] = ()
    ttl: int = 60
    negative_ttl: int = 60
    own_word: tuple[str, ...] = ()
    children: tuple[Zone, ...] = field(default=())

    def text(self, server: str) -> str:
        """Return the zone file for a server."""
        if self.is_broken:
            return "@ IN BROKEN\n"
        serial = self.serials[0 if server == "a" else 1]
        records = self.on_b if server == "b" and self.on_b is not None else self.records
        return (
            f"$TTL {self.ttl}\n"
            f"@ IN SOA {NS_A}. hostmaster.{self.name}. "
            f"{serial} 3600 600 86400 {self.negative_ttl}\n"
            + "".join(f"@ IN NS {one}.\n" for one in self.own_word or self.delegated or GOOD)
            + records.format(web=WEB, other=OTHER_WEB)
            + "\n"
            + "".join(f"{child.delegation}" for child in self.children)
        )

    @property
    def delegation(self) -> str:
        """Return the records of the delegation in the parent zone."""
        lines = [f"{self.name}. IN NS {one}." for one in self.delegated]
        return "\n".join([*lines, *self.glue]) + "\n"


class Daemon:
    """One BIND on one address."""

    def __init__(
        self, folder: Path, address: str, zones: dict[str, Path], *, more: str, extra: str = ""
    ) -> None:
        self.address, self._folder = address, folder
        folder.mkdir(exist_ok=True)
        texts = (
            f'zone "{name}" {{ type primary; file "{file}"; check-integrity no; }};'
            for name, file in zones.items()
        )
        config = _OPTIONS.format(
            folder=folder, address=address, more=more, zones="\n".join(texts) + extra
        )
        (folder / "named.conf").write_text(config, encoding="utf-8")
        with (folder / "log").open("wb") as log:
            command = [NAMED, "-g", "-4", "-n", "1", "-c", str(folder / "named.conf")]
            self.process = subprocess.Popen(command, stderr=log)

    def wait(self) -> None:
        ends_at = time.monotonic() + 90
        query = dns.message.make_query("version.bind", "TXT", "CH")
        while time.monotonic() < ends_at:
            if self.process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            try:
                dns.query.udp(query, self.address, timeout=1)
            except (OSError, dns.exception.DNSException):
                time.sleep(0.02)
                continue
            if b"all zones loaded" in (text := (self._folder / "log").read_bytes()):
                return
            if b" running" in text:
                return
        raise TimeoutError(self.address)


class DnsWorld(BuiltWorld):
    """The whole DNS as a context manager; `zones` are its domains."""

    def __init__(self, zones: tuple[Zone, ...] | None = None) -> None:
        from tests.lab.zones import ZONES  # noqa: PLC0415 - the zones are written in our words

        super().__init__()
        self._zones = ZONES if zones is None else zones
        self._folder = Path()
        self._daemons: dict[str, Daemon] = {}

    @property
    def options(self) -> Options:
        return Options(
            allow_networks=tuple(ip_network(one) for one in NETWORKS), resolvers=(RESOLVER,)
        )

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._folder = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lab-dns-"))
        )
        addresses = (RESOLVER, ROOT, TOP, *SERVERS.values(), FORWARDER, BROKEN)
        addresses += (DENIES_SIX, FAILS_SIX, LOSES_SIX, CNAME_TOP)
        addresses += tuple(address for address, _ in ODD_SERVERS.values())
        add_addresses(*addresses)
        filter_incoming([(MUTE, "drop")])
        self._start_all()
        filter_incoming(
            [
                (UDP_ONLY, "tcp dport 53 drop"),
                (TCP_ONLY, "udp dport 53 drop"),
                # The count of additional records stands behind ten bytes of the message.
                (NO_EDNS, "udp dport 53 @th,144,16 != 0 drop"),
                (NO_EDNS, "tcp dport 53 drop"),
            ]
        )
        for address, rcode in _SIX.items():
            self._stack.enter_context(HostileDnsServer(_fails_six(rcode), address=address))
        self._stack.enter_context(HostileDnsServer(_sends_on, address=CNAME_TOP))
        for label, (address, behaviour) in ODD_SERVERS.items():
            server = behaviour(f"{label}.dns.{TLD}", WEB)
            self._stack.enter_context(HostileDnsServer(server, address=address))
        self._start_web()
        self._fill_caches()

    def _start_all(self) -> None:
        every = [*self._zones, *(child for zone in self._zones for child in zone.children)]
        with ThreadPoolExecutor(2) as pool:
            made = dict(
                zip(
                    (zone.name for zone in every),
                    pool.map(self._write_zone, every),
                    strict=True,
                )
            )
        ds = "".join(made[zone.name] for zone in self._zones)
        top = (
            f"$TTL 60\n@ IN SOA {_TLD_NS}. hostmaster.{TLD}. 1 3600 600 86400 60\n"
            f"@ IN NS {_TLD_NS}.\n{_TLD_NS}. IN A {TOP}\n"
            f"ns-a.dns.{TLD}. IN A {SERVERS['a']}\nns-b.dns.{TLD}. IN A {SERVERS['b']}\n"
            + "".join(zone.delegation for zone in self._zones)
            + ds
        )
        (self._folder / f"{TLD}.zone").write_text(top, encoding="utf-8")
        top_file, top_ds, _ = self._sign(TLD, self._folder / f"{TLD}.zone", "good")
        root = (
            f"$TTL 60\n. IN SOA {_ROOT_NS}. hostmaster.root-servers.lab. 1 3600 600 86400 60\n"
            f". IN NS {_ROOT_NS}.\n{_ROOT_NS}. IN A {ROOT}\n"
            f"{TLD}. IN NS {_TLD_NS}.\n{_TLD_NS}. IN A {TOP}\n{top_ds}"
        )
        (self._folder / "root.zone").write_text(root, encoding="utf-8")
        root_file, _, anchor = self._sign(".", self._folder / "root.zone", "good")
        closed = "recursion no; dnssec-validation no;"
        self._run("root", ROOT, {".": root_file}, closed)
        self._run("top", TOP, {TLD: top_file}, closed)
        for server, address in SERVERS.items():
            zones = {
                zone.name: self._folder / f"{zone.name}.{server}.zone"
                for zone in every
                if server in zone.served
            }
            self._run(server, address, zones, closed)
        hints = self._folder / "hints"
        hints.write_text(f". 60 IN NS {_ROOT_NS}.\n{_ROOT_NS}. 60 IN A {ROOT}\n", encoding="utf-8")
        extra = f'\nzone "." {{ type hint; file "{hints}"; }};\ntrust-anchors {{ {anchor} }};\n'
        recursive = _RECURSIVE.format()
        self._run("resolver", RESOLVER, {}, recursive, extra)
        self._run("forwarder", FORWARDER, {}, recursive, extra)
        lost = "recursion yes; allow-recursion { any; }; forward only; "
        lost += f"dnssec-validation no; forwarders {{ {MUTE}; }};"
        self._run("broken", BROKEN, {}, lost)
        for daemon in self._daemons.values():
            daemon.wait()

    def _run(
        self,
        name: str,
        address: str,
        zones: dict[str, Path],
        more: str,
        extra: str = "",
    ) -> None:
        daemon = Daemon(self._folder / name, address, zones, more=more, extra=extra)
        self._stack.callback(stop, daemon.process)
        self._daemons[name] = daemon

    def _write_zone(self, zone: Zone) -> str:
        """Write a zone's files; return the DS records for the parent."""
        ds = ""
        for server in zone.served:
            plain = self._folder / f"{zone.name}.{server}.zone"
            plain.write_text(zone.text(server), encoding="utf-8")
        if zone.signing:
            first = self._folder / f"{zone.name}.{zone.served[0]}.zone"
            signed, ds, _ = self._sign(zone.name, first, zone.signing)
            text = signed.read_text()
            signers = zone.served.replace("b", "") if zone.signing_on_b else zone.served
            for server in signers:
                (self._folder / f"{zone.name}.{server}.zone").write_text(text, encoding="utf-8")
            if zone.signing_on_b not in {None, "unsigned"}:
                self._sign_again(signed, zone)
        return ds

    def _sign_again(self, signed: Path, zone: Zone) -> None:
        """Sign the second server's copy with the same key and other times."""
        keys, other = signed.parent, signed.parent / "signed-b"
        begins, ends = _SIGNING_TIMES[zone.signing_on_b or ""]
        key = (keys / "signing").read_text()
        plain = self._folder / f"{zone.name}.again.zone"
        plain.write_text(zone.text("b") + (keys / f"{key}.key").read_text(), encoding="utf-8")
        _output(
            *("dnssec-signzone", "-z", "-P", "-K", str(keys), "-o", zone.name, "-f", str(other)),
            *("-s", begins, "-e", ends, str(plain), str(keys / key)),
            folder=keys,
        )
        text = other.read_text(encoding="utf-8")
        (self._folder / f"{zone.name}.b.zone").write_text(text, encoding="utf-8")

    def _sign(self, name: str, file: Path, how: str) -> tuple[Path, str, str]:
        """Sign a zone; return the file, the DS for the parent, and the key as a trust anchor."""
        keys = Path(tempfile.mkdtemp(dir=self._folder))
        key = self._make_key(keys, name)
        (keys / "signing").write_text(key)
        other = self._make_key(keys, name)
        shown = other if how == "orphan" else key
        ds = _output("dnssec-dsfromkey", "-2", str(keys / shown))
        if how == "unknown":  # with an unknown algorithm the zone counts as unsigned
            ds = re.sub(r"(DS \d+) \d+ 2", r"\1 250 2", ds)
        if how == "digest":
            ds = ds.rstrip()[:-6] + "ABCDEF\n"
        public = (keys / f"{key}.key").read_text().splitlines()[-1].split()
        at = public.index("DNSKEY")
        anchor = f'"{name}" static-key {" ".join(public[at + 1 : at + 4])} '
        anchor += f'"{"".join(public[at + 4 :])}";'
        if how == "unsigned":
            return file, ds, anchor
        begins, ends = _SIGNING_TIMES.get(how, ("now-3600", "now+864000"))
        signed = keys / "signed"
        text = file.read_text() + (keys / f"{key}.key").read_text()
        file.write_text(text, encoding="utf-8")
        _output(
            *("dnssec-signzone", "-z", "-P", "-K", str(keys), "-o", name, "-f", str(signed)),
            *("-s", begins, "-e", ends, str(file), str(keys / key)),
            folder=keys,
        )
        if how == "stripped":
            signed.write_text(_without_signatures_of_a(signed.read_text()), encoding="utf-8")
        if how == "denials":
            signed.write_text(_with_bad_denials(signed.read_text()), encoding="utf-8")
        if how == "tampered":
            signed.write_text(signed.read_text().replace(WEB, OTHER_WEB), encoding="utf-8")
        return signed, ds, anchor

    def _make_key(self, folder: Path, name: str) -> str:
        return _output(
            *("dnssec-keygen", "-q", "-K", str(folder), "-a", "ECDSAP256SHA256", "-f", "KSK", name)
        ).strip()

    def _start_web(self) -> None:
        from tests.daemons.nginx import NginxSite  # noqa: PLC0415 - only where it is needed

        self._stack.enter_context(NginxSite(address="0.0.0.0"))  # noqa: S104 - in a network of its own

    def _fill_caches(self) -> None:
        """Let the resolver cache records that are changed afterwards: a new name, a new address."""
        changed = [zone for zone in self._zones if zone.name.startswith("cached")]
        for zone, label in itertools.product(changed, ("new", "moved")):
            query = dns.message.make_query(f"{label}.{zone.name}.", "A")
            for _ in range(3):
                if dns.query.udp(query, RESOLVER, timeout=3).rcode() != dns.rcode.SERVFAIL:
                    break
        for zone in changed:
            for server in zone.served:
                file = self._folder / f"{zone.name}.{server}.zone"
                text = file.read_text().replace(" 1 3600", " 2 3600").replace(OTHER_WEB, WEB)
                file.write_text(f"{text}new IN A {WEB}\n", encoding="utf-8")
        for server in SERVERS:
            if changed and server in self._daemons:
                self._daemons[server].process.send_signal(signal.SIGHUP)
        for zone in changed:
            self._wait_for(f"new.{zone.name}.", zone.served)

    def _wait_for(self, name: str, served: str) -> None:
        query = dns.message.make_query(name, "A")
        for address in (SERVERS[server] for server in served):
            while dns.query.udp(query, address, timeout=3).rcode() != dns.rcode.NOERROR:
                time.sleep(0.05)


# The answer to AAAA queries; None for no answer.
_SIX = {DENIES_SIX: dns.rcode.NXDOMAIN, FAILS_SIX: dns.rcode.SERVFAIL, LOSES_SIX: None}


def _fails_six(rcode: dns.rcode.Rcode | None) -> Behaviour:
    """Answer as some load balancers do: an address for A, and a wrong answer for AAAA."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        message = dns.message.make_response(query)
        message.flags |= dns.flags.AA
        name, kind = query.question[0].name, query.question[0].rdtype
        if kind == dns.rdatatype.A:
            message.answer.append(dns.rrset.from_text(name, 60, "IN", "A", WEB))
        elif kind == dns.rdatatype.AAAA and rcode is None:
            return []
        elif rcode is not None and (
            kind == dns.rdatatype.AAAA or (rcode == dns.rcode.NXDOMAIN and kind != dns.rdatatype.NS)
        ):
            message.set_rcode(rcode)
        soa = f"{NS_A}. hostmaster.{TLD}. 1 3600 600 86400 60"
        message.authority.append(dns.rrset.from_text(name, 60, "IN", "SOA", soa))
        return [message.to_wire()]

    return behave


def _sends_on(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
    """Answer every query about the apex with a CNAME, which some panels let customers set."""
    message = dns.message.make_response(query)
    message.flags |= dns.flags.AA
    name = query.question[0].name
    if len(name.labels) == len(dns.name.from_text(f"zone.{TLD}.").labels):
        host = "mail" if name.to_text().startswith("hosted") else "www"
        target = f"{host}.good.{TLD}."
        message.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", target))
    else:
        message.set_rcode(dns.rcode.NXDOMAIN)
        soa = f"ns-cname.dns.{TLD}. hostmaster.{TLD}. 1 3600 600 86400 60"
        message.authority.append(dns.rrset.from_text(name.parent(), 60, "IN", "SOA", soa))
    return [message.to_wire()]


def _without_signatures_of_a(zone: str) -> str:
    """Remove the signatures of A records, which span lines from RRSIG to the closing bracket."""
    return re.sub(r"\n[^\n]*RRSIG\s+A [^)]*\)", "", zone)


def _with_bad_denials(zone: str) -> str:
    """Corrupt the signatures of the proofs that records are missing (NSEC)."""
    pattern = r"(RRSIG\s+NSEC [^(]*\([^)]*?example\.\s+)([A-Za-z0-9+/]{12})"
    return re.sub(pattern, lambda match: match[1] + match[2].swapcase(), zone)


def _output(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}{done.stdout}")
    return done.stdout
