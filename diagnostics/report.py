"""The result of a diagnosis: findings with the root cause first, and the observations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from diagnostics.catalogue import Finding, advise, finding_text
from diagnostics.fact_values import mail_facts, measured_facts, seen_from_fact, slowness_facts
from diagnostics.failures import Failure
from diagnostics.observations import (
    OBSERVATION_KINDS,
    BanObservation,
    HttpObservation,
    Observation,
    TcpObservation,
    VantageObservation,
)
from diagnostics.options import Options
from diagnostics.rules import (
    Evidence,
    Verdict,
    compile_patterns,
    conclude,
    inconclusive_reasons,
    reason_text,
    vantage_views,
)
from diagnostics.targets import Target, TargetKind
from diagnostics.texts import Language

_PORT_FACTS = {
    None: "open",
    Failure.TCP_REFUSED: "refused",
    Failure.TCP_SILENT: "silent",
    Failure.TCP_HOST_UNREACHABLE: "prohibited",
    Failure.TCP_NO_ROUTE: "prohibited",
    Failure.TCP_PROHIBITED: "prohibited",
    Failure.TCP_TTL_EXCEEDED: "silent",
    Failure.TCP_RESET: "refused",
}


_WEB = {"http", "https"}


class Report(BaseModel):
    """The immutable result of one diagnosis."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    kind: TargetKind
    verdict: Verdict
    findings: tuple[Finding, ...]
    observations: tuple[Observation, ...]
    addresses: tuple[str, ...] = ()
    started_at: datetime
    duration_s: float
    is_complete: bool = True

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """
        Return the report in the documented form of `intake diagnose --json`, texts in `language`.

        The key `reasons` is there only if the verdict is inconclusive and no finding says why;
        `seen_from` only if another vantage measured.
        """
        target, reasons = self.target, self.reasons(language)
        return {
            "target": {
                "input": target.input,
                "kind": self.kind,
                "host": target.host,
                "host_display": target.host_display,
                "scheme": target.scheme,
                "port": target.port,
                "path": target.path,
                "addresses": list(self.addresses),
            },
            "verdict": self.verdict,
            "findings": [finding_as_dict(finding, language) for finding in self.findings],
            **({"reasons": list(reasons)} if reasons else {}),
            "observations": [o.model_dump(mode="json") for o in self.observations],
            **({"seen_from": seen} if (seen := self.seen_from()) else {}),
            "started_at": self.started_at.isoformat(),
            "duration_s": self.duration_s,
        }

    def reasons(self, language: Language = "en") -> tuple[str, ...]:
        """Return why the report is inconclusive; () if it isn't, or a finding says why."""
        if self.verdict != "inconclusive" or self.findings:
            return ()
        evidence = Evidence(self.target, self.kind, self.observations)
        return tuple(reason_text(reason, language) for reason in inconclusive_reasons(evidence))

    def seen_from(self) -> list[dict[str, JsonValue]]:
        """
        Return one row for each other vantage; `reached` is None if that isn't known.

        `cause` is the code of the root cause that a probe worker found.
        """
        views = vantage_views(Evidence(self.target, self.kind, self.observations))
        return [
            {
                "viewer": view.viewer,
                "vantage": view.vantage,
                "place": view.observations[0].place,
                "network": view.observations[0].network,
                "reached": view.reaches,
                "cause": view.cause or None,
                "verified": view.is_program,
            }
            for view in views
        ]

    def with_views(
        self, views: Iterable[VantageObservation | BanObservation], options: Options
    ) -> Report:
        """Return a new report that includes `views`; they replace observations of the same id."""
        added = {view.id: view for view in views}
        kept = [o for o in self.observations if o.id not in added]
        return compose_report(
            self.target,
            self.kind,
            (*kept, *added.values()),
            options=options,
            started_at=self.started_at,
            duration_s=self.duration_s,
            is_complete=self.is_complete,
        )

    def facts(self) -> dict[str, JsonValue]:
        """Return the facts that a checklist's conditions may use; unmeasured ones are absent."""
        facts: dict[str, JsonValue] = {
            "finding": list(dict.fromkeys(finding.code for finding in self.findings)),
            "verdict": self.verdict,
        }
        if self.findings:
            cause = self.findings[0]
            facts |= {
                "cause": cause.code,
                "layer": cause.layer,
                "severity": cause.severity,
                "fixer": cause.fixer,
            }
            # An inconclusive report may have findings; conditions must not rely on their symptom.
            if cause.symptom and self.verdict != "inconclusive":
                facts["symptom"] = cause.symptom
        evidence = Evidence(self.target, self.kind, self.observations)
        if (reach := seen_from_fact(evidence, self.verdict)) is not None:
            facts["seen-from"] = reach
        if self.kind == "mail":
            return facts | mail_facts(evidence, self.started_at)
        facts |= self._ping_fact() | self._port_facts() | self._page_facts()
        consequences = [row for finding in self.findings for row in finding.consequences]
        facts |= slowness_facts((*self.findings, *consequences))
        return facts | measured_facts(evidence, self.started_at)

    def _ping_fact(self) -> dict[str, JsonValue]:
        pings = [o for o in self.observations if o.probe == "ping"]
        known = [o for o in pings if o.failure is None or not o.failure.is_ours]
        if not known:
            return {}
        return {"ping": "answers" if any(o.received for o in known) else "silent"}

    def _port_facts(self) -> dict[str, JsonValue]:
        facts: dict[str, JsonValue] = {}
        for observation in self.observations:
            if not isinstance(observation, TcpObservation) or observation.service is None:
                continue
            if observation.host != self.target.host or observation.failure not in _PORT_FACTS:
                continue
            # With several addresses, one open port is enough to use the service.
            if facts.get(observation.service) != "open":
                facts[observation.service] = _PORT_FACTS[observation.failure]
        return facts

    def _page_facts(self) -> dict[str, JsonValue]:
        facts: dict[str, JsonValue] = {}
        requests = [o for o in self.observations if o.probe == "http" and o.address]
        by_address = [o for o in requests if o.by_address]
        by_name = [o for o in requests if not o.by_address and o.hop == 1]
        if self.target.address is not None:
            # A target without a name can only be opened by its address.
            by_address, by_name = [*by_address, *by_name], []
        for name, pages in (("opens-by-address", by_address), ("opens-by-name", by_name)):
            known = [o for o in pages if o.failure is None or not o.failure.is_ours]
            if known:
                facts[name] = "yes" if any(o.status is not None for o in known) else "no"
            elif self._web_is_closed:
                facts[name] = "no"
        if self.target.address is not None:
            facts.pop("opens-by-name", None)
        site = [
            o
            for o in requests
            if not o.by_address
            and o.way not in {"name", "invented", "renewal", "fresh"}
            and o.status is not None
        ]
        if site:
            facts["status"] = self._last_status(site)
        return facts

    @property
    def _web_is_closed(self) -> bool:
        """Whether every web port of a server was tried and none accepts a connection."""
        web = [
            o
            for o in self.observations
            if o.probe == "tcp" and o.service in _WEB and o.host == self.target.host
        ]
        tried = {o.service for o in web if o.failure in _PORT_FACTS and o.failure is not None}
        return self.kind == "server" and tried >= _WEB and all(o.failure for o in web)

    def _last_status(self, pages: list[HttpObservation]) -> int | None:
        """Return the last status of the request chain that a visitor's browser would follow."""
        evidence = Evidence(self.target, self.kind, self.observations)
        open_way = evidence.open_way
        chain = evidence.chain(open_way).pages if open_way else ()
        return (chain[-1] if chain else pages[-1]).status


