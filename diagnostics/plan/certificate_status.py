"""Whether a certificate was revoked, by the server's own word."""

from __future__ import annotations

from diagnostics.observations import TlsObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.certificate_status import probe_certificate_status


def ask_for_status(run: Run, tls: TlsObservation, address: Address) -> None:
    """
    Ask for the stapled status of a certificate whose authority still answers by OCSP.

    Most authorities have given that up, so most sites cost nothing; the others a beginning of a
    handshake, while the page is asked for. Responders and lists of revoked certificates are at
    third parties, and aren't asked.
    """
    certificate = tls.certificate
    is_asked = certificate is not None and (certificate.has_responder or certificate.wants_staple)
    if is_asked and tls.failure is None and not run.is_over and run.once(f"status#{tls.host}"):
        run.spawn_background(_ask, run, tls, address)


def _ask(run: Run, tls: TlsObservation, address: Address) -> None:
    run.emit(probe_certificate_status(tls, address, deadline=run.deadline))
