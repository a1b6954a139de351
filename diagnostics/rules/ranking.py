"""Run all rules, put the root cause first, and decide the verdict."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Literal

from diagnostics.catalogue import CODES, FINDING_LAYERS, Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.mail.mail_evidence import takes_mail
from diagnostics.rules.network.service_greetings import is_mute
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.rules.rank_order import CLIENT_RULES, RULES
from diagnostics.rules.vantages.regional import (
    only_others_reach,
    some_places_fail,
    some_places_lose,
)
from diagnostics.rules.vantages.views import vantage_views

Verdict = Literal["healthy", "degraded", "fault", "inconclusive"]

_OWN_SIDE_CODES = {"net.vantage_offline", "dns.resolver_unreachable"}
# If two clocks differ, either may be right; if our side is slow, the site's speed is unknown. With
# these codes the target can be called neither faulty nor healthy.
_UNCERTAIN_CODES = {"tls.clock_differs", "net.vantage_slow"}
_PATH_LAYERS = {"net", "tcp"}
_LOOKS_DOWN_CODES = {"net.icmp_blocked", "tcp.greeting_refused"}
_SEVERITIES = ("critical", "warning", "info")

_ERROR_PAGE_CODES = (
    *("http.bad_gateway", "http.unavailable", "http.gateway_timeout", "http.server_error"),
    *("http.cdn_origin_error", "http.forbidden", "http.not_found", "http.bad_request"),
    *("http.redirect_loop", "http.bad_redirect_target", "http.redirect_elsewhere"),
    *("http.app_error", "http.app_database_error", "http.maintenance_page"),
)

# Rows of a cause and the patterns of codes that are its consequences if both are found.
EXPLAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # At a wrong address, the ports, certificate and pages are those of another server.
    ("dns.private_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("dns.wrong_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("dns.stale_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("net.host_unreachable", ("net.packet_loss", "net.high_latency", "tcp.*")),
    ("net.no_route", ("tcp.*",)),
    ("net.route_loop", ("net.packet_loss", "net.high_latency", "tcp.*")),
    # Small packets pass, so the connection opens and hangs at the first large packet.
    ("net.mtu_blackhole", ("tcp.no_answer", "tcp.reset", "tls.handshake_failed", "http.timeout")),
    ("net.packet_loss", ("http.slow", "http.timeout", "tcp.no_answer", "tcp.filtered")),
    ("net.high_latency", ("http.slow",)),
    ("tcp.wrong_service", ("tls.not_tls", "http.malformed")),
    ("tcp.reset", ("tls.handshake_failed",)),
    ("tls.large_hello", ("tcp.reset", "tcp.no_answer", "tls.handshake_failed")),
    # For an unknown name, a server answers with its default site and that site's certificate.
    ("http.default_page", ("tls.name_mismatch",)),
    ("http.suspended_page", ("tls.name_mismatch",)),
    ("http.vhost_missing", ("tls.name_mismatch", "http.redirect_elsewhere")),
    ("http.parked_page", ("tls.name_mismatch",)),
    ("http.stale_cache", _ERROR_PAGE_CODES),
    ("http.redirect_loop", ("http.slow",)),
    ("http.timeout", ("http.slow",)),
    ("tls.self_signed", ("tls.untrusted_issuer",)),
    ("tls.not_tls", ("tls.handshake_failed",)),
    ("dns.nxdomain", ("mail.*",)),
    ("dns.domain_not_delegated", ("mail.*",)),
    # Without an MX record senders try the domain's own address; its closed ports aren't the cause.
    ("mail.no_mx", ("dns.no_address", "tcp.*")),
    ("dns.cname_hides_mail", ("mail.no_mx", "mail.spf_missing", "tcp.*")),
    ("mail.mx_missing", ("dns.no_address",)),
    ("mail.mx_private", ("dns.private_address",)),
    # Receivers treat a letter as unsigned if they can't use the key of its signature.
    ("mail.dkim_missing", ("mail.dmarc_misaligned",)),
    ("mail.dkim_broken", ("mail.dmarc_misaligned",)),
    ("mail.spf_excludes_sender", ("mail.dmarc_misaligned",)),
    # If the address has no host name, the wrong name in the greeting matters less.
    ("mail.ptr_missing", ("mail.helo_name",)),
)


def conclude(
    evidence: Evidence, *, is_complete: bool = True
) -> tuple[Verdict, tuple[Finding, ...]]:
    """
    Run all rules and return the verdict and the findings, root cause first.

    Findings are ordered by severity, then by layer from the lowest up. If everything was measured
    and no rule finds a fault, the finding is "ok.reachable". Observations of other vantages may
    change the verdict.
    """
    return _weigh_views(evidence, *_conclude_from_here(evidence, is_complete=is_complete))


def _conclude_from_here(
    evidence: Evidence, *, is_complete: bool
) -> tuple[Verdict, tuple[Finding, ...]]:
    findings = _without_duplicates([finding for rule in RULES for finding in rule(evidence)])
    ours = tuple(finding for finding in findings if finding.code == "net.vantage_offline")
    if ours:  # all other findings may come from our lost connection
        return "inconclusive", ours
    causes = sorted(_attach_consequences(findings), key=_rank)
    severities = {finding.severity for finding in causes}
    # The failing resolver is ours, so nothing is concluded; the other findings are still shown.
    if any(finding.code == "dns.resolver_unreachable" for finding in causes):
        return "inconclusive", tuple(causes)
    if "critical" in severities:
        return "fault", tuple(causes)
    is_uncertain = any(finding.code in _UNCERTAIN_CODES for finding in causes)
    is_understood = target_works(evidence) or _is_explained(evidence, causes)
    if is_uncertain or not is_complete or not is_understood:
        return "inconclusive", tuple(causes)
    if "warning" in severities:
        return "degraded", tuple(causes)
    return "healthy", _healthy_findings(evidence, causes)


def _weigh_views(
    evidence: Evidence, verdict: Verdict, findings: tuple[Finding, ...]
) -> tuple[Verdict, tuple[Finding, ...]]:
    """
    Compare our conclusion with other vantages; return the verdict and findings that follow.

    The verdict is about the target: a fault on the customer's own side doesn't change it.
    """
    if verdict == "fault" or (verdict == "inconclusive" and _is_silent(evidence, findings)):
        ours = tuple(finding for finding in findings if finding.severity == "critical")
        # A browser reports an error page as reached too; only a program sees the difference.
        is_path = all(finding.layer in _PATH_LAYERS for finding in ours[:1])
        if is_path or any(view.is_program and view.reaches for view in vantage_views(evidence)):
            for regional in only_others_reach(evidence):
                others = tuple(finding for finding in findings if finding not in ours)
                # If most places reach the target, it isn't an outage, although we don't reach it.
                outcome: Verdict = "fault" if regional.severity == "critical" else "degraded"
                return outcome, (regional.model_copy(update={"consequences": ours}), *others)
    if verdict in {"healthy", "degraded"}:
        for regional in some_places_fail(evidence):
            others = tuple(finding for finding in findings if finding.code != "ok.reachable")
            return "fault" if regional.severity == "critical" else "degraded", (regional, *others)
        for regional in some_places_lose(evidence):
            if _is_seen_from_here(regional, evidence, findings):
                continue
            others = tuple(finding for finding in findings if finding.code != "ok.reachable")
            return "degraded", (regional, *others)
        client = next((f for rule in CLIENT_RULES for f in rule(evidence)), None)
        return verdict, (client, *findings) if client else findings
    return verdict, findings


def _is_seen_from_here(
    regional: Finding, evidence: Evidence, findings: tuple[Finding, ...]
) -> bool:
    """Check whether we have the same finding as the other vantage, so it isn't about its place."""
    ids = set(regional.evidence)
    causes = {
        view.cause for view in vantage_views(evidence) if ids & {o.id for o in view.observations}
    }
    return bool(causes & {finding.code for finding in findings})


