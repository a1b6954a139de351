"""Ask a server for the revocation status of its certificate."""

from __future__ import annotations

from diagnostics.observations import TlsObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.certificate_status import probe_certificate_status


def ask_for_status(run: Run, tls: TlsObservation, address: Address) -> None:
    """
    Ask for the stapled status of a certificate whose authority still uses OCSP.

    Most authorities have abandoned OCSP, so this is skipped for most sites; otherwise it takes the
    beginning of a handshake while the page is requested. OCSP responders and revocation lists
    belong to third parties and aren't contacted.
    """
    certificate = tls.certificate
    is_asked = certificate is not None and (certificate.has_responder or certificate.wants_staple)
    if is_asked and tls.failure is None and not run.is_over and run.once(f"status#{tls.host}"):
        run.spawn_background(_ask, run, tls, address)


def _ask(run: Run, tls: TlsObservation, address: Address) -> None:
    run.emit(probe_certificate_status(tls, address, deadline=run.deadline))
