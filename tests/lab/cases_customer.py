"""Faults on the customer's side, and healthy look-alikes, measured by the browser at home."""

from __future__ import annotations

from typing import Final

from tests.lab.customer import Home
from tests.lab.model import HEALTHY, Case

_ALL: Final = "ip daddr {ip} tcp dport 1-65535"
_WEB: Final = "ip daddr {ip} tcp dport {{80, 443}}"
_SIX: Final = "ip6 daddr {ip6}"
_CUT_16: Final = ("ip daddr {ip} ct bytes > 16000 drop",)
_CUT_20: Final = ("ip daddr {ip} ct bytes > 20000 drop",)
# A captive portal resets TLS connections, because it has no certificate for the site's name.
_NO_TLS: Final = ("ip daddr {ip} tcp dport 443 reject with tcp reset",)
_NO_SIX: Final = (f"{_SIX} reject with icmpv6 type no-route",)

BANS: dict[str, Home] = {
    "banned, dropped at every port": Home(rules=(f"{_ALL} drop",), has_friend=True),
    "banned, dropped at the web's ports": Home(rules=(f"{_WEB} drop",), has_friend=True),
    "banned, refused at every port": Home(
        is_secure=False, rules=(f"{_ALL} reject with tcp reset",), has_friend=True
    ),
    "banned, prohibited by ICMP": Home(
        is_secure=False,
        rules=("ip daddr {ip} reject with icmp type admin-prohibited",),
        has_friend=True,
    ),
    "banned, dropped, a site by http": Home(
        is_secure=False, rules=(f"{_ALL} drop",), has_friend=True
    ),
    "banned over both families": Home(
        records="A {ip}; AAAA {ip6}", rules=(f"{_ALL} drop", f"{_SIX} drop"), has_friend=True
    ),
}
RESOLVERS: dict[str, Home] = {
    "a resolver that remembers a dead server": Home(at_home="A {silent}"),
    "a resolver that remembers, by http": Home(is_secure=False, at_home="A {silent}"),
    "a resolver that remembers a server that refuses, by http": Home(
        is_secure=False, at_home="A {refusing}"
    ),
    "a resolver that denies the name, by http": Home(is_secure=False, at_home=""),
    "a resolver that blocks with 0.0.0.0, by http": Home(is_secure=False, at_home="A 0.0.0.0"),
    "a line in the hosts file": Home(hosts="{silent}"),
}
PORTALS: dict[str, Home] = {
    "a portal that redirects": Home(
        rules=_NO_TLS, portal="return 302 http://login.customer.example/;"
    ),
    "a portal that answers a page": Home(
        rules=_NO_TLS, portal="return 200 '<title>Welcome</title>Pay here.';"
    ),
    "a portal that says 511": Home(rules=_NO_TLS, portal="return 511 'Sign in.';"),
}
OTHERS: dict[str, Home] = {
    "answers cut after 16 KB": Home(rules=_CUT_16),
    "answers cut after 20 KB, by http": Home(is_secure=False, rules=_CUT_20),
    "a clock half a year ahead": Home(is_trusted=False, ahead_days=180),
    "a clock years behind": Home(is_trusted=False, ahead_days=-2_000),
    "a home whose IPv6 is silent": Home(
        records="AAAA {ip6}", rules=(f"{_SIX} drop",), family_names=True
    ),
    "no IPv6 at home, and the site has nothing else": Home(
        records="AAAA {ip6}", rules=_NO_SIX, family_names=True
    ),
    "an extension that stops the page": Home(blocked=("https://{name}/",)),
    "https that the browser remembers": Home(
        is_secure=False,
        remembers_https=True,
        inside="add_header Strict-Transport-Security max-age=31536000;",
    ),
}
# Cases that a browser can't distinguish over https: no certificate is valid for a bare address.
UNCLEAR: dict[str, Home] = {
    "banned, refused, by https": Home(rules=(f"{_ALL} reject with tcp reset",), has_friend=True),
    "a line in the hosts file, to a server that lives": Home(hosts="{old}"),
    "a resolver that denies the name": Home(at_home="", has_friend=True),
    "a root that the browser lacks": Home(is_trusted=False),
}

