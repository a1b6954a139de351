"""Domains whose letters are rejected or distrusted for one reason, and closed mailboxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from diagnostics import Options
from tests.daemons.certificates import Authority, CertificateFiles
from tests.lab.model import HEALTHY, Case
from tests.lab.outgoing import (
    NETWORK,
    QUOTAS,
    Letter,
    OutgoingWorld,
    PolicySite,
    SendingServer,
    in_the_open,
    named,
    other_key,
    self_signed,
)

GOOD_NAME, LINE_NAME = "mx.good.example", f"host-{NETWORK.replace('.', '-')}-3.dynamic.isp.example"
_RULES = "smtpd_recipient_restrictions"
_PERMIT = "reject_unauth_destination"


def _says(reply: str) -> dict[str, str]:
    return {_RULES: f"check_client_access static:{{{reply}}}"}


def for_all(authority: Authority) -> CertificateFiles:
    """Issue a certificate for the good server's names in every domain."""
    return authority.issue(GOOD_NAME, *(f"mx.{domain}" for domain in (*FAULTS, *WELL)))


SERVERS: dict[str, SendingServer] = {
    "good": SendingServer({"myhostname": GOOD_NAME}, GOOD_NAME, for_all),
    "nameless": SendingServer({"myhostname": GOOD_NAME}),
    "line": SendingServer({"myhostname": GOOD_NAME}, LINE_NAME),
    "elsewhere": SendingServer({"myhostname": GOOD_NAME}, GOOD_NAME),
    "gone": SendingServer({"myhostname": GOOD_NAME}, "never.good.example"),
    "localhost": SendingServer({"myhostname": "localhost.localdomain"}, "localhost.good.example"),
    "short": SendingServer({"myhostname": "mail"}, "short.good.example"),
    "unknown": SendingServer({"myhostname": "no-such.good.example"}, "unknown.good.example"),
    "full": SendingServer(
        {
            "myhostname": GOOD_NAME,
            _RULES: f"{_PERMIT}, check_policy_service inet:{QUOTAS}:12340",
        }
    ),
    "nospace": SendingServer({"myhostname": GOOD_NAME, "queue_minfree": "1000000000000000"}),
    "nobase": SendingServer(
        {"myhostname": GOOD_NAME, _RULES: "check_recipient_access hash:/nonexistent"}
    ),
    "grey": SendingServer({"myhostname": GOOD_NAME} | _says("450 4.2.0 Greylisted, try later")),
    "noone": SendingServer(
        {"myhostname": GOOD_NAME, _RULES: "check_recipient_access static:{550 5.1.1 User unknown}"}
    ),
    "listed": SendingServer({"myhostname": GOOD_NAME} | _says("554 5.7.1 blocked by zen.lab")),
    "policy": SendingServer({"myhostname": GOOD_NAME} | _says("550 5.7.1 refused by policy")),
    "nonull": SendingServer(
        {
            "myhostname": GOOD_NAME,
            "smtpd_sender_restrictions": "check_sender_access inline:{{<> = 550 5.7.1 null sender"
            " refused}}",
            "smtpd_delay_reject": "no",
        }
    ),
    "halfkey": SendingServer({"myhostname": GOOD_NAME}, "", other_key(GOOD_NAME)),
    "open": SendingServer(speaks=in_the_open("220 mx.good.example ESMTP\r\n")),
    "selfsigned": SendingServer(
        {"myhostname": GOOD_NAME}, "", self_signed(GOOD_NAME), only_takes=True
    ),
    "exchange": SendingServer(
        {"myhostname": "srv01.corp.local", "smtpd_banner": "$myhostname Microsoft ESMTP MAIL"},
        "exchange.good.example",
    ),
    "dotless": SendingServer({"myhostname": GOOD_NAME}, f"{GOOD_NAME}.127.in-addr.arpa"),
}


STS = "version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 604800\n"


def _sts(name: str, policy: str | None) -> PolicySite:
    return PolicySite(policy, named(f"mta-sts.{name}"))


