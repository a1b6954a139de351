"""The measurements of a ticket's checks, in one language."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.texts import Language, one_line
from intake.tickets.render.formats import MEASURED_LIMIT, format_moment, format_seconds
from intake.tickets.render.parts import CheckChain, ProbeLine
from intake.tickets.render.words import PHRASES, Phrases
from intake.tickets.ticket import ObservationText, TicketDiagnosis, TicketFinding

_MARKS = {"ok": "✓", "fault": "✗", "unknown": "?", "info": "·"}


class EvidenceView:
    """A ticket's checks for a reader; `verdict`, the ticket's own cause, isn't repeated."""

    def __init__(self, language: Language, verdict: TicketFinding | None) -> None:
        self.language = language
        self.say: Phrases = PHRASES[language]
        self.verdict = verdict

    def chain(self, diagnosis: TicketDiagnosis) -> CheckChain:
        """Return one check: its measurements, or why there are none."""
        if diagnosis.report is None:
            return CheckChain(why_no_report(diagnosis, self.say), (), ())
        head = self.say.measured_at.format(
            target=one_line(diagnosis.target, MEASURED_LIMIT),
            when=format_moment(diagnosis.started_at, self.say),
            took=format_seconds(diagnosis.duration_s, self.say),
        )
        if diagnosis.is_late:
            head = f"{head} ({self.say.late_check})"
        return CheckChain(
            head, tuple(self._probes(diagnosis)), tuple(self._other_findings(diagnosis))
        )

    def _probes(self, diagnosis: TicketDiagnosis) -> Iterator[ProbeLine]:
        """
        Return a line for each observation; of several with the same words the one that took
        longest.
        """
        longest: dict[tuple[str, str], ObservationText] = {}
        for observation in diagnosis.chain:
            key = (observation.mark, observation.text.in_(self.language))
            longest[key] = max(
                observation, longest.get(key, observation), key=lambda line: line.duration_s
            )
        return map(self._probe, longest.values())

    def _probe(self, observation: ObservationText) -> ProbeLine:
        return ProbeLine(
            mark=_MARKS[observation.mark],
            text=one_line(observation.text.in_(self.language), MEASURED_LIMIT),
            took=format_seconds(observation.duration_s, self.say),
        )

    def _other_findings(self, diagnosis: TicketDiagnosis) -> Iterator[str]:
        """Yield every finding except the ticket's cause, each with its consequences."""
        for finding in diagnosis.findings:
            if finding != self.verdict:
                yield self._finding(finding)
            for consequence in finding.consequences:
                yield f"{self._finding(consequence)}, {self.say.follows}"

    def _finding(self, finding: TicketFinding) -> str:
        title = one_line(finding.title.in_(self.language), MEASURED_LIMIT)
        return f"{title} ({finding.code})"


def why_no_report(diagnosis: TicketDiagnosis, say: Phrases) -> str:
    """Return why a check has no report; "" if it has one."""
    target = one_line(diagnosis.target, MEASURED_LIMIT)
    if diagnosis.state == "running":
        return say.check_running.format(target=target)
    if diagnosis.state == "failed":
        why = one_line(diagnosis.why_failed, MEASURED_LIMIT) or "?"
        return say.check_failed.format(target=target, why=why)
    return ""
