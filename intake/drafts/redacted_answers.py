"""Masks secrets in answers and files before they are stored."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from intake.journey.draft import Answer
from intake.redaction import MaskedSecret, redact

_IDS = frozenset({"files"})  # of a letter's answer: our own ids, no text
# Tried in this order; any bytes are valid in the last one.
_ENCODINGS = ("utf-8", "cp1251")


@dataclass(frozen=True, slots=True)
class RedactedAnswer:
    """An answer that may be stored, and the secrets masked in it."""

    answer: Answer
    secrets: tuple[MaskedSecret, ...] = ()


def redact_answer(answer: Answer, no_secrets: Collection[str] = ()) -> RedactedAnswer:
    """Mask the secrets in every text of an answer, except `no_secrets` (the customer's word)."""
    secrets: list[MaskedSecret] = []
    value = _redacted(answer.value, no_secrets, secrets)
    if not secrets:
        return RedactedAnswer(answer)
    return RedactedAnswer(answer.model_copy(update={"value": value}), tuple(secrets))


def redacted_rows(
    draft_id: str, answers: Mapping[str, Answer], no_secrets: Collection[str]
) -> list[dict[str, Any]]:
    """Return rows of the answers table, with secrets masked."""
    documents = {
        step: redact_answer(answer, no_secrets).answer.model_dump_json()
        for step, answer in answers.items()
    }
    return [
        {
            "draft_id": draft_id,
            "step_id": step,
            "document": document,
            "size_bytes": len(document.encode()),
        }
        for step, document in documents.items()
    ]


def redact_file(content: bytes, no_secrets: Collection[str] = ()) -> tuple[bytes, int]:
    """
    Mask the secrets of a text file; return its content and their number.

    Files that aren't text (pictures, archives, documents) are returned unchanged.
    """
    decoded = _decoded(content)
    if decoded is None:
        return content, 0
    text, encoding = decoded
    redaction = redact(text, allowed=no_secrets)
    if not redaction.secrets:
        return content, 0
    return redaction.text.encode(encoding, errors="replace"), len(redaction.secrets)


def redact_file_name(name: str, no_secrets: Collection[str] = ()) -> str:
    """Mask the secrets in a file's name, with underscores read as blanks; the extension is kept."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    for secret in redact(stem.replace("_", " "), allowed=no_secrets).secrets:
        stem = stem.replace(secret.value, "•••").replace(secret.value.replace(" ", "_"), "•••")
    return stem + ending


def _redacted(
    value: JsonValue, no_secrets: Collection[str], secrets: list[MaskedSecret]
) -> JsonValue:
    if isinstance(value, str):
        redaction = redact(value, allowed=no_secrets)
        secrets += redaction.secrets
        return redaction.text
    if isinstance(value, dict):
        return {
            key: part if key in _IDS else _redacted(part, no_secrets, secrets)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_redacted(part, no_secrets, secrets) for part in value]
    return value


def _decoded(content: bytes) -> tuple[str, str] | None:
    for encoding in _encodings_of(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else (text, encoding)
    return None


def _encodings_of(content: bytes) -> Iterator[str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    yield from _ENCODINGS