SITES: dict[str, PolicySite] = {
    "sts_absent": _sts("sts-absent.example", None),
    "sts_other": _sts("sts-other.example", STS.format(mode="enforce", mx="mx.old.example")),
    "sts_testing": _sts("sts-testing.example", STS.format(mode="testing", mx="mx.old.example")),
    "sts_typo": _sts("sts-typo.example", STS.format(mode="enforced", mx="*.good.example")),
    "sts_good": _sts("sts-good.example", STS.format(mode="enforce", mx="*.good.example")),
    "sts_self": _sts("sts-self.example", STS.format(mode="enforce", mx="*.sts-self.example")),
    "sts_bad": PolicySite(
        STS.format(mode="enforce", mx="*.good.example"), self_signed("mta-sts.sts-bad.example")
    ),
}
DMARC, REJECT = '_dmarc IN TXT "v=DMARC1; p=none"\n', '_dmarc IN TXT "v=DMARC1; p=reject"\n'
STRICT = '_dmarc IN TXT "v=DMARC1; p=reject; adkim=s; aspf=s"\n'
KEY = "lab._domainkey IN TXT {record}\n"
_STS = '_mta-sts IN TXT "v=STSv1; id=1"\n'


def own(server: str = "good", spf: str = "mx -all", more: str = "", dmarc: str = DMARC) -> str:
    """Return the records of a domain that sends by its own server, the only one in its SPF."""
    return f'@ IN MX 10 mx\nmx IN A {{{server}}}\n@ IN TXT "v=spf1 {spf}"\n{dmarc}{more}'


def elsewhere(more: str = "", spf: str = "include:good.example -all", dmarc: str = DMARC) -> str:
    """Return the records of a domain that sends by another domain's server."""
    return f'@ IN MX 10 {GOOD_NAME}.\n@ IN TXT "v=spf1 {spf}"\n{dmarc}{more}'


def sts(site: str, more: str = "") -> str:
    """Return the records that announce an MTA-STS policy at a web server."""
    return elsewhere(f"{_STS}mta-sts IN A {{{site}}}\n{more}")