DOWN: dict[str, Home] = {
    "refused to everybody": Home(is_secure=False, records="A {refusing}"),
    "silent to everybody": Home(is_secure=False, records="A {silent}", has_friend=True),
}

HEALTHY_HOMES: dict[str, Home] = {
    "reached": Home(),
    "reached by http": Home(is_secure=False),
    "a friend reaches it too": Home(has_friend=True),
    "https from a page by https": Home(page="https"),
    "a site by http, from a page by https": Home(
        is_secure=False, page="https", rules=(_ALL + " drop",)
    ),
    "both families": Home(records="A {ip}; AAAA {ip6}", family_names=True),
    "IPv6 is silent, and the browser falls back": Home(
        records="A {ip}; AAAA {ip6}", rules=(f"{_SIX} drop",), family_names=True
    ),
    "no picture": Home(inside="location = /favicon.ico { return 404; }"),
    "no part that ends": Home(inside="location = /shop.js { return 404; }"),
    "403 for everybody": Home(inside="location = / { if ($http_sec_fetch_site) { return 403; } }"),
    "a redirect to another host": Home(
        inside="if ($http_sec_fetch_site) { return 302 https://other-shop.example/; }"
    ),
    "answers that no other page may take": Home(
        inside="add_header Cross-Origin-Resource-Policy same-origin always;"
    ),
    "a page that no frame may hold": Home(
        inside="add_header X-Frame-Options DENY; add_header Content-Security-Policy"
        " \"frame-ancestors 'none'\"; add_header Cross-Origin-Opener-Policy same-origin;"
    ),
    "strict transport": Home(inside="add_header Strict-Transport-Security max-age=31536000;"),
    "a clock ten days ahead": Home(ahead_days=10),
    "a clock a year ahead, a site by http": Home(is_secure=False, ahead_days=365),
    "an extension that stops pictures": Home(blocked=("https://{name}/favicon.ico*",)),
    "an extension that stops scripts": Home(blocked=("https://{name}/shop.js",)),
    "their own connection breaks": Home(rules=(f"{_ALL} drop",), portal="return 444;"),
    "a portal that lets sites through": Home(portal="return 302 http://login.example/;"),
    "plain http is shut": Home(rules=("ip daddr {ip} tcp dport 80 drop",)),
    "no IPv6 at home": Home(records="A {ip}; AAAA {ip6}", rules=_NO_SIX, family_names=True),
    "a slow page": Home(
        inside="location = /shop.js { limit_rate 40k; } location = / { limit_rate 2k; }"
    ),
    "a resolver that knows another server of the same shop": Home(at_home="A {ip}; AAAA {ip6}"),
}

_EXPECTED: tuple[tuple[dict[str, Home], str], ...] = (
    (BANS, "client.address_banned"),
    (RESOLVERS, "client.resolver_differs"),
    (PORTALS, "client.captive_portal"),
    (UNCLEAR, "client.not_reached"),
    (HEALTHY_HOMES, HEALTHY),
)
_BY_NAME: dict[str, str] = {
    "answers cut after 16 KB": "client.answer_cut",
    "answers cut after 20 KB, by http": "client.answer_cut",
    "a clock half a year ahead": "client.clock_wrong",
    "a clock years behind": "client.clock_wrong",
    "a home whose IPv6 is silent": "client.ipv6_broken",
    "no IPv6 at home, and the site has nothing else": "client.ipv6_broken",
    "refused to everybody": "tcp.refused",
    "silent to everybody": "net.host_unreachable",
    "an extension that stops the page": "client.request_blocked",
    "https that the browser remembers": "client.https_remembered",
}
_FAST = {
    "a clock years behind",
    "a resolver that denies the name, by http",
    "a portal that redirects",
    "reached",
}
HOMES: dict[str, Home] = (
    {name: home for homes, _ in _EXPECTED for name, home in homes.items()} | OTHERS | DOWN
)
CASES: tuple[Case, ...] = tuple(
    Case(name, name, expected, "customer", is_fast=name in _FAST)
    for name, expected in (
        *((name, expected) for homes, expected in _EXPECTED for name in homes),
        *_BY_NAME.items(),
    )
)
