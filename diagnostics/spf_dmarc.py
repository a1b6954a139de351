"""
What a domain says of its mail in text records: who may send it (SPF), what of forgeries (DMARC).

Only read here, term by term, as RFC 7208 and RFC 7489 write them; nothing is asked and nothing
judged. Terms whose macros depend on the letter (`%{i}`) count, and lead nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from diagnostics.options import Address, Network
from diagnostics.spf_macros import expand_macros, has_bad_macro
from diagnostics.targets import registered_domain

MAX_LOOKUPS = 10  # RFC 7208, section 4.6.4
MAX_VOID_LOOKUPS = 2  # the same

# The last label has something that is no digit. Written so that there is one way to read it: a
# stranger's record of 2,000 characters took a third of a second for each time that it was read.
_DOMAIN = r"(?:[A-Za-z0-9_%{}.+/,=-]+\.)?(?:[0-9]*[A-Za-z_-][A-Za-z0-9_-]*|%\{[^}]+\})\.?"
_SIZES = r"(?:/\d{1,2})?(?://\d{1,3})?"
_MECHANISMS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("all", r"all"),
        ("include", rf"include:(?P<domain>{_DOMAIN})"),
        ("a", rf"a(?::(?P<domain>{_DOMAIN}))?{_SIZES}"),
        ("mx", rf"mx(?::(?P<domain>{_DOMAIN}))?{_SIZES}"),
        ("ptr", rf"ptr(?::(?P<domain>{_DOMAIN}))?"),
        ("ip4", r"ip4:(?P<network>[0-9.]+(?:/\d{1,2})?)"),
        ("ip6", r"ip6:(?P<network>[0-9A-Fa-f:.]+(?:/\d{1,3})?)"),
        ("exists", rf"exists:(?P<domain>{_DOMAIN})"),
    )
)
_MODIFIERS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("redirect", rf"redirect=(?P<domain>{_DOMAIN})"),
        ("exp", r"exp=\S+"),
        ("other", r"(?!redirect=|exp=)[A-Za-z][A-Za-z0-9_.-]*=\S*"),
    )
)
# In quotes, behind a blank or another sign, without its equals sign, or with more after it.
_NEARLY_SPF = re.compile(r"[^\w]{0,4}v\s?[=:]?\s?spf", re.IGNORECASE)
_ASKS = {"include", "a", "mx", "ptr", "exists"}
_LETS_SEND = {*_ASKS, "ip4", "ip6"}
_VERSIONS = {"ip4": 4, "ip6": 6}
_WITH_COLON = {"include", "a", "mx", "ptr", "ip4", "ip6", "exists"}

Policy = Literal["none", "quarantine", "reject"]
_POLICIES: dict[str, Policy] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}
_TAG = re.compile(r"\s*([A-Za-z]+)\s*=\s*([^;]*?)\s*")


@dataclass(frozen=True)
class SpfTerm:
    """One term in its place: the mechanism or modifier, and the domain in it, "" for its own."""

    name: str
    domain: str
    text: str

    @property
    def is_certain(self) -> bool:
        """Whether its domain is known without a letter: no macro stands in it."""
        return "%" not in self.domain

    @property
    def qualifier(self) -> str:
        """What it means where it matches: + pass, - fail, ~ softfail, ? neutral (section 4.6.2)."""
        return self.text[0] if self.text[0] in "+-~?" else "+"

    @property
    def network(self) -> Network | None:
        """The addresses of a term "ip4" or "ip6"."""
        if self.name not in _VERSIONS:
            return None
        return ip_network(self.text.partition(":")[2], strict=False)


@dataclass(frozen=True)
class Spf:
    """
    One SPF record. `mistakes` are the terms that nobody can read.

    `rest` is the qualifier of "all", which decides on whoever matches nothing. `lookups` counts the
    terms that make a receiver ask the DNS, those of other records not among them; `leads_to` names
    the records that belong to it: includes, then the redirect. `after_all` are terms that would let
    somebody send, and stand where nobody reads any more; `unread` are those that receivers skip:
    with "=" instead of ":" they are modifiers that nobody knows (section 6).
    """

    mistakes: tuple[str, ...] = ()
    lookups: int = 0
    leads_to: tuple[str, ...] = ()
    lets_everybody: bool = False
    terms: tuple[SpfTerm, ...] = ()
    rest: str = "?"
    after_all: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def senders(self) -> tuple[SpfTerm, ...]:
        """The terms that let somebody send; "all" is one where it lets everybody."""
        terms = tuple(term for term in self.terms if term.qualifier == "+")
        return (*terms, SpfTerm("all", "", "+all")) if self.lets_everybody else terms


def is_spf(text: str) -> bool:
    """Whether a text record is an SPF record (RFC 7208, section 4.5)."""
    return text.partition(" ")[0].lower() == "v=spf1"


def is_nearly_spf(text: str) -> bool:
    """Whether a text record is meant as an SPF record, and begins as none that receivers read."""
    return not is_spf(text) and _NEARLY_SPF.match(text) is not None


def read_spf(text: str, domain: str = "", sender: str = "") -> Spf:
    """
    Read a record term by term (RFC 7208, sections 4.6, 5 and 6).

    With `domain`, where it stands, and `sender`, whose letters it is about, macros of both are put
    in (section 7).
    """
    terms = [
        (name, expand_macros(own, domain, sender or domain) if domain else own, term)
        for term in text.split()[1:]
        for name, own in [_read_term(term)]
    ]
    names = [name for name, _, _ in terms]
    mistakes = [term for name, _, term in terms if not name]
    # RFC 7208, section 6: each of these modifiers may stand there once.
    mistakes += [f"{name}=" for name in ("redirect", "exp") if names.count(name) > 1]
    followed = {"include"} if "all" in names else {"include", "redirect"}  # section 6.1
    leads_to = [domain for name, domain, _ in terms if name in followed]
    return Spf(
        mistakes=tuple(mistakes),
        lookups=sum(name in _ASKS | followed for name in names),
        leads_to=tuple(domain.rstrip(".").lower() for domain in leads_to if "%" not in domain),
        lets_everybody=any(term.lower() in {"all", "+all"} for _, _, term in terms),
        terms=_in_order(tuple(SpfTerm(*term) for term in terms if term[0])),
        after_all=tuple(term for name, _, term in terms[names.index("all") :] if name in _LETS_SEND)
        if "all" in names
        else (),
        unread=tuple(term for name, _, term in terms if name == "other" and _lacks_colon(term)),
        rest=next((SpfTerm(*term).qualifier for term in terms if term[0] == "all"), "?"),
    )


def _lacks_colon(term: str) -> bool:
    return term.partition("=")[0].lower() in _WITH_COLON


def single_address(term: SpfTerm) -> Address | None:
    """Return the only address that a term "ip4" or "ip6" names; None where it names more."""
    network = term.network
    return network[0] if network is not None and network.num_addresses == 1 else None


def is_own_host(host: str, domain: str) -> bool:
    """Whether a server's name is below the domain that it serves, so that nobody else runs it."""
    return bool(host) and registered_domain(host) == registered_domain(domain)


