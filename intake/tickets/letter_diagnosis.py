"""A returned letter as it stands in a ticket: its cause as a finding, its facts as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from diagnostics import Language, LetterReading, fixer_of_cause, letter_text
from diagnostics.texts import served_languages
from intake.journey import Ask, Journey
from intake.journey.kinds import reading_of
from intake.tickets.ticket import ObservationText, TicketDiagnosis, TicketFinding, TicketText

_CODES = "letter."
_VERDICTS = {"failed": "fault", "delayed": "degraded"}
_SEVERITIES = {"failed": "critical", "delayed": "warning"}
_LINES = {
    "reported": {"en": "reported by {value}", "ru": "сообщил {value}"},
    "recipient": {"en": "recipient {value}", "ru": "получатель {value}"},
    "host": {"en": "refused by {value}", "ru": "отказал {value}"},
    "codes": {"en": "codes {value}", "ru": "коды {value}"},
    "response": {"en": "the server's words: {value}", "ru": "слова сервера: {value}"},
    "letter": {"en": "Message-ID of the letter: {value}", "ru": "Message-ID письма: {value}"},
}


def letter_diagnoses(journey: Journey) -> Iterator[TicketDiagnosis]:
    """
    Yield the diagnosis of every returned letter that the customer gave and that was
    understood.
    """
    for entry in journey.visible:
        if not isinstance(entry.step, Ask) or entry.answer is None:
            continue
        reading = reading_of(entry.answer.value)
        if reading is not None:
            yield letter_diagnosis(entry.step.id, reading, entry.answer.at)


def is_letter(diagnosis: TicketDiagnosis) -> bool:
    """Check whether a diagnosis was read in a letter, so that there is nothing to measure again."""
    return any(finding.code.startswith(_CODES) for finding in diagnosis.findings)


def letter_diagnosis(step: str, reading: LetterReading, at: datetime) -> TicketDiagnosis:
    """Return the diagnosis of one letter, with its words in every language."""
    recipient = reading.main_recipient
    subject = (recipient.recipient if recipient else "") or reading.reporter
    verdict = _VERDICTS.get(reading.outcome, "healthy")
    return TicketDiagnosis.model_validate(
        {
            "step": step,
            "target": subject,
            "state": "done",
            "started_at": at,
            "verdict": "inconclusive" if reading.cause == "unknown" else verdict,
            "duration_s": 0.0,
            "findings": (_finding(reading, subject),),
            "chain": tuple(_chain(reading)),
            "report": reading.model_dump(mode="json"),
        }
    )


def _finding(reading: LetterReading, subject: str) -> TicketFinding:
    texts = {language: letter_text(reading, language) for language in served_languages()}
    return TicketFinding(
        code=f"{_CODES}{reading.cause}",
        severity=_SEVERITIES.get(reading.outcome, "info"),
        title=_in_every_language(lambda language: texts[language].title),
        explanation=_in_every_language(lambda language: texts[language].explanation),
        remedy=_in_every_language(lambda language: texts[language].remedy),
        fixer=fixer_of_cause(reading.cause),
        subject=subject,
    )


def _chain(reading: LetterReading) -> Iterator[ObservationText]:
    recipient = reading.main_recipient
    reporter = " · ".join(filter(None, (reading.reporter, reading.program)))
    yield from _evidence_line("reported", reporter)
    if recipient is not None:
        codes = " ".join(str(code) for code in (recipient.smtp_code, recipient.status) if code)
        yield from _evidence_line("recipient", recipient.recipient)
        yield from _evidence_line("host", recipient.remote_host)
        yield from _evidence_line("codes", codes, mark="fault")
        yield from _evidence_line("response", recipient.response, mark="fault")
    yield from _evidence_line("letter", reading.message_id)


def _evidence_line(name: str, value: str, *, mark: str = "info") -> Iterator[ObservationText]:
    if value:
        text = _in_every_language(lambda language: _LINES[name][language].format(value=value))
        yield ObservationText.model_validate({"mark": mark, "text": text, "duration_s": 0.0})


def _in_every_language(words: Callable[[Language], str]) -> TicketText:
    return TicketText.of({language: words(language) for language in served_languages()})
