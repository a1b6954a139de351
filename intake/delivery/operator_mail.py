"""
Mail to the operator about deliveries that need a person: short, and marked so that no robot
answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

import structlog

from diagnostics.texts import Language, one_line
from intake.delivery.desk import Refused, Unavailable
from intake.delivery.desks.letter import LETTER_POLICY, header_text

log = structlog.get_logger(__name__)

StoppedKind = Literal["parked", "paused", "unread"]
Mailer = Callable[[bytes, str], None]

_WORDS = {
    "en": {
        "subject-parked": "Intake: tickets for desk “{desk}” are parked",
        "subject-paused": "Intake: desk “{desk}” is paused",
        "subject-unread": "Intake: replies from desk “{desk}” don't come back",
        "unread": "The desk says that {reference} changed, and can't be read:",
        "parked": "{reference} was not handed over, and nobody tries it again by itself:",
        "paused": "Tickets wait for this desk; they are tried again by themselves:",
        "mend": "Mend the cause, then say: intake deliver --all-parked",
        "once": "One cause is one mail a day.",
    },
    "ru": {
        "subject-parked": "Intake: обращения для «{desk}» не переданы",
        "subject-paused": "Intake: «{desk}» на паузе",
        "subject-unread": "Intake: ответы из «{desk}» не приходят",
        "unread": "В системе изменилось обращение {reference}, но прочитать его не получается:",
        "parked": "Обращение {reference} не передано, само оно больше не отправится:",
        "paused": "Обращения ждут эту систему и отправятся сами, когда она ответит:",
        "mend": "Устраните причину и выполните: intake deliver --all-parked",
        "once": "Об одной причине письмо приходит раз в сутки.",
    },
}


class OperatorMail:
    """Mails `to` by `mailer`; a mail that can't be sent is logged."""

    def __init__(
        self, mailer: Mailer, *, to: str, sender: str, name: str, language: Language
    ) -> None:
        self._mailer, self._to, self._sender, self._name = mailer, to, sender, name
        self._words = _WORDS["ru" if language == "ru" else "en"]

    def send(self, subject: str, parts: Sequence[str]) -> bool:
        """Mail the operator. Returns whether the mail was sent."""
        letter = EmailMessage(policy=LETTER_POLICY)
        brand = " ".join(one_line(self._name).replace('"', "").split())
        letter["From"] = Address(brand, addr_spec=self._sender)
        letter["To"] = self._to
        letter["Subject"] = header_text(subject)
        letter["Date"] = formatdate()
        letter["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
        letter["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        letter.set_content("\n\n".join(parts) + "\n", cte="base64")
        try:
            self._mailer(letter.as_bytes(), self._to)
        except (Refused, Unavailable) as error:
            log.error("the operator could not be mailed", subject=subject, why=str(error))  # noqa: TRY400
            return False
        return True

    def tell(self, desk: str, what: StoppedKind, why: str, reference: str) -> bool:
        """
        Mail what stopped and why, with the first ticket concerned. Returns whether the mail was
        sent.
        """
        return self.send(
            self._words[f"subject-{what}"].format(desk=desk),
            [
                self._words[what].format(reference=reference),
                why,
                *([self._words["mend"]] if what == "parked" else []),
                self._words["once"],
            ],
        )
