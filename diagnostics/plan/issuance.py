"""Find out whether a certificate that has expired, or soon will, can be renewed."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex
from urllib.parse import urlsplit

from diagnostics.observations import TlsObservation
from diagnostics.options import Address
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run
from diagnostics.probes.caa import probe_caa
from diagnostics.targets import as_address, url_of

_SOON = timedelta(days=14)
# Authorities that usually validate a domain by a file at port 80 (RFC 8555, section 8.3).
_BY_FILE = ("let's encrypt", "zerossl", "google trust services", "buypass")
_HTTP = 80


def ask_who_may_issue(run: Run, tls: TlsObservation, address: Address) -> None:
    """
    Look up CAA records if a certificate should have been renewed already.

    If its issuer validates by a file at the site, request such a file too. For a certificate that
    isn't due, nothing is sent.
    """
    certificate = tls.certificate
    if certificate is None or not certificate.issuer_organisation or run.is_over:
        return
    if certificate.not_after - tls.started_at > _SOON or not run.once(f"caa#{tls.host}"):
        return
    is_wildcard = tls.host not in certificate.names
    run.spawn_background(_ask, run, tls.host, is_wildcard)
    is_by_file = certificate.issuer_organisation.lower().startswith(_BY_FILE)
    if is_by_file and not is_wildcard and as_address(tls.host) is None:
        run.spawn_background(_ask_for_proof, run, tls.host, address)


def _ask(run: Run, host: str, is_wildcard: bool) -> None:  # noqa: FBT001 - a worker's argument
    resolvers, deadline = run.options.resolvers, run.deadline
    run.emit(probe_caa(host, is_wildcard=is_wildcard, resolvers=resolvers, deadline=deadline))


def _ask_for_proof(run: Run, host: str, address: Address) -> None:
    """Request a validation file that doesn't exist; follow one redirect within the host."""
    path = f"/.well-known/acme-challenge/{token_hex(8)}"
    url = url_of("http", host, _HTTP, path)
    page = get(run, PageRequest(address, url, f"renewal-1@{address}", "renewal"))
    if page is not None and page.next_url and urlsplit(page.next_url).hostname == host:
        get(run, PageRequest(address, page.next_url, f"renewal-2@{address}", "renewal", hop=2))
