"""Secrets are masked, and what is none stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from intake.redaction import MASK, SecretKind, redact

_HERE = Path(__file__).parent
_WITH: list[dict[str, Any]] = yaml.safe_load((_HERE / "letters_with_secrets.yaml").read_text())
_WITHOUT: list[str] = yaml.safe_load((_HERE / "letters_without_secrets.yaml").read_text())


@pytest.mark.parametrize("letter", _WITH, ids=lambda letter: letter["text"][:40])
def test_secrets_go_and_the_rest_stays(letter: dict[str, Any]) -> None:
    text = redact(letter["text"]).text
    assert not [secret for secret in letter["secrets"] if str(secret) in text]
    assert not [words for words in letter.get("stays", ()) if str(words) not in text]


@pytest.mark.parametrize("letter", _WITHOUT, ids=lambda letter: letter[:40])
def test_what_is_no_secret_stays(letter: str) -> None:
    assert redact(letter).text == letter


@pytest.mark.parametrize("letter", _WITH, ids=lambda letter: letter["text"][:40])
def test_a_masked_text_stays_as_it_is(letter: dict[str, Any]) -> None:
    once = redact(letter["text"]).text
    again = redact(once)
    assert again.text == once
    assert again.secrets == ()


def test_what_was_masked_is_told_in_order_with_its_kind() -> None:
    redaction = redact("пароль: Xk29dk!, карта 4111 1111 1111 1111")
    assert redaction.text == f"пароль: {MASK}, карта {MASK}"
    kinds = [secret.kind for secret in redaction.secrets]
    assert kinds == [SecretKind.PASSWORD, SecretKind.CARD]
    assert redaction.secrets[0].value == "Xk29dk!"


def test_a_word_that_the_customer_calls_none_stays() -> None:
    text = "пароль: Xk29dk!, потом Zx81mn!a"
    assert redact(text, allowed={"Xk29dk!"}).text == f"пароль: Xk29dk!, потом {MASK}"


def test_a_secret_is_not_in_what_logs_show() -> None:
    assert "Xk29dk!" not in repr(redact("password: Xk29dk!").secrets)


@pytest.mark.parametrize(
    "piece",
    ["password ", "password:", "пароль: ", "пароль ", "логин и пароль ", "root:",
     "https://a:", "4111 ", "eyJ.", "\n",
     "-----BEGIN PRIVATE KEY-----", "A" * 63 + "\n", "334 a\n", "seed phrase ", "is my "],
)  # fmt: skip
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    long = piece * (40_000 // len(piece))
    assert redact(long).text
