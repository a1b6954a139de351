"""Answers that a customer's text already has are filled in, to be confirmed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.authoring.loader import load_folder
from intake.free_text import prefills, read_free_text

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("checklist", "question", "text", "value"),
    [
        ("cannot-log-in", "where", "filezilla doesn't let me in by sftp", "ftp"),
        ("cannot-log-in", "where", "не пускает по SSH", "ssh"),
        ("cannot-log-in", "where", "neither FTP nor SSH lets me in", None),
        ("cannot-log-in", "what", "deploy@host: Permission denied (publickey)", "key"),
        ("mail-not-arriving", "program", "аутлук, то есть Outlook, не отправляет", "outlook"),
        ("database-error", "error", "(HY000/1045): Access denied for user 'a'@'b'", "denied"),
        ("database-error", "error", "ERROR 1049: Unknown database 'shop'", "no-database"),
        ("database-error", "error-text", "ошибка 1205 в базе", "1205"),
        ("certificate-warning", "warning", "NET::ERR_CERT_COMMON_NAME_INVALID", "name"),
        ("certificate-warning", "warning", "padlock is gone", None),
        ("certificate-renewal", "issuer", "certbot renew fails", "own"),
        ("certificate-renewal", "issuer", "Let's Encrypt isn't renewed", None),  # of two kinds
        ("domain-moved", "done", "поменял dns", None),
        ("site-down", "error", "site shows 502", "error-502"),
    ],
)
def test_what_a_text_names_is_filled_in(
    checklist: str, question: str, text: str, value: str | None
) -> None:
    reading = read_free_text(text, now=NOW)
    assert prefills(load_folder()[checklist], reading, text).get(question) == value
