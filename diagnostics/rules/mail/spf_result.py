"""Evaluate SPF for one address as a receiver does (RFC 7208, sections 2.6 and 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Literal

from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.observations import PolicyObservation
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.mail.mail_evidence import mx_observation
from diagnostics.spf_dmarc import SpfTerm, read_spf

SpfResult = Literal["pass", "fail", "softfail", "neutral"]
_RESULTS: dict[str, SpfResult] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_IPV4 = 4


def spf_result(
    name: str, known: Mapping[str, PolicyObservation], address: str, evidence: Evidence
) -> SpfResult | None:
    """
    Return the result of a domain's SPF record for an address.

    None if a term needs a lookup that wasn't made, or there is no single valid record.
    """
    return _Evaluation(known, address, evidence).result(name)


class _Evaluation:
    """The evaluation of SPF records for one address."""

    def __init__(
        self, known: Mapping[str, PolicyObservation], address: str, evidence: Evidence
    ) -> None:
        self._known, self._evidence = known, evidence
        self._address = ip_address(address)
        self._results: dict[str, SpfResult | None] = {}

    def result(self, name: str) -> SpfResult | None:
        """Return the result of one record, which is evaluated once even if included often."""
        if name not in self._results:
            # A record that includes itself finds this None, which ends the recursion.
            self._results[name] = None
            self._results[name] = self._evaluate(name)
        return self._results[name]

    def _evaluate(self, name: str) -> SpfResult | None:
        policy = self._known.get(name)
        if policy is None or len(policy.records) != 1:
            return None
        spf = read_spf(policy.records[0], name, self._evidence.target.host)
        if spf.mistakes:
            return None
        for term in spf.terms:
            if term.name == "redirect":
                return self.result(term.domain.rstrip(".").lower())
            matches = self._matches(term, policy)
            if matches is None:
                return None
            if matches:
                return _RESULTS[term.qualifier]
        return _RESULTS[spf.rest]

    def _matches(self, term: SpfTerm, policy: PolicyObservation) -> bool | None:
        # For "ptr" and "exists" no lookups are made. Modifiers such as "exp" match nothing.
        if not term.is_certain or term.name in {"ptr", "exists"}:
            return None
        if term.text in policy.void_terms:
            return False
        if term.name == "include":
            inner = self.result(term.domain.rstrip(".").lower())
            return None if inner is None else inner == "pass"
        if term.name == "a":
            return self._is_one_of(policy.term_addresses.get(term.text), term)
        return self._is_exchanger(term, policy) if term.name == "mx" else self._is_in(term)

    def _is_in(self, term: SpfTerm) -> bool:
        network = term.network
        return network is not None and self._address in network

    def _is_one_of(self, addresses: tuple[str, ...] | None, term: SpfTerm) -> bool | None:
        """Check whether a term "a" has the address; None if its family wasn't looked up."""
        same_family = [text for text in addresses or () if self._is_same_family(text)]
        return self._is_in_prefix(same_family, term) if same_family else None

    def _is_exchanger(self, term: SpfTerm, policy: PolicyObservation) -> bool | None:
        mx = mx_observation(self._evidence)
        if mx is None or (term.domain or policy.name) != mx.name:
            return None
        by_host = [self._evidence.lookups_of(exchanger.host) for exchanger in mx.exchangers]
        lookups = [lookup for group in by_host for lookup in group]
        addresses = [text for lookup in lookups for text in lookup.records]
        if self._is_in_prefix([text for text in addresses if self._is_same_family(text)], term):
            return True
        is_complete = all(by_host) and all(
            lookup.failure is None or lookup.failure in NO_SUCH_RECORD for lookup in lookups
        )
        return False if is_complete else None

    def _is_same_family(self, text: str) -> bool:
        return ip_address(text).version == self._address.version

    def _is_in_prefix(self, addresses: list[str], term: SpfTerm) -> bool:
        """Check whether the address is one of these, or in the network around one of them."""
        length = prefix_length(term, self._address.version)
        return any(
            self._address in ip_network(f"{text}/{length}", strict=False) for text in addresses
        )


def prefix_length(term: SpfTerm, version: int) -> int:
    """Return the prefix length of an "a" or "mx"; "/24//64" has one per family (section 5.6)."""
    ipv4_part, _, ipv6_length = term.text.partition("//")
    text = ipv4_part.partition("/")[2] if version == _IPV4 else ipv6_length
    longest = 32 if version == _IPV4 else 128
    return min(int(text), longest) if text.isdigit() else longest
