"""What customers paste, and what attackers do: one function reads both."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics import AddressPolicy, Options, read_target

ACCEPTED = [
    ("shop.example", "domain", "shop.example", None, None, "/", False),
    ("  Shop.Example. ", "domain", "shop.example", None, None, "/", False),
    (
        "https://www.Пример.рф:8443/shop?x=1#top",
        "domain",
        "www.xn--e1afmkfd.xn--p1ai",
        "https",
        8443,
        "/shop?x=1",
        False,
    ),
    ("пример.рф", "domain", "xn--e1afmkfd.xn--p1ai", None, None, "/", False),
    (
        "не открывается shop.example.com, помогите",
        "domain",
        "shop.example.com",
        None,
        None,
        "/",
        True,
    ),
    ("т.е. сайт shop.ru лежит, php 8.1, index.php", "domain", "shop.ru", None, None, "/", True),
    ("93.184.215.14:22", "ipv4", "93.184.215.14", None, 22, "/", False),
    ("«shop.example»", "domain", "shop.example", None, None, "/", False),
    ("<https://shop.example/>", "domain", "shop.example", "https", None, "/", False),
    ("(shop.example).", "domain", "shop.example", None, None, "/", False),
    ("[2a00:1450::1]:8443", "ipv6", "2a00:1450::1", None, 8443, "/", False),
    ("2A00:1450:0:0::1", "ipv6", "2a00:1450::1", None, None, "/", False),
    ("http://1.2.3.4/", "ipv4", "1.2.3.4", "http", None, "/", False),
    ("htps://shop.example", "domain", "shop.example", "https", None, "/", True),
    ("http//shop.example/a", "domain", "shop.example", "http", None, "/a", True),
    ("HTTPS://SHOP.EXAMPLE/A", "domain", "shop.example", "https", None, "/A", False),
    ("shop.test", "domain", "shop.test", None, None, "/", False),
    ("shop.invalid:", "domain", "shop.invalid", None, None, "/", False),
    (
        "https://shop.example/wiki_(a)?q=я",
        "domain",
        "shop.example",
        "https",
        None,
        "/wiki_(a)?q=%D1%8F",
        False,
    ),
    ("_dmarc.shop.example", "domain", "_dmarc.shop.example", None, None, "/", False),
    ("ｓｈｏｐ.example", "domain", "shop.example", None, None, "/", False),
]

REFUSED = [
    ("", "empty"),
    (" . ", "empty"),
    ("x" * 2049, "too_long"),
    ("ничего не работает", "not_a_host"),
    ("a.com b.com", "several_hosts"),
    ("a..b", "not_a_host"),
    ("-a.example", "not_a_host"),
    ("a" * 64 + ".example", "not_a_host"),
    ("http://", "not_a_host"),
    ("http://[::1", "not_a_host"),
    ("user@shop.example", "email_address"),
    ("https://user:secret@shop.example/", "userinfo"),
    ("root@shop", "userinfo"),
    ("http://shop.example@10.0.0.1/", "userinfo"),
    ("ftp://shop.example", "other_scheme"),
    ("file:///etc/passwd", "other_scheme"),
    ("javascript:alert(1)", "other_scheme"),
    ("127.1", "odd_address"),
    ("0x7f.1", "odd_address"),
    ("0x7f000001", "odd_address"),
    ("2130706433", "odd_address"),
    ("0177.0.0.1", "odd_address"),
    ("0", "odd_address"),
    ("1.2.3.4.5", "odd_address"),
    ("256.1.1.1", "odd_address"),
    ("１２７.0.0.1", "odd_address"),
    ("127。0。0。1", "odd_address"),
    ("http://①②⑦.0.0.1/", "odd_address"),
    ("fe80::1%eth0", "zone_id"),
    ("shop%2eexample", "percent_encoding"),
    ("shop.example;id", "bad_characters"),
    ("$(id).example", "bad_characters"),
    ("http://shop.example\\@10.0.0.1/", "bad_characters"),
    ("sh\u200bop.example", "invisible_characters"),
    ("shop\u202e.example", "invisible_characters"),
    ("sh\u00adop.example", "invisible_characters"),
    ("shop.example\r\nHost: x", "invisible_characters"),
    ("shop\x00.example", "invisible_characters"),
    ("shop\ud800.example", "invisible_characters"),
    ("shop.example:99999", "bad_port"),
    ("shop.example:a", "bad_port"),
    ("router", "single_label"),
    ("localhost", "special_name"),
    ("nas.local", "special_name"),
    ("1.168.192.in-addr.arpa", "special_name"),
    ("192.168.0.1", "private_address"),
    ("http://10.0.0.1:8080/", "private_address"),
    ("169.254.169.254", "private_address"),
    ("[fe80::1]", "private_address"),
    ("127.0.0.1", "loopback_address"),
    ("http://[::1]/", "loopback_address"),
    ("0.0.0.0", "reserved_address"),  # noqa: S104 - it must be refused
    ("::ffff:127.0.0.1", "reserved_address"),
    ("[64:ff9b::7f00:1]", "reserved_address"),
    ("2002:7f00:1::", "reserved_address"),
    ("224.0.0.1", "reserved_address"),
    ("192.88.99.1", "reserved_address"),
    ("4000::1", "reserved_address"),
    ("shop.example:25", "port_not_probed"),
    ("http://shop.example:22/", "port_not_web"),
]


@pytest.mark.parametrize(
    ("text", "kind", "host", "scheme", "port", "path", "suggested"),
    ACCEPTED,
    ids=lambda value: ascii(value)[:30],
)
def test_accepted(  # noqa: PLR0913, PLR0917 - a table's columns
    text: str,
    kind: str,
    host: str,
    scheme: str | None,
    port: int | None,
    path: str,
    suggested: bool,  # noqa: FBT001
) -> None:
    reading = read_target(text)
    assert reading.reason is None
    assert (reading.kind, reading.host, reading.scheme) == (kind, host, scheme)
    assert (reading.port, reading.path, reading.suggested) == (port, path, suggested)
    assert reading.target.host == host


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=lambda value: ascii(value)[:30])
def test_refused(text: str, reason: str) -> None:
    reading = read_target(text)
    assert not reading.accepted
    assert reading.reason == reason
    for language in ("en", "ru"):
        assert reading.explain(language)
    with pytest.raises(ValueError, match=reason):
        _ = reading.target


def test_the_words_of_an_inside_address() -> None:
    assert read_target("192.168.0.1").explain("en") == (
        "192.168.0.1 is an address inside your own network; we can't reach it from the Internet."
        " Enter the server's public address or the site's name."
    )
    assert read_target("192.168.0.1").explain("ru") == (
        "192.168.0.1 — адрес внутри вашей сети, из интернета он не виден."
        " Укажите внешний адрес сервера или имя сайта."
    )


def test_the_operator_may_open_networks_and_close_them_again() -> None:
    opened = Options(allow_networks=(ip_network("127.0.0.0/8"),))
    assert read_target("127.0.0.1", opened).accepted
    closed = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), deny_networks=(ip_network("127.0.0.0/30"),)
    )
    assert read_target("127.0.0.1", closed).reason == "denied_address"
    assert read_target("127.0.0.9", closed).accepted
    everything = Options(allow_networks=(ip_network("::/0"),))
    assert not read_target("::ffff:10.0.0.1", everything).accepted, "what is inside counts too"


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    reading = read_target(text)
    assert reading.accepted == (reading.reason is None)
    assert reading.accepted or reading.explain("ru")
    if reading.accepted:
        assert reading.host
        assert reading.host.isascii()
        assert read_target(reading.target.host).host == reading.host


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_the_same_inside_ipv6(address: IPv4Address) -> None:
    """However an IPv4 address is embedded, it never gets further than when it is bare."""
    policy = AddressPolicy(Options())
    number = int(address)
    embedded = [
        IPv6Address(number),
        IPv6Address(0xFFFF_0000_0000 + number),
        IPv6Address((0x64_FF9B << 96) + number),
        IPv6Address((0x2002 << 112) + (number << 80)),
        IPv6Address((0x2001 << 112) + (number ^ 0xFFFF_FFFF)),
    ]
    assert all(policy.refusal(one) for one in embedded)
    if not address.is_global and not address.is_multicast:
        assert policy.refusal(address)


@given(st.ip_addresses(v=4))
def test_other_spellings_of_an_address_are_never_accepted(address: IPv4Address) -> None:
    a, b, c, d = address.packed
    for text in (
        str(int(address)),
        hex(int(address)),
        f"{a:#o}.{b}.{c}.{d}".replace("0o", "0"),
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a}.{b}.{c * 256 + d}",
        f"{a}.{b * 65536 + c * 256 + d}",
        str(address).translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)}),
        f"00{a}.{b}.{c}.{d}",
    ):
        reading = read_target(text)
        assert not reading.accepted or reading.kind == "ipv4"
        assert not reading.accepted or text == str(address)


@pytest.mark.parametrize(
    ("last_closed", "first_open"),
    [
        ("10.0.0.0", "9.255.255.255"),
        ("10.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.63.255.255"),
        ("172.31.255.255", "172.32.0.0"),
        ("192.0.2.255", "192.0.3.0"),
        ("198.19.255.255", "198.20.0.0"),
        ("203.0.113.255", "203.0.114.0"),
        ("224.0.0.0", "223.255.255.255"),
        ("255.255.255.255", None),
        ("161.26.0.10", "161.27.0.0"),
        ("166.11.255.255", "166.12.0.0"),
        ("168.63.129.16", "168.63.129.17"),
        ("2001:1ff::1", "2001:200::1"),
        ("2001:db8:ffff::1", "2001:db9::1"),
        ("2002::1", "2003::1"),
        ("3fff:fff::1", "3fff:1000::1"),
        ("4000::1", "3ffe::1"),
        ("1fff::1", "2000::1"),
    ],
)
def test_the_edges_of_the_tables(last_closed: str, first_open: str | None) -> None:
    policy = AddressPolicy(Options())
    assert policy.refusal(ip_address(last_closed))
    if first_open:
        assert policy.refusal(ip_address(first_open)) is None


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "169.254.170.2", "169.254.42.42", "169.254.0.23"),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "161.26.0.10", "166.8.0.1"),
        *("fd00:ec2::254", "fd20:ce::254", "fd00:42::42", "::ffff:168.63.129.16"),
        *("64:ff9b::168.63.129.16", "2002:a83f:8110::1"),
    ],
)
def test_a_cloud_platforms_own_addresses_are_refused(address: str) -> None:
    """Its metadata and agents' services answer whoever asks from inside, with secrets."""
    assert not read_target(address).accepted
    assert not read_target(
        f"http://[{address}]/" if ":" in address else f"http://{address}/"
    ).accepted