def _in_order(terms: tuple[SpfTerm, ...]) -> tuple[SpfTerm, ...]:
    """Mechanisms go first, from left to right (RFC 7208, section 4.6.2); "all" ends the way."""
    names = [term.name for term in terms]
    if "all" in names:
        return tuple(t for t in terms[: names.index("all")] if t.name != "redirect")
    return (
        *(term for term in terms if term.name != "redirect"),
        *(term for term in terms if term.name == "redirect"),
    )


def _read_term(term: str) -> tuple[str, str]:
    """Name a term and the domain in it; no name when it is none."""
    # Unknown modifiers are ignored (RFC 7208, section 6); an unknown mechanism is a mistake.
    for name, pattern in _MODIFIERS:
        if match := pattern.fullmatch(term):
            return name, match.groupdict().get("domain") or ""
    bare = term[1:] if term[0] in "+-?~" else term
    for name, pattern in _MECHANISMS:
        if match := pattern.fullmatch(bare):
            groups = match.groupdict()
            if has_bad_macro(bare):
                return "", ""
            if name in _VERSIONS and not _is_network(groups["network"] or "", _VERSIONS[name]):
                return "", ""
            return name, groups.get("domain") or ""
    return "", ""


def _is_network(text: str, version: int) -> bool:
    try:
        return ip_network(text, strict=False).version == version
    except ValueError:
        return False


@dataclass(frozen=True)
class Dmarc:
    """
    One DMARC record; `policy` is None where it can't be told, and `mistake` says what is bad.

    `subdomains` is the policy for names below, where it is another one. The strict flags tell that
    a signature, or the return path, must be of the very same domain (RFC 7489, section 3.1).
    """

    policy: Policy | None = None
    mistake: str = ""
    subdomains: Policy | None = None
    is_strict_dkim: bool = False
    is_strict_spf: bool = False

    def policy_for(self, domain: str, record_domain: str) -> Policy | None:
        """Return the policy that holds for a domain, where the record stands at another or not."""
        return self.policy if domain == record_domain else self.subdomains or self.policy


def is_dmarc(text: str) -> bool:
    """Whether a text record means to be a DMARC record, well written or not."""
    # Generous: "v=dmarc1" or "DMARC1;" is a record
    # that its owner believes in, and receivers ignore.
    return "dmarc" in text[:16].lower()


def read_dmarc(text: str) -> Dmarc:
    """
    Read a record tag by tag (RFC 7489, sections 6.3 and 6.4).

    The version comes first and is written so. Without a policy a record with a place for reports
    counts as "none" (section 6.6.3).
    """
    parts = [part for part in text.split(";") if part.strip()]
    tags: dict[str, str] = {}
    for number, part in enumerate(parts):
        match = _TAG.fullmatch(part)
        if match is None or (number == 0 and (match[1].lower(), match[2]) != ("v", "DMARC1")):
            return Dmarc(mistake=part.strip())
        tags.setdefault(match[1].lower(), match[2])
    policy = _POLICIES.get(tags.get("p", "").lower())
    if policy is not None:
        return Dmarc(
            policy,
            subdomains=_POLICIES.get(tags.get("sp", "").lower()),
            is_strict_dkim=tags.get("adkim", "").lower() == "s",
            is_strict_spf=tags.get("aspf", "").lower() == "s",
        )
    if "p" not in tags and "mailto:" in tags.get("rua", "").lower():
        return Dmarc("none")
    return Dmarc(mistake=f"p={tags['p']}" if "p" in tags else "p=")
