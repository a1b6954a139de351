"""From all that the rules say to the root cause first: layers, and what explains what, as data."""

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
from diagnostics.rules.vantages.views import views_of

Verdict = Literal["healthy", "degraded", "fault", "inconclusive"]

_OUR_TROUBLE = {"net.vantage_offline", "dns.resolver_unreachable"}
# By one of two clocks all is well; how quick it is our own slowness hides: neither a fault nor
# health can be claimed.
_UNSURE = {"tls.clock_differs", "net.vantage_slow"}
_THE_WAY = {"net", "tcp"}
_SEEN_AS_DOWN = {"net.icmp_blocked", "tcp.greeting_refused"}
_SEVERITIES = ("critical", "warning", "info")

_OF_ERROR_PAGES = (
    *("http.bad_gateway", "http.unavailable", "http.gateway_timeout", "http.server_error"),
    *("http.cdn_origin_error", "http.forbidden", "http.not_found", "http.bad_request"),
    *("http.redirect_loop", "http.bad_redirect_target", "http.redirect_elsewhere"),
    *("http.app_error", "http.app_database_error", "http.maintenance_page"),
)

# A cause, and the codes (with * for any) that are its consequences when both are found.
EXPLAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # Whoever is sent to the wrong place sees that place's ports, certificate and pages.
    ("dns.private_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("dns.wrong_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("dns.stale_address", ("net.*", "tcp.*", "tls.*", "http.*")),
    ("net.host_unreachable", ("net.packet_loss", "net.high_latency", "tcp.*")),
    ("net.no_route", ("tcp.*",)),
    ("net.route_loop", ("net.packet_loss", "net.high_latency", "tcp.*")),
    # Small packets pass: it connects, and hangs at the first large one.
    ("net.mtu_blackhole", ("tcp.no_answer", "tcp.reset", "tls.handshake_failed", "http.timeout")),
    ("net.packet_loss", ("http.slow", "http.timeout", "tcp.no_answer", "tcp.filtered")),
    ("net.high_latency", ("http.slow",)),
    ("tcp.wrong_service", ("tls.not_tls", "http.malformed")),
    ("tcp.reset", ("tls.handshake_failed",)),
    ("tls.large_hello", ("tcp.reset", "tcp.no_answer", "tls.handshake_failed")),
    # A name that the server doesn't know gets the default site, and its certificate with it.
    ("http.default_page", ("tls.name_mismatch",)),
    ("http.suspended_page", ("tls.name_mismatch",)),
    ("http.vhost_missing", ("tls.name_mismatch", "http.redirect_elsewhere")),
    ("http.parked_page", ("tls.name_mismatch",)),
    ("http.stale_cache", _OF_ERROR_PAGES),
    ("http.redirect_loop", ("http.slow",)),
    ("http.timeout", ("http.slow",)),
    ("tls.self_signed", ("tls.untrusted_issuer",)),
    ("tls.not_tls", ("tls.handshake_failed",)),
    ("dns.nxdomain", ("mail.*",)),
    ("dns.domain_not_delegated", ("mail.*",)),
    # Without an MX record senders try the domain's own address, so its ports are no causes.
    ("mail.no_mx", ("dns.no_address", "tcp.*")),
    ("dns.cname_hides_mail", ("mail.no_mx", "mail.spf_missing", "tcp.*")),
    ("mail.mx_missing", ("dns.no_address",)),
    ("mail.mx_private", ("dns.private_address",)),
    # A letter whose key receivers can't use passes for unsigned.
    ("mail.dkim_missing", ("mail.dmarc_misaligned",)),
    ("mail.dkim_broken", ("mail.dmarc_misaligned",)),
    ("mail.spf_excludes_sender", ("mail.dmarc_misaligned",)),
    # Without a name for the address, the one in its greeting is the lesser trouble.
    ("mail.ptr_missing", ("mail.helo_name",)),
)


def conclude(
    evidence: Evidence, *, is_complete: bool = True
) -> tuple[Verdict, tuple[Finding, ...]]:
    """
    Name the root cause and everything else worth saying.

    Critical findings come first, the lowest broken layer leading, then warnings, then what is
    worth knowing. Without a finding, and with everything measured, the target is reachable. What
    other vantages saw is weighed against all that.
    """
    return _weigh_views(evidence, *_conclude_from_here(evidence, is_complete=is_complete))


def _conclude_from_here(
    evidence: Evidence, *, is_complete: bool
) -> tuple[Verdict, tuple[Finding, ...]]:
    findings = _each_once([finding for rule in RULES for finding in rule(evidence)])
    ours = tuple(finding for finding in findings if finding.code == "net.vantage_offline")
    if ours:  # whatever else was concluded rests on silence
        return "inconclusive", ours
    causes = sorted(_fold(findings), key=_rank)
    severities = {finding.severity for finding in causes}
    # Our resolver's failure is ours; what else was found stays worth showing.
    if any(finding.code == "dns.resolver_unreachable" for finding in causes):
        return "inconclusive", tuple(causes)
    if "critical" in severities:
        return "fault", tuple(causes)
    is_unsure = any(finding.code in _UNSURE for finding in causes)
    is_understood = answers(evidence) or _is_explained(evidence, causes)
    if is_unsure or not is_complete or not is_understood:
        return "inconclusive", tuple(causes)
    if "warning" in severities:
        return "degraded", tuple(causes)
    return "healthy", _all_well(evidence, causes)


