"""A site that answers 502: a checklist, a draft on it and its report, as real as can be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from intake import database as db
from intake.database import migrate, open_database
from intake.drafts import DraftFiles, DraftStore
from intake.journey import Answer, Checklist, CheckRun, Draft, Environment, Source
from intake.tickets import Attachment, Ticket, TicketStore, compose_ticket

NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)
RAW = {
    "checklist": "site-down",
    "title": {"en": "A site doesn't open", "ru": "Не открывается сайт"},
    "ticket": {
        "subject": {"en": "{site}: {error}", "ru": "{site}: {error}"},
        "priority": [{"when": {"scope": "all"}, "is": "urgent"}, {"otherwise": "normal"}],
        "queue": [{"otherwise": "hosting"}],
    },
    "steps": [
        {
            "ask": "site",
            "kind": "target",
            "text": {
                "en": "Enter the address of a site that fails",
                "ru": "Укажите адрес сайта, который не открывается",
            },
            "short": {"en": "Site", "ru": "Сайт"},
        },
        {"check": "web", "diagnose": "site", "of": "site"},
        {
            "tell": "restart-php",
            "show-if": {"web.cause": "http.bad_gateway"},
            "about": "web",
            "text": {
                "en": "The web server works, the program behind it doesn't.",
                "ru": "Веб-сервер работает, программа за ним не отвечает.",
            },
            "do": [
                {"en": "Restart PHP in the panel.", "ru": "Перезапустите PHP в панели."},
                {"en": "Open the site again.", "ru": "Откройте сайт снова."},
            ],
            "solved": "offer",
        },
        {
            "ask": "since",
            "kind": "moment",
            "text": {"en": "Since when does it fail?", "ru": "С какого времени не открывается?"},
            "short": {"en": "Since", "ru": "С какого времени"},
        },
        {
            "ask": "scope",
            "kind": "choice",
            "text": {"en": "Choose which sites fail", "ru": "Отметьте, какие сайты не открываются"},
            "short": {"en": "Which sites", "ru": "Какие сайты"},
            "choices": {
                "one": {"en": "Only this one", "ru": "Только этот"},
                "all": {"en": "All on this server", "ru": "Все на этом сервере"},
            },
        },
        {
            "ask": "error",
            "kind": "choice",
            "text": {
                "en": "Choose what your browser shows",
                "ru": "Выберите, что показывает браузер",
            },
            "short": {"en": "The browser shows", "ru": "Браузер показывает"},
            "answer-from": "web.symptom",
            "choices": {
                "error-502": {"en": "502 Bad Gateway", "ru": "502 Bad Gateway"},
                "timeout": {"en": "It waits without end", "ru": "Бесконечная загрузка"},
            },
        },
        {
            "ask": "changed",
            "kind": "long-text",
            "text": {
                "en": "Write what was changed on the site before it happened",
                "ru": "Напишите, что меняли на сайте перед этим",
            },
            "short": {"en": "Changed", "ru": "Что меняли"},
        },
        {
            "ask": "before",
            "kind": "text",
            "text": {"en": "Did it happen before?", "ru": "Было ли такое раньше?"},
            "short": {"en": "Before", "ru": "Раньше"},
            "required": False,
        },
        {
            "ask": "browser",
            "kind": "text",
            "text": {"en": "Which browser is it?", "ru": "Какой у вас браузер?"},
            "short": {"en": "Browser", "ru": "Браузер"},
        },
        {
            "ask": "email",
            "kind": "e-mail",
            "role": "contact",
            "text": {"en": "Where to answer you?", "ru": "Куда вам ответить?"},
            "short": {"en": "E-mail", "ru": "Почта"},
        },
        {
            "ask": "name",
            "kind": "text",
            "role": "name",
            "text": {"en": "What's your name?", "ru": "Как вас зовут?"},
            "short": {"en": "Name", "ru": "Имя"},
        },
    ],
}
CHECKLIST = Checklist.from_json(json.dumps(RAW))

_AT = NOW.isoformat()
_SITE = {"address": "192.0.2.7", "host": "shop.example"}
REPORT: dict[str, Any] = {
    "target": {
        "input": "shop.example",
        "kind": "domain",
        "host": "shop.example",
        "host_display": "shop.example",
    },
    "kind": "site",
    "verdict": "fault",
    "findings": [
        {
            "code": "http.bad_gateway",
            "severity": "critical",
            "layer": "http",
            "subject": "https://shop.example/",
            "fixer": "hosting",
            "evidence": ["http"],
            "parameters": {"subject": "https://shop.example/", "status": 502},
            "symptom": "error-502",
        },
        {
            "code": "tls.expiring_soon",
            "severity": "warning",
            "layer": "tls",
            "subject": "shop.example:443",
            "fixer": "customer",
            "evidence": ["tls"],
            "parameters": {"subject": "shop.example:443", "days": 9, "not_after": "2026-12-01"},
        },
    ],
    "observations": [
        {
            "id": "dns-a",
            "probe": "dns",
            "started_at": _AT,
            "duration_s": 0.031,
            "name": "shop.example",
            "record_type": "A",
            "records": ["192.0.2.7"],
        },
        {
            "id": "ping",
            "probe": "ping",
            "started_at": _AT,
            "duration_s": 3.01,
            "address": "192.0.2.7",
            "sent": 4,
            "received": 4,
            "rtt_median_s": 0.0421,
        },
        {
            "id": "tcp-443",
            "probe": "tcp",
            "started_at": _AT,
            "duration_s": 0.042,
            "port": 443,
            **_SITE,
        },
        {
            "id": "tls-443",
            "probe": "tls",
            "started_at": _AT,
            "duration_s": 0.087,
            "port": 443,
            "version": "TLSv1.3",
            "name_matches": True,
            "is_trusted": True,
            "chain": [
                {
                    "subject": "shop.example",
                    "issuer": "Example CA",
                    "names": ["shop.example"],
                    "not_before": "2026-09-02T00:00:00Z",
                    "not_after": "2026-12-01T00:00:00Z",
                    "is_self_signed": False,
                    "sha256": "0" * 64,
                }
            ],
            **_SITE,
        },
        {
            "id": "http-443",
            "probe": "http",
            "started_at": _AT,
            "duration_s": 0.21,
            "url": "https://shop.example/",
            "port": 443,
            "way": "https",
            "status": 502,
            "reason": "Bad Gateway",
            "title": "502 Bad Gateway",
            **_SITE,
        },
    ],
    "addresses": ["192.0.2.7"],
    "started_at": _AT,
    "duration_s": 3.24,
}


def answer(value: Any, source: Source = Source.CUSTOMER, **more: Any) -> Answer:
    return Answer(value=value, source=source, at=NOW - timedelta(minutes=3), **more)


def run(**changes: Any) -> CheckRun:
    facts = {"step": "web", "target": "shop.example", "state": "done", "started_at": NOW}
    measured = {"cause": "http.bad_gateway", "symptom": "error-502"}
    return CheckRun.model_validate({**facts, "facts": measured, "report": REPORT, **changes})


ENVIRONMENT = Environment(
    browser="Firefox 151",
    os="Windows 11",
    ip="198.51.100.23",
    locale="ru-RU",
    timezone="Europe/Moscow",
)


def draft(language: str = "ru", **answers: Any) -> Draft:
    said = {
        "site": answer("shop.example"),
        "restart-php": answer("go-on"),
        "since": answer(
            {"said": "14:20", "at": "2026-11-22T14:20:00+03:00", "zone": "Europe/Moscow"}
        ),
        "scope": answer("one"),
        "error": answer("timeout", Source.CONTRADICTED, measured="error-502"),
        "changed": answer("Обновили плагин доставки.\nПотом вернули старую версию.", insisted=True),
        "browser": answer(None, Source.UNKNOWN),
        "before": answer(""),
        "email": answer("anna@shop.example"),
        "name": answer("Анна Ким"),
    }
    said |= {step: answer(value) for step, value in answers.items()}
    return Draft(
        language="en" if language == "en" else "ru",
        answers=said,
        checks={"web": run()},
        environment=ENVIRONMENT,
    )


def ticket(of: Draft | None = None, **changes: Any) -> Ticket:
    return ticket_on(CHECKLIST, of, **changes)


def ticket_on(checklist: Checklist, of: Draft | None = None, **changes: Any) -> Ticket:
    options = {"reference": "H4X-7PM-2KP", "now": NOW, **changes}
    return compose_ticket(checklist, of or draft(), **options)


FILES = (
    Attachment(
        id="f1", name="Скриншот ошибки.png", type="image/png", size_bytes=184_320, sha256="0" * 64
    ),
)


class Kept:
    """A database with the stores on it."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = open_database(url)
        migrate(self.engine)
        self.drafts = DraftStore(self.engine)
        self.files = DraftFiles(self.engine)
        self.tickets = TicketStore(self.engine)

    def draft(self, of: Draft | None = None) -> tuple[str, str]:
        return self.drafts.create(CHECKLIST, of or draft())

    def outbox_rows(self, reference: str) -> list[Any]:
        """How far a ticket has come with each desk, as it is stored."""
        with db.reading(self.engine) as connection:
            statement = select(db.outbox).where(db.outbox.c.reference == reference)
            return list(connection.execute(statement.order_by(db.outbox.c.id)).all())

    def send(self, draft_id: str, desks: tuple[str, ...] = ("email",), **changes: Any) -> Ticket:
        def compose(reference: str, files: Any) -> Ticket:
            found = self.drafts.get(draft_id)
            assert found is not None
            return ticket(found.draft, reference=reference, attachments=files, **changes)

        return self.tickets.send(draft_id, compose, desks)
