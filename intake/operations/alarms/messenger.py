"""Report alarms to a person: by mail, by the operator's webhook, and always in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import uuid4

import structlog

from intake.checks.signed_hook import SignedHook
from intake.delivery.operator_mail import OperatorMail
from intake.operations.alarms.alarm import Alarm, alarm_words
from intake.settings import Settings
from intake.wiring.desks import operator_mail

log = structlog.get_logger(__name__)

_LIMIT_S: Final = 10.0
_MAX_ANSWER_BYTES: Final = 64 * 1024
AlarmState = Literal["raised", "over"]


class AlarmMessenger:
    """Reports faults; without a mailbox and a webhook, only to the log."""

    def __init__(self, settings: Settings) -> None:
        self._mail: OperatorMail | None = operator_mail(settings)
        self._language, self._hook = settings.language, None
        if settings.alarm_url is not None and settings.alarm_secret is not None:
            self._hook = SignedHook(
                settings.alarm_url,
                settings.alarm_secret.get_secret_value(),
                limit_s=_LIMIT_S,
                max_answer_bytes=_MAX_ANSWER_BYTES,
            )

    def tell(self, fault: Alarm, state: AlarmState, since: datetime) -> bool:
        """Report a fault. Returns whether at least one of the configured ways worked."""
        level = log.error if state == "raised" else log.info
        level("alarm", state=state, fault=fault.key, what=fault.subject("en"))
        results = [self._tell_hook(fault, state)]
        if not fault.is_mailed or self._mail is None:
            results.append(self._tell_by_mail(fault, state, since))
        return any(results) or (self._mail is None and self._hook is None)

    def _tell_hook(self, fault: Alarm, state: AlarmState) -> bool:
        if self._hook is None:
            return False
        body = {
            "type": f"alarm.{state}",
            "fault": fault.code,
            "about": fault.about,
            "text": fault.subject(self._language),
        }
        if state == "raised":
            body["remedy"] = fault.remedy(self._language)
        return self._hook.tell(body, f"alarm_{uuid4().hex}")

    def _tell_by_mail(self, fault: Alarm, state: AlarmState, since: datetime) -> bool:
        if self._mail is None:
            return False
        language = self._language
        subject = fault.subject(language)
        since_line = alarm_words("since", language, at=f"{since:%Y-%m-%d %H:%M}")
        if state == "over":
            subject = alarm_words("over", language, what=subject)
            return self._mail.send(
                alarm_words("subject", language, what=subject), [subject, since_line]
            )
        parts = [fault.remedy(language), since_line, alarm_words("once", language)]
        return self._mail.send(alarm_words("subject", language, what=subject), parts)
