"""
Parsers of SPF records (who may send a domain's mail) and DMARC records (what to do with forgeries).

The grammar is that of RFC 7208 and RFC 7489. Pure: no query is sent. Terms with macros that depend
on the letter (`%{i}`) are counted as lookups, but their domain stays unknown.
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

# The last label isn't all digits. The pattern can match in one way only: an ambiguous one took a
# third of a second to backtrack through a stranger's record of 2,000 characters.
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
# Matches a record in quotes, after other characters, without "=", or with more after the version.
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
    """One mechanism or modifier of a record; `domain` is "" if it names none."""

    name: str
    domain: str
    text: str

    @property
    def is_certain(self) -> bool:
        """Whether its domain has no macro, so that it is the same for every letter."""
        return "%" not in self.domain

    @property
    def qualifier(self) -> str:
        """The result if it matches: + pass, - fail, ~ softfail, ? neutral (section 4.6.2)."""
        return self.text[0] if self.text[0] in "+-~?" else "+"

    @property
    def network(self) -> Network | None:
        """The network of a term "ip4" or "ip6"; None for other terms."""
        if self.name not in _VERSIONS:
            return None
        return ip_network(self.text.partition(":")[2], strict=False)


@dataclass(frozen=True)
class Spf:
    """
    One SPF record. `mistakes` are the terms with a syntax error.

    `rest` is the qualifier of "all", the result for a sender that matches no term. `lookups` counts
    the terms of this record for which a receiver queries the DNS. `leads_to` are the domains whose
    records are part of it: includes, then the redirect. `after_all` are terms that would permit a
    sender, but stand after "all", where they are ignored. `unread` are mechanisms written with "="
    instead of ":", which receivers skip as unknown modifiers (section 6).
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
        """The terms that permit a sender, with "all" among them if it permits everybody."""
        terms = tuple(term for term in self.terms if term.qualifier == "+")
        return (*terms, SpfTerm("all", "", "+all")) if self.lets_everybody else terms


def is_spf(text: str) -> bool:
    """Check whether a text record is an SPF record (RFC 7208, section 4.5)."""
    return text.partition(" ")[0].lower() == "v=spf1"


def is_nearly_spf(text: str) -> bool:
    """Check whether a text record is meant as SPF, but receivers don't recognise its beginning."""
    return not is_spf(text) and _NEARLY_SPF.match(text) is not None


def read_spf(text: str, domain: str = "", sender: str = "") -> Spf:
    """
    Parse an SPF record (RFC 7208, sections 4.6, 5 and 6).

    If `domain`, the record's own name, is given, macros are expanded (section 7) with it and with
    `sender`, the domain that sends the letters (by default `domain` too).
    """
    terms = [
        (name, expand_macros(own, domain, sender or domain) if domain else own, term)
        for term in text.split()[1:]
        for name, own in [_read_term(term)]
    ]
    names = [name for name, _, _ in terms]
    mistakes = [term for name, _, term in terms if not name]
    # RFC 7208, section 6: each of these modifiers may be there once.
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
    """Return the address of a term "ip4" or "ip6" that names exactly one; else None."""
    network = term.network
    return network[0] if network is not None and network.num_addresses == 1 else None


def is_own_host(host: str, domain: str) -> bool:
    """Check whether a host belongs to the domain that it serves, so nobody else runs it."""
    return bool(host) and registered_domain(host) == registered_domain(domain)


def _in_order(terms: tuple[SpfTerm, ...]) -> tuple[SpfTerm, ...]:
    """
    Return the terms in the order of evaluation (RFC 7208, section 4.6.2).

    Mechanisms come first, from left to right, and the redirect last. "all" ends the evaluation.
    """
    names = [term.name for term in terms]
    if "all" in names:
        return tuple(t for t in terms[: names.index("all")] if t.name != "redirect")
    return (
        *(term for term in terms if term.name != "redirect"),
        *(term for term in terms if term.name == "redirect"),
    )


def _read_term(term: str) -> tuple[str, str]:
    """Return a term's name and domain; the name is "" if the term has a syntax error."""
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
    One DMARC record. `policy` is None if receivers can't read it; `mistake` is the part at fault.

    `subdomains` is the policy for subdomains, None if it is the same. The strict flags require that
    a signature, or the return path, has exactly the same domain (RFC 7489, section 3.1).
    """

    policy: Policy | None = None
    mistake: str = ""
    subdomains: Policy | None = None
    is_strict_dkim: bool = False
    is_strict_spf: bool = False

    def policy_for(self, domain: str, record_domain: str) -> Policy | None:
        """Return the policy for `domain`, given the domain at which the record was found."""
        return self.policy if domain == record_domain else self.subdomains or self.policy


def is_dmarc(text: str) -> bool:
    """Check whether a text record is meant as a DMARC record, well formed or not."""
    # Records such as "v=dmarc1" or "DMARC1;" count too: receivers ignore them, and their owner
    # doesn't know that.
    return "dmarc" in text[:16].lower()


def read_dmarc(text: str) -> Dmarc:
    """
    Parse a DMARC record (RFC 7489, sections 6.3 and 6.4).

    The version must come first, exactly as "DMARC1". A record without a policy but with an address
    for reports counts as "none" (section 6.6.3).
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
