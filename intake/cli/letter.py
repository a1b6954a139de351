"""`intake letter`: why a letter came back, for a person or as JSON."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import diagnostics
from diagnostics import LetterReading, letter_text
from diagnostics.texts import CompleteLanguage, Language, json_text
from intake.cli.system_language import language_of_the_system

_UNREADABLE = 2
_NO_NOTICE = 3
_WIDTH = 79
_MAX_BYTES = 4_000_000  # bytes taken from the input; the library reads less
_WORDS = {
    "en": {
        "not-a-notice": "This isn't a returned letter, or its text is too short to tell.",
        "fixer": "Who can fix it",
        "todo": "What to do",
        "said": "The server's words",
        "recipient": "Recipient",
        "reporter": "Reported by",
        "codes": "Codes",
    },
    "ru": {
        "not-a-notice": "Это не вернувшееся письмо, или текста слишком мало, чтобы понять.",
        "fixer": "Кто исправит",
        "todo": "Что делать",
        "said": "Слова сервера",
        "recipient": "Получатель",
        "reporter": "Сообщил",
        "codes": "Коды",
    },
}


def letter_command(
    file: Annotated[str, typer.Argument(help="A returned letter, as .eml or text; - reads it.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="By default the system's.")
    ] = None,
) -> None:
    """
    Explain why a letter came back: cause, who can fix it, what to do. Nothing is contacted.

    The status is 3 where the text is no notice of a failed delivery.
    """
    try:
        data = _read(file)
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(_UNREADABLE) from error
    reading = diagnostics.read_letter(data)
    chosen = language or language_of_the_system()
    if as_json:
        text = letter_text(reading, chosen)
        typer.echo(json_text(reading.model_dump(mode="json") | text._asdict()))
    else:
        typer.echo("\n".join(_lines(reading, chosen)))
    if reading.outcome == "not-a-notice":
        raise typer.Exit(_NO_NOTICE)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(_MAX_BYTES)
    with Path(file).open("rb") as stream:
        return stream.read(_MAX_BYTES)


def _lines(reading: LetterReading, language: Language) -> Iterator[str]:
    say = _WORDS[language]
    if reading.outcome == "not-a-notice":
        yield say["not-a-notice"]
        return
    text, main_recipient = letter_text(reading, language), reading.main_recipient
    yield f"{text.title}  {reading.cause}"
    yield from textwrap.wrap(text.explanation, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    facts = [("fixer", text.who), ("todo", text.remedy)]
    if main_recipient is not None:
        codes = " ".join(
            str(code) for code in (main_recipient.smtp_code, main_recipient.status) if code
        )
        facts += [
            ("recipient", main_recipient.recipient),
            ("codes", codes),
            ("said", main_recipient.response),
        ]
    facts.append(("reporter", " · ".join(filter(None, (reading.reporter, reading.program)))))
    label_width = max(len(say[name]) for name, _ in facts)
    for name, words in facts:
        first = f"  {say[name]:<{label_width}}  "
        indent = " " * len(first)
        yield from textwrap.wrap(words, _WIDTH, initial_indent=first, subsequent_indent=indent)
