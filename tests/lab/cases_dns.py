"""Cases about DNS: every code of the layer by a real mechanism, and healthy ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

from diagnostics import Options
from tests.lab.dns import BROKEN, DEAD, MUTE, OTHER_WEB, SERVERS, WEB
from tests.lab.model import HEALTHY, Case


def _expect(*addresses: str) -> Callable[[Options], Options]:
    expected = tuple(ip_address(one) for one in addresses)
    return lambda options: replace(options, expect_addresses=expected)


def _ask(resolver: str) -> Callable[[Options], Options]:
    def change(options: Options) -> Options:
        return replace(options, resolvers=(resolver,))

    return change


def _case(name: str, target: str, expected: str, **more: object) -> Case:
    return Case(name=name, target=target, expected=expected, world="dns", **more)  # type: ignore[arg-type]


CASES: tuple[Case, ...] = (
    # The name
    _case("name missing", "no.good.example", "dns.nxdomain"),
    _case("www missing, apex works", "www.bare.example", "dns.nxdomain"),
    _case("the suffix doubled", "host.double.example", "dns.nxdomain"),
    _case("new name, old answer remembered", "new.cached.example", "dns.nxdomain"),
    _case("an ending that does not exist", "shop.exmaple", "dns.nxdomain"),
    _case("domain missing", "never.example", "dns.domain_not_delegated"),
    _case("host of a missing domain", "www.never.example", "dns.domain_not_delegated"),
    _case("no address", "txt.good.example", "dns.no_address"),
    _case("mail only", "mail.good.example", "dns.no_address"),
    _case("apex empty, www works", "only-www.example", "dns.no_address"),
    _case("alias to an empty name", "empty.aliases.example", "dns.no_address"),
    _case("alias to a missing name", "dangling.aliases.example", "dns.cname_dangling"),
    _case("alias to a missing domain", "unbought.aliases.example", "dns.cname_dangling"),
    _case("aliases in a circle", "loop-a.aliases.example", "dns.cname_loop"),
    _case("alias of itself", "self.aliases.example", "dns.cname_loop"),
    _case("a circle through two domains", "far.aliases.example", "dns.cname_loop"),
    _case("an empty name in between", "b.c.d.good.example", "dns.no_address"),
    _case("alias to mail only", "mailalias.aliases.example", "dns.no_address"),
    _case("wildcard alias to nowhere", "x.any.aliases.example", "dns.cname_dangling"),
    _case(
        "a subtree that is renamed, name missing",
        "no.subtree.aliases.example",
        "dns.cname_dangling",
    ),
    _case("too long a chain of aliases", "c0.good.example", "dns.servfail"),
    _case("packets vanish, connections are answered", "tcp.example", "dns.nameserver_unreachable"),
    _case("a name server that denies itself", "glue-alone.example", "dns.nameserver_missing"),
    _case("name servers in a circle", "ring-one.example", "dns.nameserver_missing"),
    _case("name servers in a circle, of a host", "www.ring-two.example", "dns.nameserver_missing"),
    _case("signature expired at one server", "half-signed.example", "dns.dnssec_bogus"),
    _case("IPv6 denied falsely", "denies.example", "dns.false_denial"),
    _case("a record below a name hides the wildcard", "www.hidden.example", "dns.no_address"),
    _case("one server doesn't sign", "www.half-unsigned.example", "dns.dnssec_bogus"),
    _case("questions with a cookie vanish", "www.cookies.example", "dns.nameserver_unreachable"),
    _case("one server fails at the apex alone", "apex-fails.example", "dns.servfail"),
    _case("an error to the question for IPv6", "fails-six.example", "dns.servfail"),
    _case("questions for IPv6 vanish", "loses-six.example", "dns.servfail", is_fast=False),
    _case("an alias to an address", "toaddress.aliases.example", "dns.cname_dangling"),
    _case("addresses as name servers", "ns-addresses.example", "dns.nameserver_missing"),
    _case("the zone names a dead server", "own-dead.example", "dns.nameserver_unreachable"),
    _case("the zone names a missing server", "own-gone.example", "dns.nameserver_missing"),
    _case("the zone names a lame server", "own-lame.example", "dns.lame_delegation"),
    _case("questions with EDNS vanish", "old.example", "dns.nameserver_unreachable"),
    _case(
        "questions with EDNS vanish at one server",
        "old-one.example",
        "dns.nameserver_unreachable",
        is_fast=False,
    ),
    _case("an alias without its final dot", "nodot.aliases.example", "dns.cname_dangling"),
    _case(
        "NS records without their final dot", "www.dotless.good.example", "dns.nameserver_missing"
    ),
    _case("a CNAME at the top, mail", "cname-top.example", "dns.cname_hides_mail", kind="mail"),
    # The alias leads to a mail server, whose ports count; here they are closed.
    _case("a CNAME at the top that has mail", "hosted-top.example", "tcp.refused", kind="mail"),
    _case("a name server called by an alias", "ns-alias.example", "dns.nameserver_missing"),
    # Signatures
    _case("signature expired", "expired.example", "dns.dnssec_bogus"),
    _case("signature of the future", "www.future.example", "dns.dnssec_bogus"),
    _case("DS of another key", "orphan.example", "dns.dnssec_bogus"),
    _case("DS and no signature", "unsigned.example", "dns.dnssec_bogus"),
    _case("a record changed after signing", "tampered.example", "dns.dnssec_bogus"),
    _case("missing name in an expired zone", "no.expired.example", "dns.dnssec_bogus"),
    _case("alias into an expired zone", "bogus.aliases.example", "dns.dnssec_bogus"),
    _case("signatures of addresses missing", "stripped.example", "dns.dnssec_bogus"),
    _case("IPv6 is denied by a bad proof", "www.bad-denials.example", "dns.dnssec_bogus"),
    _case("DS of another digest", "www.digest.example", "dns.dnssec_bogus"),
    # Name servers
    _case("both refuse", "lame.example", "dns.lame_delegation"),
    _case("host of a domain that both refuse", "www.lame.example", "dns.lame_delegation"),
    _case("the zone fails to load", "lame-broken.example", "dns.lame_delegation"),
    _case("a resolver as name server", "lame-recursive.example", "dns.lame_delegation"),
    _case("one of two refuses", "lame-one.example", "dns.lame_delegation"),
    _case("a child zone that both refuse", "www.lame-child.good.example", "dns.lame_delegation"),
    _case("alias into a lame zone", "lame.aliases.example", "dns.lame_delegation"),
    _case("names of both missing", "missing.example", "dns.nameserver_missing"),
    _case("a name server without address", "missing-bare.example", "dns.nameserver_missing"),
    _case("name servers of no domain", "missing-domain.example", "dns.nameserver_missing"),
    _case("inside, without glue", "missing-inside.example", "dns.nameserver_missing"),
    _case("name of one missing", "www.missing-one.example", "dns.nameserver_missing"),
    _case("both dead", "dead.example", "dns.nameserver_unreachable"),
    _case("both dead, by glue", "dead-glue.example", "dns.nameserver_unreachable"),
    _case("both mute", "mute.example", "dns.nameserver_unreachable", is_fast=False),
    _case("one of two dead", "dead-one.example", "dns.nameserver_unreachable"),
    _case("one of two mute", "mute-one.example", "dns.nameserver_unreachable"),
    _case("a child zone on a dead server", "dead-child.good.example", "dns.nameserver_unreachable"),
    _case("alias into a dead zone", "dead.aliases.example", "dns.nameserver_unreachable"),
    _case(
        "alias into a mute zone",
        "mute.aliases.example",
        "dns.nameserver_unreachable",
        is_fast=False,
    ),
    _case("servers differ", "differing.example", "dns.inconsistent"),
    _case("servers differ, same serial", "differing-same.example", "dns.inconsistent"),
    _case("one server lacks the name", "new.half.example", "dns.inconsistent"),
    _case("stale glue", "stale-glue.example", "dns.nameserver_unreachable"),
    _case("two dead, one missing", "twice-dead.example", "dns.nameserver_unreachable"),
    _case("two of four silent", "unheard.example", "dns.nameserver_unreachable", is_fast=False),
    _case("only UDP arrives, big answer", "many.udp.example", "dns.servfail", is_fast=False),
    _case("a name server inside", "ns-inside.example", "dns.servfail"),
    _case("delegated to the parent's server", "lame-root.example", "dns.lame_delegation"),
    _case("a third name missing", "parent-differs.example", "dns.nameserver_missing"),
    # Addresses
    _case("a private address", "ten.inside.example", "dns.private_address"),
    _case("a home address", "home.inside.example", "dns.private_address"),
    _case("loopback", "local.inside.example", "dns.private_address"),
    _case("link-local", "link.inside.example", "dns.private_address"),
    _case("private beside public", "mixed.inside.example", "dns.private_address"),
    _case("private IPv6 beside IPv4", "six.inside.example", "dns.private_address"),
    _case("no address at all", "zero.inside.example", "dns.private_address"),
    _case("a carrier's shared address", "shared.inside.example", "dns.private_address"),
    _case("a documentation address", "doc.inside.example", "dns.private_address"),
    _case("IPv6 loopback", "local6.inside.example", "dns.private_address"),
    _case("IPv6 link-local", "link6.inside.example", "dns.private_address"),
    _case("multicast", "multi.inside.example", "dns.private_address"),
    _case("mapped", "mapped.inside.example", "dns.private_address"),
    _case("alias to a private address", "inside.aliases.example", "dns.private_address"),
    _case(
        "another server, by alias",
        "elsewhere.good.example",
        "dns.wrong_address",
        options=_expect("127.80.9.9"),
    ),
    _case(
        "another server, www", "www.good.example", "dns.wrong_address", options=_expect(OTHER_WEB)
    ),
    _case("another server", "good.example", "dns.wrong_address", options=_expect("127.80.9.9")),
    _case("moved, remembered", "moved.cached.example", "dns.wrong_address", options=_expect(WEB)),
    # Our own side
    _case(
        "our resolver is dead",
        "good.example",
        "dns.resolver_unreachable",
        options=_ask(DEAD),
        is_fast=False,
    ),
    _case(
        "our resolver is mute",
        "good.example",
        "dns.resolver_unreachable",
        options=_ask(MUTE),
        is_fast=False,
    ),
    _case(
        *("our resolver refuses us", "signed.example.net", "dns.resolver_unreachable"),
        options=_ask(SERVERS["a"]),
    ),
    _case(
        *("nothing answers us", "good.example", "net.vantage_offline"),
        options=lambda options: replace(_ask(MUTE)(options), controls=(MUTE,)),
        is_fast=False,
    ),
    _case(
        "our resolver fails for every name",
        "good.example",
        "dns.resolver_unreachable",
        options=_ask(BROKEN),
        is_fast=False,
    ),
    # Healthy, but unusual
    _case("a subtree that is renamed", "www.subtree.aliases.example", HEALTHY),
    _case("an algorithm that nobody knows", "unknown.example", HEALTHY),
    _case("plain", "good.example", HEALTHY),
    _case("a host where one server fails at the apex alone", "www.apex-fails.example", HEALTHY),
    _case("a bare answer about IPv6", "www.bare-six.example", HEALTHY, also=("dns.servfail",)),
    _case(
        "moved, remembered, and nobody said where to",
        "moved.cached.example",
        HEALTHY,
        also=("dns.address_cached",),
    ),
    _case("no SOA where there is nothing", "www.no-soa.example", HEALTHY),
    _case("EDNS is a format error", "www.no-edns.example", HEALTHY),
    _case("the zone names one server more", "own-more.example", HEALTHY),
    _case("name servers of its own", "glue.example", HEALTHY),
    _case("www", "www.good.example", HEALTHY),
    _case("signed", "signed.example", HEALTHY),
    _case("signed host", "www.signed.example", HEALTHY),
    _case("apex where www is missing", "bare.example", HEALTHY),
    _case("www where the apex is empty", "www.only-www.example", HEALTHY),
    _case("wildcard", "anything.wild.good.example", HEALTHY),
    _case("deep", "a.b.c.d.good.example", HEALTHY),
    _case("chain of four", "one.good.example", HEALTHY),
    _case("alias elsewhere", "elsewhere.good.example", HEALTHY),
    _case("TTL 0", "zero.good.example", HEALTHY),
    _case("too big for UDP", "many.good.example", HEALTHY),
    _case("two addresses", "pair.good.example", HEALTHY),
    _case("IDN", "пример.good.example", HEALTHY),
    _case("child zone", "child.good.example", HEALTHY),
    _case("alias into a child zone", "child-alias.good.example", HEALTHY),
    _case("another order on the second server", "order.example", HEALTHY),
    _case("the expected address", "good.example", HEALTHY, options=_expect(WEB)),
    _case("one of the expected", "pair.good.example", HEALTHY, options=_expect(OTHER_WEB)),
)