def _is_silent(evidence: Evidence, findings: tuple[Finding, ...]) -> bool:
    """Check whether the target doesn't answer us, and our own side isn't known to be the reason."""
    is_ours = any(finding.code in _OWN_SIDE_CODES for finding in findings)
    return bool(evidence.contacts) and not is_ours and not any(way.opens for way in evidence.ways)


def target_works(evidence: Evidence) -> bool:
    """Check whether the target was seen to work: a page, a server's port, or a mail greeting."""
    if evidence.kind == "mail":
        return takes_mail(evidence)
    if evidence.kind == "server":
        return any(contact.failure is None for contact in evidence.contacts)
    if evidence.open_way is None:
        return False
    end = evidence.chain(evidence.open_way).end
    is_web = bool(evidence.requests) or bool(evidence.handshakes)
    if not is_web:
        return not any(map(is_mute, evidence.contacts))
    if end is None or end.failure is not None:
        return False
    # If no rule names the error, we don't know what visitors see.
    return not end.is_error or code_of_page(end, evidence) is not None


def _is_explained(evidence: Evidence, causes: list[Finding]) -> bool:
    """Check whether a warning explains the request that gave no page, such as a reply in SMTP."""
    way = evidence.open_way
    failed = {page.id for page in evidence.first_pages(way) if page.failure} if way else set()
    return any(
        failed & set(finding.evidence) for finding in causes if finding.severity == "warning"
    )