def finding_as_dict(finding: Finding, language: Language) -> dict[str, Any]:
    """Return a finding with its texts, and the findings that it explains as `consequences`."""
    text = finding_text(finding, language)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "layer": finding.layer,
        "subject": finding.subject,
        "title": text.title,
        "explanation": text.explanation,
        "remedy": text.remedy,
        "fixer": finding.fixer,
        "evidence": list(finding.evidence),
        "symptom": finding.symptom,
        "consequences": [
            finding_as_dict(consequence, language) for consequence in finding.consequences
        ],
    }


def prepare() -> None:
    """Compile the page patterns in advance, so that the first report doesn't wait for them."""
    compile_patterns()


def compose_report(  # noqa: PLR0913 - the parts of a report
    target: Target,
    kind: TargetKind,
    observations: Iterable[Observation],
    *,
    options: Options,
    started_at: datetime,
    duration_s: float,
    is_complete: bool = True,
) -> Report:
    """Draw conclusions from the observations, whose order doesn't matter, and return the report."""
    # Probes end in any order, and a rule uses the first observation that fits: sorting makes the
    # same observations give the same report.
    ordered = tuple(sorted(observations, key=lambda o: (_RANK[o.probe], o.id)))
    evidence = Evidence(
        target,
        kind,
        ordered,
        options.expect_addresses,
        options.service_ports,
        options.extra_pages,
    )
    verdict, findings = conclude(evidence, is_complete=is_complete)
    return Report(
        target=target,
        kind=kind,
        verdict=verdict,
        findings=tuple(advise(finding, options.remedies) for finding in findings),
        observations=ordered,
        addresses=evidence.addresses,
        started_at=started_at,
        duration_s=round(duration_s, 3),
        is_complete=is_complete,
    )


_RANK = {probe: rank for rank, probe in enumerate(OBSERVATION_KINDS)}
