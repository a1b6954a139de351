"""Who may renew a certificate that has ended or soon will."""

from __future__ import annotations

from datetime import timedelta

from diagnostics.observations import TlsObservation
from diagnostics.plan.run import Run
from diagnostics.probes.caa import probe_caa

_SOON = timedelta(days=14)


def ask_who_may_issue(run: Run, tls: TlsObservation) -> None:
    """
    Ask for CAA records where a certificate should have been renewed and was not.

    A certificate in time costs no question.
    """
    certificate = tls.certificate
    if certificate is None or not certificate.issuer_organisation or run.is_over:
        return
    if certificate.not_after - tls.started_at > _SOON or not run.once(f"caa#{tls.host}"):
        return
    is_wildcard = tls.host not in certificate.names
    run.spawn_background(_ask, run, tls.host, is_wildcard)


def _ask(run: Run, host: str, is_wildcard: bool) -> None:  # noqa: FBT001 - a worker's argument
    resolvers, deadline = run.options.resolvers, run.deadline
    run.emit(probe_caa(host, is_wildcard=is_wildcard, resolvers=resolvers, deadline=deadline))