FAULTS: dict[str, tuple[str, str]] = {
    "no-name.example": ("mail.ptr_missing", own("nameless")),
    "no-name-ip4.example": ("mail.ptr_missing", own("nameless", spf="ip4:{nameless} -all")),
    "name-elsewhere.example": ("mail.ptr_mismatch", own("elsewhere")),
    "name-gone.example": ("mail.ptr_mismatch", own("gone")),
    "name-dotless.example": ("mail.ptr_mismatch", own("dotless")),
    "name-of-a-line.example": ("mail.ptr_mismatch", own("line")),
    "helo-localhost.example": ("mail.helo_name", own("localhost")),
    "helo-short.example": ("mail.helo_name", own("short")),
    "helo-unknown.example": ("mail.helo_name", own("unknown")),
    "letter-no-name.example": ("mail.ptr_missing", elsewhere(KEY, spf="ip4:{nameless} -all")),
    "key-missing.example": ("mail.dkim_missing", elsewhere()),
    "key-no-dot.example": (
        "mail.dkim_missing",
        elsewhere(f"lab._domainkey.key-no-dot.example{KEY.removeprefix('lab._domainkey')}"),
    ),
    "key-alias-no-dot.example": (
        "mail.dkim_missing",
        elsewhere("lab._domainkey IN CNAME lab.keys.isp.example\n"),
    ),
    "key-alias.example": (
        "mail.dkim_missing",
        elsewhere("lab._domainkey IN CNAME gone.good.example.\n"),
    ),
    "key-revoked.example": (
        "mail.dkim_broken",
        elsewhere('lab._domainkey IN TXT "v=DKIM1; k=rsa; p="\n'),
    ),
    "key-cut.example": (
        "mail.dkim_broken",
        elsewhere('lab._domainkey IN TXT "v=DKIM1; k=rsa; p={half}"\n'),
    ),
    "key-quotes.example": (
        "mail.dkim_broken",
        elsewhere('lab._domainkey IN TXT "v=DKIM1; k=rsa; p=\\"{half}\\" \\"AQAB\\""\n'),
    ),
    "key-short.example": (
        "mail.dkim_broken",
        elsewhere(
            'lab._domainkey IN TXT "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL0FnC5oYgd0F1qP'
            'PYHJmAd9cD2jVGm4XZB5cdtWkHYSxgE8iDhnYjLrVQFNuTfCw1WWtHVXJTyiyHNHLTkk9MsCAwEAAQ=="\n'
        ),
    ),
    "key-kind.example": (
        "mail.dkim_broken",
        elsewhere('lab._domainkey IN TXT "v=DKIM1; k=dsa; p=MFww"\n'),
    ),
    "key-version.example": (
        "mail.dkim_broken",
        elsewhere('lab._domainkey IN TXT "v=DKIM2; k=rsa; p={half}"\n'),
    ),
    "key-two.example": (
        "mail.dkim_broken",
        elsewhere(f'{KEY}lab._domainkey IN TXT "v=DKIM1; p={{half}}"\n'),
    ),
    "key-usual.example": (
        "mail.dkim_broken",
        own(more='default._domainkey IN TXT "v=DKIM1; k=rsa; p={half}"\n'),
    ),
    "signed-by-another.example": ("mail.dmarc_misaligned", elsewhere(dmarc=REJECT)),
    "signed-strictly.example": (
        "mail.dmarc_misaligned",
        elsewhere(KEY.replace("lab._domainkey", "lab._domainkey.mail"), dmarc=STRICT),
    ),
    "unsigned.example": ("mail.dmarc_misaligned", elsewhere(dmarc=REJECT)),
    "spf-without.example": (
        "mail.spf_excludes_sender",
        elsewhere(KEY, spf="ip4:192.0.2.7 -all"),
    ),
    "spf-soft.example": ("mail.spf_excludes_sender", elsewhere(KEY, spf="ip4:192.0.2.7 ~all")),
    "spf-include-typo.example": (
        "mail.spf_broken",
        elsewhere(spf="include:typo.good.example -all"),
    ),
    "spf-all-first.example": (
        "mail.spf_ends_early",
        elsewhere(spf="mx -all include:good.example"),
    ),
    "spf-macro-typo.example": ("mail.spf_broken", elsewhere(spf="exists:%{{x}}.good.example -all")),
    "spf-macro-gone.example": (
        "mail.spf_broken",
        elsewhere(spf="include:%{{d}}.good.example ~all"),
    ),
    "sts-absent.example": ("mail.mta_sts_broken", sts("sts_absent")),
    "sts-other.example": ("mail.mta_sts_broken", sts("sts_other")),
    "sts-typo.example": ("mail.mta_sts_broken", sts("sts_typo")),
    "sts-bad.example": ("mail.mta_sts_broken", sts("sts_bad")),
    "sts-record.example": ("mail.mta_sts_broken", elsewhere('_mta-sts IN TXT "v=STSv1"\n')),
    "sts-nowhere.example": ("mail.mta_sts_broken", elsewhere(_STS)),
    "sts-self.example": (
        "mail.mta_sts_broken",
        f"{_STS}mta-sts IN A {{sts_self}}\n" + own("selfsigned", spf="include:good.example -all"),
    ),
    "half-a-key.example": ("mail.starttls_broken", own("halfkey", spf="include:good.example -all")),
    "tls-in-the-open.example": ("mail.starttls_broken", own("open", spf="a:mx.good.example -all")),
    "on-a-list.example": ("mail.block_listed", own(spf="ip4:{good} -all")),
    "letter-on-a-list.example": ("mail.block_listed", elsewhere(KEY, spf="ip4:{good} -all")),
    "box-full.example": ("mail.storage_full", own("full", spf="include:good.example -all")),
    "disk-full.example": ("mail.storage_full", own("nospace", spf="include:good.example -all")),
    "base-gone.example": ("mail.server_error", own("nobase", spf="include:good.example -all")),
    "no-null-sender.example": (
        "mail.null_sender_refused",
        own("nonull", spf="include:good.example -all"),
    ),
    "we-are-listed.example": (
        "mail.smtp_unmeasured",
        own("listed", spf="include:good.example -all"),
    ),
    "we-are-refused.example": (
        "mail.smtp_unmeasured",
        own("policy", spf="include:good.example -all"),
    ),
}
WELL: dict[str, str] = {
    "plain-sender.example": own(more=KEY.replace("lab", "mail")),
    "third-party.example": '@ IN MX 10 mx.nameless.example.\n@ IN TXT "v=spf1 mx -all"\n' + DMARC,
    "also-elsewhere.example": own("nameless", spf="mx include:good.example -all"),
    "one-of-two.example": own("nameless", spf="mx ip4:{good} -all"),
    "a-network.example": own("nameless", spf=f"ip4:{NETWORK}.0/24 -all"),
    "exchange.example": own("exchange"),
    "greylists.example": own("grey", spf="include:good.example -all"),
    "no-postmaster.example": own("noone", spf="include:good.example -all"),
    "old-key.example": own(more='default._domainkey IN TXT "v=DKIM1; p="\n'),
    "any-text.example": own(more='* IN TXT "hello"\n'),
    "sts-good.example": sts("sts_good"),
    "sts-testing.example": sts("sts_testing"),
    "self-signed-mx.example": own("selfsigned", spf="include:good.example -all"),
    "list-refuses.example": own(),
    "list-of-the-world.example": own(),
    "spf-macro-good.example": elsewhere(spf="include:%{{d}}.macro.good.example -all"),
    "signed-well.example": elsewhere(KEY, dmarc=STRICT),
    "signed-below.example": elsewhere(KEY.replace("_domainkey", "_domainkey.mail"), dmarc=REJECT),
    "letter-good.example": elsewhere(KEY, spf="ip4:{good} -all", dmarc=REJECT),
    "testing-key.example": elsewhere(KEY.replace("record", "testing")),
}
_OWN = {
    "good.example": "mx IN A {good}\nlocalhost IN A {localhost}\nshort IN A {short}\n"
    "unknown IN A {unknown}\nexchange IN A {exchange}\n"
    '@ IN TXT "v=spf1 ip4:192.0.2.1 -all"\ntypo IN TXT "v=spf1 ipv4:192.0.2.1 -all"\n'
    'spf-macro-good.example.macro IN TXT "v=spf1 ip4:192.0.2.1 -all"\n',
    "isp.example": f"{LINE_NAME.partition('.')[0]}.dynamic IN A {{line}}\n",
    "nameless.example": "mx IN A {nameless}\n",
    "bl.lab": "2.0.0.127 IN A 127.0.0.2\n",
    "refusing.lab": "*.127 IN A 127.255.255.254\n",
    "abandoned.lab": "* IN A 127.0.0.2\n",
}
LETTERS: dict[str, Letter] = {
    **{
        name: Letter(name)
        for name in (*FAULTS, *WELL)
        if name.startswith(("key-", "spf-without", "spf-soft", "testing-key", "signed-well"))
        and name != "key-usual.example"
    },
    "letter-no-name.example": Letter("letter-no-name.example", refused_address="nameless"),
    "letter-on-a-list.example": Letter("letter-on-a-list.example", refused_address="good"),
    "letter-good.example": Letter("letter-good.example", refused_address="good"),
    "spf-without.example": Letter("spf-without.example", refused_address="good"),
    "spf-soft.example": Letter("spf-soft.example", refused_address="good"),
    "signed-by-another.example": Letter("good.example", path="good.example"),
    "signed-strictly.example": Letter("mail.signed-strictly.example", path="good.example"),
    "signed-below.example": Letter("mail.signed-below.example", path="good.example"),
    "unsigned.example": Letter(path="good.example"),
}
_LISTS = {
    "on-a-list.example": "bl.lab",
    "letter-on-a-list.example": "bl.lab",
    "list-refuses.example": "refusing.lab",
    "list-of-the-world.example": "abandoned.lab",
}
_FAST = {
    *("no-name.example", "helo-short.example", "key-cut.example", "sts-other.example"),
    *("plain-sender.example", "third-party.example", "signed-well.example"),
}
_ALSO = ("mail.dmarc_missing", "mail.mta_sts_broken", "net.icmp_blocked", "tcp.greeting_slow")


def build_world() -> OutgoingWorld:
    """Return the world, with the lists of addresses filled in."""
    listed = ".".join(reversed(_place("good").split(".")))
    domains = _OWN | {name: text for name, (_, text) in FAULTS.items()} | WELL
    domains["bl.lab"] += f'{listed} IN A 127.0.0.2\n{listed} IN TXT "sent spam on Tuesday"\n'
    return OutgoingWorld(SERVERS, domains, SITES, LETTERS)


def _place(server: str) -> str:
    return f"{NETWORK}.{[*SERVERS].index(server) + 1}"


def _case(name: str, expected: str) -> Case:
    options: Callable[[Options], Options] | None = None
    if name in LETTERS or name in _LISTS:
        options = partial(_choose, name)
    is_fast = name in _FAST
    return Case(name, name, expected, "outgoing", "mail", options, _ALSO, is_fast)


def _choose(name: str, options: Options) -> Options:
    lists = (_LISTS[name],) if name in _LISTS else ()
    return replace(options, block_lists=lists, letter=OutgoingWorld.letters.get(name))


CASES: tuple[Case, ...] = (
    *(_case(name, code) for name, (code, _) in FAULTS.items()),
    *(_case(name, HEALTHY) for name in WELL),
)
