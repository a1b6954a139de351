"""What a desk dropped, in words: for the inbox, and for the ticket at that desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.delivery.desk import Loss
from intake.delivery.desk_ticket import DeskMessage, DeskTicket

_KINDS = {
    "en": {
        "reference": "the reference {sent}",
        "subject": "the subject “{sent}” (there: “{actual}”)",
        "requester": "the requester {sent} (there: {actual})",
        "queue": "the queue {sent} (there: {actual})",
        "priority": "the priority {sent} (there: {actual})",
        "field": "the field “{name}”: {sent} (there: {actual})",
        "file": "the file {name}, {sent} bytes",
        "text": "a part of the text ({actual} of {sent} characters are there)",
        "unread": "the ticket can't be read back there {actual}",
        "nothing": "nothing",
        "head": "The desk did not keep everything that was sent:",
        "complete": "The whole ticket is in Intake",
    },
    "ru": {
        "reference": "номер {sent}",
        "subject": "тема «{sent}» (там: «{actual}»)",
        "requester": "заявитель {sent} (там: {actual})",
        "queue": "очередь {sent} (там: {actual})",
        "priority": "срочность {sent} (там: {actual})",
        "field": "поле «{name}»: {sent} (там: {actual})",
        "file": "файл {name}, {sent} байт",
        "text": "часть текста (там {actual} из {sent} знаков)",
        "unread": "обращение не удалось прочитать обратно {actual}",
        "nothing": "пусто",
        "head": "Система приняла обращение не целиком. Не сохранилось:",
        "complete": "Обращение целиком хранится в Intake",
    },
}


@dataclass(frozen=True, slots=True)
class LossMessage:
    """A summary line for the inbox, and the message for the ticket at the desk."""

    summary: str
    message: DeskMessage


def loss_line(loss: Loss, language: str) -> str:
    """Return one loss in words."""
    words = _KINDS["ru" if language == "ru" else "en"]
    actual = loss.actual or ("" if loss.kind == "unread" else words["nothing"])
    return words[loss.kind].format(name=loss.name, sent=loss.sent, actual=actual).strip()


def loss_message(ticket: DeskTicket, losses: Sequence[Loss]) -> LossMessage:
    """Return the message about what was dropped, with the whole value of each field."""
    language = ticket.language
    words = _KINDS["ru" if language == "ru" else "en"]
    lines = [f"- {loss_line(loss, language)}" for loss in losses]
    key = f"{ticket.reference}.dropped"
    link = f"{words['complete']}: {ticket.link}" if ticket.link else ""
    text = "\n".join(filter(None, [words["head"], *lines, link])) + "\n"
    at = ticket.ticket.created_at
    message = DeskMessage(key, ticket.reference, text, at, language, ticket.ticket)
    return LossMessage("; ".join(loss_line(loss, language) for loss in losses), message)
