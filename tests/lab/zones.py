"""The domains of the DNS world: each has one fault, or is healthy but unusual."""

from __future__ import annotations

from tests.lab.dns import (
    CNAME_TOP,
    DEAD,
    DENIES_SIX,
    FAILS_SIX,
    FORWARDER,
    GOOD,
    LOSES_SIX,
    MUTE,
    NO_EDNS,
    NS_A,
    NS_B,
    SERVERS,
    TCP_ONLY,
    UDP_ONLY,
    Zone,
)
from tests.lab.odd_name_servers import ODD_SERVERS

_DEAD, _DEAD_2 = "ns-dead.dns.example", "ns-dead-2.dns.example"
_MUTE, _MUTE_2 = "ns-mute.dns.example", "ns-mute-2.dns.example"
_GONE, _GONE_2 = "ns-gone.dns.example", "ns-gone-2.dns.example"
_FORWARDER = "ns-recursive.dns.example"
_TLD_NS_NAME = "a.nic.example"
_APEX = "@ IN A {web}\nwww IN A {web}\n"
_LONG = "".join(f"c{n} IN CNAME c{n + 1}\n" for n in range(24))
_MANY = "".join(f"many IN A 127.80.1.{n}\n" for n in range(1, 101))

ZONES: tuple[Zone, ...] = (
    Zone(
        "dns.example",
        f"ns-a IN A {SERVERS['a']}\nns-b IN A {SERVERS['b']}\n"
        f"ns-dead IN A {DEAD}\nns-dead-2 IN A {DEAD}\nns-mute IN A {MUTE}\nns-mute-2 IN A {MUTE}\n"
        f"ns-recursive IN A {FORWARDER}\nns-bare IN TXT x\n"
        f"ns-udp IN A {UDP_ONLY}\nns-old IN A {NO_EDNS}\nns-denies IN A {DENIES_SIX}\n"
        f"ns-fails-six IN A {FAILS_SIX}\nns-loses-six IN A {LOSES_SIX}\n"
        f"ns-cname IN A {CNAME_TOP}\n"
        + "".join(f"{label} IN A {address}\n" for label, (address, _) in ODD_SERVERS.items())
        + "ns-alias IN CNAME ns-b\n"
        "ns-inside IN A 10.9.9.9\nns-loopback IN A 127.0.0.1\n",
    ),
    Zone(
        "good.example",
        f"{_APEX}txt IN TXT x\nmail IN MX 10 www\n* .wild IN A {{web}}\n".replace("* .", "*.")
        + "one IN CNAME two\ntwo IN CNAME three\nthree IN CNAME four\nfour IN CNAME www\n"
        + f"zero 0 IN A {{web}}\na.b.c.d IN A {{web}}\n{_MANY}{_LONG}c24 IN A {{web}}\n"
        + "pair IN A {web}\npair IN A {other}\nelsewhere IN CNAME www.signed.example.\n"
        + "xn--e1afmkfd IN A {web}\nchild-alias IN CNAME deep.child\n",
        children=(
            Zone("child.good.example", "@ IN A {web}\ndeep IN A {web}\n"),
            Zone("dead-child.good.example", delegated=(_DEAD, _DEAD_2), served=""),
            Zone("lame-child.good.example", delegated=GOOD, served=""),
            Zone(
                "dotless.good.example",
                delegated=tuple(f"{server}.good.example" for server in GOOD),
                served="",
            ),
        ),
    ),
    Zone("signed.example", _APEX, signing="good"),
    Zone("bare.example", "@ IN A {web}\n"),
    Zone("only-www.example", "www IN A {web}\n@ IN MX 10 www\n"),
    Zone("double.example", "@ IN A {web}\nhost.double.example IN A {web}\n"),
    Zone("cached.example", "moved 3600 IN A {other}\n", negative_ttl=1800),
    Zone("expired.example", _APEX, signing="expired"),
    Zone("future.example", _APEX, signing="future"),
    Zone("orphan.example", _APEX, signing="orphan"),
    Zone("unsigned.example", _APEX, signing="unsigned"),
    Zone("stripped.example", _APEX, signing="stripped"),
    Zone("digest.example", _APEX, signing="digest"),
    Zone("bad-denials.example", _APEX, signing="denials"),
    Zone("unknown.example", _APEX, signing="unknown"),
    Zone("udp.example", f"{_APEX}{_MANY}", delegated=("ns-udp.dns.example",), served="u"),
    Zone("old.example", _APEX, delegated=("ns-old.dns.example",), served="e"),
    Zone("old-one.example", _APEX, delegated=(NS_A, "ns-old.dns.example"), served="ae"),
    Zone(
        "tcp.example",
        f"{_APEX}ns1 IN A {TCP_ONLY}\n",
        delegated=("ns1.tcp.example",),
        served="t",
        glue=(f"ns1.tcp.example. IN A {TCP_ONLY}",),
    ),
    Zone(
        "glue-alone.example",
        delegated=("ns1.glue-alone.example",),
        served="",
        glue=(f"ns1.glue-alone.example. IN A {ODD_SERVERS['ns-denies-itself'][0]}",),
    ),
    Zone(
        "glue.example",
        f"{_APEX}ns1 IN A {SERVERS['a']}\nns2 IN A {SERVERS['b']}\n",
        delegated=("ns1.glue.example", "ns2.glue.example"),
        glue=(
            f"ns1.glue.example. IN A {SERVERS['a']}",
            f"ns2.glue.example. IN A {SERVERS['b']}",
        ),
    ),
    Zone("ring-one.example", delegated=("ns1.ring-two.example", "ns2.ring-two.example"), served=""),
    Zone("ring-two.example", delegated=("ns1.ring-one.example", "ns2.ring-one.example"), served=""),
    Zone("half-signed.example", _APEX, signing="good", signing_on_b="expired"),
    Zone("half-unsigned.example", _APEX, signing="good", signing_on_b="unsigned"),
    Zone("cookies.example", delegated=("ns-cookies.dns.example",), served=""),
    Zone("bare-six.example", delegated=("ns-bare-six.dns.example",), served=""),
    Zone("apex-fails.example", _APEX, delegated=(NS_A, "ns-apex-fails.dns.example"), served="a"),
    Zone("no-soa.example", delegated=("ns-no-soa.dns.example",), served=""),
    Zone("no-edns.example", delegated=("ns-no-edns.dns.example",), served=""),
    Zone(
        "hidden.example",
        "@ IN A {web}\n* IN A {web}\n_443._tcp.www IN TLSA 3 1 1 " + "ab" * 32 + "\n",
    ),
    Zone("fails-six.example", delegated=("ns-fails-six.dns.example",), served=""),
    Zone("loses-six.example", delegated=("ns-loses-six.dns.example",), served=""),
    Zone("ns-addresses.example", delegated=("127.53.0.11", "127.53.0.12"), served=""),
    Zone("own-dead.example", _APEX, own_word=(_DEAD,)),
    Zone("own-gone.example", _APEX, own_word=(NS_A, _GONE)),
    Zone("own-lame.example", _APEX, (NS_A,), served="a", own_word=GOOD),
    Zone("own-more.example", _APEX, (NS_A,), own_word=GOOD),
    Zone("denies.example", delegated=("ns-denies.dns.example",), served=""),
    Zone("ns-alias.example", _APEX, delegated=(NS_A, "ns-alias.dns.example"), served="ab"),
    Zone("ns-inside.example", delegated=("ns-inside.dns.example",), served=""),
    Zone("ns-loopback.example", delegated=("ns-loopback.dns.example",), served=""),
    Zone("six-only.example", "@ IN AAAA ::1\n"),
    Zone("differing-six.example", "@ IN A {web}\n", on_b="@ IN A {web}\n@ IN AAAA 2001:db8::1\n"),
    Zone("lame-root.example", delegated=(_TLD_NS_NAME,), served=""),
    Zone("parent-differs.example", _APEX, delegated=(NS_A, NS_B, _GONE), served="ab"),
    Zone("tampered.example", _APEX, signing="tampered"),
    Zone("lame.example", served=""),
    Zone("lame-broken.example", is_broken=True),
    Zone("lame-recursive.example", delegated=(_FORWARDER,), served=""),
    Zone("lame-one.example", _APEX, served="a"),
    Zone("missing.example", delegated=(_GONE, _GONE_2), served=""),
    Zone("missing-bare.example", delegated=("ns-bare.dns.example",), served=""),
    Zone("missing-domain.example", delegated=("ns1.never.example", "ns2.never.example"), served=""),
    Zone("missing-inside.example", delegated=("ns1.missing-inside.example",), served=""),
    Zone("missing-one.example", _APEX, delegated=(NS_A, _GONE), served="a"),
    Zone("dead.example", delegated=(_DEAD, _DEAD_2), served=""),
    Zone(
        "dead-glue.example",
        delegated=("ns1.dead-glue.example", "ns2.dead-glue.example"),
        glue=(f"ns1.dead-glue.example. IN A {DEAD}", f"ns2.dead-glue.example. IN A {DEAD}"),
        served="",
    ),
    Zone("dead-one.example", _APEX, delegated=(NS_A, _DEAD), served="a"),
    Zone("mute.example", delegated=(_MUTE, _MUTE_2), served=""),
    Zone("mute-one.example", _APEX, delegated=(NS_B, _MUTE), served="b"),
    Zone("differing.example", "@ IN A {web}\n", on_b="@ IN A {other}\n", serials=(2, 1)),
    Zone("differing-same.example", "@ IN A {web}\n", on_b="@ IN A {other}\n"),
    Zone(
        "half.example",
        "@ IN A {web}\nnew IN A {web}\n",
        on_b="@ IN A {web}\n",
        serials=(2, 1),
    ),
    Zone(
        "stale-glue.example",
        "@ IN A {web}\n",
        delegated=("ns1.stale-glue.example",),
        glue=(f"ns1.stale-glue.example. IN A {DEAD}",),
        served="",
    ),
    Zone("twice-dead.example", delegated=(_DEAD, _GONE, _DEAD_2), served=""),
    Zone("unheard.example", _APEX, delegated=(NS_A, NS_B, _DEAD, _MUTE), served="ab"),
    Zone(
        "order.example",
        "@ IN A {web}\n@ IN A {other}\n",
        on_b="@ IN A {other}\n@ IN A {web}\n",
        serials=(7, 6),
    ),
    Zone(
        "aliases.example",
        "toaddress IN CNAME 203.0.113.7.\n"
        "nodot IN CNAME www.good.example\ndangling IN CNAME no.good.example.\n"
        "unbought IN CNAME shop.never.example.\n"
        "empty IN CNAME txt.good.example.\nlame IN CNAME www.lame.example.\n"
        "bogus IN CNAME www.expired.example.\ndead IN CNAME www.dead.example.\n"
        "mute IN CNAME www.mute.example.\n"
        "loop-a IN CNAME loop-b\nloop-b IN CNAME loop-a\nself IN CNAME self\n"
        "far IN CNAME far.turning.example.\n"
        "*.any IN CNAME gone.good.example.\nround IN DNAME round.round\n"
        "subtree IN DNAME good.example.\nmailalias IN CNAME mail.good.example.\n"
        "inside IN CNAME ten.inside.example.\n",
    ),
    Zone("cname-top.example", delegated=("ns-cname.dns.example",), served=""),
    Zone("hosted-top.example", delegated=("ns-cname.dns.example",), served=""),
    Zone("turning.example", "far IN CNAME far.aliases.example.\n"),
    Zone(
        "inside.example",
        "ten IN A 10.1.2.3\nhome IN A 192.168.0.7\nlocal IN A 127.0.0.1\nmixed IN A 10.0.0.1\n"
        "mixed IN A {web}\nsix IN A {web}\nsix IN AAAA fd00::1\nlink IN A 169.254.1.1\n"
        "zero IN A 0.0.0.0\nshared IN A 100.64.1.1\nmapped IN AAAA ::ffff:10.0.0.1\n"
        "doc IN A 192.0.2.7\nlocal6 IN AAAA ::1\nlink6 IN AAAA fe80::1\nmulti IN A 224.0.0.1\n",
    ),
)
