"""The TLS handshakes that matter to visitors, and findings about them by host and port."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import TlsObservation
from diagnostics.options import PANEL_PORTS
from diagnostics.rules.encryption.server_clock import ends_of
from diagnostics.rules.evidence import Evidence, host_with_port, ids, split_host_port
from diagnostics.rules.one_of_several import partial_failure

_OF_STRANGERS = {"tls.self_signed", "tls.untrusted_issuer", "tls.name_mismatch"}
_OF_TIME = {"tls.expired", "tls.not_yet_valid"}


def judged(evidence: Evidence) -> tuple[TlsObservation, ...]:
    """
    Return the handshakes that matter to a visitor.

    For an address, browsers try http first, so its certificate matters only if https was asked for
    or is what browsers end up with. A port that was named without a scheme and speaks plain HTTP is
    left out: TLS was only an attempt there.
    """
    open_way = evidence.open_way
    if evidence.kind != "site":
        return ()
    plain = {(evidence.target.host, way.port) for way in evidence.ways if way.scheme == "http"}
    # After a redirect to https, the port does need TLS.
    urls = [evidence.chain(way).next_url or "" for way in evidence.ways]
    plain -= {split_host_port(url) for url in urls if url.startswith("https://")}
    handshakes = tuple(o for o in evidence.handshakes if (o.host, o.port) not in plain)
    if evidence.target.kind == "domain" or open_way is None or open_way.scheme == "https":
        return handshakes
    led_to = {(page.host, page.port) for page in evidence.chain(open_way).pages}
    return tuple(o for o in handshakes if (o.host, o.port) in led_to)


def handshake_findings(
    code: str,
    evidence: Evidence,
    broken: Callable[[TlsObservation], bool],
    variant: Callable[[TlsObservation], str] = lambda _: "",
) -> Iterator[Finding]:
    """
    Yield a finding for each host and port with handshakes that are `broken`.

    It is a warning if other handshakes there are fine. `variant` is called with a broken handshake.
    """
    observations = judged(evidence)
    for host, port in dict.fromkeys((o.host, o.port) for o in observations):
        here = [o for o in observations if (o.host, o.port) == (host, port)]
        bad = [o for o in here if broken(o)]
        if bad:
            yield make_finding(
                code,
                host if port == 443 else host_with_port(host, port),  # noqa: PLR2004 - https itself
                ids(bad),
                severity="warning" if len(bad) < len(here) or _is_panels_own(code, bad) else None,
                parameters=_parameters(bad[0], host)
                | _several(bad, here)
                | ({"variant": words} if (words := variant(bad[0])) else {}),
            )


def _is_panels_own(code: str, bad: list[TlsObservation]) -> bool:
    """
    Check whether a control panel uses its self-made certificate, as most do after installation.

    Browsers warn visitors of the panel's port, who may continue: no outage.
    """
    is_own = all(o.certificate is not None and o.certificate.is_self_signed for o in bad)
    is_mild = code in _OF_STRANGERS or (code in _OF_TIME and is_own)
    return is_mild and all(o.port in PANEL_PORTS for o in bad)


def _several(bad: list[TlsObservation], here: list[TlsObservation]) -> dict[str, str]:
    works = [o.address for o in here if o not in bad and o.failure is None]
    return partial_failure([o.address for o in bad], works)


def _parameters(observation: TlsObservation, host: str) -> dict[str, str | int | float]:
    parameters: dict[str, str | int | float] = {"host": host, "port": observation.port}
    certificate = observation.certificate
    if certificate is not None:
        # The first certificate of the chain to expire breaks it, be it an intermediate.
        ending = min(ends_of(observation), key=lambda certificate: certificate.not_after)
        names = ", ".join(certificate.names[:3]) or certificate.subject
        parameters |= {
            "names": names.replace("ip:", ""),
            "issuer": certificate.issuer,
            "key": certificate.key,
            "not_before": f"{certificate.not_before:%Y-%m-%d}",
            "not_after": f"{ending.not_after:%Y-%m-%d}",
            "days": max(0, (ending.not_after - observation.started_at).days),
        }
    if observation.version:
        parameters["version"] = observation.version
    for name in ("cipher", "group"):
        if value := getattr(observation, name):
            parameters[name] = value
    return parameters