def _healthy_findings(evidence: Evidence, causes: list[Finding]) -> tuple[Finding, ...]:
    """
    Return the findings of a healthy target: "ok.reachable", with the other findings around it.

    Findings that make a server look down come before it. A customer who asks about a server has
    usually pinged it, so a blocked ping is probably what they saw.
    """
    first = [
        finding
        for finding in causes
        if evidence.kind == "server" and finding.code in _LOOKS_DOWN_CODES
    ]
    return (*first, reachable(evidence), *(finding for finding in causes if finding not in first))


@concludes("ok.reachable")
def reachable(evidence: Evidence) -> Finding:
    """Everything was measured and answers (RFC 9110, section 15.3), and no rule finds a fault."""
    ids = tuple(o.id for o in evidence.observations if o.failure is None)
    variant = "mail" if evidence.kind == "mail" else ""
    return make_finding("ok.reachable", evidence.target.host_display, ids, variant=variant)


def _without_duplicates(findings: list[Finding]) -> list[Finding]:
    """
    Keep the more severe of two findings with the same code and subject.

    Http and https may lead to the same place, which is then judged twice.
    """
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.subject)
        if key not in kept or _severity_rank(finding) < _severity_rank(kept[key]):
            kept[key] = finding
    return list(kept.values())


def _attach_consequences(findings: list[Finding]) -> list[Finding]:
    """Return the causes with their consequences attached; a warning can't explain an outage."""
    explained: dict[int, list[Finding]] = {}
    consequences: set[int] = set()
    for code, patterns in EXPLAINS:
        for cause in [
            finding
            for finding in findings
            if finding.code == code and id(finding) not in consequences
        ]:
            for finding in findings:
                is_explained = any(fnmatch(finding.code, pattern) for pattern in patterns)
                # Attached to a warning, a critical finding would disappear from the report's top.
                is_more_severe = _severity_rank(finding) < _severity_rank(cause)
                is_explained = is_explained and _is_at_same_address(finding, cause)
                if is_explained and not is_more_severe and id(finding) not in consequences:
                    consequences.add(id(finding))
                    explained.setdefault(id(cause), []).append(finding)
    return [
        finding.model_copy(update={"consequences": tuple(explained.get(id(finding), ()))})
        for finding in findings
        if id(finding) not in consequences
    ]


def _is_at_same_address(finding: Finding, cause: Finding) -> bool:
    """Check whether a finding is at the cause's address, if the cause is at one of several."""
    only_at = cause.parameters.get("only_at")
    return only_at is None or finding.parameters.get("only_at") == only_at


def _severity_rank(finding: Finding) -> int:
    return _SEVERITIES.index(finding.severity)


def _rank(finding: Finding) -> tuple[int, int]:
    """Return the sort key: severity, then layer. Equal findings keep the order of their rules."""
    return _severity_rank(finding), FINDING_LAYERS.index(CODES[finding.code].layer)