def _weigh_views(
    evidence: Evidence, verdict: Verdict, findings: tuple[Finding, ...]
) -> tuple[Verdict, tuple[Finding, ...]]:
    """
    Add what follows where other vantages see something else than we do.

    The verdict is about the target: what is wrong on the customer's own side leaves it as it is.
    """
    if verdict == "fault" or (verdict == "inconclusive" and _is_silent(evidence, findings)):
        ours = tuple(finding for finding in findings if finding.severity == "critical")
        # A browser says "reached" to an error page as well; a program tells them apart.
        is_way = all(finding.layer in _THE_WAY for finding in ours[:1])
        if is_way or any(view.is_program and view.reaches for view in views_of(evidence)):
            for regional in only_others_reach(evidence):
                others = tuple(finding for finding in findings if finding not in ours)
                # Where most places reach it, it is no outage, whatever we see of it.
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
        theirs = next((f for rule in CLIENT_RULES for f in rule(evidence)), None)
        return verdict, (theirs, *findings) if theirs else findings
    return verdict, findings


def _is_seen_from_here(
    regional: Finding, evidence: Evidence, findings: tuple[Finding, ...]
) -> bool:
    """Whether what is lost there is lost here too, so that the place has no part in it."""
    rests_on = set(regional.evidence)
    causes = {
        view.cause for view in views_of(evidence) if rests_on & {o.id for o in view.observations}
    }
    return bool(causes & {finding.code for finding in findings})


def _is_silent(evidence: Evidence, findings: tuple[Finding, ...]) -> bool:
    """Whether the target is silent to us, and nothing says that the silence is our own."""
    is_ours = any(finding.code in _OUR_TROUBLE for finding in findings)
    return bool(evidence.contacts) and not is_ours and not any(way.opens for way in evidence.ways)


def answers(evidence: Evidence) -> bool:
    """Whether what was asked about was seen to work: a page, a server's port, a mail greeting."""
    if evidence.kind == "mail":
        return takes_mail(evidence)
    if evidence.kind == "server":
        return any(contact.failure is None for contact in evidence.contacts)
    if evidence.leading is None:
        return False
    end = evidence.chain(evidence.leading).end
    is_web = bool(evidence.requests) or bool(evidence.handshakes)
    if not is_web:
        return not any(map(is_mute, evidence.contacts))
    if end is None or end.failure is not None:
        return False
    # An error that no rule names: what visitors see can't be told.
    return not end.is_error or code_of_page(end, evidence) is not None


def _is_explained(evidence: Evidence, causes: list[Finding]) -> bool:
    """Whether a warning rests on the very request that gave no page, as an answer in SMTP does."""
    way = evidence.leading
    failed = {page.id for page in evidence.first_pages(way) if page.failure} if way else set()
    return any(
        failed & set(finding.evidence) for finding in causes if finding.severity == "warning"
    )


def _all_well(evidence: Evidence, causes: list[Finding]) -> tuple[Finding, ...]:
    """
    Say that everything answers, and before it what explains a customer's worry.

    Who asks about a server has pinged it: where that alone is blocked, it is what they saw.
    """
    leads = [
        finding for finding in causes if evidence.kind == "server" and finding.code in _SEEN_AS_DOWN
    ]
    return (*leads, reachable(evidence), *(finding for finding in causes if finding not in leads))


@concludes("ok.reachable")
def reachable(evidence: Evidence) -> Finding:
    """Everything was measured, answers (RFC 9110, section 15.3), and no rule finds a fault."""
    ids = tuple(o.id for o in evidence.observations if o.failure is None)
    variant = "mail" if evidence.kind == "mail" else ""
    return make_finding("ok.reachable", evidence.target.host_display, ids, variant=variant)


def _each_once(findings: list[Finding]) -> list[Finding]:
    """Two ways may lead to one place: keep the graver of two equal findings."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.subject)
        if key not in kept or _severity_rank(finding) < _severity_rank(kept[key]):
            kept[key] = finding
    return list(kept.values())


def _fold(findings: list[Finding]) -> list[Finding]:
    """Hang consequences under their cause; a mere warning explains no outage."""
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
                # A critical finding under a warning would vanish from the top of the report.
                is_graver = _severity_rank(finding) < _severity_rank(cause)
                is_explained = is_explained and _is_at_the_same(finding, cause)
                if is_explained and not is_graver and id(finding) not in consequences:
                    consequences.add(id(finding))
                    explained.setdefault(id(cause), []).append(finding)
    return [
        finding.model_copy(update={"consequences": tuple(explained.get(id(finding), ()))})
        for finding in findings
        if id(finding) not in consequences
    ]


def _is_at_the_same(finding: Finding, cause: Finding) -> bool:
    """Whether a cause at one address of several is one for a finding, which must be there too."""
    only_at = cause.parameters.get("only_at")
    return only_at is None or finding.parameters.get("only_at") == only_at


def _severity_rank(finding: Finding) -> int:
    return _SEVERITIES.index(finding.severity)


def _rank(finding: Finding) -> tuple[int, int]:
    """Severity, then layer; the order of rules and of ways decides between equals."""
    return _severity_rank(finding), FINDING_LAYERS.index(CODES[finding.code].layer)
